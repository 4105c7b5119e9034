//! Spoiling the data of an answer. What is spoiled is chosen by what the schema says of
//! each place in it.

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name};
use serde_json::{Map, Value, json};

use super::Spoil;
use crate::execute::Request;
use crate::schema::ServedSchema;
use crate::world::chance::pick;

/// How many more rows a wrong count tells of.
const TOO_MANY: u64 = 7;

/// Spoils an answer; `drawn` decides where there is a choice.
///
/// # Errors
///
/// Why there was nothing to spoil.
pub(crate) fn spoil(
    served: &ServedSchema,
    request: &Request,
    spoil: &Spoil,
    drawn: u64,
    answer: &mut Value,
) -> Result<(), &'static str> {
    const NOTHING: &str = "the answer has no place for it";
    let document = served.read(&request.query).map_err(|_| NOTHING)?;
    let document = &document.executable;
    let operation = document
        .operations
        .get(request.operation_name.as_deref())
        .map_err(|_| NOTHING)?;
    let Some(Value::Object(data)) = answer.get("data") else {
        return Err(NOTHING);
    };
    let mut walk = Walk {
        served,
        document,
        path: Vec::new(),
        places: Vec::new(),
    };
    let root = operation.object_type();
    walk.object(data, &[&operation.selection_set], root, None, None);
    let places = walk.places;
    let one = |path: &Option<String>, fits: &dyn Fn(&Place<'_>) -> bool| {
        let fitting: Vec<&Place<'_>> = places
            .iter()
            .filter(|place| fits(place))
            .filter(|place| path.as_ref().is_none_or(|path| place.dotted() == *path))
            .collect();
        if fitting.is_empty() {
            return Err(NOTHING);
        }
        Ok(*pick(&fitting, drawn))
    };
    match spoil {
        Spoil::PartialError(path) => {
            let fits = |place: &Place<'_>| place.is_data() && !place.ty.is_non_null();
            let place = one(path, &fits)?;
            let message = "The sandbox was asked to fail here";
            let error = json!({ "message": message, "path": place.path });
            put(answer, place, Value::Null);
            if let Some(answer) = answer.as_object_mut() {
                let errors = answer.entry("errors").or_insert_with(|| json!([]));
                if let Some(errors) = errors.as_array_mut() {
                    errors.push(error);
                }
            }
        }
        Spoil::Null(path) => {
            let fits = |place: &Place<'_>| place.is_data() && place.ty.is_non_null();
            put(answer, one(path, &fits)?, Value::Null);
        }
        Spoil::UnknownEnum(path) => {
            let is_enum = |place: &Place<'_>| {
                let ty = served.schema.types.get(place.ty.inner_named_type());
                !place.ty.is_list() && ty.is_some_and(ExtendedType::is_enum)
            };
            put(answer, one(path, &is_enum)?, "SANDBOX_UNKNOWN".into());
        }
        Spoil::UnknownType(path) => {
            let fits = |place: &Place<'_>| place.field.name == "__typename" && place.is_abstract;
            put(answer, one(path, &fits)?, "SandboxUnknown".into());
        }
        Spoil::RepeatedCursor => {
            let mut done = Err(NOTHING);
            for place in &places {
                let connection = place.above.filter(|_| place.is_of_page_info());
                let after = connection
                    .and_then(|connection| after(connection, operation, &request.variables));
                let Some(after) = after else {
                    continue;
                };
                match place.field.name.as_str() {
                    "endCursor" => put(answer, place, after.into()),
                    "hasNextPage" => put(answer, place, true.into()),
                    _ => continue,
                }
                done = Ok(());
            }
            return done;
        }
        Spoil::EndlessPages => {
            let mut done = Err(NOTHING);
            for place in &places {
                if place.field.name == "hasNextPage" && place.is_of_page_info() {
                    put(answer, place, true.into());
                    done = Ok(());
                }
            }
            return done;
        }
        Spoil::WrongCount => {
            let mut done = Err(NOTHING);
            for place in &places {
                let count = answer.pointer(&place.pointer()).and_then(Value::as_u64);
                if place.field.name == "count"
                    && served.is_connection(&place.parent)
                    && let Some(count) = count
                {
                    put(answer, place, (count + TOO_MANY).into());
                    done = Ok(());
                }
            }
            return done;
        }
    }
    Ok(())
}

fn put(answer: &mut Value, place: &Place<'_>, value: Value) {
    if let Some(here) = answer.pointer_mut(&place.pointer()) {
        *here = value;
    }
}

/// What a connection was asked to begin after.
fn after(connection: &Field, operation: &Operation, variables: &JsonMap) -> Option<String> {
    match connection.specified_argument_by_name("after")?.as_ref() {
        Literal::String(after) => Some(after.clone()),
        Literal::Variable(name) => {
            if let Some(given) = variables.get(name.as_str()) {
                return given.as_str().map(str::to_owned);
            }
            let mut variables = operation.variables.iter();
            let variable = variables.find(|variable| variable.name == *name)?;
            let default = variable.default_value.as_deref()?;
            default.as_str().map(str::to_owned)
        }
        _ => None,
    }
}

/// A value in an answer that is not null, and what is known of it.
struct Place<'d> {
    path: Vec<Value>,
    field: &'d Field,
    /// The type of the object whose field it is, and whether the schema has only an
    /// interface or union there.
    parent: Name,
    is_abstract: bool,
    ty: Type,
    /// The field that led to that object, and the one above.
    via: Option<&'d Field>,
    above: Option<&'d Field>,
}

impl Place<'_> {
    fn dotted(&self) -> String {
        self.steps().join(".")
    }

    fn pointer(&self) -> String {
        format!("/data/{}", self.steps().join("/"))
    }

    fn steps(&self) -> Vec<String> {
        let step = |step: &Value| match step {
            Value::String(key) => key.clone(),
            place => place.to_string(),
        };
        self.path.iter().map(step).collect()
    }

    fn is_data(&self) -> bool {
        !self.field.name.starts_with("__")
    }

    fn is_of_page_info(&self) -> bool {
        self.via.is_some_and(|via| via.name == "pageInfo")
    }
}

struct Walk<'d> {
    served: &'d ServedSchema,
    document: &'d ExecutableDocument,
    path: Vec<Value>,
    places: Vec<Place<'d>>,
}

impl<'d> Walk<'d> {
    fn object(
        &mut self,
        object: &Map<String, Value>,
        sets: &[&'d SelectionSet],
        ty: &Name,
        via: Option<&'d Field>,
        above: Option<&'d Field>,
    ) {
        let said = object.get("__typename").and_then(Value::as_str);
        let said = said.and_then(|said| Name::new(said).ok());
        let parent = said.unwrap_or_else(|| ty.clone());
        let mut fields: IndexMap<&'d Name, Vec<&'d Field>> = IndexMap::default();
        for set in sets {
            self.collect(set, &parent, &mut fields);
        }
        let declared = self.served.schema.types.get(ty);
        let is_abstract = declared.is_some_and(|ty| ty.is_interface() || ty.is_union());
        for (key, fields) in fields {
            let Some((value, field)) = object.get(key.as_str()).zip(fields.first().copied()) else {
                continue;
            };
            let definition = self.served.schema.type_field(&parent, &field.name);
            let ty = definition.map_or(&field.definition.ty, |definition| &definition.ty);
            let below: Vec<&SelectionSet> =
                fields.iter().map(|field| &field.selection_set).collect();
            let place = |path: Vec<Value>, ty: Type| Place {
                path,
                field,
                parent: parent.clone(),
                is_abstract,
                ty,
                via,
                above,
            };
            self.path.push(key.as_str().into());
            self.value(value, ty, &below, &place, via);
            self.path.pop();
        }
    }

    fn value(
        &mut self,
        value: &Value,
        ty: &Type,
        below: &[&'d SelectionSet],
        place: &dyn Fn(Vec<Value>, Type) -> Place<'d>,
        via: Option<&'d Field>,
    ) {
        if value.is_null() {
            return;
        }
        let here = place(self.path.clone(), ty.clone());
        let field = here.field;
        self.places.push(here);
        match value {
            Value::Array(items) if ty.is_list() => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(index.into());
                    self.value(item, ty.item_type(), below, place, via);
                    self.path.pop();
                }
            }
            Value::Object(object) if below.iter().any(|set| !set.selections.is_empty()) => {
                self.object(object, below, ty.inner_named_type(), Some(field), via);
            }
            _ => {}
        }
    }

    /// Collects the fields that an object may have; of one whose type is not known, those
    /// of every type.
    fn collect(
        &self,
        set: &'d SelectionSet,
        parent: &Name,
        fields: &mut IndexMap<&'d Name, Vec<&'d Field>>,
    ) {
        for selection in &set.selections {
            let (condition, inside) = match selection {
                Selection::Field(field) => {
                    fields.entry(field.response_key()).or_default().push(field);
                    continue;
                }
                Selection::InlineFragment(inline) => {
                    (inline.type_condition.as_ref(), &inline.selection_set)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    let Some(fragment) = fragment else {
                        continue;
                    };
                    (Some(&fragment.selection_set.ty), &fragment.selection_set)
                }
            };
            let is_known = self.served.schema.get_object(parent).is_some();
            let applies = condition.is_none_or(|condition| {
                !is_known || self.served.possible(condition).contains(&parent)
            });
            if applies {
                self.collect(inside, parent, fields);
            }
        }
    }
}
