//! A part of an answer, read as if it had been an answer of its own.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{RawEnvelope, graphql, locate, wrong_value};
use crate::Error;
use crate::error::GraphqlError;

/// Reads the data of a part, where `whole` is what the whole answer was refused for.
#[cold]
pub(crate) fn read<T: DeserializeOwned>(
    data: String,
    errors: Vec<GraphqlError>,
    whole: &Error,
) -> Result<T, Error> {
    let data = match RawValue::from_string(data) {
        Ok(data) => data,
        // It was read as JSON before.
        Err(source) => {
            return Err(
                super::undecodable("the answer cannot be decoded".to_owned())
                    .with_source(source)
                    .with_origin_of(whole),
            );
        }
    };
    let error = if errors.is_empty() {
        match serde_json::from_str(data.get()) {
            Ok(data) => return Ok(data),
            Err(source) => wrong_value(&data, locate::<T>(&data), Some(source))
                .with_graphql(Vec::new(), Some(data)),
        }
    } else {
        graphql(RawEnvelope {
            data: Some(&data),
            errors,
        })
    };
    Err(error.with_origin_of(whole))
}
