//! What comes back from an operation that succeeded.

use std::ops::Deref;

use crate::error::GraphqlError;
use crate::transport::{Answer, Complexity, RateLimit};

/// The answer to an operation: its data, and what the server says beside it.
///
/// It dereferences to the data, so fields can be read directly.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let answer = bk.execute(RecentBuilds::new("acme-inc/web").first(20)).await?;
/// if let Some(points) = answer.user_rate_limit() {
///     println!("{} of {} points left", points.remaining, points.limit);
/// }
/// println!("{:?}", answer.pipeline);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    data: T,
    errors: Vec<GraphqlError>,
    rate_limit: Option<RateLimit>,
    user_rate_limit: Option<RateLimit>,
    complexity: Option<Complexity>,
    request_id: Option<String>,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(data: T, errors: Vec<GraphqlError>, answer: &Answer) -> Self {
        let limits = answer.limits();
        Self {
            data,
            errors,
            rate_limit: limits.organization,
            user_rate_limit: limits.user,
            complexity: limits.complexity,
            request_id: answer.request_id(),
            attempts: 1,
        }
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The data.
    pub fn data(&self) -> &T {
        &self.data
    }

    pub(crate) fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }

    /// The data itself.
    pub fn into_data(self) -> T {
        self.data
    }

    /// The errors that came along with the data. Empty unless partial data
    /// was [allowed](crate::Execute::allow_partial_data).
    pub fn errors(&self) -> &[GraphqlError] {
        &self.errors
    }

    /// The organization's window of points; `None` where the server does not
    /// say.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// The window of points of the user to whom the token belongs; `None`
    /// where the server does not say.
    pub fn user_rate_limit(&self) -> Option<RateLimit> {
        self.user_rate_limit
    }

    /// What the operation cost; `None` where the server does not say.
    pub fn complexity(&self) -> Option<Complexity> {
        self.complexity
    }

    /// The id under which the server knows the request, where it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How often the operation was sent until this answer came.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The same answer with other data.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            data: change(self.data),
            errors: self.errors,
            rate_limit: self.rate_limit,
            user_rate_limit: self.user_rate_limit,
            complexity: self.complexity,
            request_id: self.request_id,
            attempts: self.attempts,
        }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}
