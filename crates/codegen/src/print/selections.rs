//! The types of answers, and how they are decoded and written.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;
use proc_macro2::TokenStream;
use quote::quote;

use super::idents::{docs, ident};
use super::markdown::markdown;
use super::types::{COMPARABLE, Certainty, Types};
use crate::model::{Field, RustType, Shape, ShapeKind, Struct, Variant};

/// What stands above the type that a module is about.
pub(crate) struct Root<'a> {
    pub(crate) rust_name: &'a str,
    pub(crate) docs: &'a [String],
    /// Who selects, for the documentation: ``the fragment `BuildSummary` ``.
    pub(crate) selector: &'a str,
}

/// Prints all types of a module.
pub(crate) fn shapes(types: Types<'_>, root: &Root<'_>) -> Result<TokenStream, syn::Error> {
    let mut tokens = TokenStream::new();
    let root_shape = match &types.shapes.root {
        RustType::Shape(id) => Some(*id),
        alias => {
            let name = ident(root.rust_name);
            let docs = docs(root.docs);
            let ty = types.write(alias)?;
            tokens.extend(quote! { #docs pub type #name = #ty; });
            None
        }
    };
    for (index, shape) in types.shapes.types.iter().enumerate() {
        let is_root = root_shape.is_some_and(|id| std::ptr::eq(types.shapes.get(id), shape));
        let docs = if is_root && index == 0 {
            docs(root.docs)
        } else {
            docs([place(shape, root.selector)])
        };
        tokens.extend(match &shape.kind {
            ShapeKind::Struct(structure) => print_struct(types, shape, structure, &docs)?,
            ShapeKind::Enum(variants) => print_enum(types, shape, variants, &docs)?,
        });
    }
    Ok(tokens)
}

fn place(shape: &Shape, selector: &str) -> String {
    let ty = shape.graphql_types.join("` and `");
    if shape.path.is_empty() {
        format!("The schema's `{ty}`, as {selector} selects it.")
    } else {
        format!(
            "The schema's `{ty}`, as {selector} selects it at `{}`.",
            shape.path.join(".")
        )
    }
}

/// One part of a struct that reads keys of the JSON object.
enum Taker<'a> {
    Own(&'a Field),
    /// A fragment or the enum `on`: the field's name, its type, and whether
    /// it may be left out.
    Part {
        rust_name: &'a str,
        ty: TokenStream,
        optional: bool,
    },
}

impl Taker<'_> {
    fn is_optional(&self) -> bool {
        matches!(self, Self::Part { optional: true, .. })
    }

    fn take(&self, value: &TokenStream) -> TokenStream {
        match self {
            Self::Own(field) => {
                let name = ident(&field.rust_name);
                if field.may_be_left_out && field.ty.has_selection() {
                    // A selection around this one may share the value.
                    let flatten = field.nullable.then(|| quote! { .flatten() });
                    quote! { partial.#name = #value.decode_part()?#flatten }
                } else if field.may_be_left_out && field.nullable {
                    quote! { partial.#name = #value.decode()? }
                } else {
                    quote! { partial.#name = Some(#value.decode()?) }
                }
            }
            Self::Part {
                rust_name,
                ty,
                optional,
            } => {
                let name = ident(rust_name);
                if *optional {
                    quote! { rt::take_optional::<#ty, _>(&mut partial.#name, key, #value)? }
                } else {
                    quote! { <#ty as rt::Selection>::take(&mut partial.#name, key, #value)? }
                }
            }
        }
    }

    /// Takes a value that others take too. Where `@include` or `@skip` left
    /// this one out, the value holds only what the others selected.
    fn take_shared(&self) -> TokenStream {
        match self {
            Self::Own(field) if field.may_be_left_out => {
                let name = ident(&field.rust_name);
                let flatten = field.nullable.then(|| quote! { .flatten() });
                quote! { partial.#name = (&value).decode_part()?#flatten }
            }
            Self::Own(_) => self.take(&quote! { (&value) }),
            Self::Part {
                rust_name,
                ty,
                optional: true,
            } => {
                let name = ident(rust_name);
                quote! { rt::take_optional_shared::<#ty, _>(&mut partial.#name, key, &value)? }
            }
            Self::Part { .. } => self.take(&quote! { &value }),
        }
    }
}

fn print_struct(
    types: Types<'_>,
    shape: &Shape,
    structure: &Struct,
    docs_above: &TokenStream,
) -> Result<TokenStream, syn::Error> {
    let name = ident(&shape.rust_name);
    let mut declared = TokenStream::new();
    let mut partial = TokenStream::new();
    let mut finished = TokenStream::new();
    let mut written = TokenStream::new();
    let mut takers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut parts = Vec::new();

    for field in &structure.fields {
        let rust_name = ident(&field.rust_name);
        let ty = types.write(&field.ty)?;
        let key = &field.key;
        let docs = field_docs(field);
        declared.extend(quote! { #docs pub #rust_name: #ty, });
        if field.may_be_left_out {
            partial.extend(quote! { #rust_name: #ty, });
            finished.extend(quote! { #rust_name: partial.#rust_name, });
            // Fields may be called `map`.
            written.extend(quote! {
                if let Some(value) = &self.#rust_name {
                    map.serialize_entry(#key, value)?;
                }
            });
        } else {
            // Null or not, what is selected has a key in the answer.
            partial.extend(quote! { #rust_name: Option<#ty>, });
            finished.extend(quote! { #rust_name: rt::required(partial.#rust_name, #key)?, });
            written.extend(quote! { map.serialize_entry(#key, &self.#rust_name)?; });
        }
        takers.entry(key).or_default().push(parts.len());
        parts.push(Taker::Own(field));
    }

    for spread in &structure.spreads {
        let ty = types.fragment(&spread.fragment);
        let rust_name = ident(&spread.rust_name);
        let docs = docs([format!("The fragment `{}`.", spread.fragment)]);
        if spread.optional {
            declared.extend(quote! { #docs pub #rust_name: Option<#ty>, });
            partial.extend(quote! {
                #rust_name: rt::OptionalPartial<<#ty as rt::Selection>::Partial>,
            });
            finished.extend(quote! {
                #rust_name: rt::finish_optional::<#ty, E>(partial.#rust_name)?,
            });
            written.extend(quote! {
                if let Some(value) = &self.#rust_name {
                    rt::Selection::write(value, map)?;
                }
            });
        } else {
            declared.extend(quote! { #docs pub #rust_name: #ty, });
            partial.extend(quote! { #rust_name: <#ty as rt::Selection>::Partial, });
            finished.extend(quote! {
                #rust_name: <#ty as rt::Selection>::finish(partial.#rust_name)?,
            });
            written.extend(quote! { rt::Selection::write(&self.#rust_name, map)?; });
        }
        for key in types.fragment_keys(&spread.fragment) {
            takers.entry(key).or_default().push(parts.len());
        }
        parts.push(Taker::Part {
            rust_name: &spread.rust_name,
            ty,
            optional: spread.optional,
        });
    }

    if let Some(on) = &structure.on {
        let ty = types.shape(on.shape);
        let rust_name = ident(&on.rust_name);
        declared.extend(quote! {
            /// What is selected of some types only.
            pub #rust_name: #ty,
        });
        partial.extend(quote! { #rust_name: <#ty as rt::Selection>::Partial, });
        finished.extend(quote! {
            #rust_name: <#ty as rt::Selection>::finish(partial.#rust_name)?,
        });
        written.extend(quote! { rt::Selection::write(&self.#rust_name, map)?; });
        for key in &types.shapes.get(on.shape).keys {
            takers.entry(key).or_default().push(parts.len());
        }
        parts.push(Taker::Part {
            rust_name: &on.rust_name,
            ty,
            optional: false,
        });
    }

    // What the first fragment holds is read as if it were selected here, so
    // that `build.number` stays what it is when a query moves it to a fragment.
    let deref = structure
        .spreads
        .first()
        .filter(|spread| !spread.optional)
        .map(|spread| {
            let ty = types.fragment(&spread.fragment);
            let rust_name = ident(&spread.rust_name);
            quote! {
                impl ::std::ops::Deref for #name {
                    type Target = #ty;

                    fn deref(&self) -> &#ty {
                        &self.#rust_name
                    }
                }
            }
        });

    let is_bare = is_bare(structure);
    let is_shared = takers.values().any(|takers| takers.len() > 1);
    let arms = arms(&takers, &parts);
    let write = if is_shared {
        quote! { rt::write_merged(map, |map| { #written Ok(()) }) }
    } else {
        quote! { #written Ok(()) }
    };
    let derive = types.derive(&COMPARABLE);
    Ok(quote! {
        #docs_above
        #derive
        pub struct #name { #declared }

        #deref

        const _: () = {
            use rt::{FieldValue as _, SerializeMap as _};

            #[derive(Default)]
            pub struct __Partial { #partial }

            impl rt::Selection for #name {
                type Partial = __Partial;

                fn take<V: rt::FieldValue>(
                    partial: &mut __Partial,
                    key: &str,
                    value: V,
                ) -> Result<(), V::Error> {
                    match key { #arms }
                    Ok(())
                }

                fn finish<E: rt::DecodeError>(partial: __Partial) -> Result<Self, E> {
                    Ok(Self { #finished })
                }

                fn write<M: rt::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    #write
                }

                #is_bare
            }

            rt::impl_selection!(#name);
        };
    })
}

/// Whether nothing but the name of a type was selected: possible only where all
/// depends on the type.
fn is_bare(structure: &Struct) -> TokenStream {
    if !structure.fields.is_empty() {
        return TokenStream::new();
    }
    let spreads = structure.spreads.iter().map(|spread| {
        let name = ident(&spread.rust_name);
        if spread.optional {
            quote! { self.#name.is_none() }
        } else {
            quote! { rt::Selection::is_bare(&self.#name) }
        }
    });
    let on = structure.on.iter().map(|on| {
        let name = ident(&on.rust_name);
        quote! { rt::Selection::is_bare(&self.#name) }
    });
    let parts = spreads.chain(on);
    quote! {
        fn is_bare(&self) -> bool {
            true #(&& #parts)*
        }
    }
}

/// The `match` over keys: keys with the same takers share an arm.
fn arms(takers: &BTreeMap<&str, Vec<usize>>, parts: &[Taker<'_>]) -> TokenStream {
    let mut groups: Vec<(&Vec<usize>, BTreeSet<&str>)> = Vec::new();
    for (key, indexes) in takers {
        let is_name = *key == "__typename";
        let alike = groups
            .iter_mut()
            .find(|(present, keys)| *present == indexes && keys.contains("__typename") == is_name);
        match alike {
            Some((_, keys)) => {
                keys.insert(key);
            }
            None => groups.push((indexes, BTreeSet::from([*key]))),
        }
    }
    // In the order of the query.
    groups.sort_by_key(|(indexes, _)| *indexes);
    let mut tokens = TokenStream::new();
    for (indexes, keys) in groups {
        let body = match indexes[..] {
            // Every abstract selection asks for `__typename`, so that it does
            // not prove that an optional part is there.
            [only] if !(parts[only].is_optional() && keys.contains("__typename")) => {
                let take = parts[only].take(&quote! { value });
                quote! { #take, }
            }
            _ => {
                let takes = indexes.iter().map(|&index| parts[index].take_shared());
                quote! { { let value = value.buffer()?; #(#takes;)* } }
            }
        };
        let keys = keys.into_iter();
        tokens.extend(quote! { #(#keys)|* => #body });
    }
    tokens.extend(quote! { _ => value.skip()?, });
    tokens
}

fn field_docs(field: &Field) -> TokenStream {
    let mut lines = Vec::new();
    if let Some(description) = &field.description {
        lines.extend(markdown([description.as_str()]));
        lines.push(String::new());
    }
    lines.push(format!("`{}`", field.coordinate));
    let docs = docs(lines);
    let deprecated = field
        .deprecated
        .as_ref()
        .map(|reason| quote! { #[deprecated(note = #reason)] });
    quote! { #docs #deprecated }
}

/// Writes a variant with its `__typename`, once.
fn write_variant(named_below: Certainty, typename: &TokenStream) -> TokenStream {
    match named_below {
        Certainty::Never => quote! {
            map.serialize_entry("__typename", #typename)?;
            rt::Selection::write(selection, map)
        },
        Certainty::Maybe => quote! {
            rt::write_merged(map, |map| {
                map.serialize_entry("__typename", #typename)?;
                rt::Selection::write(selection, map)
            })
        },
        Certainty::Always => quote! { rt::Selection::write(selection, map) },
    }
}

fn print_enum(
    types: Types<'_>,
    shape: &Shape,
    variants: &[Variant],
    docs_above: &TokenStream,
) -> Result<TokenStream, syn::Error> {
    let name = ident(&shape.rust_name);
    let mut declared = TokenStream::new();
    let mut typename = TokenStream::new();
    let mut partial = TokenStream::new();
    let mut pick = TokenStream::new();
    let mut take = TokenStream::new();
    let mut finish = TokenStream::new();
    let mut write = TokenStream::new();

    for variant in variants {
        let rust_name = ident(&variant.rust_name);
        let ty = types.write(&variant.content)?;
        let typenames: Vec<_> = variant.typenames.iter().map(Name::as_str).collect();
        // The selection behind the variant may write the name itself.
        let named_below = types.names_itself(&variant.content);
        if let ([only], false) = (&typenames[..], variant.shared) {
            let docs = docs([format!("A `{only}`.")]);
            declared.extend(quote! { #docs #rust_name(#ty), });
            typename.extend(quote! { Self::#rust_name(_) => #only, });
            partial.extend(quote! { #rust_name(<#ty as rt::Selection>::Partial), });
            pick.extend(quote! { #only => __Partial::#rust_name(Default::default()), });
            take.extend(quote! {
                __Partial::#rust_name(partial) => <#ty as rt::Selection>::take(partial, key, value),
            });
            finish.extend(quote! {
                __Partial::#rust_name(partial) => {
                    Ok(Self::#rust_name(<#ty as rt::Selection>::finish(partial)?))
                }
            });
            let written = write_variant(named_below, &quote! { #only });
            write.extend(quote! { Self::#rust_name(selection) => { #written } });
        } else {
            let docs = docs([format!(
                "One of the types that the query does not name apart: {}.",
                typenames
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )]);
            declared.extend(quote! {
                #docs
                #rust_name {
                    /// The value of `__typename`.
                    typename: String,
                    /// What is selected of it.
                    selection: #ty,
                },
            });
            typename.extend(quote! { Self::#rust_name { typename, .. } => typename, });
            partial.extend(quote! { #rust_name(String, <#ty as rt::Selection>::Partial), });
            pick.extend(quote! {
                #(#typenames)|* => __Partial::#rust_name(typename.to_owned(), Default::default()),
            });
            take.extend(quote! {
                __Partial::#rust_name(_, partial) => {
                    <#ty as rt::Selection>::take(partial, key, value)
                }
            });
            finish.extend(quote! {
                __Partial::#rust_name(typename, partial) => Ok(Self::#rust_name {
                    typename,
                    selection: <#ty as rt::Selection>::finish(partial)?,
                }),
            });
            let pattern = if named_below == Certainty::Always {
                quote! { Self::#rust_name { selection, .. } }
            } else {
                quote! { Self::#rust_name { typename, selection } }
            };
            let written = write_variant(named_below, &quote! { typename });
            write.extend(quote! { #pattern => { #written } });
        }
    }

    let derive = types.derive(&COMPARABLE);
    Ok(quote! {
        #docs_above
        #derive
        pub enum #name {
            #declared
            /// A type of which nothing is selected, or one that the schema did
            /// not have when this was compiled.
            Other {
                /// The value of `__typename`.
                typename: String,
            },
        }

        impl #name {
            /// The value of `__typename`: the name of the type in the schema.
            pub fn typename(&self) -> &str {
                match self {
                    #typename
                    Self::Other { typename } => typename,
                }
            }
        }

        const _: () = {
            use rt::{FieldValue as _, SerializeMap as _};

            pub enum __Partial { #partial Other(String), }

            impl rt::Variants for #name {
                type Partial = __Partial;

                fn pick(typename: &str) -> __Partial {
                    match typename {
                        #pick
                        _ => __Partial::Other(typename.to_owned()),
                    }
                }

                fn take_variant<V: rt::FieldValue>(
                    partial: &mut __Partial,
                    key: &str,
                    value: V,
                ) -> Result<(), V::Error> {
                    match partial {
                        #take
                        __Partial::Other(_) => value.skip(),
                    }
                }

                fn finish_variant<E: rt::DecodeError>(partial: __Partial) -> Result<Self, E> {
                    match partial {
                        #finish
                        __Partial::Other(typename) => Ok(Self::Other { typename }),
                    }
                }

                fn is_other(&self) -> bool {
                    matches!(self, Self::Other { .. })
                }

                fn write_variant<M: rt::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    match self {
                        #write
                        Self::Other { typename } => map.serialize_entry("__typename", typename),
                    }
                }
            }

            rt::impl_variants!(#name);
        };
    })
}
