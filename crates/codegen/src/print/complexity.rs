//! The formula of an operation's points.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::idents::ident;
use crate::cost::condition::Condition;
use crate::cost::formula::{Formula, Part, PartId, Sum};
use crate::model::{Operation, Presence};
use crate::relay::{PageSize, Size};

/// An expression of type `u64`, with the statements that it needs.
pub(crate) fn complexity(operation: &Operation) -> TokenStream {
    let formula = &operation.complexity;
    let mut printer = Printer {
        operation,
        formula,
        printed: BTreeMap::new(),
        names: BTreeMap::new(),
    };
    let mut statements = TokenStream::new();
    let uses = uses(formula);
    for (index, part) in formula.parts.iter().enumerate() {
        let id = PartId(index);
        let printed = printer.part(part);
        let is_page = matches!(part, Part::Page(_));
        if is_page || uses.get(&id).is_some_and(|uses| *uses > 1) {
            let name = printer.name(part);
            statements.extend(quote! { let #name = #printed; });
            printer.printed.insert(id, quote! { #name });
        } else {
            printer.printed.insert(id, printed);
        }
    }
    let constant = number(formula.sum.constant);
    if formula.sum.parts.is_empty() {
        return quote! { #constant };
    }
    let sum = printer.sum(&formula.sum);
    quote! {
        #statements
        (#sum).0
    }
}

/// How often each part is part of another, or of the whole.
fn uses(formula: &Formula) -> BTreeMap<PartId, usize> {
    let mut uses = BTreeMap::new();
    let sums = formula.parts.iter().flat_map(Part::sums);
    for id in sums.chain([&formula.sum]).flat_map(|sum| sum.parts.keys()) {
        *uses.entry(*id).or_default() += 1;
    }
    uses
}

struct Printer<'a> {
    operation: &'a Operation,
    formula: &'a Formula,
    printed: BTreeMap<PartId, TokenStream>,
    /// How often a name is taken.
    names: BTreeMap<String, usize>,
}

impl Printer<'_> {
    /// A name that is not taken: that of the variable, for a page size.
    fn name(&mut self, part: &Part) -> Ident {
        let name = match part {
            Part::Page(size) => match (size.sizes().next(), size.sizes().count()) {
                (Some(Size::Variable { name, .. }), 1) => self.rust_name(name).to_owned(),
                _ => "page".to_owned(),
            },
            _ => "part".to_owned(),
        };
        let taken = self.names.entry(name.clone()).or_default();
        *taken += 1;
        match *taken {
            1 => ident(&name),
            // No variable is called so.
            number => format_ident!("{}__{}", name, number),
        }
    }

    fn rust_name(&self, variable: &Name) -> &str {
        let variables = &self.operation.variables;
        variables
            .iter()
            .find(|known| known.name == *variable)
            .map_or("page", |known| known.input.rust_name.as_str())
    }

    fn part(&self, part: &Part) -> TokenStream {
        match part {
            Part::Page(size) => self.page(size),
            Part::Product(page, each) => {
                let page = self.printed.get(page);
                let each = self.sum(each);
                quote! { #page * (#each) }
            }
            Part::Larger(a, b) => {
                let (a, b) = (self.sum(a), self.sum(b));
                quote! { Ord::max(#a, #b) }
            }
            Part::When(condition, sum) => {
                let (sum, condition) = (self.sum(sum), self.condition(condition));
                quote! { rt::Points::when(#sum, #condition) }
            }
        }
    }

    fn page(&self, size: &PageSize) -> TokenStream {
        let assumed = number(self.formula.defaults.assumed);
        let sizes = size.sizes().map(|size| match size {
            Size::Literal(rows) => option(Some(*rows)),
            Size::Variable { name, default } => {
                let default = option(*default);
                self.variable(name, &quote! { number }, &default)
            }
        });
        quote! { rt::page_size([#(#sizes),*], #assumed) }
    }

    fn condition(&self, condition: &Condition) -> TokenStream {
        let cases = condition.cases().map(|case| {
            let literals = case.map(|(name, wanted)| {
                // Only one that has a default can be left out.
                let default = self.formula.defaults.condition(name).unwrap_or(*wanted);
                let value = self.variable(name, &quote! { condition }, &quote! { #default });
                if *wanted {
                    value
                } else {
                    quote! { !#value }
                }
            });
            quote! { #(#literals)&&* }
        });
        quote! { #(#cases)||* }
    }

    /// The value of a variable: required ones are given in any case.
    fn variable(&self, name: &Name, read: &TokenStream, default: &TokenStream) -> TokenStream {
        let variables = &self.operation.variables;
        let Some(variable) = variables.iter().find(|known| known.name == *name) else {
            return default.clone();
        };
        let field = ident(&variable.input.rust_name);
        match variable.input.presence {
            Presence::Required => quote! { rt::#read(&self.#field) },
            Presence::Defaulted | Presence::Nullable => {
                quote! { rt::OptionalVariable::#read(&self.#field, #default) }
            }
        }
    }

    /// An expression of the type `Points`.
    fn sum(&self, sum: &Sum) -> TokenStream {
        let constant = number(sum.constant);
        let mut terms = Vec::new();
        for (part, times) in &sum.parts {
            let part = self.printed.get(part);
            terms.push(match times {
                1 => quote! { #part },
                times => {
                    let times = number(*times);
                    quote! { #part * #times }
                }
            });
        }
        if terms.is_empty() {
            return quote! { rt::Points(#constant) };
        }
        if sum.constant > 0 {
            terms.push(quote! { #constant });
        }
        quote! { #(#terms)+* }
    }
}

fn option(value: Option<u64>) -> TokenStream {
    let Some(value) = value.map(number) else {
        return quote! { None };
    };
    quote! { Some(#value) }
}

fn number(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}
