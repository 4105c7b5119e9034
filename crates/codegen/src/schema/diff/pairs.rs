//! Old and new things of the same name.

use std::collections::HashMap;

/// What there is of a name.
pub(super) enum Pair<'a, T: ?Sized> {
    Removed(&'a T),
    Added(&'a T),
    Both(&'a T, &'a T),
}

/// Pairs what has the same name: the old things in their order, then what is new.
pub(super) fn pairs<'a, T: ?Sized>(
    old: impl Iterator<Item = &'a T>,
    new: impl Iterator<Item = &'a T>,
    name: impl for<'b> Fn(&'b T) -> &'b str,
) -> Vec<Pair<'a, T>> {
    let old: Vec<_> = old.collect();
    let new: Vec<_> = new.collect();
    let old_by_name: HashMap<_, _> = old.iter().map(|old| (name(old), *old)).collect();
    let new_by_name: HashMap<_, _> = new.iter().map(|new| (name(new), *new)).collect();
    let of_old = old.iter().map(|old| match new_by_name.get(name(old)) {
        Some(new) => Pair::Both(*old, *new),
        None => Pair::Removed(*old),
    });
    let added = new
        .iter()
        .filter(|new| !old_by_name.contains_key(name(new)))
        .map(|new| Pair::Added(*new));
    of_old.chain(added).collect()
}
