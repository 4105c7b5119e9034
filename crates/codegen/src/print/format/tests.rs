//! What is printed is what was given, and can be read.

use super::*;

#[test]
fn no_token_is_lost_or_glued_to_another() {
    for source in [
        include_str!("../format.rs"),
        include_str!("../../check.rs"),
        include_str!("../../model/names.rs"),
        include_str!("../markdown.rs"),
        include_str!("../../config/mod.rs"),
        include_str!("../../model/selections/mod.rs"),
    ] {
        let formatted = format(source.parse().unwrap());
        let (after, before) = (prettyplease(&formatted), prettyplease(source));
        for (after, before) in after.lines().zip(before.lines()) {
            assert_eq!(after, before);
        }
        assert_eq!(after.len(), before.len());
        assert_eq!(format(formatted.parse().unwrap()), formatted);
    }
}

fn prettyplease(source: &str) -> String {
    match syn::parse_file(source) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("{error} in\n{source}"),
    }
}
