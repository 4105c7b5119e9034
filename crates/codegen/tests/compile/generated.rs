//! The generated code, as a golden file that other tests compile and run.

use crate::support::{joined, shapes};

#[test]
fn every_shape() {
    let generated = shapes().generate().unwrap();
    insta::assert_binary_snapshot!("shapes.rs", joined(&generated).into_bytes());
}
