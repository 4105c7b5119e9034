//! One long line, cut where it does not fit.

use std::ops::Range;

use super::line::{Line, Mark};

/// Where lines are cut, if they can be.
const WIDTH: usize = 100;
const INDENT: &str = "    ";

/// Cuts a line.
pub(super) fn cut(line: &Line) -> String {
    let mut lines = Lines {
        text: &line.text,
        marks: &line.marks,
        out: String::with_capacity(line.text.len() * 2),
        line_start: 0,
    };
    lines.block(0..line.text.len(), 0..line.marks.len(), 0);
    lines.out.push('\n');
    lines.out
}

/// The lines that were cut so far.
struct Lines<'a> {
    text: &'a str,
    marks: &'a [Mark],
    out: String,
    line_start: usize,
}

impl Lines<'_> {
    /// A content whose elements stand on lines of their own.
    fn block(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        let mut from = span.start;
        let mut first = marks.start;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { close, .. } => close + 1,
                Mark::Cut { at } => {
                    self.element(from..at, first..index, indent);
                    from = at;
                    first = index + 1;
                    first
                }
                Mark::Close { .. } | Mark::Bar { .. } | Mark::Arrow { .. } => index + 1,
            };
        }
        self.element(from..span.end, first..marks.end, indent);
    }

    fn element(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        let text = &self.text[span.clone()];
        let trimmed = text.trim_start_matches(' ');
        if trimmed.is_empty() {
            return;
        }
        let start = span.start + text.len() - trimmed.len();
        let end = start + trimmed.trim_end_matches(' ').len();
        if !self.out.is_empty() {
            // Items stand apart.
            if indent == 0 && ["}", ");", "};"].iter().any(|end| self.out.ends_with(end)) {
                self.out.push('\n');
            }
            self.new_line(indent);
        }
        self.statement(start..end, marks, indent);
    }

    fn statement(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        if self.column() + span.len() <= WIDTH && !self.any_hard(marks.clone()) {
            self.out.push_str(&self.text[span]);
            return;
        }
        let cuts_bars = self
            .last_bar(marks.clone())
            .is_some_and(|bar| self.column() + (bar - span.start) > WIDTH);
        let mut from = span.start;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open {
                    at,
                    close,
                    hard,
                    hugs,
                    comma,
                    ..
                } => {
                    self.out.push_str(&self.text[from..at]);
                    let end = self.end(close);
                    let tail = self.next_break(close + 1..marks.end).unwrap_or(span.end);
                    let fits = !hard && self.column() + (tail - at) <= WIDTH;
                    from = if fits || at == end {
                        self.out.push_str(&self.text[at..end]);
                        end
                    } else if hugs {
                        at
                    } else {
                        self.block(at..end, index + 1..close, indent + 1);
                        if comma {
                            self.out.push(',');
                        }
                        self.new_line(indent);
                        end
                    };
                    if from == at && hugs {
                        index + 1
                    } else {
                        close + 1
                    }
                }
                Mark::Bar { at } if cuts_bars => {
                    self.out.push_str(&self.text[from..at]);
                    self.new_line(indent);
                    from = at + 1;
                    index + 1
                }
                Mark::Arrow { at } => {
                    self.out.push_str(&self.text[from..at]);
                    from = at;
                    let fits_below = (indent + 1) * INDENT.len() + span.end - at <= WIDTH;
                    if fits_below && !self.any_hard(index + 1..marks.end) {
                        // Otherwise what did not fit was the pattern.
                        if self.column() + span.end - at > WIDTH {
                            self.new_line(indent + 1);
                            from = at + 1;
                        }
                        self.out.push_str(&self.text[from..span.end]);
                        return;
                    }
                    index + 1
                }
                Mark::Close { .. } | Mark::Cut { .. } | Mark::Bar { .. } => index + 1,
            };
        }
        self.out.push_str(&self.text[from..span.end]);
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.line_start = self.out.len();
        for _ in 0..indent {
            self.out.push_str(INDENT);
        }
    }

    fn column(&self) -> usize {
        self.out.len() - self.line_start
    }

    /// Where the delimiter with this mark closes.
    fn end(&self, close: usize) -> usize {
        match self.marks[close] {
            Mark::Close { at } => at,
            _ => self.text.len(),
        }
    }

    fn any_hard(&self, marks: Range<usize>) -> bool {
        self.next_hard(marks).is_some()
    }

    /// Where the next group opens that is cut in any case.
    fn next_hard(&self, marks: Range<usize>) -> Option<usize> {
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { at, hard: true, .. } => return Some(at),
                Mark::Open { close, .. } => close + 1,
                _ => index + 1,
            };
        }
        None
    }

    /// Where a line that is cut can end at the latest.
    fn next_break(&self, marks: Range<usize>) -> Option<usize> {
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open {
                    at, hard, is_brace, ..
                } if hard || is_brace => return Some(at),
                Mark::Arrow { at } => return Some(at),
                Mark::Open { close, .. } => close + 1,
                _ => index + 1,
            };
        }
        None
    }

    fn last_bar(&self, marks: Range<usize>) -> Option<usize> {
        let mut last = None;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { close, .. } => close + 1,
                Mark::Bar { at } => {
                    last = Some(at);
                    index + 1
                }
                _ => index + 1,
            };
        }
        last
    }
}
