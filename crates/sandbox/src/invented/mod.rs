//! Answers for a schema of which nothing is known but its types.
//!
//! An object is a type and a number; a field's value follows from that number, the
//! field's name and its arguments. Nothing is stored, and the nesting of the query
//! bounds what is made.

mod leaves;
mod relay;

use std::rc::Rc;

use apollo_compiler::Name;
use apollo_compiler::ast::{OperationType, Type};
use apollo_compiler::executable::Operation;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::schema::ExtendedType;
use jiff::Timestamp;

use self::relay::Part;
use crate::connection::{Connection, Rows};
use crate::execute::{Answered, Request, Tally, answer, error};
use crate::inputs;
use crate::schema::ServedSchema;
use crate::world::chance::{count, draw, mix, pick};

/// Of what may be null, one in this many is.
const NULLS: u64 = 6;
/// A list has fewer items than this.
const ITEMS: u64 = 4;
/// A connection has fewer rows than this, on all pages.
const ROWS: u64 = 8;

/// A schema, and what its data follows from.
#[derive(Debug)]
pub(crate) struct Invented {
    served: ServedSchema,
    seed: u64,
    now: Timestamp,
}

impl Invented {
    /// Serves the schema in this text, or says what is wrong with it.
    pub(crate) fn new(text: &str, seed: u64, now: Timestamp) -> Result<Self, String> {
        let served = ServedSchema::parse(text, "schema.graphql")?;
        Ok(Self { served, seed, now })
    }

    /// The schema.
    pub(crate) fn served(&self) -> &ServedSchema {
        &self.served
    }

    /// Answers a request.
    pub(crate) fn execute(&self, request: &Request) -> Answered {
        let tally = Tally::default();
        answer(&self.served, request, &tally, |operation| Object {
            run: Run {
                invented: self,
                tally: &tally,
            },
            type_name: self.root_type(operation),
            hash: mix(self.seed),
            part: Part::Whole,
        })
    }

    fn root_type(&self, operation: &Operation) -> &str {
        let root = if operation.is_mutation() {
            OperationType::Mutation
        } else {
            OperationType::Query
        };
        let name = self.served.schema.root_operation(root);
        // Validation has made sure that there is one.
        name.map_or("", |name| name.as_str())
    }
}

/// What the objects of one request share.
#[derive(Clone, Copy)]
struct Run<'r> {
    invented: &'r Invented,
    tally: &'r Tally,
}

/// An object as the executor sees it.
struct Object<'r> {
    run: Run<'r>,
    type_name: &'r str,
    hash: u64,
    part: Part,
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        self.run.tally.count()?;
        // The definition that comes with the request may be an interface's, and
        // promise less.
        let schema = &self.run.invented.served.schema;
        let ty = match schema.type_field(self.type_name, info.field_name()) {
            Ok(definition) => &definition.ty,
            Err(_) => &info.field_definition().ty,
        };
        let value = relay::field(self, info, ty)
            .unwrap_or_else(|| self.run.value(ty, info, self.field_hash(info, ty)))?;
        self.run.tally.charge(self.points(info, ty, &value));
        Ok(value)
    }
}

impl Object<'_> {
    /// The points of what a field has returned, without what is below it.
    fn points(&self, info: &ResolveInfo<'_>, ty: &Type, value: &ResolvedValue<'_>) -> u64 {
        let inner = self
            .run
            .invented
            .served
            .schema
            .types
            .get(ty.inner_named_type());
        let is_leaf = inner.is_none_or(ExtendedType::is_leaf);
        match (value, &self.part, info.field_name()) {
            (ResolvedValue::List(_), Part::Page(page), "nodes") if !is_leaf => {
                count(page.rows().len())
            }
            (ResolvedValue::Object(_) | ResolvedValue::List(_), ..) => u64::from(!is_leaf),
            _ => 0,
        }
    }

    /// What the value of a field follows from. Pages of one connection have their
    /// rows in common.
    fn field_hash(&self, info: &ResolveInfo<'_>, ty: &Type) -> u64 {
        let schema = &self.run.invented.served.schema;
        let is_page = relay::is_connection(schema, ty.inner_named_type());
        let mut hash = draw(self.hash, info.field_name(), &[]);
        let definition = schema.type_field(self.type_name, info.field_name());
        let definition = definition.map_or(info.field_definition(), |own| &**own);
        for (name, value) in &inputs::arguments(schema, definition, info.arguments()) {
            if !(is_page && relay::PAGE_ARGUMENTS.contains(&name.as_str())) {
                hash = draw(hash, name.as_str(), &[draw(0, &value.to_string(), &[])]);
            }
        }
        hash
    }
}

impl<'r> Run<'r> {
    /// A value of this type for a field.
    fn value<'a>(
        self,
        ty: &'a Type,
        info: &ResolveInfo<'_>,
        hash: u64,
    ) -> Result<ResolvedValue<'a>, FieldError>
    where
        'r: 'a,
    {
        if !ty.is_non_null() && hash.is_multiple_of(NULLS) {
            return Ok(ResolvedValue::null());
        }
        let hash = mix(hash);
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let items = (0..hash % ITEMS)
                    .map(|place| self.value(item, info, mix(hash ^ place)))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(ResolvedValue::list(items))
            }
            Type::Named(name) | Type::NonNullNamed(name) => self.named(name, info, hash),
        }
    }

    fn named<'a>(
        self,
        name: &'a Name,
        info: &ResolveInfo<'_>,
        hash: u64,
    ) -> Result<ResolvedValue<'a>, FieldError>
    where
        'r: 'a,
    {
        let served = &self.invented.served;
        match served.schema.types.get(name) {
            Some(ExtendedType::Scalar(_)) => {
                let now = self.invented.now;
                let leaf = leaves::scalar(name, info.field_name(), now, hash);
                Ok(ResolvedValue::Leaf(leaf))
            }
            Some(ExtendedType::Enum(_)) => {
                let values = served.values(name);
                match values.first() {
                    Some(_) => Ok(ResolvedValue::leaf(pick(&values, hash).as_str())),
                    None => Err(error(format!("the enum `{name}` has no values"))),
                }
            }
            _ => {
                let possible = served.possible(name);
                if possible.is_empty() {
                    return Err(error(format!("no object type is a `{name}`")));
                }
                let type_name = *pick(&possible, hash >> 8);
                let part = if relay::is_connection(&served.schema, type_name) {
                    let rows = Rows::range(mix(hash) % ROWS, |place| place);
                    let page = Connection::page(type_name.clone(), rows, hash, info.arguments());
                    Part::Page(Rc::new(page.map_err(error)?))
                } else {
                    Part::Whole
                };
                Ok(ResolvedValue::object(Object {
                    run: self,
                    type_name,
                    hash,
                    part,
                }))
            }
        }
    }
}
