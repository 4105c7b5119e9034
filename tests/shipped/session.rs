//! A client of a sandbox that notes which operations it ran, and answers that
//! know which operation they belong to.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Debug;
use std::ops::Deref;

use buildkite_client::relay::{Connection, Paginate};
use buildkite_client::scalars::DateTime;
use buildkite_client::{Client, Error, Operation, OperationKind};
use buildkite_sandbox::{Limits, Sandbox};
use serde::Serialize;
use serde_json::Value;

/// A client, its sandbox, and the names of the operations that ran.
pub(crate) struct Session {
    pub(crate) client: Client,
    _sandbox: Sandbox,
    pub(crate) asked: RefCell<BTreeSet<String>>,
    pub(crate) drained: RefCell<BTreeSet<String>>,
    pub(crate) changed: RefCell<BTreeSet<String>>,
}

impl Session {
    pub(crate) async fn start() -> Self {
        // All of them together take more points than a user has in a window.
        let limits = Limits::default().user(u64::MAX).organization(u64::MAX);
        let sandbox = Sandbox::builder().limits(limits).start().await.unwrap();
        let client = Client::builder()
            .endpoint(sandbox.url())
            .token(sandbox.token())
            .build()
            .unwrap();
        Self {
            client,
            _sandbox: sandbox,
            asked: RefCell::default(),
            drained: RefCell::default(),
            changed: RefCell::default(),
        }
    }

    /// Runs an operation that has to succeed, and whose answer has to survive
    /// being written and read again.
    pub(crate) async fn ask<O>(&self, operation: O) -> Answer<O>
    where
        O: Operation,
        O::Data: Serialize + PartialEq + Debug,
    {
        let name = operation.name().to_owned();
        let response = self
            .client
            .execute(&operation)
            .await
            .unwrap_or_else(|error| panic!("{name}: {}", causes(&error)));
        let complexity = response
            .complexity()
            .unwrap_or_else(|| panic!("{name}: no complexity"));
        let expected = operation.requested_complexity();
        let requested = u64::try_from(complexity.requested).ok();
        assert_eq!(requested, expected, "{name}: its points");
        assert!(
            complexity.actual <= complexity.requested,
            "{name}: {complexity:?}"
        );
        let data = response.into_data();
        let written = serde_json::to_value(&data).unwrap();
        let read: O::Data = serde_json::from_value(written.clone())
            .unwrap_or_else(|error| panic!("{name}: cannot read its own {written:#}: {error}"));
        assert_eq!(read, data, "{name}: differs once written and read again");
        let ran = match operation.kind() {
            OperationKind::Query => &self.asked,
            OperationKind::Mutation => &self.changed,
        };
        ran.borrow_mut().insert(name.clone());
        Answer { name, data }
    }

    /// Reads a list in small pages, at most `limit` rows of it, and compares
    /// it with the one page that `whole` asks for.
    pub(crate) async fn drain<O>(&self, small: O, whole: O, limit: Option<usize>)
    where
        O: Paginate,
        O::Data: Serialize + PartialEq + Debug,
        O::Node: Serialize + Debug,
    {
        let name = small.name().to_owned();
        let whole = self.ask(whole).await;
        let connection = whole.connection();
        let expected: Vec<Value> = connection.nodes().map(json).collect();

        let paginator = self.client.paginate(small);
        let mut items = match limit {
            Some(limit) => paginator.limit(limit).items(),
            None => paginator.items(),
        };
        let mut rows = Vec::new();
        while let Some(row) = items
            .try_next()
            .await
            .unwrap_or_else(|error| panic!("{name}: row {}: {}", rows.len(), causes(&error)))
        {
            rows.push(json(&row));
        }

        let unique: BTreeSet<&str> = rows
            .iter()
            .map(|row| {
                row["id"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{name}: no id"))
            })
            .collect();
        assert_eq!(unique.len(), rows.len(), "{name}: a row comes twice");
        assert_eq!(
            rows, expected,
            "{name}: small pages and one big page differ"
        );
        let pages = items.fetched_pages();
        assert!(
            pages > 1 || rows.len() == 1,
            "{name}: one page is no paging"
        );
        assert_eq!(items.null_rows(), 0, "{name}: rows are null");
        assert_eq!(items.total_count(), connection.count(), "{name}: total");
        match (limit, items.total_count()) {
            (Some(limit), total) => {
                assert_eq!(rows.len(), limit, "{name}: fewer rows than the limit");
                assert!(total >= i64::try_from(limit).ok(), "{name}: total");
            }
            (None, Some(total)) => assert_eq!(length(&rows), total, "{name}: total"),
            // The schema has no count here.
            (None, None) => assert_eq!(name, "ApiAccessTokens", "{name}: no total"),
        }
        let more = connection.page_info().and_then(|info| info.has_next_page);
        whole.same(more.unwrap_or(true), limit.is_some(), "more behind the end");
        self.drained.borrow_mut().insert(name);
    }

    /// Runs a mutation that the sandbox simulates, and answers its payload as JSON,
    /// in the names of the API.
    pub(crate) async fn accepted<O>(&self, operation: O) -> Value
    where
        O: Operation,
        O::Data: Serialize + PartialEq + Debug,
    {
        let name = operation.name().to_owned();
        assert_eq!(operation.kind(), OperationKind::Mutation, "{name}");
        let answer = self.ask(operation).await;
        let data = json(&answer.data);
        let payloads: Vec<&Value> = data.as_object().unwrap().values().collect();
        let [payload] = payloads[..] else {
            panic!("{name}: not one field: {data}");
        };
        assert!(payload.is_object(), "{name}: {data}");
        payload.clone()
    }

    /// Runs a mutation that the sandbox does not simulate.
    pub(crate) async fn refused<O>(&self, operation: O)
    where
        O: Operation,
        O::Data: Debug,
    {
        let name = operation.name().to_owned();
        assert_eq!(operation.kind(), OperationKind::Mutation, "{name}");
        // The one field of the operation stands behind its first line.
        let field = operation
            .document()
            .lines()
            .nth(1)
            .and_then(|line| line.trim().split('(').next())
            .unwrap_or_else(|| panic!("{name}: {}", operation.document()));
        let error = match self.client.execute(&operation).await {
            Ok(response) => panic!("{name}: succeeded with {:?}", response.data()),
            Err(error) => error,
        };
        let text = causes(&error);
        assert_eq!(
            error.kind(),
            buildkite_client::ErrorKind::Graphql,
            "{name}: {text}"
        );
        assert_eq!(error.operation(), Some(name.as_str()), "{name}: {text}");
        assert!(!error.is_retryable(), "{name}: {text}");
        let [only] = error.graphql_errors() else {
            panic!("{name}: {text}");
        };
        let says = only.message();
        assert!(
            says.contains(&format!("`{field}`")) && says.contains("does not simulate"),
            "{name}: {says}"
        );
        assert!(text.contains(says), "{name}: the error says only {text}");
        self.changed.borrow_mut().insert(name);
    }
}

/// An error with all its causes.
pub(crate) fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn json(row: &impl Serialize) -> Value {
    serde_json::to_value(row).unwrap()
}

/// A length as the schema counts.
pub(crate) fn length<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap()
}

/// Texts as operations take them.
pub(crate) fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// What an operation answered. Its checks fail with the operation's name.
pub(crate) struct Answer<O: Operation> {
    pub(crate) name: String,
    data: O::Data,
}

impl<O: Operation> Deref for Answer<O> {
    type Target = O::Data;

    fn deref(&self) -> &O::Data {
        &self.data
    }
}

impl<O: Operation> Answer<O> {
    /// A part of the answer that must not be null.
    #[track_caller]
    pub(crate) fn get<T>(&self, pick: impl FnOnce(&O::Data) -> Option<&T>) -> &T {
        self.some(pick(&self.data))
    }

    /// Something that must be there.
    #[track_caller]
    pub(crate) fn some<T>(&self, part: Option<T>) -> T {
        match part {
            Some(part) => part,
            None => panic!("{}: what is asked for is not there", self.name),
        }
    }

    #[track_caller]
    pub(crate) fn check(&self, holds: bool, what: impl Debug) {
        assert!(holds, "{}: {what:#?}", self.name);
    }

    #[track_caller]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "most of what is compared is made for the comparison"
    )]
    pub(crate) fn same<T: PartialEq + Debug>(&self, is: T, should: T, what: &str) {
        assert_eq!(is, should, "{}: {what}", self.name);
    }

    /// The rows of a page: there are some, none is null, and there are not
    /// more than all.
    #[track_caller]
    pub(crate) fn page<'a, T>(&self, connection: &'a Connection<T>) -> Vec<&'a T> {
        let rows: Vec<&T> = connection.nodes().collect();
        self.check(!rows.is_empty(), "no rows");
        self.same(connection.null_nodes(), 0, "null rows");
        if let Some(count) = connection.count() {
            self.check(count >= length(&rows), "more rows than all");
            let more = connection.page_info().and_then(|info| info.has_next_page);
            self.same(more, Some(count > length(&rows)), "whether there is more");
        }
        rows
    }

    /// Every one of some rows is as it should be.
    #[track_caller]
    pub(crate) fn each<'a, T: Debug + 'a>(
        &self,
        rows: impl IntoIterator<Item = &'a T>,
        what: &str,
        is_right: impl Fn(&T) -> bool,
    ) {
        for row in rows {
            assert!(is_right(row), "{}: {what}: {row:#?}", self.name);
        }
    }

    /// Times that are there stand in this order.
    #[track_caller]
    pub(crate) fn in_order<const N: usize>(&self, times: [Option<DateTime>; N]) {
        let known: Vec<DateTime> = times.into_iter().flatten().collect();
        assert!(known.is_sorted(), "{}: not in order: {times:?}", self.name);
    }
}

impl<O: Paginate> Answer<O> {
    /// The list that the operation reads.
    #[track_caller]
    pub(crate) fn connection(&self) -> &Connection<O::Node> {
        match O::connection(&self.data) {
            Some(connection) => connection,
            None => panic!("{}: the list is null", self.name),
        }
    }

    /// The rows of the list, of which there are some.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<&O::Node> {
        self.page(self.connection())
    }

    /// How many rows the list has on all pages.
    #[track_caller]
    pub(crate) fn count(&self) -> i64 {
        match self.connection().count() {
            Some(count) => count,
            None => panic!("{}: no count", self.name),
        }
    }
}
