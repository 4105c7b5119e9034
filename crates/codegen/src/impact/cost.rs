//! Which operations ask for other points of complexity.

use serde_json::Map;

use super::effect::Place;
use super::sides::Side;
use super::sites::Sites;
use crate::cost::ExplainedOperation;

/// An operation that costs other points.
#[derive(Debug)]
pub(super) struct Changed {
    /// Where that is shown: within the operation, whose points they are.
    pub(super) site: Option<usize>,
    /// Where the points come from that are others, be it in a fragment.
    pub(super) origin: Option<usize>,
    pub(super) message: String,
}

pub(super) fn changed(sites: &Sites, old: &Side, new: &Side) -> Vec<Changed> {
    let mut changed = Vec::new();
    for before in &old.model.operations {
        let name = before.graphql_name.as_str();
        let after = new.operation(name);
        let is_same = after.is_none_or(|after| after.complexity == before.complexity);
        if is_same {
            continue;
        }
        let explained = old
            .explained
            .operation(name)
            .zip(new.explained.operation(name));
        let Some((before, after)) = explained else {
            continue;
        };
        let whole = sites.whole(name, false);
        let origin = site(sites, before, after).or(whole);
        changed.push(Changed {
            site: if sites.is_same_definition(origin, whole) {
                origin
            } else {
                whole
            },
            origin,
            message: message(before, after),
        });
    }
    changed
}

fn message(old: &ExplainedOperation, new: &ExplainedOperation) -> String {
    let (was, is) = (old.default_complexity(), new.default_complexity());
    if was == is {
        format!(
            "it costs {} as it stands, and others with some variables",
            points(is)
        )
    } else {
        format!("it costs {} and was {}", points(is), points(was))
    }
}

fn points(points: u64) -> String {
    match points {
        1 => "1 point".to_owned(),
        points => format!("{points} points"),
    }
}

/// The first field that counts for something else.
fn site(sites: &Sites, old: &ExplainedOperation, new: &ExplainedOperation) -> Option<usize> {
    let none = Map::new();
    let (before, after) = (old.lines(&none), new.lines(&none));
    let first = after
        .iter()
        .find(|line| !before.contains(line))
        .or_else(|| before.iter().find(|line| !after.contains(line)))?;
    sites.at(&Place {
        path: first.path().to_path_buf(),
        line: first.line(),
        column: first.column(),
    })
}
