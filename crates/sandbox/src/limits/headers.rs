//! The limits as HTTP tells of them.

use axum::http::HeaderName;
use axum::response::Response;

use super::RateLimits;

/// What an operation cost.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Cost {
    #[serde(rename = "requestedComplexity")]
    pub(crate) requested: u64,
    #[serde(rename = "actualComplexity")]
    pub(crate) actual: u64,
}

/// Why nothing more is answered in this window, if so.
pub(crate) fn used_up(now: &RateLimits) -> Option<String> {
    let (organization, user) = (now.organization, now.user);
    if organization.remaining == 0 {
        return Some(format!(
            "Your organization has exceeded the limit of {} complexity points. \
             Please try again in {} seconds.",
            organization.limit,
            organization.reset()
        ));
    }
    (user.remaining == 0).then(|| {
        format!(
            "You have exceeded your per-user limit of {} complexity points. \
             Please try again in {} seconds.",
            user.limit,
            user.reset()
        )
    })
}

/// Adds the headers that tell what is left and what the operation cost.
pub(crate) fn tell(response: &mut Response, now: &RateLimits, cost: Option<Cost>) {
    let (organization, user) = (now.organization, now.user);
    let mut set = |name: &'static str, value: u64| {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, value.into());
    };
    set("ratelimit-limit", organization.limit);
    set("ratelimit-remaining", organization.remaining);
    set("ratelimit-reset", organization.reset());
    set("ratelimit-user-limit", user.limit);
    set("ratelimit-user-remaining", user.remaining);
    set("ratelimit-user-reset", user.reset());
    if let Some(cost) = cost {
        set("ratelimit-complexity-requested", cost.requested);
        set("ratelimit-complexity-actual", cost.actual);
    }
}
