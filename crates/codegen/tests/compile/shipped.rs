//! The project's own queries.

use proc_macro2::{TokenStream, TokenTree};

use crate::support::shipped;

#[test]
fn they_have_no_mistakes() {
    let generated = shipped()
        .generate()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert!(generated.operations() >= 40);
    assert!(generated.lines() > 0);
    assert!(generated.files().len() > generated.operations());
}

#[test]
fn no_name_is_longer_than_a_line_can_take() {
    let generated = shipped().generate().unwrap();
    let mut longest = String::new();
    for (_, text) in generated.files() {
        visit(text.parse().unwrap(), &mut longest);
    }
    assert!(
        longest.len() <= 60,
        "{longest} has {} characters",
        longest.len()
    );
}

fn visit(tokens: TokenStream, longest: &mut String) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if name.len() > longest.len() {
                    *longest = name;
                }
            }
            TokenTree::Group(group) => visit(group.stream(), longest),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
