//! The lint `rest_unreachable`: what is said where the rest of a nested connection cannot
//! be read.

use super::find::Place;
use super::reason::Reason;
use crate::frame::frame;
use crate::lints::{Finding, Lint};
use crate::model::Context;

/// What a lint says of a connection; `None` outside of lists, where other lints have their
/// say, and where nothing of `pageInfo` is read.
pub(super) fn report(context: &Context<'_>, place: &Place<'_>, reason: &Reason) -> Option<Finding> {
    if !place.in_list {
        return None;
    }
    let parent = place.shapes.get(place.shape).graphql_types.join("|");
    let name = place.name();
    let (label, help) = match reason {
        Reason::Unread => return None,
        Reason::NoCursor { argument } => (
            format!("takes no `{argument}`"),
            "ask for as many rows as there can be".to_owned(),
        ),
        Reason::BothWays => (
            "is walked in both directions".to_owned(),
            "give it `first` and `after`, or `last` and `before`".to_owned(),
        ),
        Reason::OwnType => (
            "selects more than a page of rows".to_owned(),
            "leave out aliases, and everything but `count`, `pageInfo { … }`, `edges { cursor node { … } }` or `nodes { … }`".to_owned(),
        ),
        Reason::PartlyConditional => (
            "is selected several times, and not always".to_owned(),
            "select it once, with all that is wanted of it".to_owned(),
        ),
        Reason::SharedVariant => (
            "is selected for several types at once".to_owned(),
            "select it in an inline fragment of its own for each type".to_owned(),
        ),
        Reason::NoNode { ty } => (
            format!("`{ty}` is no `Node`: `node(id:)` does not lead back to it"),
            format!("read `{name}` with a query in which it stands outside of lists"),
        ),
        Reason::NoId { ty } => (
            format!("nothing says which `{ty}` it belongs to"),
            format!("add `id` beside `{}`", place.field.key),
        ),
        Reason::UncertainId { ty } => (
            format!("the `id` of its `{ty}` is not always there, or not as text"),
            format!("add a plain `id` beside `{}`", place.field.key),
        ),
        Reason::Arguments => (
            "its cursor is no text, or its page size no whole number".to_owned(),
            "ask for as many rows as there can be".to_owned(),
        ),
        Reason::Invalid(message) => (
            "the operation that would read them is not valid".to_owned(),
            format!(
                "ask for as many rows as there can be; the derived operation is refused because {message}"
            ),
        ),
    };
    let lint = Lint::RestUnreachable;
    let places: Vec<_> = place
        .field
        .written
        .iter()
        .filter_map(|field| field.alias.as_ref().unwrap_or(&field.name).location())
        .collect();
    Some(Finding {
        lint,
        report: frame(
            &context.document.sources,
            places.first().copied(),
            &format!(
                "`{parent}.{name}` says whether there are more rows, but they cannot be read from here"
            ),
            &label,
            &format!("{help}{}", lint.or_allow("on the field")),
        ),
        places,
    })
}
