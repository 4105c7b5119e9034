//! What the selections of a plan cost: a point for each object, interface and
//! union, and what is below the edges of a connection once for each row.

use super::condition::Condition;
use super::plan::{OfSets, Plan, PlannedField, Set, SetId};
use crate::relay::PageSize;

/// What points are counted in: numbers, or formulas of variables.
pub(crate) trait Algebra {
    type Value: Clone;

    fn constant(&mut self, points: u64) -> Self::Value;
    fn add(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value;
    fn page(&mut self, size: &PageSize) -> Self::Value;
    fn times(&mut self, page: &Self::Value, each: &Self::Value) -> Self::Value;
    fn larger(&mut self, a: &Self::Value, b: &Self::Value) -> Self::Value;
    fn when(&mut self, condition: &Condition, value: &Self::Value) -> Self::Value;
}

/// What a field of a connection has to do with its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// One list, with a row in each of its edges.
    Edges,
    /// The rows themselves.
    Nodes,
    /// `pageInfo`, `count`, and whatever else there is once.
    None,
}

impl Rows {
    /// Of a field of a connection.
    pub(crate) fn of(field: &PlannedField) -> Self {
        match field.name() {
            "edges" => Self::Edges,
            "nodes" => Self::Nodes,
            _ => Self::None,
        }
    }
}

/// The points of every set, where it stands for one value.
pub(crate) fn points<A: Algebra>(plan: &Plan, algebra: &mut A) -> OfSets<A::Value> {
    OfSets::compute(plan, |points, set| {
        dearest(set, algebra, |field, algebra| {
            of_field(plan, points, field, algebra)
        })
    })
}

/// The points of a field with everything below it.
pub(crate) fn of_field<A: Algebra>(
    plan: &Plan,
    points: &OfSets<A::Value>,
    field: &PlannedField,
    algebra: &mut A,
) -> A::Value {
    if !field.is_composite {
        return algebra.constant(0);
    }
    let own = algebra.constant(1);
    let below = match &field.page_size {
        None => sum_below(points, &field.below, algebra),
        Some(size) => {
            let page = algebra.page(size);
            let mut sum = algebra.constant(0);
            for id in &field.below {
                let one = dearest(plan.get(*id), algebra, |field, algebra| {
                    of_connection(plan, points, field, &page, algebra)
                });
                sum = algebra.add(&sum, &one);
            }
            sum
        }
    };
    let all = algebra.add(&own, &below);
    algebra.when(&field.condition, &all)
}

/// The points of a connection's field.
pub(crate) fn of_connection<A: Algebra>(
    plan: &Plan,
    points: &OfSets<A::Value>,
    field: &PlannedField,
    page: &A::Value,
    algebra: &mut A,
) -> A::Value {
    let own = algebra.constant(u64::from(field.is_composite));
    let all = match Rows::of(field) {
        Rows::None => return of_field(plan, points, field, algebra),
        Rows::Edges => {
            let below = sum_below(points, &field.below, algebra);
            let rows = algebra.times(page, &below);
            algebra.add(&own, &rows)
        }
        Rows::Nodes => {
            let below = sum_below(points, &field.below, algebra);
            let each = algebra.add(&own, &below);
            algebra.times(page, &each)
        }
    };
    algebra.when(&field.condition, &all)
}

fn sum_below<A: Algebra>(points: &OfSets<A::Value>, below: &[SetId], algebra: &mut A) -> A::Value {
    let mut sum = algebra.constant(0);
    for id in below {
        sum = algebra.add(&sum, points.get(*id));
    }
    sum
}

/// Of several types the dearest counts.
fn dearest<A: Algebra>(
    set: &Set,
    algebra: &mut A,
    mut of_field: impl FnMut(&PlannedField, &mut A) -> A::Value,
) -> A::Value {
    let mut dearest = algebra.constant(0);
    for fields in &set.alternatives {
        let mut sum = algebra.constant(0);
        for field in fields {
            let points = of_field(field, algebra);
            sum = algebra.add(&sum, &points);
        }
        dearest = algebra.larger(&dearest, &sum);
    }
    dearest
}
