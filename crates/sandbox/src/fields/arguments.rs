//! Reading a field's arguments.

use apollo_compiler::resolvers::FieldError;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::execute::error;
use crate::world::time::Time;

/// A field's arguments, coerced to the types of the schema; null and absent are
/// the same to every reader here.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a>(pub(crate) &'a JsonMap);

impl<'a> Arguments<'a> {
    fn get(self, name: &str) -> Option<&'a JsonValue> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether an argument is given, be it null.
    pub(crate) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Puts a text in the place of another if it is given; null takes it away.
    pub(crate) fn replace(self, name: &str, text: &mut Option<String>) {
        if self.has(name) {
            *text = self.text(name);
        }
    }

    /// Puts a text in the place of another if one is given.
    pub(crate) fn rename(self, name: &str, text: &mut String) {
        if let Some(given) = self.text(name) {
            *text = given;
        }
    }

    /// Sets a flag if one is given.
    pub(crate) fn switch(self, name: &str, flag: &mut bool) {
        if let Some(given) = self.flag(name) {
            *flag = given;
        }
    }

    /// A string, an ID or an enum value.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_i64().map(|number| number.to_string()))
    }

    /// A list of strings, IDs or enum values.
    pub(crate) fn texts(self, name: &str) -> Option<Vec<String>> {
        let values = self.get(name)?;
        let Some(values) = values.as_array() else {
            return self.text(name).map(|one| vec![one]);
        };
        Some(
            values
                .iter()
                .filter_map(JsonValue::as_str)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// A list of numbers, or one number.
    pub(crate) fn numbers(self, name: &str) -> Option<Vec<i64>> {
        let value = self.get(name)?;
        Some(match value.as_array() {
            Some(values) => values.iter().filter_map(JsonValue::as_i64).collect(),
            None => value.as_i64().into_iter().collect(),
        })
    }

    /// A number.
    pub(crate) fn number(self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// A value of any kind.
    pub(crate) fn json(self, name: &str) -> Option<&'a JsonValue> {
        self.get(name)
    }

    /// A Boolean.
    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// An input object.
    pub(crate) fn object(self, name: &str) -> Option<Self> {
        self.get(name)?.as_object().map(Self)
    }

    /// A list of input objects.
    pub(crate) fn objects(self, name: &str) -> Vec<Self> {
        let values = self.get(name).and_then(JsonValue::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_object().map(Self))
            .collect()
    }

    /// A `DateTime`.
    pub(crate) fn time(self, name: &str) -> Result<Option<Time>, FieldError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value
            .as_str()
            .and_then(Time::parse)
            .map(Some)
            .ok_or_else(|| error(format!("`{name}` is not a DateTime: {value}")))
    }

    /// A search text, in lower case.
    pub(crate) fn search(self) -> Option<String> {
        self.text("search").map(|text| text.to_lowercase())
    }

    /// Whether the `order` argument has this value.
    pub(crate) fn ordered_by(self, order: &str) -> bool {
        self.text("order").is_some_and(|given| given == order)
    }
}
