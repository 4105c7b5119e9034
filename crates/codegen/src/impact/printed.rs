//! The generated code itself, without what does not matter to other code: so that no
//! difference is overlooked for which there are no words.

use std::collections::BTreeMap;

use super::effect::Name;
use super::sides::Side;
use crate::cost::formula::{Formula, Sum};
use crate::model::{Model, Operation, ShapeKind, Shapes};
use crate::print;
use crate::style::Style;

/// The code of every operation and fragment. Nothing where it cannot be printed, which is
/// for others to say.
pub(super) fn code(side: Side, style: &Style) -> BTreeMap<Name, String> {
    let mut model = side.model;
    reduce(&mut model);
    let Ok(files) = print::print(&model, style, "queries") else {
        return BTreeMap::new();
    };
    let mut by_path: BTreeMap<_, _> = files
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect();
    let operations = model.operations.iter().map(|operation| {
        let path = format!("queries/operations/{}.rs", operation.module);
        ((operation.graphql_name.to_string(), false), path)
    });
    let fragments = model.fragments.values().map(|fragment| {
        let path = format!("queries/fragments/{}.rs", fragment.module);
        ((fragment.graphql_name.to_string(), true), path)
    });
    operations
        .chain(fragments)
        .filter_map(|(name, path)| Some((name, by_path.remove(&path)?)))
        .collect()
}

/// Takes out what is reported apart: costs and deprecations, and what is only read by
/// people.
fn reduce(model: &mut Model) {
    for operation in &mut model.operations {
        reduce_operation(operation);
    }
    for fragment in model.fragments.values_mut() {
        reduce_shapes(&mut fragment.shapes);
    }
}

fn reduce_operation(operation: &mut Operation) {
    reduce_formula(&mut operation.complexity);
    reduce_shapes(&mut operation.shapes);
    for rest in &mut operation.rests {
        reduce_operation(&mut rest.operation);
    }
}

fn reduce_formula(formula: &mut Formula) {
    formula.parts.clear();
    formula.sum = Sum::default();
}

fn reduce_shapes(shapes: &mut Shapes) {
    for shape in &mut shapes.types {
        if let ShapeKind::Struct(structure) = &mut shape.kind {
            for field in &mut structure.fields {
                field.coordinate = String::new();
                field.description = None;
                field.deprecated = None;
            }
        }
    }
}
