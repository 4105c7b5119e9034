//! What a server's own introspection knows: it is asked about its introspection types.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A question that a server of any age understands, unless it was told not to answer `__type`.
///
/// `cynic_introspection::CapabilitiesQuery` names the edition of the specification instead.
/// Many servers are between two editions, and refuse a whole query for one field that they
/// do not know.
pub(crate) const QUERY: &str = "\
query Capabilities {
  schema: __type(name: \"__Schema\") { ...Fields }
  type: __type(name: \"__Type\") { ...Fields }
  field: __type(name: \"__Field\") { ...Fields }
  inputValue: __type(name: \"__InputValue\") { ...Fields }
  directive: __type(name: \"__Directive\") { ...Fields }
}

fragment Fields on __Type {
  fields {
    name
    args {
      name
    }
  }
}
";

/// The types of introspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MetaType {
    Schema,
    Type,
    Field,
    InputValue,
    EnumValue,
    Directive,
}

/// The fields of the types of introspection, and their arguments.
#[derive(Debug, Default)]
pub(crate) struct Capabilities {
    told: BTreeMap<MetaType, BTreeMap<String, Vec<String>>>,
}

impl Capabilities {
    /// Reads the answer to [`QUERY`]. Of what is not in it, because the server refused the
    /// question or a part of it, nothing is known.
    pub(crate) fn read(answer: &str) -> Self {
        let answer: Answer = serde_json::from_str(answer).unwrap_or_default();
        let types = answer.data.unwrap_or_default().into_iter();
        let told = types.filter_map(|(meta, ty)| {
            let fields = ty?.fields?.into_iter();
            let fields = fields.map(|field| {
                let arguments = field.args.into_iter().map(|argument| argument.name);
                (field.name, arguments.collect())
            });
            Some((meta, fields.collect()))
        });
        Self {
            told: told.collect(),
        }
    }

    /// Whether a type of introspection has this field: by what the server told, and
    /// otherwise by the specification of June 2018, which nearly all servers keep to.
    pub(crate) fn has(&self, meta: MetaType, field: &str) -> bool {
        match self.told.get(&meta) {
            Some(fields) => fields.contains_key(field),
            None => june_2018(meta).contains(&field),
        }
    }

    /// Whether the field has an argument `includeDeprecated`.
    pub(crate) fn includes_deprecated(&self, meta: MetaType, field: &str) -> bool {
        match self.told.get(&meta) {
            Some(fields) => fields.get(field).is_some_and(|arguments| {
                let mut arguments = arguments.iter();
                arguments.any(|argument| argument == "includeDeprecated")
            }),
            None => meta == MetaType::Type && ["enumValues", "fields"].contains(&field),
        }
    }
}

fn june_2018(meta: MetaType) -> &'static [&'static str] {
    match meta {
        MetaType::Schema => &[
            "directives",
            "mutationType",
            "queryType",
            "subscriptionType",
            "types",
        ],
        MetaType::Type => &[
            "description",
            "enumValues",
            "fields",
            "inputFields",
            "interfaces",
            "kind",
            "name",
            "ofType",
            "possibleTypes",
        ],
        MetaType::Field => &[
            "args",
            "deprecationReason",
            "description",
            "isDeprecated",
            "name",
            "type",
        ],
        MetaType::InputValue => &["defaultValue", "description", "name", "type"],
        MetaType::EnumValue => &["deprecationReason", "description", "isDeprecated", "name"],
        MetaType::Directive => &["args", "description", "locations", "name"],
    }
}

#[derive(Default, Deserialize)]
struct Answer {
    data: Option<BTreeMap<MetaType, Option<Type>>>,
}

#[derive(Deserialize)]
struct Type {
    fields: Option<Vec<Field>>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    #[serde(default)]
    args: Vec<Argument>,
}

#[derive(Deserialize)]
struct Argument {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::MetaType::*;
    use super::*;

    #[test]
    fn what_is_told_counts_and_june_2018_for_the_rest() {
        let told = Capabilities::read(
            r#"{"data": {"type": {"fields": [
                {"name": "inputFields", "args": [{"name": "includeDeprecated"}]},
                {"name": "fields", "args": []},
                {"name": "isOneOf"}
            ]}, "schema": null, "field": {"fields": null}}, "errors": [{}]}"#,
        );
        assert!(told.has(Type, "isOneOf") && !told.has(Type, "specifiedByURL"));
        assert!(told.includes_deprecated(Type, "inputFields"));
        assert!(!told.includes_deprecated(Type, "fields"));
        for (meta, newer) in [
            (Schema, "description"),
            (Field, "extensions"),
            (InputValue, "isDeprecated"),
            (Directive, "isRepeatable"),
        ] {
            assert!(!told.has(meta, newer));
            assert!(told.has(meta, june_2018(meta)[0]));
        }
        assert!(!told.includes_deprecated(Field, "args"));
    }

    #[test]
    fn a_server_that_does_not_say_knows_june_2018() {
        for answer in [
            r#"{"errors": [{"message": "introspection is off"}]}"#,
            r#"{"data": null}"#,
            r#"{"data": {"__typename": "Query"}}"#,
            r#"{"data": {}}"#,
            "",
        ] {
            let told = Capabilities::read(answer);
            assert!(told.told.is_empty(), "{answer}");
            assert!(told.includes_deprecated(Type, "fields"));
            assert!(told.includes_deprecated(Type, "enumValues"));
            assert!(!told.includes_deprecated(Type, "inputFields"));
            assert!(!told.has(Type, "isOneOf"));
        }
    }
}
