//! The sandboxes, and what was sent to them.

use std::error::Error;
use std::time::Duration;

use buildkite_sandbox::{Limits, Sandbox};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::chosen;
use crate::generated::{self, Schema};
use crate::known::Known;
use crate::operation::{Answered, Operation};
use crate::thorough::thorough;

/// The schema that has every shape.
const GARDEN: &str = include_str!("../../../crates/codegen/tests/compile/shapes/schema.graphql");
/// The schema that nests what may be nested.
const NESTED: &str = include_str!("../../volume/schemas/nested.graphql");

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sandbox with its answers.
#[derive(Debug)]
pub(crate) struct World {
    name: &'static str,
    sdl: &'static str,
    pub(crate) sandbox: Sandbox,
    answered: Vec<Answered>,
}

impl World {
    async fn start(
        name: &'static str,
        sdl: &'static str,
        is_invented: bool,
        seed: u64,
    ) -> Result<Self, Box<dyn Error>> {
        let builder = Sandbox::builder().seed(seed);
        let builder = if is_invented {
            builder.schema(sdl)
        } else {
            builder
        };
        // Time stands still, so that whoever asks later is told the same.
        let builder = builder.limits(Limits::none()).speed(0.0);
        Ok(Self {
            name,
            sdl,
            sandbox: builder.start().await?,
            answered: Vec::new(),
        })
    }

    async fn send(
        &mut self,
        operations: impl IntoIterator<Item = Operation>,
    ) -> Result<(), Box<dyn Error>> {
        let http = reqwest::Client::new();
        for operation in operations {
            let answer = ask(&http, &self.sandbox, &operation).await?;
            self.answered.push(Answered { operation, answer });
        }
        Ok(())
    }

    /// The data of an answer to a document without variables.
    pub(crate) async fn data(&self, document: &str) -> Result<Value, Box<dyn Error>> {
        let operation = Operation {
            name: String::new(),
            document: document.to_owned(),
            wanted: None,
            variables: json!({}),
        };
        let text = ask(&reqwest::Client::new(), &self.sandbox, &operation).await?;
        let mut answer: Value = serde_json::from_str(&text)?;
        match answer.get("errors") {
            Some(errors) => Err(format!("{errors:#} for {document}").into()),
            None => Ok(answer["data"].take()),
        }
    }

    /// What `compare.mjs` has to know.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "sdl": self.sdl,
            "url": self.sandbox.url(),
            "token": self.sandbox.token(),
            "operations": self.answered,
        })
    }
}

async fn ask(
    http: &reqwest::Client,
    sandbox: &Sandbox,
    operation: &Operation,
) -> Result<String, Box<dyn Error>> {
    let body = json!({
        "query": operation.document,
        "operationName": operation.wanted,
        "variables": operation.variables,
    });
    let request = http.post(sandbox.url()).bearer_auth(sandbox.token());
    let response = request.json(&body).timeout(PATIENCE).send().await?;
    let status = response.status();
    let answer = response.text().await?;
    // What is wrong with an operation is told with 200; anything else would be taken for
    // a refusal.
    if status != StatusCode::OK && !operation.document.trim().is_empty() {
        return Err(format!("status {status}: {answer}\nfor {}", operation.document).into());
    }
    Ok(answer)
}

/// Starts a sandbox for each schema, and sends what is there to be sent.
pub(crate) async fn worlds(seed: u64, operations: usize) -> Result<Vec<World>, Box<dyn Error>> {
    let buildkite = Schema::read(buildkite_schema::SDL)?;
    let mut worlds = Vec::new();

    let mut world = World::start("buildkite", buildkite_schema::SDL, false, seed).await?;
    let known = Known::of(&world).await?;
    world
        .send(chosen::of_buildkite(&world, &known).await?)
        .await?;
    world.send(thorough(&buildkite, Some(&known))).await?;
    world
        .send(generated::real(&buildkite, &known, seed, operations)?)
        .await?;
    worlds.push(world);

    let fewer = operations.div_ceil(3);
    for (name, sdl, schema, operations) in [
        (
            "buildkite, invented",
            buildkite_schema::SDL,
            buildkite,
            operations,
        ),
        ("garden", GARDEN, Schema::read(GARDEN)?, fewer),
        ("nested", NESTED, Schema::read(NESTED)?, fewer),
    ] {
        let mut world = World::start(name, sdl, true, seed).await?;
        world.send(chosen::of_any_schema()).await?;
        if name == "nested" {
            world.send(chosen::of_nested()).await?;
        }
        world.send(thorough(&schema, None)).await?;
        world
            .send(generated::any(&schema, seed, operations)?)
            .await?;
        worlds.push(world);
    }
    Ok(worlds)
}
