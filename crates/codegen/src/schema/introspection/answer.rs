//! The introspection answer as it is on the wire.

use serde::Deserialize;

use super::ASK_AGAIN;
use crate::schema::error::{SchemaError, SchemaErrorKind as Kind};

// Nearly everything is optional: older servers do not know the
// newer parts, and a missing part is reported better from here than by serde,
// which cannot say of which type it is missing.

#[derive(Deserialize)]
#[serde(expecting = "the object that answers a query")]
struct Envelope {
    data: Option<Data>,
    #[serde(rename = "__schema")]
    schema: Option<Answer>,
    errors: Option<serde_json::Value>,
    /// Refusals that are not GraphQL at all tend to look like this.
    message: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with the answer's data")]
struct Data {
    #[serde(rename = "__schema")]
    schema: Option<Answer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a schema")]
pub(super) struct Answer {
    pub(super) description: Option<String>,
    pub(super) query_type: Option<RootType>,
    pub(super) mutation_type: Option<RootType>,
    pub(super) subscription_type: Option<RootType>,
    pub(super) types: Option<Vec<Type>>,
    pub(super) directives: Option<Vec<Directive>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object that names a type")]
pub(super) struct RootType {
    pub(super) name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a type")]
pub(super) struct Type {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) fields: Option<Vec<Field>>,
    pub(super) input_fields: Option<Vec<InputValue>>,
    pub(super) interfaces: Option<Vec<TypeRef>>,
    pub(super) enum_values: Option<Vec<EnumValue>>,
    pub(super) possible_types: Option<Vec<TypeRef>>,
    #[serde(rename = "specifiedByURL")]
    pub(super) specified_by_url: Option<String>,
    /// The name in the first drafts, still used by a few servers.
    #[serde(rename = "specifiedByUrl")]
    pub(super) specified_by_url_draft: Option<String>,
    pub(super) is_one_of: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a field")]
pub(super) struct Field {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) args: Option<Vec<InputValue>>,
    #[serde(rename = "type")]
    pub(super) ty: Option<TypeRef>,
    pub(super) is_deprecated: Option<bool>,
    pub(super) deprecation_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    expecting = "an object with an argument or input field"
)]
pub(super) struct InputValue {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    #[serde(rename = "type")]
    pub(super) ty: Option<TypeRef>,
    pub(super) default_value: Option<String>,
    pub(super) is_deprecated: Option<bool>,
    pub(super) deprecation_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with an enum value")]
pub(super) struct EnumValue {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) is_deprecated: Option<bool>,
    pub(super) deprecation_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    expecting = "an object that refers to a type"
)]
pub(super) struct TypeRef {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    pub(super) of_type: Option<Box<TypeRef>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a directive")]
pub(super) struct Directive {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) locations: Option<Vec<String>>,
    pub(super) args: Option<Vec<InputValue>>,
    pub(super) is_repeatable: Option<bool>,
}

impl Answer {
    /// Reads the text; what the schema says is not looked at yet.
    pub(super) fn parse(json: &str) -> Result<Self, SchemaError> {
        let json = super::super::strip_bom(json);
        super::super::reject_empty_and_html(json)?;
        if json.trim_start().starts_with('[') {
            return Err(SchemaError::new(
                Kind::Malformed,
                "the JSON is a list, and an introspection answer is an object",
                "if these are the answers to a batch of queries, keep only the introspection answer",
            ));
        }
        let envelope: Envelope = serde_json::from_str(json).map_err(|error| {
            if error.is_data() {
                SchemaError::new(
                    Kind::Malformed,
                    "the JSON is not laid out as an introspection answer is",
                    ASK_AGAIN,
                )
            } else {
                SchemaError::new(
                    Kind::NotJson,
                    "this is not complete, correct JSON",
                    "check that the whole answer was saved and nothing else with it",
                )
            }
            .with_source(error)
        })?;

        if let Some(messages) = error_messages(envelope.errors.as_ref()) {
            return Err(SchemaError::new(
                Kind::ErrorAnswer,
                format!("the server answered with errors: {messages}"),
                "correct what the server complains about, most often the token or its scopes, and \
                 ask again",
            ));
        }
        let data = envelope.data.and_then(|data| data.schema);
        data.or(envelope.schema).ok_or_else(|| {
            let said = envelope
                .message
                .as_ref()
                .and_then(|message| message.as_str())
                .map(|message| format!(", only the message \"{message}\""))
                .unwrap_or_default();
            SchemaError::new(
                Kind::NoSchema,
                format!("there is no `__schema` in the answer{said}"),
                "save the answer to an introspection query, the one that asks for `__schema`",
            )
        })
    }
}

/// The messages of an `errors` entry that means that something failed.
fn error_messages(errors: Option<&serde_json::Value>) -> Option<String> {
    let list = match errors? {
        serde_json::Value::Null => return None,
        serde_json::Value::Array(list) if list.is_empty() => return None,
        serde_json::Value::Array(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    };
    let messages: Vec<_> = list
        .iter()
        .map(|error| {
            // Written as JSON, in quotes: messages may hold anything.
            error.get("message").unwrap_or(error).to_string()
        })
        .collect();
    Some(messages.join(", "))
}
