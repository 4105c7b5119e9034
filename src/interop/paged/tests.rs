//! Variables that hold a cursor.

use super::CursorVariable;
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
