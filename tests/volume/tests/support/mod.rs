//! What the three schemas have in common: operations are sent, answers are read into
//! their types and written again, and nothing may have changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use buildkite_client::{Client, Operation, OperationKind};
use buildkite_sandbox::Sandbox;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Sandboxes that every operation is sent to, each with data of its own.
const SANDBOXES: u64 = 3;

/// The test of one schema, whose operations the build script has compiled. Each is a
/// test binary of its own: one of them alone is a lot of Rust.
macro_rules! random_operations_of {
    ($schema:literal) => {
        #[allow(
            warnings,
            clippy::all,
            clippy::pedantic,
            clippy::restriction,
            reason = "generated"
        )]
        mod generated {
            use buildkite_client::Maybe;

            use crate::support::{Case, case, json, moment};

            include!(concat!(
                env!("OUT_DIR"),
                "/",
                $schema,
                "/compiled/queries.rs"
            ));
            include!(concat!(env!("OUT_DIR"), "/", $schema, "/calls.rs"));
        }

        #[tokio::test]
        async fn random_operations_lose_nothing() {
            let sdl = include_str!(concat!(env!("OUT_DIR"), "/", $schema, "/schema.graphql"));
            let attempts = env!(concat!("VOLUME_ATTEMPTS_", $schema));
            support::run($schema, sdl, attempts, generated::CASES).await;
        }
    };
}
pub(crate) use random_operations_of;

/// An operation without its types.
pub(crate) struct Case {
    pub(crate) name: String,
    /// As it was written, with its fragments.
    pub(crate) source: &'static str,
    /// Keys that a directive may leave out.
    conditional: &'static [&'static str],
    document: String,
    kind: OperationKind,
    /// Variables as they are sent and as they should be.
    calls: Vec<(Value, Value)>,
    /// Reads an answer's data and writes it again.
    read: fn(&str) -> Result<Value, serde_json::Error>,
}

/// Takes the types off an operation.
pub(crate) fn case<O>(
    source: &'static str,
    conditional: &'static [&'static str],
    calls: &[(O, &'static str)],
) -> Case
where
    O: Operation,
    O::Data: Serialize,
{
    let (first, _) = &calls[0];
    Case {
        name: first.name().to_owned(),
        source,
        conditional,
        document: first.document().to_owned(),
        kind: first.kind(),
        read: |text| serde_json::to_value(serde_json::from_str::<O::Data>(text)?),
        calls: calls
            .iter()
            .map(|(operation, expected)| {
                let sent = serde_json::to_value(operation.variables()).unwrap();
                (sent, json(expected))
            })
            .collect(),
    }
}

/// A value of a scalar that may be anything.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A value of `DateTime`.
pub(crate) fn moment(text: &str) -> buildkite_client::scalars::DateTime {
    text.parse().unwrap()
}

/// What is sent for a case.
struct Sent<'c> {
    case: &'c Case,
    variables: &'c Value,
}

impl Operation for Sent<'_> {
    type Variables = Value;
    type Data = Box<RawValue>;

    fn kind(&self) -> OperationKind {
        self.case.kind
    }

    fn name(&self) -> &str {
        &self.case.name
    }

    fn document(&self) -> &str {
        &self.case.document
    }

    fn variables(&self) -> &Value {
        self.variables
    }
}

/// Sends every case with all its variables and reports everything that is wrong.
pub(crate) async fn run(schema: &str, sdl: &str, attempts: &str, cases: &[fn() -> Case]) {
    let (seed, operations) = env!("VOLUME_CHOSEN").split_once(' ').unwrap();
    let again = format!(
        "VOLUME_SEED={seed} VOLUME_OPERATIONS={operations} cargo test -p volume --test {schema}"
    );
    let mut failures = BTreeMap::new();
    let mut answers = 0;
    let mut nulls = 0;
    for data in 0..SANDBOXES {
        let builder = Sandbox::builder().seed(data).schema(sdl);
        let sandbox = builder.start().await.unwrap();
        let client = Client::builder()
            .token(sandbox.token())
            .endpoint(sandbox.url())
            .build()
            .unwrap();
        let http = reqwest::Client::new();
        for case in cases {
            let case = case();
            for (variables, expected) in &case.calls {
                let mut tried = Tried {
                    client: &client,
                    http: &http,
                    sandbox: &sandbox,
                    case: &case,
                    nulls: 0,
                };
                if let Err(why) = tried.call(variables, expected).await {
                    // One for each operation says enough.
                    failures.entry(case.name.clone()).or_insert(format!(
                        "{}: {why}\nvariables: {variables}\nanswers of sandbox {data}\n{}\n",
                        case.name, case.source
                    ));
                }
                answers += 1;
                nulls += tried.nulls;
            }
        }
        sandbox.stop().await;
    }
    println!(
        "{schema}: seed {seed}, {} operations ({attempts} made), {answers} answers, \
         {nulls} nulls read as nothing, {} operations failed",
        cases.len(),
        failures.len()
    );
    if !failures.is_empty() {
        let mut report = format!(
            "{} operations lost something. Again:\n\n    {again}\n\n",
            failures.len()
        );
        for failure in failures.values().take(10) {
            writeln!(report, "{failure}").unwrap();
        }
        panic!("{report}");
    }
}

/// One case against one sandbox.
struct Tried<'c> {
    client: &'c Client,
    http: &'c reqwest::Client,
    sandbox: &'c Sandbox,
    case: &'c Case,
    /// Nulls that are not kept apart from what is not there.
    nulls: usize,
}

impl Tried<'_> {
    async fn call(&mut self, variables: &Value, expected: &Value) -> Result<(), String> {
        if variables != expected {
            return Err(format!("the variables should be {expected}"));
        }
        let sent = Sent {
            case: self.case,
            variables,
        };
        let response = self.client.execute(sent).await;
        let raw = response.map_err(|error| chain(&error))?.into_data();
        let sent: Value = serde_json::from_str(raw.get()).unwrap();
        let written = self.ask_as_written(variables).await?;
        names_added(&sent, &written, &mut Vec::new())?;
        let read = (self.case.read)(raw.get()).map_err(|error| format!("{error}\nin {sent:#}"))?;
        self.kept(&written, &sent, &read, &mut Vec::new())?;
        // A server may send keys in another order, the name of the type last.
        let again = (self.case.read)(&sent.to_string())
            .map_err(|error| format!("in another order: {error}\nin {sent:#}"))?;
        if again != read {
            return Err(format!(
                "in another order it is read as {again:#}\ninstead of {read:#}"
            ));
        }
        Ok(())
    }

    /// The answer to the operation as it was written.
    async fn ask_as_written(&self, variables: &Value) -> Result<Value, String> {
        let body = json!({
            "query": self.case.source,
            "operationName": self.case.name,
            "variables": variables,
        });
        let request = self
            .http
            .post(self.sandbox.url())
            .bearer_auth(self.sandbox.token());
        let mut answer: Value = request
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        match answer.get("errors") {
            Some(errors) => Err(format!("as it was written: {errors:#}")),
            None => Ok(answer["data"].take()),
        }
    }

    /// What was read is what was asked for, and beyond it at most names of types.
    fn kept(
        &mut self,
        written: &Value,
        sent: &Value,
        read: &Value,
        path: &mut Vec<String>,
    ) -> Result<(), String> {
        match (written, read) {
            (Value::Object(written), Value::Object(read)) => {
                for (key, (written, read)) in joined(written, read) {
                    path.push(key.to_owned());
                    match (written, read) {
                        (Some(written), Some(read)) => {
                            self.kept(written, &sent[key], read, path)?;
                        }
                        (None, Some(read)) if key == "__typename" && *read == sent[key] => {}
                        // What may be left out is not told from what is null.
                        (Some(Value::Null), None) if self.case.conditional.contains(&key) => {
                            self.nulls += 1;
                        }
                        // Nor does a page tell what is null from what is not asked for.
                        (Some(Value::Null), None) | (None, Some(Value::Null))
                            if is_of_a_page(key) =>
                        {
                            self.nulls += 1;
                        }
                        (written, read) => return Err(differ("read", path, written, read)),
                    }
                    path.pop();
                }
                Ok(())
            }
            (Value::Array(written), Value::Array(read)) if written.len() == read.len() => {
                for (place, (written, read)) in written.iter().zip(read).enumerate() {
                    path.push(place.to_string());
                    self.kept(written, &sent[place], read, path)?;
                    path.pop();
                }
                Ok(())
            }
            (written, read) if written == read => Ok(()),
            (written, read) => Err(differ("read", path, Some(written), Some(read))),
        }
    }
}

fn is_of_a_page(key: &str) -> bool {
    [
        "pageInfo",
        "edges",
        "nodes",
        "node",
        "startCursor",
        "endCursor",
    ]
    .contains(&key)
}

/// The document that is sent asks for everything that was written, and beyond it for
/// nothing but names of types.
fn names_added(sent: &Value, written: &Value, path: &mut Vec<String>) -> Result<(), String> {
    match (sent, written) {
        (Value::Object(sent), Value::Object(written)) => {
            for (key, (written, sent)) in joined(written, sent) {
                path.push(key.to_owned());
                match (written, sent) {
                    (Some(written), Some(sent)) => names_added(sent, written, path)?,
                    (None, Some(_)) if key == "__typename" => {}
                    (written, sent) => return Err(differ("answered", path, written, sent)),
                }
                path.pop();
            }
            Ok(())
        }
        (Value::Array(sent), Value::Array(written)) if sent.len() == written.len() => {
            for (place, (sent, written)) in sent.iter().zip(written).enumerate() {
                path.push(place.to_string());
                names_added(sent, written, path)?;
                path.pop();
            }
            Ok(())
        }
        (sent, written) if sent == written => Ok(()),
        (sent, written) => Err(differ("answered", path, Some(written), Some(sent))),
    }
}

/// The values of two objects by their keys.
fn joined<'v>(
    a: &'v serde_json::Map<String, Value>,
    b: &'v serde_json::Map<String, Value>,
) -> BTreeMap<&'v str, (Option<&'v Value>, Option<&'v Value>)> {
    let keys = a.keys().chain(b.keys());
    keys.map(|key| (key.as_str(), (a.get(key), b.get(key))))
        .collect()
}

fn differ(what: &str, path: &[String], written: Option<&Value>, other: Option<&Value>) -> String {
    let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let path = path.join(".");
    format!(
        "`{path}` is {what} as {}, not {}",
        show(other),
        show(written)
    )
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        write!(text, ": {error}").unwrap();
        source = error.source();
    }
    text
}
