//! Points as a function of the operation's variables.

use std::collections::BTreeMap;

use super::condition::Condition;
use super::known::Defaults;
use super::plan::Plan;
use super::points::{self, Algebra};
use crate::relay::PageSize;

/// A sum, and the parts that it is made of. Each part comes after those inside
/// it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Formula {
    pub(crate) parts: Vec<Part>,
    pub(crate) sum: Sum,
    /// What counts where variables are not given.
    pub(crate) defaults: Defaults,
}

impl Formula {
    /// The points of an operation.
    pub(crate) fn of(plan: &Plan, defaults: Defaults) -> Self {
        let mut symbolic = Symbolic::new(defaults.assumed);
        let points = points::points(plan, &mut symbolic);
        symbolic.finish(points.get(plan.root()), defaults)
    }
}

/// The place of a [`Part`] in its formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartId(pub(crate) usize);

/// A number, and parts with how often each counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum {
    pub(crate) constant: u64,
    pub(crate) parts: BTreeMap<PartId, u64>,
}

/// What depends on variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Page(PageSize),
    Product(PartId, Sum),
    Larger(Sum, Sum),
    When(Condition, Sum),
}

impl Sum {
    fn constant(constant: u64) -> Self {
        Self {
            constant,
            parts: BTreeMap::new(),
        }
    }

    fn one(part: PartId) -> Self {
        Self {
            constant: 0,
            parts: BTreeMap::from([(part, 1)]),
        }
    }

    /// Whether it is at least the other, whatever the variables are.
    fn is_at_least(&self, other: &Self) -> bool {
        self.constant >= other.constant
            && other
                .parts
                .iter()
                .all(|(part, times)| self.parts.get(part).is_some_and(|own| own >= times))
    }

    fn scaled(&self, times: u64) -> Self {
        if times == 0 {
            return Self::default();
        }
        Self {
            constant: self.constant.saturating_mul(times),
            parts: self
                .parts
                .iter()
                .map(|(part, each)| (*part, each.saturating_mul(times)))
                .collect(),
        }
    }

    /// The part that it consists of.
    fn single(&self) -> Option<PartId> {
        let (part, times) = self.parts.first_key_value()?;
        (self.constant == 0 && self.parts.len() == 1 && *times == 1).then_some(*part)
    }
}

/// Builds a formula.
#[derive(Debug)]
struct Symbolic {
    parts: Vec<Part>,
    known: BTreeMap<Part, PartId>,
    /// The rows of a connection without a page size.
    assumed: u64,
}

impl Symbolic {
    fn new(assumed: u64) -> Self {
        Self {
            parts: Vec::new(),
            known: BTreeMap::new(),
            assumed,
        }
    }

    /// The formula of this sum, without the parts that it does not need.
    fn finish(self, sum: &Sum, defaults: Defaults) -> Formula {
        let mut needed = vec![false; self.parts.len()];
        mark(sum, &mut needed);
        for (index, part) in self.parts.iter().enumerate().rev() {
            if needed[index] {
                for inner in part.sums() {
                    mark(inner, &mut needed);
                }
                if let Part::Product(page, _) = part {
                    needed[page.0] = true;
                }
            }
        }
        let mut moved = BTreeMap::new();
        let mut parts = Vec::new();
        for (index, part) in self.parts.into_iter().enumerate() {
            if needed[index] {
                moved.insert(PartId(index), PartId(parts.len()));
                parts.push(part.moved(&moved));
            }
        }
        Formula {
            sum: sum.moved(&moved),
            parts,
            defaults,
        }
    }

    fn part(&mut self, part: Part) -> Sum {
        if let Some(known) = self.known.get(&part) {
            return Sum::one(*known);
        }
        let id = PartId(self.parts.len());
        self.parts.push(part.clone());
        self.known.insert(part, id);
        Sum::one(id)
    }
}

fn mark(sum: &Sum, needed: &mut [bool]) {
    for part in sum.parts.keys() {
        needed[part.0] = true;
    }
}

impl Part {
    /// The sums inside it.
    pub(crate) fn sums(&self) -> Vec<&Sum> {
        match self {
            Self::Page(_) => Vec::new(),
            Self::Product(_, sum) | Self::When(_, sum) => vec![sum],
            Self::Larger(a, b) => vec![a, b],
        }
    }

    fn moved(self, to: &BTreeMap<PartId, PartId>) -> Self {
        match self {
            Self::Page(size) => Self::Page(size),
            Self::Product(page, sum) => {
                Self::Product(to.get(&page).copied().unwrap_or(page), sum.moved(to))
            }
            Self::Larger(a, b) => Self::Larger(a.moved(to), b.moved(to)),
            Self::When(condition, sum) => Self::When(condition, sum.moved(to)),
        }
    }
}

impl Sum {
    fn moved(&self, to: &BTreeMap<PartId, PartId>) -> Self {
        Self {
            constant: self.constant,
            parts: self
                .parts
                .iter()
                .filter_map(|(part, times)| Some((*to.get(part)?, *times)))
                .collect(),
        }
    }
}

impl Algebra for Symbolic {
    type Value = Sum;

    fn constant(&mut self, points: u64) -> Sum {
        Sum::constant(points)
    }

    fn add(&mut self, a: &Sum, b: &Sum) -> Sum {
        let mut sum = a.clone();
        sum.constant = sum.constant.saturating_add(b.constant);
        for (part, times) in &b.parts {
            let own = sum.parts.entry(*part).or_default();
            *own = own.saturating_add(*times);
        }
        sum
    }

    fn page(&mut self, size: &PageSize) -> Sum {
        use crate::relay::Size::{Literal, Variable};
        match (&size.first, &size.last) {
            (None, None) => Sum::constant(self.assumed),
            (Some(Literal(only)), None) | (None, Some(Literal(only))) => Sum::constant(*only),
            (Some(Literal(first)), Some(Literal(last))) => Sum::constant(*first.max(last)),
            (Some(Variable { .. }), _) | (_, Some(Variable { .. })) => {
                self.part(Part::Page(size.clone()))
            }
        }
    }

    fn times(&mut self, page: &Sum, each: &Sum) -> Sum {
        let Some(page) = page.single() else {
            // A page is a number or a part.
            return each.scaled(page.constant);
        };
        if each.parts.is_empty() {
            return Sum::one(page).scaled(each.constant);
        }
        self.part(Part::Product(page, each.clone()))
    }

    fn larger(&mut self, a: &Sum, b: &Sum) -> Sum {
        if a.is_at_least(b) {
            return a.clone();
        }
        if b.is_at_least(a) {
            return b.clone();
        }
        self.part(Part::Larger(a.clone(), b.clone()))
    }

    fn when(&mut self, condition: &Condition, value: &Sum) -> Sum {
        if condition.is_always() || *value == Sum::default() {
            return value.clone();
        }
        self.part(Part::When(condition.clone(), value.clone()))
    }
}
