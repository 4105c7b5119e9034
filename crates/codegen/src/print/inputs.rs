//! Enums and input objects.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::idents::{docs, ident};
use super::markdown::{markdown, printable};
use super::types::{COMPARABLE, Types};
use crate::model::{EnumType, InputField, InputType, Presence, RustType};

pub(crate) fn enum_type(types: Types<'_>, ty: &EnumType) -> TokenStream {
    let derive = types.derive(&[
        "Debug",
        "Clone",
        "PartialEq",
        "Eq",
        "Hash",
        "PartialOrd",
        "Ord",
    ]);
    let name = ident(&ty.rust_name);
    let docs_above = described(
        ty.description.as_deref(),
        &format!("The schema's enum `{}`.", ty.graphql_name),
    );
    let fallback = ident(&ty.fallback);
    let mut declared = TokenStream::new();
    let mut as_str = TokenStream::new();
    let mut from = TokenStream::new();
    for variant in &ty.variants {
        let rust_name = ident(&variant.rust_name);
        let value = variant.value.as_str();
        let docs = described(variant.description.as_deref(), &format!("`{value}`"));
        let deprecated = deprecated(variant.deprecated.as_deref());
        declared.extend(quote! { #docs #deprecated #rust_name, });
        as_str.extend(quote! { Self::#rust_name => #value, });
        from.extend(quote! { #value => Self::#rust_name, });
    }
    quote! {
        #docs_above
        #derive
        #[non_exhaustive]
        pub enum #name {
            #declared
            /// A value that the schema did not have when this was compiled.
            #fallback(String),
        }

        impl #name {
            /// The value as the schema spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    #as_str
                    Self::#fallback(value) => value,
                }
            }
        }

        impl From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #from
                    other => Self::#fallback(other.to_owned()),
                }
            }
        }

        rt::impl_enum!(#name);
    }
}

pub(crate) fn input_object(types: Types<'_>, input: &InputType) -> Result<TokenStream, syn::Error> {
    let name = ident(&input.rust_name);
    let docs = described(
        input.description.as_deref(),
        &format!("The schema's input `{}`.", input.graphql_name),
    );
    if input.one_of {
        return one_of(types, input, &name, &docs);
    }
    let derive = types.derive(&COMPARABLE);
    let fields: Vec<_> = input.fields.iter().collect();
    let members = Members::new(types, &fields)?;
    let Members {
        declared,
        constructor,
        setters,
        entries,
    } = &members;
    let default = default_impl(&name, &fields);
    Ok(quote! {
        #docs
        #derive
        #[non_exhaustive]
        pub struct #name { #declared }

        impl #name { #constructor #setters }

        #default

        impl rt::Serialize for #name {
            fn serialize<S: rt::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                #entries
                rt::SerializeMap::end(map)
            }
        }
    })
}

/// An input of which exactly one field is given is an enum.
fn one_of(
    types: Types<'_>,
    input: &InputType,
    name: &Ident,
    docs_above: &TokenStream,
) -> Result<TokenStream, syn::Error> {
    let derive = types.derive(&COMPARABLE);
    let mut declared = TokenStream::new();
    let mut written = TokenStream::new();
    for (field, variant) in input
        .fields
        .iter()
        .zip(crate::model::one_of_variants(input))
    {
        let variant = ident(&variant);
        let ty = types.write(&field.ty)?;
        let key = &field.key;
        let docs = input_docs(field);
        declared.extend(quote! { #docs #variant(#ty), });
        written.extend(quote! { Self::#variant(value) => rt::SerializeMap::serialize_entry(&mut map, #key, value)?, });
    }
    Ok(quote! {
        #docs_above
        #derive
        #[non_exhaustive]
        pub enum #name { #declared }

        impl rt::Serialize for #name {
            fn serialize<S: rt::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(1))?;
                match self { #written }
                rt::SerializeMap::end(map)
            }
        }
    })
}

/// What inputs and operations have in common: fields that are given in `new`
/// or set later.
pub(crate) struct Members {
    pub(crate) declared: TokenStream,
    pub(crate) constructor: TokenStream,
    pub(crate) setters: TokenStream,
    pub(crate) entries: TokenStream,
}

impl Members {
    pub(crate) fn new(types: Types<'_>, fields: &[&InputField]) -> Result<Self, syn::Error> {
        let mut declared = TokenStream::new();
        let mut parameters = TokenStream::new();
        let mut values = TokenStream::new();
        let mut setters = TokenStream::new();
        let mut entries = TokenStream::new();
        for field in fields {
            let name = ident(&field.rust_name);
            let setter = ident(&setter_name(&field.rust_name));
            let key = &field.key;
            let ty = types.write(&field.ty)?;
            let unboxed = types.write(unboxed(&field.ty))?;
            let is_boxed = matches!(field.ty, RustType::Boxed(_));
            let docs = input_docs(field);
            let deprecated = deprecated(field.deprecated.as_deref());
            let setter_docs =
                super::idents::docs([format!("Sets `{key}: {}`.", prose_type(field))]);
            match field.presence {
                Presence::Required => {
                    declared.extend(quote! { #docs #deprecated pub #name: #ty, });
                    let (parameter, value) =
                        required_parameter(types, &name, &ty, &unboxed, &field.ty)?;
                    parameters.extend(quote! { #name: #parameter, });
                    values.extend(quote! { #name: #value, });
                    entries.extend(quote! {
                        rt::SerializeMap::serialize_entry(&mut map, #key, &self.#name)?;
                    });
                }
                Presence::Defaulted => {
                    declared.extend(quote! { #docs #deprecated pub #name: Option<#ty>, });
                    values.extend(quote! { #name: None, });
                    let value = if is_boxed {
                        quote! { Some(Box::new(#name.into())) }
                    } else {
                        quote! { Some(#name.into()) }
                    };
                    setters.extend(quote! {
                        #setter_docs
                        #[must_use]
                        pub fn #setter(mut self, #name: impl Into<#unboxed>) -> Self {
                            self.#name = #value;
                            self
                        }
                    });
                    entries.extend(quote! {
                        rt::InputValue::write(&self.#name, &mut map, #key)?;
                    });
                }
                Presence::Nullable => {
                    declared.extend(quote! { #docs #deprecated pub #name: rt::Maybe<#ty>, });
                    values.extend(quote! { #name: rt::Maybe::Undefined, });
                    let value = if is_boxed {
                        quote! { #name.into().map(Box::new) }
                    } else {
                        quote! { #name.into() }
                    };
                    setters.extend(quote! {
                        #setter_docs
                        #[must_use]
                        pub fn #setter(mut self, #name: impl Into<rt::Maybe<#unboxed>>) -> Self {
                            self.#name = #value;
                            self
                        }
                    });
                    entries.extend(quote! {
                        rt::InputValue::write(&self.#name, &mut map, #key)?;
                    });
                }
            }
        }
        let constructor_docs = if parameters.is_empty() {
            docs(["Nothing is required."])
        } else {
            docs(["With what is required; the rest is not sent until it is set."])
        };
        let constructor = quote! {
            #constructor_docs
            pub fn new(#parameters) -> Self {
                Self { #values }
            }
        };
        Ok(Self {
            declared,
            constructor,
            setters,
            entries,
        })
    }
}

/// `Default` where nothing is required.
pub(crate) fn default_impl(name: &Ident, fields: &[&InputField]) -> TokenStream {
    if fields
        .iter()
        .any(|field| field.presence == Presence::Required)
    {
        return TokenStream::new();
    }
    quote! {
        impl Default for #name {
            fn default() -> Self {
                Self::new()
            }
        }
    }
}

/// How a required value is taken: text and lists from whatever becomes one.
fn required_parameter(
    types: Types<'_>,
    name: &Ident,
    ty: &TokenStream,
    unboxed: &TokenStream,
    rust_type: &RustType,
) -> Result<(TokenStream, TokenStream), syn::Error> {
    Ok(match rust_type {
        RustType::Path(path) if path == "String" => {
            (quote! { impl Into<String> }, quote! { #name.into() })
        }
        // From whatever holds such items; texts from whatever becomes one.
        RustType::List(item) if **item == RustType::Path("String".to_owned()) => (
            quote! { impl IntoIterator<Item = impl Into<String>> },
            quote! { #name.into_iter().map(Into::into).collect() },
        ),
        RustType::List(item) => {
            let item = types.write(item)?;
            (
                quote! { impl IntoIterator<Item = #item> },
                quote! { #name.into_iter().collect() },
            )
        }
        RustType::Boxed(_) => (quote! { #unboxed }, quote! { Box::new(#name) }),
        _ => (quote! { #ty }, quote! { #name }),
    })
}

fn unboxed(ty: &RustType) -> &RustType {
    match ty {
        RustType::Boxed(inner) => inner,
        other => other,
    }
}

/// A setter may not be named like the methods that are there in any case.
fn setter_name(rust_name: &str) -> String {
    match rust_name {
        "new" | "requested_complexity" | "clone" => format!("{rust_name}_"),
        _ => rust_name.to_owned(),
    }
}

fn prose_type(field: &InputField) -> String {
    printable(&field.declared)
        .map(|c| if c == '`' { '\'' } else { c })
        .collect()
}

fn input_docs(field: &InputField) -> TokenStream {
    described(
        field.description.as_deref(),
        &format!("`{}: {}`", field.key, prose_type(field)),
    )
}

fn described(description: Option<&str>, last: &str) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    if let Some(description) = description {
        lines.extend(markdown([description]));
        lines.push(String::new());
    }
    lines.push(last.to_owned());
    docs(lines)
}

fn deprecated(reason: Option<&str>) -> TokenStream {
    reason.map_or_else(TokenStream::new, |reason| {
        quote! { #[deprecated(note = #reason)] }
    })
}
