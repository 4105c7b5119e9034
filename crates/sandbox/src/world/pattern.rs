//! Patterns of branches and paths.

/// Whether a text is as a pattern says: the same, or with anything where the pattern has
/// a `*`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((tail, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(tail)
}

/// Whether a branch is one of those that patterns let through: one that any of them
/// names, and none that begins with `!` does. No patterns let every branch through.
pub(crate) fn lets_through(patterns: &[String], branch: &str) -> bool {
    let (mut wanted, mut is_limited) = (false, false);
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern, branch) => return false,
            Some(_) => {}
            None => {
                is_limited = true;
                wanted |= matches(pattern, branch);
            }
        }
    }
    wanted || !is_limited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("main", "main"),
            ("*", ""),
            ("release/*", "release/1.2"),
            ("*/1.*", "release/1.2"),
            ("a*a", "aa"),
            ("*ü*", "fünf"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("main", "main2"),
            ("a*a", "a"),
            ("release/*", "main"),
            ("", "x"),
            ("*b*c", "cb"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn branches_are_let_through_or_kept_out() {
        let through = |patterns: &[&str], branch| {
            let patterns: Vec<String> = patterns.iter().map(|it| (*it).to_owned()).collect();
            lets_through(&patterns, branch)
        };
        assert!(through(&[], "main"));
        assert!(through(&["main", "release/*"], "release/1"));
        assert!(!through(&["main"], "topic"));
        assert!(through(&["!main"], "topic"));
        assert!(!through(&["!main"], "main"));
        assert!(!through(&["*", "!main"], "main"));
    }
}
