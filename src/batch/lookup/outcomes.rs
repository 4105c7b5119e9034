//! What an answer for several IDs means for each of them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::document::place;
use super::found::Found;
use super::{NodeLookup, Outcome};
use crate::client::part;
use crate::error::{GraphqlError, PathSegment};
use crate::{Error, ErrorKind, Response};

/// The outcomes for `count` IDs, in order, of a request that was answered as it should be.
pub(super) fn of_answer<O: NodeLookup>(
    name: &str,
    count: usize,
    answer: Response<Found<O>>,
) -> Vec<Outcome<O::Node>> {
    let mut outcomes: Vec<Option<Outcome<O::Node>>> = Vec::new();
    outcomes.resize_with(count, || None);
    for (place, data) in answer.into_data().data {
        if let Some(outcome) = outcomes.get_mut(place) {
            *outcome = Some(Ok(O::into_node(data)));
        }
    }
    outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap_or_else(|| missing::<O>(name)))
        .collect()
}

/// The server has to answer every field that it was asked for.
fn missing<O: NodeLookup>(name: &str) -> Outcome<O::Node> {
    let key = O::LOOKUP.key;
    let problem = format!("`{key}` is missing from the answer for this ID");
    Err(Error::new(ErrorKind::Decode, problem)
        .with_operation(crate::OperationKind::Query, name)
        .with_path(key.to_owned())
        .sent())
}

/// The outcomes for `count` IDs of a request that failed: those of which nothing is wrong
/// are taken out of what came along.
#[cold]
pub(super) fn of_error<O: NodeLookup>(count: usize, error: &Error) -> Vec<Outcome<O::Node>> {
    let errors = Sorted::new(count, error.graphql_errors(), O::LOOKUP.key);
    let data: Option<BTreeMap<String, &RawValue>> = error
        .partial_json()
        .and_then(|data| serde_json::from_str(data).ok());
    let Some(data) = data else {
        let own = errors.of_each.into_iter();
        return own
            .map(|own| {
                if own.is_empty() {
                    return Err(error.without_data());
                }
                let errors = [errors.of_all.as_slice(), &own].concat();
                part::read::<O::Data>("null".to_owned(), errors, error).map(O::into_node)
            })
            .collect();
    };
    let mut texts = vec![None; count];
    for (key, value) in data {
        if let Some(text) = place(&key).and_then(|place| texts.get_mut(place)) {
            *text = Some(value.get());
        }
    }
    texts
        .into_iter()
        .zip(errors.of_each)
        .map(|(text, own)| {
            let data = match text {
                Some(text) => format!("{{\"{}\":{text}}}", O::LOOKUP.key),
                None => "{}".to_owned(),
            };
            let mut errors = errors.of_all.clone();
            errors.extend(own);
            part::read::<O::Data>(data, errors, error).map(O::into_node)
        })
        .collect()
}

/// Whether errors about single IDs took the data of all others with them, as they do where
/// the field may not be null.
pub(super) fn took_others_along(error: &Error) -> bool {
    error.kind() == ErrorKind::Graphql
        && error.partial_json().is_none()
        && error
            .graphql_errors()
            .iter()
            .any(|error| place_of(error).is_some())
}

fn place_of(error: &GraphqlError) -> Option<usize> {
    match error.path().first()? {
        PathSegment::Key(key) => place(key),
        PathSegment::Index(_) => None,
    }
}

/// Errors by the ID that they are about.
struct Sorted {
    of_each: Vec<Vec<GraphqlError>>,
    of_all: Vec<GraphqlError>,
}

impl Sorted {
    fn new(count: usize, errors: &[GraphqlError], key: &str) -> Self {
        let mut sorted = Self {
            of_each: vec![Vec::new(); count],
            of_all: Vec::new(),
        };
        for error in errors {
            match place_of(error).and_then(|place| sorted.of_each.get_mut(place)) {
                Some(own) => own.push(error.under_key(key)),
                None => sorted.of_all.push(error.clone()),
            }
        }
        sorted
    }
}
