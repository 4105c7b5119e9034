//! How deep the fields of an operation are nested.

use apollo_compiler::Node;
use apollo_compiler::executable::Field;

use super::plan::{OfSets, Plan};

/// How many levels there are; a field of the root is on the first one.
pub(crate) fn levels(plan: &Plan) -> OfSets<usize> {
    OfSets::compute(plan, |levels, set| {
        set.alternatives
            .iter()
            .flatten()
            .map(|field| {
                let below = field.below.iter().map(|id| *levels.get(*id)).max();
                1 + below.unwrap_or(0)
            })
            .max()
            .unwrap_or(0)
    })
}

/// The first field that has more than `limit - 1` levels above it, on the way
/// to the deepest one.
pub(crate) fn field_below(
    plan: &Plan,
    levels: &OfSets<usize>,
    limit: usize,
) -> Option<Node<Field>> {
    let mut id = plan.root();
    for level in 1.. {
        let deepest = *levels.get(id);
        let field = plan.get(id).alternatives.iter().flatten().find(|field| {
            let below = field.below.iter().map(|id| *levels.get(*id)).max();
            1 + below.unwrap_or(0) == deepest
        })?;
        if level > limit {
            return field.written.first().cloned();
        }
        id = field
            .below
            .iter()
            .copied()
            .max_by_key(|id| *levels.get(*id))?;
    }
    None
}
