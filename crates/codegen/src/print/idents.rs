//! Identifiers and doc comments.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// An identifier, raw where it is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    // A keyword only since edition 2024: raw it is right in every edition.
    if name != "gen" && syn::parse_str::<Ident>(name).is_ok() {
        return Ident::new(name, Span::call_site());
    }
    match name {
        // These cannot even be raw.
        "self" | "super" | "crate" | "Self" | "_" => {
            Ident::new(&format!("{name}_"), Span::call_site())
        }
        _ => Ident::new_raw(name, Span::call_site()),
    }
}

/// A doc comment; an empty line separates paragraphs.
pub(crate) fn docs<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> TokenStream {
    let lines = lines.into_iter().map(|line| {
        let line = line.as_ref();
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote! { #(#[doc = #lines])* }
}
