//! A schema as what can be bent: lists of names and texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::ast::{DirectiveList, InputValueDefinition};
use apollo_compiler::schema::ExtendedType;

/// The scalars that every schema has.
pub(crate) const SCALARS: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The directives that every schema has.
const DIRECTIVES: [&str; 5] = ["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// A schema as what can be bent.
#[derive(Debug, Clone)]
pub struct Model {
    /// The operations with their types.
    pub(crate) roots: BTreeMap<&'static str, String>,
    pub(crate) types: BTreeMap<String, Kind>,
    pub(crate) directives: BTreeMap<String, Directive>,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Scalar,
    Object(Composite),
    Interface(Composite),
    Union(BTreeSet<String>),
    Enum(BTreeSet<String>),
    Input(Input),
}

/// An object type or interface.
#[derive(Debug, Clone, Default)]
pub(crate) struct Composite {
    pub(crate) interfaces: BTreeSet<String>,
    pub(crate) fields: BTreeMap<String, Field>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// The type as it is written.
    pub(crate) ty: String,
    pub(crate) arguments: BTreeMap<String, Taken>,
    pub(crate) is_deprecated: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    pub(crate) fields: BTreeMap<String, Taken>,
    pub(crate) is_one_of: bool,
}

/// An argument or input field.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) ty: String,
    pub(crate) default: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Directive {
    pub(crate) arguments: BTreeMap<String, Taken>,
    pub(crate) is_repeatable: bool,
    pub(crate) locations: BTreeSet<String>,
}

/// The name in a type that is written with its brackets.
pub(crate) fn named(ty: &str) -> &str {
    ty.trim_matches(['[', ']', '!'])
}

impl Model {
    /// What can be bent of a schema: deprecations of fields, and no descriptions.
    pub fn read(schema: &Schema) -> Self {
        let definition = &schema.schema_definition;
        let roots = [
            ("query", &definition.query),
            ("mutation", &definition.mutation),
            ("subscription", &definition.subscription),
        ];
        let roots = roots
            .into_iter()
            .filter_map(|(operation, ty)| Some((operation, ty.as_ref()?.to_string())))
            .collect();
        let types = schema.types.iter();
        let types = types
            .filter(|(name, _)| !name.starts_with("__") && !SCALARS.contains(&name.as_str()))
            .map(|(name, ty)| (name.to_string(), kind(ty)))
            .collect();
        let directives = schema.directive_definitions.iter();
        let directives = directives
            .filter(|(name, _)| !DIRECTIVES.contains(&name.as_str()))
            .map(|(name, directive)| {
                let locations = directive.locations.iter();
                let directive = Directive {
                    arguments: directive
                        .arguments
                        .iter()
                        .map(|value| taken(value))
                        .collect(),
                    is_repeatable: directive.repeatable,
                    locations: locations.map(ToString::to_string).collect(),
                };
                (name.to_string(), directive)
            })
            .collect();
        Self {
            roots,
            types,
            directives,
        }
    }

    /// Whether arguments and input fields can have this type.
    pub(crate) fn is_input(&self, ty: &str) -> bool {
        let kind = self.types.get(named(ty));
        SCALARS.contains(&named(ty))
            || matches!(kind, Some(Kind::Scalar | Kind::Enum(_) | Kind::Input(_)))
    }

    /// Whether fields can have this type.
    pub(crate) fn is_output(&self, ty: &str) -> bool {
        let kind = self.types.get(named(ty));
        SCALARS.contains(&named(ty)) || kind.is_some_and(|kind| !matches!(kind, Kind::Input(_)))
    }

    /// Takes out what cannot be, until nothing more has to go: references to what is not
    /// there or of the wrong kind, what is empty, and what an interface wants otherwise.
    pub(crate) fn mend(&mut self) {
        loop {
            let before = self.print();
            let known = self.clone();
            for (name, kind) in &mut self.types {
                match kind {
                    Kind::Scalar | Kind::Enum(_) => {}
                    Kind::Object(composite) | Kind::Interface(composite) => {
                        known.mend_composite(composite);
                    }
                    Kind::Union(members) => {
                        members
                            .retain(|name| matches!(known.types.get(name), Some(Kind::Object(_))));
                    }
                    Kind::Input(input) => {
                        known.mend_taken(&mut input.fields);
                        known.mend_endless(name, &mut input.fields);
                    }
                }
            }
            for directive in self.directives.values_mut() {
                known.mend_taken(&mut directive.arguments);
            }
            self.types.retain(|_, kind| match kind {
                Kind::Scalar => true,
                Kind::Object(composite) | Kind::Interface(composite) => {
                    !composite.fields.is_empty()
                }
                Kind::Union(names) | Kind::Enum(names) => !names.is_empty(),
                Kind::Input(input) => !input.fields.is_empty(),
            });
            self.directives
                .retain(|_, directive| !directive.locations.is_empty());
            let types = &self.types;
            self.roots
                .retain(|_, name| matches!(types.get(name), Some(Kind::Object(_))));
            if self.print() == before {
                break;
            }
        }
    }

    fn mend_composite(&self, composite: &mut Composite) {
        composite
            .interfaces
            .retain(|name| matches!(self.types.get(name), Some(Kind::Interface(_))));
        for name in composite.interfaces.clone() {
            let Some(Kind::Interface(interface)) = self.types.get(&name) else {
                continue;
            };
            composite
                .interfaces
                .extend(interface.interfaces.iter().cloned());
            for (name, wanted) in &interface.fields {
                let field = composite
                    .fields
                    .entry(name.clone())
                    .or_insert_with(|| wanted.clone());
                field.ty.clone_from(&wanted.ty);
                field.arguments.clone_from(&wanted.arguments);
            }
        }
        composite
            .fields
            .retain(|_, field| self.is_output(&field.ty));
        for field in composite.fields.values_mut() {
            self.mend_taken(&mut field.arguments);
        }
    }

    fn mend_taken(&self, values: &mut BTreeMap<String, Taken>) {
        values.retain(|_, taken| self.is_input(&taken.ty));
        for taken in values.values_mut() {
            // graphql-js cannot print the default of a scalar of one's own with anything
            // inside: it throws.
            let is_own = matches!(self.types.get(named(&taken.ty)), Some(Kind::Scalar));
            taken
                .default
                .take_if(|default| is_own && default.contains(['[', '{']));
        }
    }

    /// Takes out the defaults of an input object's fields that could come back to it, which
    /// graphql-js follows until its stack is full, even where there is an end. They cannot
    /// where all go to input objects that are earlier in the alphabet, and no further.
    fn mend_endless(&self, input: &str, fields: &mut BTreeMap<String, Taken>) {
        for taken in fields.values_mut() {
            let target = named(&taken.ty);
            let is_input = matches!(self.types.get(target), Some(Kind::Input(_)));
            let comes_back = |default: &str| target >= input || default.matches('{').count() > 1;
            taken
                .default
                .take_if(|default| is_input && comes_back(default));
        }
    }

    /// The schema as text.
    pub fn print(&self) -> String {
        let mut out = String::from("schema {\n");
        for (operation, name) in &self.roots {
            line(&mut out, &format!("  {operation}: {name}"));
        }
        out += "}\n";
        if self
            .types
            .values()
            .any(|kind| matches!(kind, Kind::Input(input) if input.is_one_of))
        {
            out += "directive @oneOf on INPUT_OBJECT\n";
        }
        for (name, directive) in &self.directives {
            let repeatable = if directive.is_repeatable {
                " repeatable"
            } else {
                ""
            };
            let arguments = arguments(&directive.arguments);
            let locations = joined(&directive.locations, " | ");
            line(
                &mut out,
                &format!("directive @{name}{arguments}{repeatable} on {locations}"),
            );
        }
        for (name, kind) in &self.types {
            match kind {
                Kind::Scalar => line(&mut out, &format!("scalar {name}")),
                Kind::Object(composite) => print_composite(&mut out, "type", name, composite),
                Kind::Interface(composite) => {
                    print_composite(&mut out, "interface", name, composite);
                }
                Kind::Union(members) => {
                    line(
                        &mut out,
                        &format!("union {name} = {}", joined(members, " | ")),
                    );
                }
                Kind::Enum(values) => {
                    line(
                        &mut out,
                        &format!("enum {name} {{ {} }}", joined(values, " ")),
                    );
                }
                Kind::Input(input) => {
                    let one_of = if input.is_one_of { " @oneOf" } else { "" };
                    line(&mut out, &format!("input {name}{one_of} {{"));
                    for (name, taken) in &input.fields {
                        line(&mut out, &format!("  {}", print_taken(name, taken)));
                    }
                    out += "}\n";
                }
            }
        }
        out
    }
}

fn kind(ty: &ExtendedType) -> Kind {
    match ty {
        ExtendedType::Scalar(_) => Kind::Scalar,
        ExtendedType::Object(object) => Kind::Object(Composite {
            interfaces: object
                .implements_interfaces
                .iter()
                .map(ToString::to_string)
                .collect(),
            fields: object.fields.values().map(|value| field(value)).collect(),
        }),
        ExtendedType::Interface(interface) => Kind::Interface(Composite {
            interfaces: interface
                .implements_interfaces
                .iter()
                .map(ToString::to_string)
                .collect(),
            fields: interface
                .fields
                .values()
                .map(|value| field(value))
                .collect(),
        }),
        ExtendedType::Union(union) => {
            Kind::Union(union.members.iter().map(ToString::to_string).collect())
        }
        ExtendedType::Enum(values) => {
            Kind::Enum(values.values.keys().map(ToString::to_string).collect())
        }
        ExtendedType::InputObject(input) => Kind::Input(Input {
            fields: input.fields.values().map(|value| taken(value)).collect(),
            is_one_of: input.directives.has("oneOf"),
        }),
    }
}

fn field(field: &apollo_compiler::ast::FieldDefinition) -> (String, Field) {
    let value = Field {
        ty: field.ty.to_string(),
        arguments: field.arguments.iter().map(|value| taken(value)).collect(),
        is_deprecated: is_deprecated(&field.directives),
    };
    (field.name.to_string(), value)
}

fn taken(value: &InputValueDefinition) -> (String, Taken) {
    let default = value.default_value.as_ref();
    let taken = Taken {
        ty: value.ty.to_string(),
        default: default.map(|default| default.serialize().no_indent().to_string()),
    };
    (value.name.to_string(), taken)
}

fn is_deprecated(directives: &DirectiveList) -> bool {
    directives.has("deprecated")
}

fn print_composite(out: &mut String, keyword: &str, name: &str, composite: &Composite) {
    let implements = if composite.interfaces.is_empty() {
        String::new()
    } else {
        format!(" implements {}", joined(&composite.interfaces, " & "))
    };
    line(out, &format!("{keyword} {name}{implements} {{"));
    for (name, field) in &composite.fields {
        let deprecated = if field.is_deprecated {
            " @deprecated"
        } else {
            ""
        };
        let arguments = arguments(&field.arguments);
        line(
            out,
            &format!("  {name}{arguments}: {}{deprecated}", field.ty),
        );
    }
    out.push_str("}\n");
}

fn arguments(arguments: &BTreeMap<String, Taken>) -> String {
    if arguments.is_empty() {
        return String::new();
    }
    let arguments: Vec<_> = arguments
        .iter()
        .map(|(name, taken)| print_taken(name, taken))
        .collect();
    format!("({})", arguments.join(", "))
}

fn print_taken(name: &str, taken: &Taken) -> String {
    match &taken.default {
        Some(default) => format!("{name}: {} = {default}", taken.ty),
        None => format!("{name}: {}", taken.ty),
    }
}

fn joined(names: &BTreeSet<String>, between: &str) -> String {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    names.join(between)
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}
