//! Kinds of documents, one by one.

use super::kind;
use crate::OperationKind::{Mutation, Query};

#[test]
fn a_table_of_documents() {
    for (document, name, expected) in [
        ("query A { a }", "A", Query),
        ("query A { a }", "", Query),
        ("{ a }", "", Query),
        ("query { a }", "", Query),
        ("query($a: Int) { a }", "", Query),
        ("query @a(b: {c: 1}) { a }", "", Query),
        ("query @a { a }", "", Query),
        ("mutation A { a }", "A", Mutation),
        ("mutation { a }", "", Mutation),
        ("mutation($a: Int) { a }", "", Mutation),
        ("subscription A { a }", "A", Mutation),
        // Several definitions, in any order.
        ("fragment F on T { a } query A { ...F }", "A", Query),
        ("fragment F on T { a } mutation A { ...F }", "A", Mutation),
        (
            "fragment query on T { a } mutation A { ...query }",
            "A",
            Mutation,
        ),
        ("query A { a } mutation B { b }", "A", Query),
        ("query A { a } mutation B { b }", "B", Mutation),
        ("mutation A { a } query B { b }", "B", Query),
        ("query A { a } query B { b }", "", Query),
        ("query A { a } mutation B { b }", "", Mutation),
        ("query A { a } mutation A { b }", "A", Mutation),
        ("mutation A { b } query A { a }", "A", Mutation),
        ("{ a }", "A", Mutation),
        ("query B { a }", "A", Mutation),
        // Keywords as names.
        ("query mutation { mutation }", "mutation", Query),
        ("mutation query { query }", "query", Mutation),
        (
            "query A { query: mutation(mutation: mutation) { mutation } }",
            "A",
            Query,
        ),
        ("mutation A { query { query } }", "A", Mutation),
        // Comments.
        ("# mutation A { a }\nquery A { a }", "A", Query),
        ("# query A { a }\nmutation A { a }", "A", Mutation),
        ("# query A { a }\rmutation A { a }", "A", Mutation),
        ("query A { a # }\n} # mutation A {", "A", Query),
        (
            "query # mutation\n A # \"\"\"\n { a } mutation B { b }",
            "A",
            Query,
        ),
        // Strings.
        ("query A { a(b: \"} mutation A { \\\" \\\\\") }", "A", Query),
        (
            "query A { a(b: \"\"\"} mutation A { \\\"\"\" \" \"\" # \n \"\"\") }",
            "A",
            Query,
        ),
        ("query A { a(b: \"\") }", "A", Query),
        ("query A { a(b: \"\"\"\"\"\") }", "A", Query),
        ("query A { a(b: \"#\") } mutation B { b }", "B", Mutation),
        ("query A { a(b: \"ünïcödé 🙂\") }", "A", Query),
        // Braces within brackets do not end a definition.
        (
            "query A($a: I = {b: {c: [1, -2.5e+3]}}) @d(e: {f: 1}) { a } mutation B { b }",
            "A",
            Query,
        ),
        (
            "query A($a: I = {b: 1}) { a } mutation B { b }",
            "B",
            Mutation,
        ),
        // What is ignored.
        ("\u{feff}\t,,\r\nquery,A,{,a,},,", "A", Query),
        // What is no document.
        ("", "", Mutation),
        ("# nothing", "", Mutation),
        ("fragment F on T { a }", "", Mutation),
        ("query", "", Mutation),
        ("query A", "A", Mutation),
        ("query A { a", "A", Mutation),
        ("query A { a } }", "A", Mutation),
        ("query A { a ) }", "A", Mutation),
        ("query A { a } mutation", "A", Mutation),
        ("query A { a(b: \"c", "A", Mutation),
        ("query A { a(b: \"c\n\") }", "A", Mutation),
        ("query A { a(b: \"c\\", "A", Mutation),
        ("query A { a(b: \"\"\"c\"\") }", "A", Mutation),
        ("query A { a } ; mutation B { b }", "A", Mutation),
        ("Query A { a }", "A", Mutation),
        ("query A { a } type T { a: Int }", "A", Mutation),
        ("query Ä { a }", "Ä", Mutation),
        ("(query A { a })", "A", Mutation),
        ("{ a } { b }", "", Query),
    ] {
        assert_eq!(kind(document, name), expected, "{name:?} in {document}");
    }
}
