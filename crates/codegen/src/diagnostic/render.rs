//! Reports as text, framed on the source.

use std::fmt::Write as _;
use std::path::Path;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::excerpt::{Excerpt, Shown};
use super::style::{Ink, ReportStyle};
use super::{Diagnostic, Diagnostics, PRINTED, Severity};

/// How wide a report may be. Cargo writes the name of the crate in front.
const WIDTH: usize = 96;

/// How far right a place may be on its line before the line is shifted left.
const FAR: usize = 48;

/// How wide a tab is shown.
const TAB: &str = "    ";

/// Something that is printed.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) severity: Severity,
    pub(crate) text: String,
}

pub(super) fn parts(diagnostics: &Diagnostics, style: ReportStyle) -> impl Iterator<Item = Part> {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity() == Severity::Error)
        .count();
    // What is left to warnings when all errors are printed that can be.
    let mut room_for_warnings = PRINTED.saturating_sub(errors);
    let mut room_for_errors = PRINTED;
    let printed = diagnostics.iter().filter(move |diagnostic| {
        let room = match diagnostic.severity() {
            Severity::Error => &mut room_for_errors,
            Severity::Warning => &mut room_for_warnings,
        };
        let is_printed = *room > 0;
        *room = room.saturating_sub(1);
        is_printed
    });
    let rest = (diagnostics.len() > PRINTED).then(|| {
        let severity = if errors > 0 {
            Severity::Error
        } else {
            Severity::Warning
        };
        let rest = Diagnostic::new(format!(
            "there are {} more mistakes",
            diagnostics.len() - PRINTED,
        ))
        .help("mend those above first, for some may follow from others");
        Part {
            severity,
            text: with_heading(&rest, severity, style),
        }
    });
    printed
        .map(move |diagnostic| Part {
            severity: diagnostic.severity(),
            text: report(diagnostic, style),
        })
        .chain(rest)
}

pub(super) fn report(diagnostic: &Diagnostic, style: ReportStyle) -> String {
    with_heading(diagnostic, diagnostic.severity(), style)
}

fn with_heading(diagnostic: &Diagnostic, severity: Severity, style: ReportStyle) -> String {
    let report = &diagnostic.0;
    let (heading, ink) = match severity {
        Severity::Error => ("Error", Ink::Error),
        Severity::Warning => ("Warning", Ink::Warning),
    };
    let mut text = style.paint(ink, heading);
    for (index, line) in wrapped(&report.message, WIDTH - heading.len() - 2)
        .iter()
        .enumerate()
    {
        let lead = if index == 0 { ": " } else { "\n  " };
        text.push_str(lead);
        text.push_str(&style.paint(Ink::Message, line));
    }
    let number = report
        .excerpts
        .iter()
        .map(|excerpt| excerpt.span.line)
        .max()
        .unwrap_or_default();
    let page = Page {
        style,
        ink,
        digits: number.to_string().len().max(2),
    };
    page.places(&mut text, diagnostic);
    let advice = [("Help", &report.help), ("Note", &report.note)];
    let mut advice = advice
        .iter()
        .filter_map(|(title, advice)| Some((title, advice.as_ref()?)))
        .peekable();
    if !report.excerpts.is_empty() && advice.peek().is_some() {
        page.bar(&mut text, "│");
    }
    while let Some((title, advice_text)) = advice.next() {
        let is_last = advice.peek().is_none();
        let lines = wrapped(advice_text, WIDTH - page.digits - title.len() - 7);
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                page.bar(&mut text, if is_last { "╰─" } else { "├─" });
                let _ = write!(text, " {}: {line}", style.paint(Ink::Advice, title));
            } else {
                page.bar(&mut text, if is_last { " " } else { "│" });
                let _ = write!(text, "{}{line}", " ".repeat(4 + title.len()));
            }
        }
    }
    text
}

/// What is shown of one file, each with its number in the report.
type Block<'a> = (Option<&'a Path>, Vec<(usize, &'a Excerpt)>);

/// The margin of one report.
struct Page {
    style: ReportStyle,
    ink: Ink,
    /// How wide line numbers are.
    digits: usize,
}

impl Page {
    /// Begins a line that has no number.
    fn bar(&self, text: &mut String, bar: &str) {
        let _ = write!(
            text,
            "\n {} {}",
            " ".repeat(self.digits),
            self.style.paint(Ink::Frame, bar)
        );
    }

    fn places(&self, text: &mut String, diagnostic: &Diagnostic) {
        let report = &diagnostic.0;
        let own = report.path.as_deref();
        if report.excerpts.is_empty() {
            if own.is_some() || report.span.is_some() {
                let path = own.unwrap_or(Path::new("")).display();
                self.bar(text, "╭─");
                let _ = write!(text, " {path}");
                if let Some(span) = report.span {
                    let _ = write!(text, ":{}:{}", span.line, span.column);
                }
            }
            return;
        }
        // What is in one file stays together, in the order of its lines.
        let mut blocks: Vec<Block<'_>> = Vec::new();
        for (index, excerpt) in report.excerpts.iter().enumerate() {
            let path = excerpt.path.as_deref().or(own);
            match blocks.iter_mut().find(|(known, _)| *known == path) {
                Some((_, excerpts)) => excerpts.push((index, excerpt)),
                None => blocks.push((path, vec![(index, excerpt)])),
            }
        }
        for (index, (path, mut excerpts)) in blocks.into_iter().enumerate() {
            // The first is the place of the mistake.
            let span = excerpts[0].1.span;
            self.bar(text, if index == 0 { "╭─" } else { "├─" });
            let path = path.unwrap_or(Path::new("")).display();
            let _ = write!(text, " {path}:{}:{}", span.line, span.column);
            self.bar(text, "│");
            excerpts.sort_by_key(|(_, excerpt)| (excerpt.span.line, excerpt.span.column));
            let mut above: Option<&Excerpt> = None;
            for (index, excerpt) in excerpts {
                self.excerpt(text, excerpt, index == 0, above);
                above = Some(excerpt);
            }
        }
    }

    fn excerpt(
        &self,
        text: &mut String,
        excerpt: &Excerpt,
        is_mistake: bool,
        above: Option<&Excerpt>,
    ) {
        let room = WIDTH - self.digits - 4;
        let line = Line::fit(&excerpt.shown, room);
        // A line with several places is repeated only where another part of it
        // has to be shown.
        let is_repeated = above.is_some_and(|above| {
            above.span.line == excerpt.span.line
                && Line::fit(&above.shown, room).whole() == line.whole()
        });
        if !is_repeated {
            if above.is_some_and(|above| above.span.line + 1 < excerpt.span.line) {
                self.bar(text, "┆");
            }
            let number = format!("{:>width$}", excerpt.span.line, width = self.digits);
            let _ = write!(text, "\n {number} {}", self.style.paint(Ink::Frame, "│"));
            let whole = line.whole();
            if !whole.is_empty() {
                let _ = write!(text, " {whole}");
            }
        }
        let (mark, ink) = if is_mistake {
            ("^", self.ink)
        } else {
            ("-", Ink::Elsewhere)
        };
        let column = line.before.width();
        let width = line.marked.width().max(1);
        let marks = self.style.paint(ink, &mark.repeat(width));
        self.bar(text, "│");
        let _ = write!(text, " {}{marks}", " ".repeat(column));
        let label_width = excerpt.label.width();
        if excerpt.label.is_empty() {
            return;
        }
        if column + width + 1 + label_width <= room {
            let _ = write!(text, " {}", self.style.paint(ink, &excerpt.label));
        } else {
            // Below, as near to the place as there is room.
            for label in wrapped(&excerpt.label, room) {
                self.bar(text, "│");
                let indent = column.min(room.saturating_sub(label.width()));
                let _ = write!(
                    text,
                    " {}{}",
                    " ".repeat(indent),
                    self.style.paint(ink, &label)
                );
            }
        }
    }
}

/// A line as it is shown, cut to the room there is.
struct Line {
    before: String,
    marked: String,
    after: String,
}

impl Line {
    fn fit(shown: &Shown, room: usize) -> Self {
        let mut before = visible(&shown.before);
        let mut is_cut_before = shown.is_cut_before;
        let after = visible(&shown.after);
        let marked = visible(&shown.marked);
        let is_whole = !shown.is_cut_before && !shown.is_cut_after;
        if is_whole && before.width() + marked.width() + after.width() <= room {
            return Self {
                before,
                marked,
                after,
            };
        }
        if before.width() + marked.width().min(room - FAR) > room - FAR / 2 {
            before = last_columns(&before, FAR);
            is_cut_before = true;
        }
        if is_cut_before {
            before = format!("…{before}");
        }
        // One column is for the mark that something is cut off.
        let room = (room - 1).saturating_sub(before.width());
        let fitting = first_columns(&marked, room);
        let is_marked_cut = fitting.len() < marked.len();
        let room = room - fitting.width();
        let mut rest = if is_marked_cut {
            String::new()
        } else {
            first_columns(&after, room).to_owned()
        };
        if is_marked_cut || shown.is_cut_after || rest.len() < after.len() {
            rest.push('…');
        }
        Self {
            before,
            marked: fitting.to_owned(),
            after: rest,
        }
    }

    fn whole(&self) -> String {
        let line = format!("{}{}{}", self.before, self.marked, self.after);
        line.trim_end().to_owned()
    }
}

/// Tabs as spaces, and nothing that would move what stands below.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => visible.push_str(TAB),
            // Marks that turn the direction of writing would hide where
            // something is.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => visible.push('\u{fffd}'),
            c if c.is_control() => visible.push('\u{fffd}'),
            c => visible.push(c),
        }
    }
    visible
}

fn first_columns(text: &str, columns: usize) -> &str {
    let mut width = 0;
    for (at, c) in text.char_indices() {
        width += c.width().unwrap_or_default();
        if width > columns {
            return &text[..at];
        }
    }
    text
}

fn last_columns(text: &str, columns: usize) -> String {
    let mut width = 0;
    for (at, c) in text.char_indices().rev() {
        width += c.width().unwrap_or_default();
        if width > columns {
            return text[at + c.len_utf8()..].to_owned();
        }
    }
    text.to_owned()
}

/// Breaks text at spaces, but not inside of code.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in words(paragraph, width) {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            // A name that fits on no line is long enough to be known by its
            // beginning.
            let shown = first_columns(word, width - 1);
            if shown.len() < word.len() && word.width() > width {
                line.push_str(shown);
                line.push('…');
            } else {
                line.push_str(word);
            }
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn words(text: &str, width: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut is_code = false;
    for (at, c) in text.char_indices() {
        match c {
            '`' => is_code = !is_code,
            // Code that is too long for a line is broken like other text.
            ' ' if !is_code || text[start..at].width() > width / 2 => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start..]);
    words
}
