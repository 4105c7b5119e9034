//! Arguments and input fields without a value, which the front end's parser
//! takes as if they were not there: `builds(first)`.

use apollo_parser::cst::{self, CstNode as _};
use apollo_parser::{Parser, SyntaxNode};

use crate::diagnostic::{Diagnostic, Excerpt, Span};
use crate::source::Source;

/// The first name in a file that should have a value.
pub(crate) fn find(source: &Source) -> Option<Diagnostic> {
    let tree = Parser::new(&source.text).parse();
    let document = tree.document();
    let (what, node) = document.syntax().descendants().find_map(|node| {
        let what = without_value(&node)?;
        Some((what, node))
    })?;
    let range = node.text_range();
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let name = source.text.get(start..end).unwrap_or_default().trim();
    let end = start + name.len();
    let excerpt = Excerpt::of_text(&source.path, &source.text, start, end, "without a value");
    Some(
        Diagnostic::new(format!("syntax error: the {what} `{name}` has no value"))
            .of_rule("syntax_error")
            .at(&source.path)
            .at_span(Span::between(&source.text, start, end))
            .showing(excerpt)
            .help(format!("give it one, `{name}: …`, or remove it")),
    )
}

fn without_value(node: &SyntaxNode) -> Option<&'static str> {
    if let Some(argument) = cst::Argument::cast(node.clone()) {
        return argument.value().is_none().then_some("argument");
    }
    let field = cst::ObjectField::cast(node.clone())?;
    field.value().is_none().then_some("input field")
}
