//! Reading steps as people write them for Buildkite.

use serde_json::{Map, Value};

use super::{Step, StepKind};

/// The steps of a pipeline that somebody has written down.
///
/// # Errors
///
/// What is wrong with them.
pub(crate) fn read(yaml: &str) -> Result<Vec<Step>, String> {
    let value: Value = crate::yaml::parse(yaml)?;
    let steps = match &value {
        Value::Object(pipeline) => pipeline.get("steps").ok_or("there are no `steps`")?,
        list => list,
    };
    read_list(steps)
}

/// The steps in a list.
///
/// # Errors
///
/// What is wrong with them.
pub(crate) fn read_list(steps: &Value) -> Result<Vec<Step>, String> {
    let Value::Array(list) = steps else {
        return Err("`steps` must be a list".to_owned());
    };
    let mut read = Vec::new();
    for (place, step) in list.iter().enumerate() {
        match step {
            Value::String(word) => read.push(named(word, place)?),
            Value::Object(step) if step.contains_key("group") => {
                let inside = step
                    .get("steps")
                    .ok_or_else(|| format!("the group at place {place} has no `steps`"))?;
                read.extend(read_list(inside)?);
            }
            Value::Object(step) => read.push(one(step, place)?),
            _ => return Err(unknown(place)),
        }
    }
    Ok(read)
}

fn named(word: &str, place: usize) -> Result<Step, String> {
    match word {
        "wait" | "waiter" => Ok(Step::wait()),
        "block" | "input" | "manual" => Ok(Step::block("", "Unblock")),
        _ => Err(unknown(place)),
    }
}

fn unknown(place: usize) -> String {
    format!("the step at place {place} is no command, wait, block, input, trigger or group")
}

fn one(step: &Map<String, Value>, place: usize) -> Result<Step, String> {
    let text = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| step.get(*name));
        values.next().and_then(Value::as_str).map(str::to_owned)
    };
    let has = |names: &[&str]| names.iter().any(|name| step.contains_key(*name));
    let key = text(&["key", "identifier", "id"]).unwrap_or_default();
    let label = text(&["label", "name"]);
    let mut read = if has(&["wait", "waiter"]) {
        Step::wait()
    } else if has(&["block", "input", "manual"]) {
        let shown = text(&["block", "input", "manual"]).or(label);
        Step::block(&key, &shown.unwrap_or_else(|| "Unblock".to_owned()))
    } else if let Some(pipeline) = text(&["trigger"]) {
        Step::trigger(&key, &label.unwrap_or_default(), &pipeline)
    } else if has(&["command", "commands", "label", "name", "plugins"]) {
        command(step, &key, &label.unwrap_or_default(), place)?
    } else {
        return Err(unknown(place));
    };
    read.key = key;
    read.branches = match step.get("branches") {
        Some(Value::String(branches)) => branches.split_whitespace().map(str::to_owned).collect(),
        branches => lines(branches),
    };
    Ok(read)
}

fn command(
    step: &Map<String, Value>,
    key: &str,
    label: &str,
    place: usize,
) -> Result<Step, String> {
    let commands = lines(step.get("command").or(step.get("commands")));
    let number = |name: &str| match step.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .filter(|number| (1..=MOST).contains(number))
            .map(Some)
            .ok_or_else(|| format!("`{name}` of the step at place {place} must be 1 to {MOST}")),
    };
    let mut read = Step::command(key, label, &commands.join("\n"), Step::SECONDS);
    read.parallel = number("parallelism")?.unwrap_or(1);
    let group = step.get("concurrency_group").and_then(Value::as_str);
    if let (Some(group), Some(limit)) = (group, number("concurrency")?) {
        read = read.limited(group, limit);
    }
    read.queue = match step.get("agents") {
        Some(Value::Object(agents)) => agents
            .get("queue")
            .and_then(Value::as_str)
            .map(str::to_owned),
        rules => lines(rules)
            .iter()
            .find_map(|rule| rule.strip_prefix("queue=").map(str::to_owned)),
    };
    read.artifacts = lines(step.get("artifact_paths"))
        .iter()
        .flat_map(|paths| paths.split(';'))
        // One file for each pattern.
        .map(|path| path.trim().replace("**/", "").replace('*', "1"))
        .collect();
    read.may_fail = match step.get("soft_fail") {
        Some(Value::Bool(may)) => *may,
        Some(Value::Array(cases)) => !cases.is_empty(),
        _ => false,
    };
    debug_assert_eq!(read.kind, StepKind::Command);
    Ok(read)
}

/// The most jobs that a step is split into.
const MOST: u64 = 500;

/// One text or several.
fn lines(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_step_is_read() {
        use StepKind::{Block, Command, Trigger, Wait};

        let yaml = "
steps:
  - command: buildkite-agent pipeline upload
  - label: Tests
    key: test
    command: [make test, make report]
    agents: { queue: on }
    parallelism: 3
    artifact_paths: \"a/*.xml;b.txt\"
    soft_fail: [{ exit_status: 1 }]
  - wait
  - wait: ~
  - block: Ship it?
    branches: main release/*
  - group: Last
    steps:
      - trigger: deploy
        label: Deploy
      - command: make notify
        agents: [queue=small, os=linux]
        concurrency: 2
        concurrency_group: notify
";
        let steps = read(yaml).unwrap();
        let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind).collect();
        assert_eq!(
            kinds,
            [Command, Command, Wait, Wait, Block, Trigger, Command]
        );
        assert!(steps[0].uploads() && !steps[1].uploads());
        let test = &steps[1];
        assert_eq!(test.command, "make test\nmake report");
        assert_eq!(test.queue.as_deref(), Some("on"));
        assert_eq!((test.parallel, test.may_fail), (3, true));
        assert_eq!(test.artifacts, ["a/1.xml", "b.txt"]);
        assert_eq!(steps[4].label, "Ship it?");
        assert_eq!(steps[4].branches, ["main", "release/*"]);
        assert_eq!(steps[5].triggers.as_deref(), Some("deploy"));
        assert_eq!(steps[6].queue.as_deref(), Some("small"));
        assert_eq!(steps[6].concurrency, Some(("notify".to_owned(), 2)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (yaml, wrong) in [
            ("steps: 1", "must be a list"),
            ("env: {}", "no `steps`"),
            ("- 1", "place 0"),
            ("- wait\n- {}", "place 1"),
            ("- command: x\n  parallelism: 0", "`parallelism`"),
            ("- group: x", "has no `steps`"),
            ("steps: [", "line 1"),
        ] {
            let error = read(yaml).unwrap_err();
            assert!(error.contains(wrong), "{yaml}: {error}");
        }
    }
}
