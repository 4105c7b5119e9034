//! The committed snapshot, and SDL that is not canonical yet.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use buildkite_codegen::schema::{self, PrintOptions};

#[test]
fn the_committed_snapshot_is_canonical() {
    let again = schema::print_text(
        buildkite_schema::SDL,
        buildkite_schema::PATH,
        PrintOptions::new(),
    )
    .expect("the snapshot is valid");
    // Not assert_eq: a difference would print both texts in full.
    let difference = again
        .lines()
        .zip(buildkite_schema::SDL.lines())
        .find(|(printed, committed)| printed != committed);
    assert_eq!(difference, None, "(printed, committed)");
    assert!(again == buildkite_schema::SDL, "the ends differ");
}

#[test]
fn the_committed_snapshot_is_complete() {
    let schema = Schema::parse_and_validate(buildkite_schema::SDL, buildkite_schema::PATH)
        .expect("the snapshot is valid");
    let count = |kind: fn(&ExtendedType) -> bool| {
        let types = schema.types.values();
        types.filter(|ty| !ty.is_built_in() && kind(ty)).count()
    };
    assert_eq!(count(ExtendedType::is_object), 328);
    assert_eq!(count(ExtendedType::is_interface), 13);
    assert_eq!(count(ExtendedType::is_union), 9);
    assert_eq!(count(ExtendedType::is_enum), 60);
    assert_eq!(count(ExtendedType::is_input_object), 105);
    assert_eq!(count(ExtendedType::is_scalar), 8);

    let fields = |name: &str| schema.get_object(name).map(|object| object.fields.len());
    assert_eq!(fields("Query"), Some(22));
    assert_eq!(fields("Mutation"), Some(85));
    assert_eq!(buildkite_schema::SDL.matches(" @deprecated").count(), 8);
}

/// Buildkite has a type of this name that is an ordinary one.
#[test]
fn subscription_is_a_type_and_no_root() {
    assert!(
        buildkite_schema::SDL.starts_with("schema {\n  query: Query\n  mutation: Mutation\n}\n")
    );
    let schema = schema::load(buildkite_schema::SDL, buildkite_schema::PATH).expect("valid");
    assert_eq!(schema.schema_definition.subscription, None);
    assert!(schema.get_object("Subscription").is_some());
}

#[test]
fn sdl_becomes_canonical() {
    let sdl = r#"
        # Comments go, descriptions stay.
        extend type Query @owner(team: "b", name: "a") { zebra(b: [Int!]=[ 1,2 ], a: In = { y:"""
          two
          lines""", x:1.50 }): Zebra @deprecated(reason: "No longer supported") }
        "The start." type Query { ant: ID @deprecated(reason: """
          Use "zebra".
        """) }
        scalar String
        extend scalar ID @owner(name: "c", team: "d")
        union Any = Zebra | Query
        type Zebra implements Named & Animal { name: String animal: Int }
        interface Named { name: String }
        interface Animal { animal: Int }
        input In { y: String, x: Float }
        directive @owner(team: String, name: String) repeatable on SCALAR | OBJECT
        directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION
        extend schema @link
        directive @link on SCHEMA
    "#;
    let printed = schema::print_sdl(sdl, PrintOptions::new()).expect("valid SDL");
    insta::assert_snapshot!(printed, @r#"
    schema @link {
      query: Query
    }

    directive @link on SCHEMA

    directive @owner(name: String, team: String) repeatable on OBJECT | SCALAR

    interface Animal {
      animal: Int
    }

    union Any = Query | Zebra

    extend scalar ID @owner(name: "c", team: "d")

    input In {
      x: Float
      y: String
    }

    interface Named {
      name: String
    }

    """The start."""
    type Query @owner(name: "a", team: "b") {
      ant: ID @deprecated(reason: "Use \"zebra\".")
      zebra(a: In = {y: "two\nlines", x: 1.50}, b: [Int!] = [1, 2]): Zebra @deprecated
    }

    type Zebra implements Animal & Named {
      animal: Int
      name: String
    }
    "#);
    assert_eq!(
        schema::print_sdl(&printed, PrintOptions::new()).expect("valid SDL"),
        printed
    );
}

#[test]
fn byte_order_marks_are_no_part_of_a_schema() {
    let sdl = "schema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}\n";
    let marked = format!("\u{feff}{sdl}");
    assert_eq!(
        schema::print_sdl(&marked, PrintOptions::new()).expect("valid SDL"),
        sdl
    );
    let marked = format!("\u{feff}{}", super::FIXTURE);
    assert!(schema::print_text(&marked, "schema", PrintOptions::new()).is_ok());
}
