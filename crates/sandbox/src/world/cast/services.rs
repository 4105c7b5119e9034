//! The pipelines that a larger organization has beside those that are written down.

use super::steps;
use crate::world::pipelines::Pipeline;
use crate::world::steps::Step;

/// What a service is about, and what it is.
const SUBJECTS: &[&str] = &[
    "Catalog",
    "Cart",
    "Checkout",
    "Inventory",
    "Pricing",
    "Shipping",
    "Returns",
    "Reviews",
    "Accounts",
    "Sessions",
    "Mail",
    "Images",
    "Videos",
    "Coupons",
    "Ledger",
    "Fraud",
    "Support",
    "Partners",
    "Exports",
    "Imports",
];
const FORMS: &[(&str, &str)] = &[
    ("API", ":gear:"),
    ("Worker", ":hammer:"),
    ("Gateway", ":door:"),
    ("Console", ":desktop_computer:"),
    ("Schema", ":card_index:"),
];

/// The service at a place.
pub(super) fn service(place: u64) -> Pipeline {
    let at = |place: u64, length: usize| usize::try_from(place).unwrap_or(0) % length;
    let subject = SUBJECTS[at(place, SUBJECTS.len())];
    let (form, emoji) = FORMS[at(place / super::count(SUBJECTS.len()), FORMS.len())];
    // Beyond as many as there are words for, services are numbered.
    let round = place / super::count(SUBJECTS.len() * FORMS.len());
    let name = match round {
        0 => format!("{subject} {form}"),
        _ => format!("{subject} {form} {}", round + 1),
    };
    let slug = name.to_lowercase().replace(' ', "-");
    let repository = format!("git@github.com:acme-inc/{slug}.git");
    Pipeline {
        description: Some(format!("{form} of the domain {subject}")),
        emoji: Some(emoji.to_owned()),
        color: Some("#5b6ee1".to_owned()),
        tags: vec!["backend".to_owned()],
        steps: shared(steps::service()),
        ..Pipeline::new(&slug, &name, repository)
    }
}

fn shared(steps: Vec<Step>) -> Vec<std::sync::Arc<Step>> {
    steps.into_iter().map(std::sync::Arc::new).collect()
}
