//! Answers that are not what they should be, as HTTP.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::time::sleep;

/// In how many pieces an answer drips.
const DROPS: usize = 16;

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sandbox</title></head>\
    <body><h1>This is not the answer</h1></body></html>\n";

/// An answer with an error status: a gateway's is a page, any other is JSON.
pub(crate) fn status(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if (502..=504).contains(&status.as_u16()) {
        return (status, [(header::CONTENT_TYPE, "text/html")], PAGE).into_response();
    }
    let reason = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "errors": [{ "message": reason }] }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A page of HTML, as if all were well.
pub(crate) fn html() -> Response {
    ([(header::CONTENT_TYPE, "text/html")], PAGE).into_response()
}

/// The answer in other words: not JSON, or not said to be.
pub(crate) fn text(body: Bytes, content_type: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// The first half of an answer that was announced whole.
pub(crate) fn cut(body: &Bytes) -> Response {
    let length = body.len();
    let half = body.slice(..length / 2);
    let end = stream::once(async {
        // Until here what there is has been sent; an error would take it back.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let pieces = stream::iter([Ok(half)]).chain(end);
    announced(length, Body::from_stream(pieces))
}

/// The whole answer, in pieces with a pause before each.
pub(crate) fn drip(body: Bytes, pause: Duration) -> Response {
    let length = body.len();
    let size = length.div_ceil(DROPS).max(1);
    let pieces = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(piece), rest))
    });
    announced(length, Body::from_stream(pieces))
}

fn announced(length: usize, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    (headers, body).into_response()
}
