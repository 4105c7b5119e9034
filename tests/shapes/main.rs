//! Code that was compiled from an invented schema with every shape in it: it
//! builds, and it reads and writes what it should.

mod garden {
    include!("../../crates/codegen/tests/compile/snapshots/compile__generated__shapes.snap.rs");
}
