//! The rest of nested connections: the operations that read it, the methods that make
//! them, and how whole rows are completed.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::idents::{docs, ident};
use super::operations::{self, Maker};
use super::types::Types;
use crate::model::{
    Direction, Field, Given, Operation, Presence, Rest, Rows, RustType, ShapeId, ShapeKind,
};

pub(crate) fn rests(types: Types<'_>, operation: &Operation) -> Result<TokenStream, syn::Error> {
    if operation.rests.is_empty() {
        return Ok(TokenStream::new());
    }
    let mut printed = TokenStream::new();
    let mut methods = TokenStream::new();
    for rest in &operation.rests {
        let node = types.of_fragment(rest.node_module.as_ref());
        let node = node.write(&rest.node)?;
        let data = quote! { rt::NodeConnection<#node> };
        printed.extend(operations::operation(
            types,
            &rest.operation,
            &data,
            Maker::Operation,
        )?);
        methods.extend(method(types, operation, rest));
    }
    let name = ident(&operation.rust_name);
    let drain = drain(types, operation)?;
    Ok(quote! {
        /// The rest of connections in its answers.
        impl #name { #methods }

        #printed
        #drain
    })
}

/// The method that makes a follow-up from the value that has the connection.
fn method(types: Types<'_>, operation: &Operation, rest: &Rest) -> TokenStream {
    let types = types.of_fragment(rest.module.as_ref());
    let parent = types.shape(rest.parent);
    let ShapeKind::Struct(structure) = &types.shapes.get(rest.parent).kind else {
        return TokenStream::new();
    };
    let Some(connection) = structure.fields.get(rest.field) else {
        return TokenStream::new();
    };
    let method = ident(&rest.method);
    let rest_name = ident(&rest.operation.rust_name);
    let docs = docs([
        format!(
            "What reads the rest of `{}` of a `{}` in an answer to this operation, for",
            connection.key, rest.parent_type
        ),
        "`Client::paginate`; `None` where all rows have come along.".to_owned(),
    ]);
    let field = ident(&connection.rust_name);
    let bind = if connection.ty.is_optional() {
        quote! {
            let Some(connection) = &parent.#field else {
                return Ok(None);
            };
        }
    } else {
        quote! { let connection = &parent.#field; }
    };
    let direction = match rest.direction {
        Direction::Forward => quote! { rt::Direction::Forward },
        Direction::Backward => quote! { rt::Direction::Backward },
    };
    let key = &connection.key;
    let id = rest.id.iter().map(|name| ident(name));
    let id = quote! { parent #(.#id)* };
    let values = rest
        .operation
        .variables
        .iter()
        .zip(&rest.given)
        .map(|(variable, given)| {
            let name = ident(&variable.input.rust_name);
            let presence = variable.input.presence;
            let value = match given {
                Given::Id => quote! { #id.clone() },
                Given::Cursor if presence == Presence::Nullable => {
                    quote! { rt::Maybe::Value(cursor) }
                }
                Given::Cursor => quote! { cursor },
                Given::PageSize(rows) => page_size(operation, rows, presence),
                Given::Copied => quote! { self.#name.clone() },
            };
            quote! { #name: #value }
        });
    quote! {
        #docs
        ///
        /// # Errors
        ///
        /// Where the server does not say whether there are more rows, or says so but not
        /// where they begin.
        pub fn #method(&self, parent: &#parent) -> Result<Option<#rest_name>, rt::Error> {
            #bind
            let cursor = rt::rest_begins(self, #key, #direction, connection)?;
            Ok(cursor.map(|cursor| #rest_name { #(#values,)* }))
        }
    }
}

/// As many rows as the operation asked for: of the type `i64` where it is required, or of
/// `Maybe<i64>`.
fn page_size(operation: &Operation, rows: &Rows, presence: Presence) -> TokenStream {
    let is_required = presence == Presence::Required;
    let variable = match rows {
        Rows::Unsaid => return quote! { rt::Maybe::Undefined },
        Rows::Null => return quote! { rt::Maybe::Null },
        Rows::Literal(rows) => {
            let rows = Literal::i64_unsuffixed(*rows);
            return if is_required {
                quote! { #rows }
            } else {
                quote! { rt::Maybe::Value(#rows) }
            };
        }
        Rows::Variable(name) => operation
            .variables
            .iter()
            .find(|variable| variable.name == *name),
    };
    let Some(variable) = variable else {
        return quote! { rt::Maybe::Undefined };
    };
    let field = ident(&variable.input.rust_name);
    let default = variable.default.map(Literal::i64_unsuffixed);
    let unsaid = default.as_ref().map_or_else(
        || quote! { rt::Maybe::Undefined },
        |default| quote! { rt::Maybe::Value(#default) },
    );
    // A variable that may be null can stand for a required number only if it has a
    // default.
    let assumed = default.unwrap_or_else(|| Literal::i64_unsuffixed(0));
    match (variable.input.presence, is_required) {
        (Presence::Required, true) => quote! { self.#field },
        (Presence::Required, false) => quote! { rt::Maybe::Value(self.#field) },
        (Presence::Defaulted, true) => quote! { self.#field.unwrap_or(#assumed) },
        (Presence::Defaulted, false) => quote! { self.#field.map_or(#unsaid, rt::Maybe::Value) },
        (Presence::Nullable, true) => quote! { self.#field.value().copied().unwrap_or(#assumed) },
        (Presence::Nullable, false) => quote! {
            match self.#field {
                rt::Maybe::Undefined => #unsaid,
                given => given,
            }
        },
    }
}

/// How rows are completed, where there is something to complete in those that the
/// operation pages through.
fn drain(types: Types<'_>, operation: &Operation) -> Result<TokenStream, syn::Error> {
    let Some(pagination) = &operation.pagination else {
        return Ok(TokenStream::new());
    };
    let mut printer = Printer {
        types,
        operation,
        known: BTreeMap::new(),
        functions: TokenStream::new(),
    };
    let row = quote! { row };
    let module = pagination.node_module.as_ref();
    let Some(body) = printer.value(module, &pagination.node, &row)? else {
        return Ok(TokenStream::new());
    };
    let name = ident(&operation.rust_name);
    let functions = printer.functions;
    Ok(quote! {
        impl rt::Drain for #name {
            fn complete<'a>(&'a self, row: &'a mut Self::Node, rests: &mut rt::Rests<'a>) {
                let operation = self;
                #body
            }
        }

        #functions
    })
}

/// A type, by its module.
type TypeOf = (Option<Name>, ShapeId);

/// Prints one function for each type in which there is something to complete.
struct Printer<'a> {
    types: Types<'a>,
    operation: &'a Operation,
    /// The functions that are there; none where there is nothing to complete.
    known: BTreeMap<TypeOf, Option<Ident>>,
    functions: TokenStream,
}

impl<'a> Printer<'a> {
    /// What completes a value that `value` is a mutable reference to.
    fn value(
        &mut self,
        module: Option<&'a Name>,
        ty: &'a RustType,
        value: &TokenStream,
    ) -> Result<Option<TokenStream>, syn::Error> {
        Ok(match ty {
            RustType::Option(inner) => {
                let inner = self.value(module, inner, &quote! { value })?;
                inner.map(|inner| quote! { if let Some(value) = #value { #inner } })
            }
            RustType::List(inner) => {
                let inner = self.value(module, inner, &quote! { value })?;
                inner.map(|inner| quote! { for value in #value { #inner } })
            }
            RustType::Connection(inner) => {
                let inner = self.value(module, inner, &quote! { value })?;
                inner.map(|inner| quote! { for value in #value.nodes_mut() { #inner } })
            }
            RustType::Boxed(inner) => self.value(module, inner, &quote! { &mut **#value })?,
            RustType::Fragment(name) => {
                let Some((name, fragment)) = self.types.fragments.get_key_value(name) else {
                    return Ok(None);
                };
                self.value(Some(name), &fragment.shapes.root, value)?
            }
            RustType::Shape(id) => self
                .function(module, *id)?
                .map(|function| quote! { #function(operation, #value, rests); }),
            RustType::Path(_) | RustType::Enum(_) | RustType::Input(_) => None,
        })
    }

    /// The function that completes a value of this type.
    fn function(
        &mut self,
        module: Option<&'a Name>,
        id: ShapeId,
    ) -> Result<Option<Ident>, syn::Error> {
        let key = (module.cloned(), id);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let types = self.types.of_fragment(module);
        let shape = types.shapes.get(id);
        let body = match &shape.kind {
            ShapeKind::Struct(structure) => {
                let mut first = TokenStream::new();
                let mut body = TokenStream::new();
                for (index, field) in structure.fields.iter().enumerate() {
                    let rest = self.operation.rests.iter().find(|rest| {
                        rest.module.as_ref() == module && rest.parent == id && rest.field == index
                    });
                    if let Some(rest) = rest {
                        let local = format_ident!("rest_{index}");
                        let method = ident(&rest.method);
                        first.extend(quote! { let #local = operation.#method(value); });
                        body.extend(self.connection(module, field, rest, &local)?);
                        continue;
                    }
                    let name = ident(&field.rust_name);
                    body.extend(self.value(module, &field.ty, &quote! { (&mut value.#name) })?);
                }
                for spread in &structure.spreads {
                    let Some((name, fragment)) =
                        self.types.fragments.get_key_value(&spread.fragment)
                    else {
                        continue;
                    };
                    let field = ident(&spread.rust_name);
                    let root = &fragment.shapes.root;
                    body.extend(if spread.optional {
                        let inner = self.value(Some(name), root, &quote! { value })?;
                        inner.map(
                            |inner| quote! { if let Some(value) = &mut value.#field { #inner } },
                        )
                    } else {
                        self.value(Some(name), root, &quote! { (&mut value.#field) })?
                    });
                }
                if let Some(on) = &structure.on {
                    let name = ident(&on.rust_name);
                    let function = self.function(module, on.shape)?;
                    body.extend(
                        function.map(
                            |function| quote! { #function(operation, &mut value.#name, rests); },
                        ),
                    );
                }
                quote! { #first #body }
            }
            ShapeKind::Enum(variants) => {
                let ty = types.shape(id);
                let mut arms = TokenStream::new();
                for variant in variants {
                    let inner = self.value(module, &variant.content, &quote! { value })?;
                    let Some(inner) = inner else { continue };
                    let name = ident(&variant.rust_name);
                    arms.extend(if variant.shared {
                        quote! { #ty::#name { selection: value, .. } => { #inner } }
                    } else {
                        quote! { #ty::#name(value) => { #inner } }
                    });
                }
                if arms.is_empty() {
                    arms
                } else {
                    quote! { match value { #arms _ => {} } }
                }
            }
        };
        let function = (!body.is_empty()).then(|| {
            let number = self.known.values().flatten().count() + 1;
            format_ident!("complete_{number}")
        });
        if let Some(function) = &function {
            let operation = ident(&self.operation.rust_name);
            let ty = types.shape(id);
            self.functions.extend(quote! {
                fn #function<'a>(
                    operation: &'a #operation,
                    value: &'a mut #ty,
                    rests: &mut rt::Rests<'a>,
                ) {
                    #body
                }
            });
        }
        self.known.insert(key, function.clone());
        Ok(function)
    }

    /// What fills a connection with its rest.
    fn connection(
        &mut self,
        module: Option<&'a Name>,
        field: &'a Field,
        rest: &'a Rest,
        local: &Ident,
    ) -> Result<TokenStream, syn::Error> {
        let name = ident(&field.rust_name);
        let row = self.value(rest.node_module.as_ref(), &rest.node, &quote! { row })?;
        let complete = if let Some(row) = row {
            quote! { |operation, row, rests| { #row } }
        } else {
            quote! { |_, _, _| {} }
        };
        let _ = module;
        let fill = quote! { rests.fill(operation, connection, #local, #complete); };
        Ok(if field.ty.is_optional() {
            quote! { if let Some(connection) = &mut value.#name { #fill } }
        } else {
            quote! {
                {
                    let connection = &mut value.#name;
                    #fill
                }
            }
        })
    }
}
