//! Types as they are written in the code.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;
use proc_macro2::TokenStream;
use quote::quote;

use super::idents::ident;
use crate::model::{Fragment, RustType, ShapeId, ShapeKind, Shapes};

/// Whether something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    Never,
    Maybe,
    Always,
}

impl Certainty {
    /// The same of something that itself may not be there.
    fn if_there(self, optional: bool) -> Self {
        if optional {
            self.min(Self::Maybe)
        } else {
            self
        }
    }
}

/// What every type of an answer, and every input, derives.
pub(crate) const COMPARABLE: [&str; 3] = ["Debug", "Clone", "PartialEq"];

/// Writes types as they are seen from one module.
#[derive(Clone, Copy)]
pub(crate) struct Types<'a> {
    pub(crate) fragments: &'a BTreeMap<Name, Fragment>,
    /// The types in which shapes are looked up.
    pub(crate) shapes: &'a Shapes,
    /// The fragment whose module holds them, where it is another module.
    pub(crate) elsewhere: Option<&'a Name>,
    /// What every type derives beside that which it always does.
    pub(crate) derives: &'a [syn::Path],
}

impl<'a> Types<'a> {
    /// The same, for types that live in the module of a fragment.
    pub(crate) fn of_fragment(self, name: Option<&'a Name>) -> Self {
        match name.and_then(|name| self.fragments.get(name)) {
            Some(fragment) => Self {
                shapes: &fragment.shapes,
                elsewhere: name,
                ..self
            },
            None => self,
        }
    }

    /// The derives of a type: these, and those asked for.
    pub(crate) fn derive(&self, always: &[&str]) -> TokenStream {
        let always_derived = always.iter().map(|name| ident(name));
        let others = self.derives.iter().filter(|path| {
            // `Eq` and `std::cmp::Eq` are the same.
            path.segments
                .last()
                .is_none_or(|last| !always.iter().any(|name| last.ident == name))
        });
        quote! { #[derive(#(#always_derived),* #(, #others)*)] }
    }

    pub(crate) fn shape(&self, id: ShapeId) -> TokenStream {
        let name = ident(&self.shapes.get(id).rust_name);
        if let Some(fragment) = self.elsewhere.and_then(|name| self.fragments.get(name)) {
            let module = ident(&fragment.module);
            quote! { fragments::#module::#name }
        } else {
            quote! { #name }
        }
    }

    pub(crate) fn fragment(&self, name: &Name) -> TokenStream {
        let name = self
            .fragments
            .get(name)
            .map_or_else(|| ident(name), |fragment| ident(&fragment.rust_name));
        quote! { fragments::#name }
    }

    /// The response keys that a fragment reads.
    pub(crate) fn fragment_keys(&self, name: &Name) -> &'a BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.fragments
            .get(name)
            .map_or(&NONE, |fragment| &fragment.keys)
    }

    /// Whether a type writes the key `__typename` when it is serialized.
    pub(crate) fn names_itself(self, ty: &RustType) -> Certainty {
        match ty {
            RustType::Fragment(name) => self.fragment_names_itself(name),
            RustType::Shape(id) => match &self.shapes.get(*id).kind {
                ShapeKind::Enum(_) => Certainty::Always,
                ShapeKind::Struct(structure) => {
                    let own = structure
                        .fields
                        .iter()
                        .filter(|field| field.key == "__typename")
                        .map(|field| Certainty::Always.if_there(field.may_be_left_out));
                    let spread = structure.spreads.iter().map(|spread| {
                        self.fragment_names_itself(&spread.fragment)
                            .if_there(spread.optional)
                    });
                    let on = structure.on.iter().map(|_| Certainty::Always);
                    own.chain(spread)
                        .chain(on)
                        .max()
                        .unwrap_or(Certainty::Never)
                }
            },
            _ => Certainty::Never,
        }
    }

    fn fragment_names_itself(self, name: &Name) -> Certainty {
        self.fragments
            .get(name)
            .map_or(Certainty::Never, |fragment| {
                let types = Self {
                    shapes: &fragment.shapes,
                    ..self
                };
                types.names_itself(&fragment.shapes.root)
            })
    }

    pub(crate) fn write(&self, ty: &RustType) -> Result<TokenStream, syn::Error> {
        Ok(match ty {
            RustType::Path(path) if path.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                let name = ident(path);
                quote! { #name }
            }
            // That it is a type was checked where it was configured.
            RustType::Path(path) => path.parse()?,
            RustType::Enum(name) | RustType::Input(name) => {
                let name = ident(name);
                quote! { types::#name }
            }
            RustType::Shape(id) => self.shape(*id),
            RustType::Fragment(name) => self.fragment(name),
            RustType::Option(inner) => {
                let inner = self.write(inner)?;
                quote! { Option<#inner> }
            }
            RustType::List(inner) => {
                let inner = self.write(inner)?;
                quote! { Vec<#inner> }
            }
            RustType::Boxed(inner) => {
                let inner = self.write(inner)?;
                quote! { Box<#inner> }
            }
            RustType::Connection(inner) => {
                let inner = self.write(inner)?;
                quote! { rt::Connection<#inner> }
            }
        })
    }
}
