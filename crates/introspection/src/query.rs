//! The query that asks for the schema: cynic's, fitted to what the server knows.

use cynic_introspection::{IntrospectionQuery, SpecificationVersion};

use crate::capabilities::{Capabilities, MetaType};

/// What a selection set selects from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// The root of queries, or something that cynic did not ask for when this was written.
    Any,
    Meta(MetaType),
}

/// The query for a server.
pub(crate) fn fitted(server: &Capabilities) -> String {
    let newest = SpecificationVersion::September2025.capabilities();
    let newest = IntrospectionQuery::with_capabilities(newest);
    deepen(&fit(&newest.query, server))
}

/// Follows each type through as many wrappers as graphql-js does, nine: cynic's six end
/// inside of `[[[Float!]!]!]!`.
fn deepen(query: &str) -> String {
    const INNERMOST: [&str; 4] = ["ofType {", "kind", "name", "}"];
    const MORE: usize = 3;
    let lines: Vec<_> = query.lines().collect();
    let mut out = String::with_capacity(2 * query.len());
    for (index, line) in lines.iter().enumerate() {
        let block = index
            .checked_sub(2)
            .and_then(|start| lines.get(start..index + 2));
        out.extend([line, "\n"]);
        if block.is_some_and(|block| block.iter().map(|line| line.trim()).eq(INNERMOST)) {
            let opening = " ofType { kind name".repeat(MORE);
            let indent = line.strip_suffix("name").unwrap_or_default();
            out.extend([indent, opening.trim_start(), &" }".repeat(MORE), "\n"]);
        }
    }
    out
}

/// Takes out of a query what the server does not have, and puts in what cynic does not
/// ask for: deprecated input fields, and the description of the schema.
///
/// The text has one selection a line, as cynic prints it.
fn fit(query: &str, server: &Capabilities) -> String {
    let mut out = String::with_capacity(query.len());
    let mut parents: Vec<Parent> = Vec::new();
    // How many selection sets deep the walk is in what was taken out.
    let mut left_out = 0_usize;
    for line in query.lines() {
        let selection = line.trim_start();
        let (indent, _) = line.split_at(line.len() - selection.len());
        let opens = selection.ends_with('{');
        if selection == "}" {
            if left_out > 0 {
                left_out -= 1;
                continue;
            }
            parents.pop();
        } else if left_out > 0 {
            left_out += usize::from(opens);
            continue;
        } else if let Some(&parent) = parents.last() {
            let name = selection.split(['(', ' ']).next().unwrap_or(selection);
            if let Parent::Meta(meta) = parent {
                let Some(known) = known_as(server, meta, name) else {
                    left_out += usize::from(opens);
                    continue;
                };
                out.extend([indent, known]);
                if server.includes_deprecated(meta, name) {
                    out.push_str("(includeDeprecated: true)");
                }
                out.push_str(if opens { " {\n" } else { "\n" });
            } else {
                out.extend([line, "\n"]);
            }
            if opens {
                let inside = selected(parent, name);
                parents.push(inside);
                if inside == Parent::Meta(MetaType::Schema)
                    && server.has(MetaType::Schema, "description")
                {
                    out.extend([indent, "  description\n"]);
                }
            }
            continue;
        } else if opens {
            parents.push(Parent::Any);
        }
        out.extend([line, "\n"]);
    }
    out
}

/// The name under which the server has a field, if it has it.
fn known_as<'a>(server: &Capabilities, meta: MetaType, name: &'a str) -> Option<&'a str> {
    // As drafts called it, and a few servers still do.
    const DRAFT: &str = "specifiedByUrl";
    if server.has(meta, name) {
        Some(name)
    } else if name == "specifiedByURL" && server.has(meta, DRAFT) {
        Some(DRAFT)
    } else {
        None
    }
}

/// What a field leads to.
fn selected(parent: Parent, field: &str) -> Parent {
    Parent::Meta(match (parent, field) {
        (Parent::Any, "__schema") => MetaType::Schema,
        (Parent::Any, _) => return Parent::Any,
        (Parent::Meta(MetaType::Schema), "directives") => MetaType::Directive,
        (Parent::Meta(MetaType::Type), "fields") => MetaType::Field,
        (Parent::Meta(MetaType::Type), "enumValues") => MetaType::EnumValue,
        (Parent::Meta(MetaType::Type), "inputFields") | (_, "args") => MetaType::InputValue,
        (
            _,
            "interfaces" | "mutationType" | "ofType" | "possibleTypes" | "queryType"
            | "subscriptionType" | "type" | "types",
        ) => MetaType::Type,
        _ => return Parent::Any,
    })
}

#[cfg(test)]
mod tests {
    //! The query is held against cynic's own for each edition of the specification, so that
    //! another shape of its text is noticed.

    use super::*;

    fn cynic(version: SpecificationVersion) -> String {
        let query = IntrospectionQuery::with_capabilities(version.capabilities()).query;
        query.trim_end().to_owned()
    }

    /// Without more wrappers.
    fn fitted_only(server: &Capabilities) -> String {
        let newest = SpecificationVersion::September2025.capabilities();
        fit(&IntrospectionQuery::with_capabilities(newest).query, server)
    }

    fn told(types: &str) -> Capabilities {
        let told = Capabilities::read(&format!(r#"{{"data": {{{types}}}}}"#));
        assert!(told.has(MetaType::Type, "kind"), "the answer was read");
        told
    }

    /// What is new in `__Type`, added to what it had in June 2018.
    fn types(new: &str) -> String {
        format!(
            r#""type": {{"fields": [
                {{"name": "kind"}}, {{"name": "name"}}, {{"name": "description"}},
                {{"name": "fields", "args": [{{"name": "includeDeprecated"}}]}},
                {{"name": "enumValues", "args": [{{"name": "includeDeprecated"}}]}},
                {{"name": "interfaces"}}, {{"name": "possibleTypes"}}, {{"name": "ofType"}}, {new}
            ]}}"#
        )
    }

    const REPEATABLE: &str = r#""directive": {"fields": [
        {"name": "name"}, {"name": "description"}, {"name": "args"}, {"name": "locations"},
        {"name": "isRepeatable"}
    ]}"#;

    const NEWEST: &str = r#"
        "schema": {"fields": [
            {"name": "description"}, {"name": "types"}, {"name": "queryType"},
            {"name": "mutationType"}, {"name": "subscriptionType"}, {"name": "directives"}
        ]},
        "field": {"fields": [
            {"name": "name"}, {"name": "description"}, {"name": "type"}, {"name": "isDeprecated"},
            {"name": "deprecationReason"}, {"name": "args", "args": [{"name": "includeDeprecated"}]}
        ]},
        "inputValue": {"fields": [
            {"name": "name"}, {"name": "description"}, {"name": "type"}, {"name": "defaultValue"},
            {"name": "isDeprecated"}, {"name": "deprecationReason"}
        ]},
        "directive": {"fields": [
            {"name": "name"}, {"name": "description"}, {"name": "locations"}, {"name": "isRepeatable"},
            {"name": "args", "args": [{"name": "includeDeprecated"}]}
        ]}"#;

    const INPUT_FIELDS: &str =
        r#"{"name": "inputFields", "args": [{"name": "includeDeprecated"}]}"#;

    #[test]
    fn for_an_old_server_it_is_cynics() {
        let fitted = fitted_only(&Capabilities::default());
        assert_eq!(fitted.trim_end(), cynic(SpecificationVersion::June2018));
    }

    #[test]
    fn for_october_2021_it_is_cynics() {
        let types = types(r#"{"name": "inputFields"}, {"name": "specifiedByURL"}"#);
        let fitted = fitted_only(&told(&format!("{types}, {REPEATABLE}")));
        assert_eq!(fitted.trim_end(), cynic(SpecificationVersion::October2021));
    }

    #[test]
    fn for_a_new_server_cynics_is_completed() {
        let types = types(&format!(
            r#"{INPUT_FIELDS}, {{"name": "specifiedByURL"}}, {{"name": "isOneOf"}}"#
        ));
        let fitted = fitted_only(&told(&format!("{types}, {NEWEST}")));
        let cynic = cynic(SpecificationVersion::September2025);
        let (schema, input_fields) = ("\n  __schema {\n", "\n      inputFields {\n");
        assert_eq!(cynic.matches(schema).count(), 1);
        assert_eq!(cynic.matches(input_fields).count(), 1);
        let completed = cynic
            .replace(schema, "\n  __schema {\n    description\n")
            .replace(
                input_fields,
                "\n      inputFields(includeDeprecated: true) {\n",
            );
        assert_eq!(fitted.trim_end(), completed);
    }

    /// What is between two editions gets exactly what it knows.
    #[test]
    fn each_part_is_asked_for_by_itself() {
        let only = |new: &str| fitted_only(&told(&types(new)));
        for new in ["specifiedByURL", "isOneOf", "specifiedByUrl"] {
            let query = only(&format!(
                r#"{{"name": "inputFields"}}, {{"name": "{new}"}}"#
            ));
            let june_2018 = cynic(SpecificationVersion::June2018);
            let added: Vec<_> = query.lines().filter(|line| line.contains(new)).collect();
            assert_eq!(added, [format!("      {new}")]);
            let rest: Vec<_> = query.lines().filter(|line| !line.contains(new)).collect();
            assert_eq!(rest.join("\n"), june_2018);
        }
        let deprecated = only(INPUT_FIELDS);
        assert_eq!(deprecated.matches("includeDeprecated").count(), 3);
        assert!(!deprecated.contains("isOneOf"));
    }

    /// A selection goes with what is selected from it.
    #[test]
    fn what_is_not_there_is_left_out_as_a_whole() {
        let query = fitted_only(&told(&types(r#"{"name": "isOneOf"}"#)));
        assert!(!query.contains("inputFields"));
        assert_eq!(query.matches('{').count(), query.matches('}').count());
        assert!(query.contains("        deprecationReason\n      }\n      interfaces {\n"));
    }

    /// Of fields, of their arguments, of input fields, and of the arguments of directives.
    #[test]
    fn every_type_is_followed_through_nine_wrappers() {
        let query = fitted(&Capabilities::default());
        assert_eq!(query.matches(" type {").count(), 4);
        assert_eq!(query.matches("ofType {").count(), 4 * 9);
        assert_eq!(query.matches('{').count(), query.matches('}').count());
        let added = " ofType { kind name ofType { kind name ofType { kind name } } }\n";
        assert_eq!(query.matches(added).count(), 4);
        let lines = query.lines().filter(|line| !line.ends_with(added.trim()));
        let lines: Vec<_> = lines.collect();
        assert_eq!(
            lines.join("\n").trim_end(),
            cynic(SpecificationVersion::June2018)
        );
    }
}
