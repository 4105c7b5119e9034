//! Variables as they are sent.

use buildkite_client::{Maybe, Operation, OperationKind};
use serde_json::{Value, json};

use crate::garden::types::{
    BoxInput, FooChoice, FooChoice2, HatInput, Kind, Mood, OptionInput, Ordering, PersonInput,
    PlantFilter, PlantSelector, Range, ResultInput, SInput,
};
use crate::garden::*;

fn sent<O: Operation>(operation: &O) -> Value {
    serde_json::to_value(operation.variables()).unwrap()
}

#[test]
fn an_operation_knows_what_it_is() {
    let operation = Water::new("1");
    assert_eq!(operation.name(), "Water");
    assert_eq!(operation.kind(), OperationKind::Mutation);
    assert!(
        operation
            .document()
            .starts_with("mutation Water($id: ID!) {")
    );
    assert_eq!(Common::new().kind(), OperationKind::Query);
    assert_eq!(Common::default(), Common::new());
    // The name in the document is the query's own.
    assert_eq!(FooBar2::NAME, "foo_bar");
    assert_eq!(Type::NAME, "type");
    assert_eq!(sent(&Common::new()), json!({}));
}

#[test]
fn an_optional_variable_has_three_states() {
    let operation = Beds::new();
    assert_eq!(sent(&operation), json!({}));
    assert_eq!(sent(&operation.clone().first(5)), json!({"first": 5}));
    assert_eq!(
        sent(&operation.clone().first(Maybe::Null).after("c")),
        json!({"first": null, "after": "c"})
    );
    assert_eq!(sent(&operation.first(Maybe::Undefined)), json!({}));
}

#[test]
fn a_variable_with_a_default_is_never_null() {
    let operation = Inputs::new(PlantSelector::Id("1".into()));
    assert_eq!(sent(&operation), json!({"by": {"id": "1"}}));
    assert_eq!(
        sent(
            &operation
                .limit(7)
                .text("moss")
                .order(Ordering::Greater)
                .choice(FooChoice2::A)
                .other(FooChoice::Other("b".to_owned()))
                .kinds([Some(Kind::Type), None])
        ),
        json!({
            "by": {"id": "1"},
            "limit": 7,
            "text": "moss",
            "order": "GREATER",
            "choice": "a",
            "other": "b",
            "kinds": ["type", null],
        })
    );
}

#[test]
fn awkward_names_are_sent_as_they_are() {
    let operation = Type::new("n")
        .name("m")
        .self_("s")
        .r#type(Kind::SelfValue2)
        .document(1)
        .serializer(2)
        .underscore(3);
    assert_eq!(
        sent(&operation),
        json!({
            "new": "n",
            "name": "m",
            "self": "s",
            "type": "Self",
            "document": 1,
            "serializer": 2,
            "_": 3,
        })
    );
}

#[test]
fn inputs_hold_themselves() {
    let filter = PlantFilter::new()
        .and([PlantFilter::new().kind(Kind::Perennial)])
        .not(PlantFilter::new().not(Maybe::Null))
        .inner(PlantFilter::new().depth(4))
        .height(
            Range::new(2.5)
                .min(Maybe::Null)
                .within(PlantFilter::new().new_(true)),
        )
        .tags([Some(vec![Some("a".to_owned()), None]), None])
        .self_("me");
    let operation = Inputs::new(PlantSelector::Name("x".into())).filter(filter);
    assert_eq!(
        sent(&operation),
        json!({
            "by": {"name": "x"},
            "filter": {
                "and": [{"kind": "PERENNIAL"}],
                "not": {"not": null},
                "inner": {"depth": 4},
                "height": {"max": 2.5, "min": null, "within": {"new": true}},
                "tags": [["a", null], null],
                "self": "me",
            },
        })
    );
}

#[test]
fn inputs_hold_each_other() {
    let mother = PersonInput::new("Bo", []).hat(HatInput::new(5).worn_by(Maybe::Null));
    let input = PersonInput::new("Ada", [PersonInput::new("Cy", [])])
        .mother(mother)
        .mood(Mood::Good)
        .website("https://ada.example")
        .extra(json!({"any": null}));
    let operation = AddPerson::new(input)
        .result(ResultInput::new(true))
        .s(SInput::new().s(SInput::default()))
        .r#box(BoxInput::new().r#box(BoxInput::new()));
    assert_eq!(
        sent(&operation),
        json!({
            "input": {
                "name": "Ada",
                "friends": [{"name": "Cy", "friends": []}],
                "mother": {"name": "Bo", "friends": [], "hat": {"size": 5, "wornBy": null}},
                "mood": "GOOD",
                "website": "https://ada.example",
                "extra": {"any": null},
            },
            "result": {"ok": true},
            "s": {"s": {}},
            "box": {"box": {}},
        })
    );
    let option = OptionQuery::new().option(OptionInput::new().some(true));
    assert_eq!(sent(&option), json!({"option": {"some": true}}));
}

#[test]
fn exactly_one_is_an_enum() {
    let by = |selector| sent(&Inputs::new(selector))["by"].take();
    assert_eq!(
        by(PlantSelector::Type(Kind::LowerCase)),
        json!({"type": "lower_case"})
    );
    assert_eq!(
        by(PlantSelector::Like(Box::new(PlantSelector::Id("1".into())))),
        json!({"like": {"id": "1"}})
    );
    assert_eq!(
        by(PlantSelector::Around(Box::new(PlantFilter::new().depth(1)))),
        json!({"around": {"depth": 1}})
    );
}

#[test]
fn strings_in_a_document_are_as_they_were_written() {
    // A block string says the same as a string with escapes.
    let note = r#"note: "Two cans,\n  \"slowly\" \"\"\" # and no more\nGrüße 🌱""#;
    assert!(Water::DOCUMENT.contains(note));
    assert!(Inputs::DOCUMENT.contains(r#"$text: String! = "Grüße \"🌱\"""#));
}
