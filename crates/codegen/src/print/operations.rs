//! Operations: a struct of variables that knows what to send.

use std::str::FromStr as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::complexity::complexity;
use super::idents::{docs, ident};
use super::inputs::{Members, default_impl};
use super::markdown::{is_reordering, markdown};
use super::types::{COMPARABLE, Types};
use crate::model::{
    Direction, InputField, NodeId, Operation, Pagination, Presence, Step, VariantId,
};

/// Who makes an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// People: it can be made of its variables.
    Caller,
    /// A method of another operation.
    Operation,
}

/// An operation whose answer is of the type `data`.
pub(crate) fn operation(
    types: Types<'_>,
    operation: &Operation,
    data: &TokenStream,
    maker: Maker,
) -> Result<TokenStream, syn::Error> {
    let name = ident(&operation.rust_name);
    let derive = types.derive(&COMPARABLE);
    let docs = match maker {
        Maker::Caller => docs(markdown(operation.docs.iter().map(String::as_str))),
        // Nobody else has written it.
        Maker::Operation => docs(&operation.docs),
    };
    let fields: Vec<&InputField> = operation
        .variables
        .iter()
        .map(|variable| &variable.input)
        .collect();
    let Members {
        declared,
        constructor,
        setters,
        entries,
    } = Members::new(types, &fields)?;
    let (making, default) = match maker {
        Maker::Caller => (
            quote! { #constructor #setters },
            default_impl(&name, &fields),
        ),
        Maker::Operation => (TokenStream::new(), TokenStream::new()),
    };
    let complexity = complexity(operation);
    let graphql_name = operation.graphql_name.as_str();
    let document = raw_string(&operation.document);
    let kind = if operation.is_mutation {
        quote! { rt::OperationKind::Mutation }
    } else {
        quote! { rt::OperationKind::Query }
    };
    let paginate = match &operation.pagination {
        Some(pagination) => paginate(types, operation, pagination, data)?,
        None => TokenStream::new(),
    };
    Ok(quote! {
        #docs
        #derive
        #[must_use = "an operation does nothing until a client executes it"]
        pub struct #name { #declared }

        impl #name {
            /// The operation's name.
            pub const NAME: &'static str = #graphql_name;

            /// What is sent: the operation and the fragments that it reaches.
            pub const DOCUMENT: &'static str = #document;

            #making

            /// The most points that it may cost with these variables.
            pub fn requested_complexity(&self) -> u64 {
                #complexity
            }
        }

        #default

        impl rt::Serialize for #name {
            fn serialize<S: rt::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                #entries
                rt::SerializeMap::end(map)
            }
        }

        impl rt::Operation for #name {
            type Variables = Self;
            type Data = #data;

            fn kind(&self) -> rt::OperationKind {
                #kind
            }

            fn name(&self) -> &str {
                Self::NAME
            }

            fn document(&self) -> &str {
                Self::DOCUMENT
            }

            fn variables(&self) -> &Self {
                self
            }

            fn requested_complexity(&self) -> Option<u64> {
                Some(Self::requested_complexity(self))
            }
        }

        rt::impl_graphql_query!(#name);

        #paginate
    })
}

fn paginate(
    types: Types<'_>,
    operation: &Operation,
    pagination: &Pagination,
    data: &TokenStream,
) -> Result<TokenStream, syn::Error> {
    let name = ident(&operation.rust_name);
    let node = types
        .of_fragment(pagination.node_module.as_ref())
        .write(&pagination.node)?;
    let direction = match pagination.direction {
        Direction::Forward => quote! { rt::Direction::Forward },
        Direction::Backward => quote! { rt::Direction::Backward },
    };
    let path = pagination
        .path
        .iter()
        .filter_map(|step| match step {
            Step::Field { key, .. } => key.as_deref(),
            Step::Variant { .. } => None,
        })
        .collect::<Vec<_>>()
        .join(".");

    let mut borrow = TokenStream::new();
    let mut own = TokenStream::new();
    for step in &pagination.path {
        match step {
            Step::Field {
                rust_name,
                optional,
                ..
            } => {
                let field = ident(rust_name);
                if *optional {
                    borrow.extend(quote! { let value = value.#field.as_ref()?; });
                    own.extend(quote! { let value = value.#field?; });
                } else {
                    borrow.extend(quote! { let value = &value.#field; });
                    own.extend(quote! { let value = value.#field; });
                }
            }
            Step::Variant {
                ty,
                module,
                rust_name,
                shared,
            } => {
                let ty = types.of_fragment(module.as_ref()).write(ty)?;
                let variant = ident(rust_name);
                let pattern = if *shared {
                    quote! { #ty::#variant { selection: value, .. } }
                } else {
                    quote! { #ty::#variant(value) }
                };
                let step = quote! { let #pattern = value else { return None }; };
                borrow.extend(step.clone());
                own.extend(step);
            }
        }
    }

    let variable = operation
        .variables
        .iter()
        .find(|variable| variable.name == pagination.cursor);
    let (Some(field), Some(presence)) = (
        variable.map(|variable| ident(&variable.input.rust_name)),
        variable.map(|variable| variable.input.presence),
    ) else {
        return Ok(TokenStream::new());
    };
    let (get, set) = match presence {
        Presence::Required => (quote! { Some(&self.#field) }, quote! { cursor }),
        Presence::Defaulted => (quote! { self.#field.as_deref() }, quote! { Some(cursor) }),
        Presence::Nullable => (
            quote! { self.#field.value().map(String::as_str) },
            quote! { rt::Maybe::Value(cursor) },
        ),
    };
    let page_size = page_size(operation, pagination);
    let node_id = node_id(types, pagination)?;
    Ok(quote! {
        impl rt::Paginate for #name {
            type Node = #node;

            const DIRECTION: rt::Direction = #direction;
            const CONNECTION_PATH: &'static str = #path;

            fn connection(data: &#data) -> Option<&rt::Connection<Self::Node>> {
                let value = data;
                #borrow
                Some(value)
            }

            fn into_connection(data: #data) -> Option<rt::Connection<Self::Node>> {
                let value = data;
                #own
                Some(value)
            }

            fn cursor(&self) -> Option<&str> {
                #get
            }

            fn set_cursor(&mut self, cursor: String) {
                self.#field = #set;
            }

            #page_size
            #node_id
        }
    })
}

/// Reading and changing the number of rows of a page.
fn page_size(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let variable = pagination.size.as_ref().and_then(|size| {
        let mut variables = operation.variables.iter();
        variables.find(|variable| variable.name == *size)
    });
    let Some(variable) = variable else {
        return TokenStream::new();
    };
    let field = ident(&variable.input.rust_name);
    let default = variable.default.map(Literal::i64_unsuffixed);
    let (get, set) = match (variable.input.presence, default) {
        (Presence::Required, _) => (quote! { Some(self.#field) }, quote! { rows }),
        (Presence::Defaulted, Some(default)) => (
            quote! { Some(self.#field.unwrap_or(#default)) },
            quote! { Some(rows) },
        ),
        (Presence::Defaulted, None) => (quote! { self.#field }, quote! { Some(rows) }),
        (Presence::Nullable, Some(default)) => (
            quote! {
                match self.#field {
                    rt::Maybe::Undefined => Some(#default),
                    rt::Maybe::Null => None,
                    rt::Maybe::Value(rows) => Some(rows),
                }
            },
            quote! { rt::Maybe::Value(rows) },
        ),
        (Presence::Nullable, None) => (
            quote! { self.#field.value().copied() },
            quote! { rt::Maybe::Value(rows) },
        ),
    };
    quote! {
        fn page_size(&self) -> Option<i64> {
            #get
        }

        fn set_page_size(&mut self, rows: i64) {
            self.#field = #set;
        }
    }
}

/// What rows are known by.
fn node_id(types: Types<'_>, pagination: &Pagination) -> Result<TokenStream, syn::Error> {
    let Some(id) = &pagination.node_id else {
        return Ok(TokenStream::new());
    };
    let id = way_to_id(types, &quote! { node }, id)?;
    Ok(quote! {
        fn node_id<'node>(&self, node: &'node Self::Node) -> Option<&'node str> {
            #id
        }
    })
}

/// An expression of type `Option<&str>`, from one that is a reference to a value.
fn way_to_id(
    types: Types<'_>,
    value: &TokenStream,
    id: &NodeId,
) -> Result<TokenStream, syn::Error> {
    let (NodeId::Fields(fields) | NodeId::Types { fields, .. }) = id;
    let names = fields.iter().map(|name| ident(name));
    let value = quote! { #value #(.#names)* };
    let NodeId::Types {
        ty,
        module,
        variants,
        ..
    } = id
    else {
        return Ok(quote! { Some(&#value) });
    };
    let ty = types.of_fragment(module.as_ref()).write(ty)?;
    let mut arms = TokenStream::new();
    for VariantId {
        rust_name,
        shared,
        id,
    } in variants
    {
        let variant = ident(rust_name);
        let id = way_to_id(types, &quote! { value }, id)?;
        arms.extend(if *shared {
            quote! { #ty::#variant { selection: value, .. } => #id, }
        } else {
            quote! { #ty::#variant(value) => #id, }
        });
    }
    let value = if fields.is_empty() {
        value
    } else {
        quote! { &#value }
    };
    Ok(quote! {
        match #value {
            #arms
            _ => None,
        }
    })
}

/// The document as it is, line by line, where people can read it.
pub(crate) fn raw_string(text: &str) -> Literal {
    // rustc refuses them where they are not escaped.
    if text.contains(is_reordering) {
        return Literal::string(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    Literal::from_str(&format!("r{hashes}\"{text}\"{hashes}"))
        .unwrap_or_else(|_| Literal::string(text))
}
