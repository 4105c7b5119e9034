//! Which types a place can have instead of its old one without a client noticing.

use apollo_compiler::ast::Type;

/// Whether whoever reads `old` can read `new`: nothing may be null that was not, and
/// lists stay lists.
pub(super) fn is_readable_as(new: &Type, old: &Type) -> bool {
    if new.is_non_null() && !old.is_non_null() {
        return is_readable_as(&new.clone().nullable(), old);
    }
    new.is_non_null() == old.is_non_null() && innards_agree(new, old, is_readable_as)
}

/// Whether what is sent for `old` is taken for `new`: nothing has to be there that could
/// be left out, and lists stay lists.
///
/// A list would also take a single value, but a variable for one is refused.
pub(super) fn is_sendable_as(new: &Type, old: &Type) -> bool {
    is_readable_as(old, new)
}

/// Compares what is below the outermost `!`, which both have or neither.
fn innards_agree(new: &Type, old: &Type, agree: fn(&Type, &Type) -> bool) -> bool {
    match (new.is_list(), old.is_list()) {
        (true, true) => agree(new.item_type(), old.item_type()),
        (false, false) => new.inner_named_type() == old.inner_named_type(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Type {
        Type::parse(text, "type.graphql").expect("a type")
    }

    fn readable(old: &str, new: &str) -> bool {
        is_readable_as(&parse(new), &parse(old))
    }

    fn sendable(old: &str, new: &str) -> bool {
        is_sendable_as(&parse(new), &parse(old))
    }

    #[test]
    fn outputs_may_lose_their_nulls() {
        for (old, new) in [
            ("A", "A"),
            ("A", "A!"),
            ("[A]", "[A!]!"),
            ("[[A]!]", "[[A!]!]!"),
        ] {
            assert!(readable(old, new), "{old} to {new}");
        }
        for (old, new) in [
            ("A!", "A"),
            ("A", "B"),
            ("A", "[A]"),
            ("[A]", "A"),
            ("[A!]", "[A]!"),
            ("[[A]]", "[A]"),
        ] {
            assert!(!readable(old, new), "{old} to {new}");
        }
    }

    #[test]
    fn inputs_may_take_nulls() {
        for (old, new) in [
            ("A", "A"),
            ("A!", "A"),
            ("[A!]!", "[A]"),
            ("[[A!]!]!", "[[A]!]"),
        ] {
            assert!(sendable(old, new), "{old} to {new}");
        }
        for (old, new) in [
            ("A", "A!"),
            ("A", "B"),
            ("A", "[A]"),
            ("[A]", "A"),
            ("[A]!", "[A!]"),
            ("[A]", "[[A]]"),
        ] {
            assert!(!sendable(old, new), "{old} to {new}");
        }
    }
}
