//! Variables that hold a cursor, or the number of rows of a page.

use super::{CursorVariable, PageSizeVariable};
use crate::Maybe;

/// The cursor before and after one is set.
fn turned(mut variable: impl CursorVariable) -> [Option<String>; 2] {
    let before = variable.cursor().map(str::to_owned);
    variable.set_cursor("next".to_owned());
    [before, variable.cursor().map(str::to_owned)]
}

#[test]
fn optional_or_not() {
    let next = || Some("next".to_owned());
    assert_eq!(turned(None::<String>), [None, next()]);
    assert_eq!(turned(Maybe::<String>::Undefined), [None, next()]);
    assert_eq!(turned(Maybe::<String>::Null), [None, next()]);
    for [before, after] in [
        turned("first".to_owned()),
        turned(Some("first".to_owned())),
        turned(Maybe::Value("first".to_owned())),
    ] {
        assert_eq!(before.as_deref(), Some("first"));
        assert_eq!(after, next());
    }
}

/// The number of rows before and after one is set.
fn resized(mut variable: impl PageSizeVariable) -> [Option<i64>; 2] {
    let before = variable.rows();
    variable.set_rows(7);
    [before, variable.rows()]
}

#[test]
fn numbers_of_rows() {
    assert_eq!(resized(20_i64), [Some(20), Some(7)]);
    assert_eq!(resized(20_i32), [Some(20), Some(7)]);
    assert_eq!(resized(Some(20_i32)), [Some(20), Some(7)]);
    assert_eq!(resized(None::<i64>), [None, Some(7)]);
    assert_eq!(resized(Maybe::Value(20_i64)), [Some(20), Some(7)]);
    assert_eq!(resized(Maybe::<i32>::Null), [None, Some(7)]);
}
