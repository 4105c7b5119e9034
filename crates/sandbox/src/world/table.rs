//! Things that come and go, each under a number that stays its own.

use std::sync::Arc;

use super::chance::{count, index};

/// Things under their numbers. The number of what is gone is never given away again,
/// so that an ID that somebody kept names nothing rather than something else.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    slots: Vec<Option<Arc<T>>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: Vec::new() }
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let slots = things.into_iter().map(|thing| Some(Arc::new(thing)));
        Self {
            slots: slots.collect(),
        }
    }
}

impl<T> Table<T> {
    /// What has this number.
    pub(crate) fn get(&self, number: u64) -> Option<&Arc<T>> {
        self.slots.get(index(number))?.as_ref()
    }

    /// Everything that is there, in the order of its making, with its number.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Arc<T>)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(number, slot)| Some((count(number), slot.as_ref()?)))
    }

    /// The number that the next thing gets.
    pub(crate) fn next(&self) -> u64 {
        count(self.slots.len())
    }

    /// How many things there are.
    pub(crate) fn len(&self) -> u64 {
        count(self.slots.iter().flatten().count())
    }

    /// The number of the thing at a place in the order of making.
    pub(crate) fn at(&self, place: u64) -> Option<u64> {
        self.iter().nth(index(place)).map(|(number, _)| number)
    }

    /// Adds a thing, and answers its number.
    pub(crate) fn add(&mut self, thing: T) -> u64 {
        self.slots.push(Some(Arc::new(thing)));
        count(self.slots.len()) - 1
    }

    /// Takes a thing away.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Arc<T>> {
        self.slots.get_mut(index(number))?.take()
    }

    /// Everything that is there, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut T)>
    where
        T: Clone,
    {
        let slots = self.slots.iter_mut().enumerate();
        slots.filter_map(|(number, slot)| Some((count(number), Arc::make_mut(slot.as_mut()?))))
    }

    /// A thing, to be changed.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T>
    where
        T: Clone,
    {
        let slot = self.slots.get_mut(index(number))?;
        slot.as_mut().map(Arc::make_mut)
    }
}
