//! Lookups: what a client needs to ask for many IDs in one request.

use proc_macro2::TokenStream;
use quote::quote;

use super::idents::ident;
use super::operations::raw_string;
use super::types::Types;
use crate::model::{Field, Operation, RustType, ShapeKind};

/// The implementation of the trait, for an operation that is a lookup.
pub(crate) fn lookup(types: Types<'_>, operation: &Operation) -> Result<TokenStream, syn::Error> {
    let (Some(lookup), Some(found)) = (&operation.lookup, found(operation)) else {
        return Ok(TokenStream::new());
    };
    let name = ident(&operation.rust_name);
    let node = types.write(found.ty.required())?;
    let rust_name = ident(&found.rust_name);
    let into_node = if found.ty.is_optional() {
        quote! { data.#rust_name }
    } else {
        quote! { Some(data.#rust_name) }
    };
    let variable = lookup.variable.as_str();
    let prefix = &lookup.prefix;
    let variables = &lookup.variables;
    let directives = &lookup.directives;
    let field = lookup.field.as_str();
    let argument = lookup.argument.as_str();
    let key = lookup.key.as_str();
    let fragment = lookup.fragment.as_str();
    let fragments = raw_string(&lookup.fragments.join("\n\n"));
    Ok(quote! {
        impl rt::NodeLookup for #name {
            type Node = #node;

            const LOOKUP: rt::LookupDocument = rt::LookupDocument {
                variable: #variable,
                prefix: #prefix,
                variables: #variables,
                directives: #directives,
                field: #field,
                argument: #argument,
                key: #key,
                fragment: #fragment,
                fragments: #fragments,
            };

            fn into_node(data: Data) -> Option<Self::Node> {
                #into_node
            }
        }
    })
}

/// The only field of an operation's data.
fn found(operation: &Operation) -> Option<&Field> {
    let RustType::Shape(root) = &operation.shapes.root else {
        return None;
    };
    let ShapeKind::Struct(data) = &operation.shapes.get(*root).kind else {
        return None;
    };
    match &data.fields[..] {
        [only] if data.spreads.is_empty() && data.on.is_none() => Some(only),
        _ => None,
    }
}
