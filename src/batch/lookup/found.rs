//! What one answer holds for several IDs, decoded as if each had an answer of its own.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::NodeLookup;
use super::document::place;
use crate::decode;

/// The data for each ID, by its place in the request.
pub(super) struct Found<O: NodeLookup> {
    // By the server's order: what it calls a place is not trusted with memory.
    pub(super) data: Vec<(usize, O::Data)>,
}

impl<'de, O: NodeLookup> Deserialize<'de> for Found<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FoundVisitor<O>(PhantomData<O>);

        impl<'de, O: NodeLookup> Visitor<'de> for FoundVisitor<O> {
            type Value = Found<O>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<O>, A::Error> {
                let mut data = Vec::new();
                while let Some(Place(place)) = map.next_key()? {
                    match place {
                        Some(place) => {
                            data.push((place, decode::under_key(&mut map, O::LOOKUP.key)?));
                        }
                        None => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(Found { data })
            }
        }

        deserializer.deserialize_map(FoundVisitor(PhantomData))
    }
}

/// A key, as a place.
struct Place(Option<usize>);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlaceVisitor;

        impl Visitor<'_> for PlaceVisitor {
            type Value = Place;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Place, E> {
                Ok(Place(place(key)))
            }
        }

        deserializer.deserialize_str(PlaceVisitor)
    }
}
