//! What leads from a value to its `id`, where the query asks for it.

use std::collections::BTreeMap;

use apollo_compiler::Name;

use super::{Field, Fragment, RustType, ShapeKind, Shapes, Struct, Variant};

/// How many fragments within fragments are looked through.
const DEEPEST: usize = 8;

/// The way from a value to its `id`.
#[derive(Debug, Clone)]
pub(crate) enum NodeId {
    /// Through these fields.
    Fields(Vec<String>),
    /// Through these fields, and then one way for each type.
    Types {
        fields: Vec<String>,
        ty: RustType,
        /// The fragment in whose module the type is, where it is not the operation's.
        module: Option<Name>,
        variants: Vec<VariantId>,
    },
}

/// The way from one type of an enum on.
#[derive(Debug, Clone)]
pub(crate) struct VariantId {
    pub(crate) rust_name: String,
    /// Whether several types share the variant.
    pub(crate) shared: bool,
    pub(crate) id: NodeId,
}

impl NodeId {
    /// The way from values of a type, which is one of the operation's or of a fragment's.
    pub(super) fn of(
        fragments: &BTreeMap<Name, Fragment>,
        operation: &Shapes,
        module: Option<&Name>,
        ty: &RustType,
    ) -> Option<Self> {
        let search = Search {
            fragments,
            operation,
        };
        search.ty(module, ty, 0)
    }

    fn behind(mut self, field: &str) -> Self {
        let (Self::Fields(fields) | Self::Types { fields, .. }) = &mut self;
        fields.insert(0, field.to_owned());
        self
    }
}

struct Search<'a> {
    fragments: &'a BTreeMap<Name, Fragment>,
    operation: &'a Shapes,
}

impl<'a> Search<'a> {
    fn shapes(&self, module: Option<&Name>) -> &'a Shapes {
        let fragment = module.and_then(|name| self.fragments.get(name));
        fragment.map_or(self.operation, |fragment| &fragment.shapes)
    }

    fn ty(&self, module: Option<&Name>, ty: &RustType, depth: usize) -> Option<NodeId> {
        match ty {
            RustType::Boxed(inner) => self.ty(module, inner, depth),
            RustType::Fragment(name) if depth < DEEPEST => {
                let shapes = &self.fragments.get(name)?.shapes;
                self.ty(Some(name), &shapes.root, depth + 1)
            }
            RustType::Shape(shape) => match &self.shapes(module).get(*shape).kind {
                ShapeKind::Struct(structure) => self.structure(module, structure, depth),
                ShapeKind::Enum(variants) => self.variants(module, ty, variants, depth),
            },
            _ => None,
        }
    }

    fn structure(&self, module: Option<&Name>, parts: &Struct, depth: usize) -> Option<NodeId> {
        if let Some(field) = parts.fields.iter().find(|field| is_id(field)) {
            return Some(NodeId::Fields(vec![field.rust_name.clone()]));
        }
        let spreads = parts.spreads.iter().filter(|spread| !spread.optional);
        let in_spread = spreads.filter_map(|spread| {
            let fragment = RustType::Fragment(spread.fragment.clone());
            Some(self.ty(module, &fragment, depth)?.behind(&spread.rust_name))
        });
        let in_type = parts.on.iter().filter_map(|on| {
            let id = self.ty(module, &RustType::Shape(on.shape), depth)?;
            Some(id.behind(&on.rust_name))
        });
        in_spread.chain(in_type).next()
    }

    fn variants(
        &self,
        module: Option<&Name>,
        ty: &RustType,
        variants: &[Variant],
        depth: usize,
    ) -> Option<NodeId> {
        let found: Vec<_> = variants
            .iter()
            .filter_map(|variant| {
                Some(VariantId {
                    rust_name: variant.rust_name.clone(),
                    shared: variant.shared,
                    id: self.ty(module, &variant.content, depth)?,
                })
            })
            .collect();
        (!found.is_empty()).then(|| NodeId::Types {
            fields: Vec::new(),
            ty: ty.clone(),
            module: module.cloned(),
            variants: found,
        })
    }
}

/// Whether a field is the `id` itself, and not another under its name.
fn is_id(field: &Field) -> bool {
    field.key == "id"
        && field.coordinate.contains(".id:")
        && field.ty == RustType::Path("String".to_owned())
}
