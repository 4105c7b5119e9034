//! How the generated code looks from outside, as far as its users choose it.

/// Who sees the generated code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Visibility {
    /// Everyone who sees the module that includes it.
    #[default]
    Public,
    /// Only the crate that compiles it: `pub(crate)`.
    Crate,
}

/// How the generated code is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Layout {
    /// Formatted, to be read.
    #[default]
    Formatted,
    /// Each file on one line, for compilers only. Takes a little less time.
    Unformatted,
}

/// What the printer is told.
pub(crate) struct Style {
    /// Where the runtime is found.
    pub(crate) runtime: syn::Path,
    /// What is derived beside that which always is.
    pub(crate) derives: Vec<syn::Path>,
    pub(crate) visibility: Visibility,
    pub(crate) layout: Layout,
}
