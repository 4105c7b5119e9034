//! What is sent in each of the three states.

use serde_json::{Value, json};

use super::*;

/// The JSON of an input with one field.
fn sent(value: &impl InputValue) -> Value {
    struct Input<'a, T>(&'a T);

    impl<T: InputValue> Serialize for Input<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.0.write(&mut map, "key")?;
            map.end()
        }
    }

    serde_json::to_value(Input(value)).unwrap()
}

#[test]
fn the_three_states_are_sent_differently() {
    assert_eq!(sent(&Maybe::<i64>::Undefined), json!({}));
    assert_eq!(sent(&Maybe::<i64>::Null), json!({"key": null}));
    assert_eq!(sent(&Maybe::Value(7)), json!({"key": 7}));
    assert_eq!(sent(&None::<i64>), json!({}));
    assert_eq!(sent(&Some(7)), json!({"key": 7}));
}

#[test]
fn what_people_write_becomes_a_value() {
    assert_eq!(Maybe::<i64>::from(50), Maybe::Value(50));
    assert_eq!(Maybe::<String>::from("x"), Maybe::Value("x".to_owned()));
    assert_eq!(Maybe::from([1, 2]), Maybe::Value(vec![1, 2]));
    assert_eq!(Maybe::<i64>::default(), Maybe::Undefined);
}

#[test]
fn options_say_which_of_two_they_mean() {
    assert_eq!(Maybe::or_null(None::<i64>), Maybe::Null);
    assert_eq!(Maybe::or_undefined(None::<i64>), Maybe::Undefined);
    assert_eq!(Maybe::or_null(Some(1)), Maybe::Value(1));
    assert_eq!(Maybe::or_undefined(Some(1)), Maybe::Value(1));
}

#[test]
fn states_can_be_asked_for() {
    let states = [Maybe::Undefined, Maybe::Null, Maybe::Value(1)];
    assert_eq!(states.map(|m| m.is_undefined()), [true, false, false]);
    assert_eq!(states.map(|m| m.is_null()), [false, true, false]);
    assert_eq!(states.map(Maybe::into_value), [None, None, Some(1)]);
}
