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

/// What the printer is told.
pub(crate) struct Style {
    /// Where the runtime is found.
    pub(crate) runtime: syn::Path,
    /// What is derived beside that which always is.
    pub(crate) derives: Vec<syn::Path>,
    pub(crate) visibility: Visibility,
}
