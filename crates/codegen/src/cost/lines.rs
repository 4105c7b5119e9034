//! Where the points of an operation come from, line by line.

use std::fmt;
use std::path::{Path, PathBuf};

use apollo_compiler::Node;
use apollo_compiler::parser::SourceMap;

use super::known::Known;
use super::plan::{OfSets, Plan, PlannedField, SetId};
use super::points::{Rows, of_field};
use crate::frame::span;
use crate::relay::Size;

/// How many lines there are before what is below a field is no longer told
/// apart: fragments that spread others twice, those others twice, and so on,
/// have no end of places in the answer.
const TOLD_APART: usize = 10_000;

/// The points of one field at one place of the answer.
///
/// Only objects, interfaces and unions have points, and so a line. The points
/// of all lines are the points of the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    path: PathBuf,
    line: usize,
    column: usize,
    field: String,
    times: u64,
    page_size: Option<PageSizeUsed>,
    points: u64,
    includes_below: bool,
}

impl CostLine {
    /// The file that the field is written in, relative to the crate: that of
    /// its fragment, if it is in one.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The response keys that lead to the field, such as
    /// `organization.pipelines.edges.node`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The points of the field itself, once.
    pub fn own_points(&self) -> u64 {
        1
    }

    /// How often the field may be in the answer: the product of the page sizes
    /// around it.
    pub fn times(&self) -> u64 {
        self.times
    }

    /// Where the field is a connection: how many rows its page may have.
    pub fn page_size(&self) -> Option<&PageSizeUsed> {
        self.page_size.as_ref()
    }

    /// The points of the field in total.
    pub fn points(&self) -> u64 {
        self.points
    }

    /// Whether the points are those of everything below the field as well.
    /// That is so only in operations with more places than anybody reads.
    pub fn includes_below(&self) -> bool {
        self.includes_below
    }
}

/// How many rows a page may have, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSizeUsed {
    pub(crate) rows: u64,
    pub(crate) origin: PageSizeOrigin,
}

impl PageSizeUsed {
    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Where the number comes from.
    pub fn origin(&self) -> &PageSizeOrigin {
        &self.origin
    }
}

/// `500, assumed`, `50, $first` or just `50`.
impl fmt::Display for PageSizeUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows;
        match &self.origin {
            PageSizeOrigin::Literal => write!(f, "{rows}"),
            PageSizeOrigin::Variable(name) => write!(f, "{rows}, ${name}"),
            PageSizeOrigin::Assumed => write!(f, "{rows}, assumed"),
        }
    }
}

/// Where a page size comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageSizeOrigin {
    /// It is written in the query, or is the schema's default.
    Literal,
    /// The variable of this name, or its default.
    Variable(String),
    /// Nothing is given: the connection counts as a large one.
    Assumed,
}

/// All lines, in the order of the answer.
pub(crate) fn lines(plan: &Plan, sources: &SourceMap, known: &mut Known<'_>) -> Vec<CostLine> {
    let points = super::points::points(plan, known);
    let mut walk = Walk {
        plan,
        sources,
        points: &points,
        known,
        path: Vec::new(),
        lines: Vec::new(),
    };
    walk.set(plan.root(), 1, None);
    walk.lines
}

struct Walk<'a, 'k> {
    plan: &'a Plan,
    sources: &'a SourceMap,
    points: &'a OfSets<u64>,
    known: &'a mut Known<'k>,
    path: Vec<&'a str>,
    lines: Vec<CostLine>,
}

impl<'a> Walk<'a, '_> {
    /// `rows` is the page size where the set is a connection's.
    fn set(&mut self, id: SetId, times: u64, rows: Option<u64>) {
        let mut dearest: Option<(u64, &'a [PlannedField])> = None;
        for fields in &self.plan.get(id).alternatives {
            let sum = fields
                .iter()
                .map(|field| self.all_of(field, rows))
                .fold(0, u64::saturating_add);
            if dearest.is_none_or(|(most, _)| sum > most) {
                dearest = Some((sum, fields));
            }
        }
        for field in dearest.into_iter().flat_map(|(_, fields)| fields) {
            self.field(field, times, rows);
        }
    }

    /// The points of a field with everything below it, once.
    fn all_of(&mut self, field: &PlannedField, rows: Option<u64>) -> u64 {
        match rows {
            None => of_field(self.plan, self.points, field, self.known),
            Some(rows) => {
                super::points::of_connection(self.plan, self.points, field, &rows, self.known)
            }
        }
    }

    fn field(&mut self, field: &'a PlannedField, times: u64, rows: Option<u64>) {
        if !field.is_composite || !self.known.holds(&field.condition) {
            return;
        }
        // A row is there as often as its page has room for it.
        let (own_times, times_below) = match (Rows::of(field), rows) {
            (Rows::Edges, Some(rows)) => (times, times.saturating_mul(rows)),
            (Rows::Nodes, Some(rows)) => {
                let times = times.saturating_mul(rows);
                (times, times)
            }
            _ => (times, times),
        };
        let page = field.page_size.as_ref().map(|size| {
            let (rows, size) = self.known.size(size);
            let origin = match size {
                Some(Size::Literal(_)) => PageSizeOrigin::Literal,
                Some(Size::Variable { name, .. }) => PageSizeOrigin::Variable(name.to_string()),
                None => PageSizeOrigin::Assumed,
            };
            PageSizeUsed { rows, origin }
        });
        self.path.push(field.response_key());
        let includes_below = self.lines.len() >= TOLD_APART;
        let points = if includes_below {
            times.saturating_mul(self.all_of(field, rows))
        } else {
            own_times
        };
        let rows_below = page.as_ref().map(PageSizeUsed::rows);
        self.push(field, own_times, page, points, includes_below);
        if !includes_below {
            for id in &field.below {
                self.set(*id, times_below, rows_below);
            }
        }
        self.path.pop();
    }

    fn push(
        &mut self,
        field: &PlannedField,
        times: u64,
        page_size: Option<PageSizeUsed>,
        points: u64,
        includes_below: bool,
    ) {
        let location = field.written.first().and_then(Node::location);
        let place = location.and_then(|location| span(self.sources, location));
        self.lines.push(CostLine {
            path: place.map_or_else(PathBuf::new, |(path, _)| path.to_path_buf()),
            line: place.map_or(0, |(_, span)| span.line),
            column: place.map_or(0, |(_, span)| span.column),
            field: self.path.join("."),
            times,
            page_size,
            points,
            includes_below,
        });
    }
}
