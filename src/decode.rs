//! How an answer becomes typed values: the part of decoding that all
//! generated types share.
//!
//! A selection set is decoded key by key into a *partial* value, which is
//! finished when the JSON object ends. This lets one JSON object feed several
//! Rust values in a single pass: the fields of a struct, the fragments spread
//! beside them, and the variant of an enum that `__typename` picks.
//!
//! The traits are implemented by generated code; there is no need to name them
//! elsewhere.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess,
    Visitor,
};
use serde::ser::{self, Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// A selection set: built from the keys of one JSON object, and written back
/// into one.
pub trait Selection: Sized {
    /// What has been read so far.
    type Partial: Default;

    /// Takes the value under `key`, or skips it where the selection has no
    /// such key.
    fn take<V: FieldValue>(
        partial: &mut Self::Partial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error>;

    /// Ends the object; an error where a key that is never null is missing.
    fn finish<E: de::Error>(partial: Self::Partial) -> Result<Self, E>;

    /// Writes the keys into a map.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Whether it holds nothing but the name of a type of which nothing is
    /// selected.
    fn is_bare(&self) -> bool {
        false
    }
}

/// A selection set on a union or interface, whose Rust type is an enum picked
/// by `__typename`.
pub trait Variants: Sized {
    /// What has been read so far of the variant that was picked.
    type Partial;

    /// The variant for this `__typename`.
    fn pick(typename: &str) -> Self::Partial;

    /// [`Selection::take`] of the variant.
    fn take_variant<V: FieldValue>(
        partial: &mut Self::Partial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error>;

    /// [`Selection::finish`] of the variant.
    fn finish_variant<E: de::Error>(partial: Self::Partial) -> Result<Self, E>;

    /// [`Selection::write`] of the variant, with `__typename`.
    fn write_variant<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Whether it is the variant for all other types.
    fn is_other(&self) -> bool;
}

/// A JSON value that stands next in the input and is decoded at most once.
pub trait FieldValue: Sized {
    /// The error of the format underneath.
    type Error: de::Error;

    /// Decodes it.
    fn decode<T: DeserializeOwned>(self) -> Result<T, Self::Error>;

    /// Looks at a text without keeping it.
    fn with_str<T>(self, look: impl FnOnce(&str) -> T) -> Result<T, Self::Error>;

    /// Passes over it.
    fn skip(self) -> Result<(), Self::Error> {
        self.decode::<IgnoredAny>().map(drop)
    }

    /// Whether several parts of a selection take it. It may then hold only what
    /// others selected.
    fn is_shared(&self) -> bool {
        false
    }

    /// Decodes it for a part of a selection that `@include` or `@skip` may have left
    /// out: `None` where the value is shared and has only what others selected.
    fn decode_part<T: DeserializeOwned>(self) -> Result<Option<T>, Self::Error> {
        let is_shared = self.is_shared();
        match self.decode() {
            Err(error) if is_shared && is_missing(&error) => Ok(None),
            decoded => decoded.map(Some),
        }
    }

    /// Keeps it aside, to be shared.
    fn buffer(self) -> Result<Buffer<'static, Self::Error>, Self::Error> {
        self.decode().map(|value| Buffer {
            content: Content::Value(value),
            is_shared: true,
            error: PhantomData,
        })
    }
}

/// A value kept aside by [`FieldValue::buffer`].
pub struct Buffer<'a, E> {
    content: Content<'a>,
    is_shared: bool,
    error: PhantomData<fn() -> E>,
}

#[derive(Debug)]
enum Content<'a> {
    Value(Value),
    /// The value of `__typename`, which most selections pass over.
    Name(&'a str),
}

impl<E> fmt::Debug for Buffer<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.fmt(f)
    }
}

impl<E: de::Error> FieldValue for &Buffer<'_, E> {
    type Error = E;

    fn decode<T: DeserializeOwned>(self) -> Result<T, E> {
        match &self.content {
            Content::Value(value) => T::deserialize(value),
            Content::Name(name) => T::deserialize(&Value::String((*name).to_owned())),
        }
        .map_err(E::custom)
    }

    fn with_str<T>(self, look: impl FnOnce(&str) -> T) -> Result<T, E> {
        match &self.content {
            Content::Value(value) => Look(look).deserialize(value).map_err(E::custom),
            Content::Name(name) => Ok(look(name)),
        }
    }

    fn is_shared(&self) -> bool {
        self.is_shared
    }

    fn skip(self) -> Result<(), E> {
        Ok(())
    }
}

/// Looks at a text where it stands in the input.
struct Look<F>(F);

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for Look<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Look<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }
}

/// The value of the entry at which a map stands.
struct Entry<'a, 'de, A: MapAccess<'de>> {
    map: &'a mut A,
    input: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> FieldValue for Entry<'_, 'de, A> {
    type Error = A::Error;

    fn decode<T: DeserializeOwned>(self) -> Result<T, A::Error> {
        self.map.next_value()
    }

    fn with_str<T>(self, look: impl FnOnce(&str) -> T) -> Result<T, A::Error> {
        self.map.next_value_seed(Look(look))
    }
}

/// A map key, borrowed from the input where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Decodes a selection set from a JSON object.
pub fn deserialize<'de, T: Selection, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct SelectionVisitor<T>(PhantomData<T>);

    impl<'de, T: Selection> Visitor<'de> for SelectionVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut partial = T::Partial::default();
            while let Some(Key(key)) = map.next_key()? {
                let value = Entry {
                    map: &mut map,
                    input: PhantomData,
                };
                T::take(&mut partial, &key, value)?;
            }
            T::finish(partial)
        }
    }

    deserializer.deserialize_map(SelectionVisitor(PhantomData))
}

/// Decodes a selection set of one key from the value at which a map stands, whatever its
/// key is there.
pub(crate) fn under_key<'de, T: Selection, A: MapAccess<'de>>(
    map: &mut A,
    key: &str,
) -> Result<T, A::Error> {
    let mut partial = T::Partial::default();
    let value = Entry {
        map,
        input: PhantomData,
    };
    T::take(&mut partial, key, value)?;
    T::finish(partial)
}

/// Writes a selection set as a JSON object.
pub fn serialize<T: Selection, S: Serializer>(
    selection: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    selection.write(&mut map)?;
    map.end()
}

/// Decodes an enum of the schema from its name.
pub fn deserialize_enum<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct NameVisitor<T>(PhantomData<T>);

    impl<T: for<'a> From<&'a str>> Visitor<'_> for NameVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the name of an enum value")
        }

        fn visit_str<E>(self, name: &str) -> Result<T, E> {
            Ok(T::from(name))
        }
    }

    deserializer.deserialize_str(NameVisitor(PhantomData))
}

/// The value of a key that every answer has, be it null; an error where the key
/// is missing.
pub fn required<T, E: de::Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}

/// The partial value of an enum: nothing is decided before `__typename`.
#[derive(Debug)]
pub struct VariantPartial<P> {
    picked: Option<P>,
    // Keys that came before `__typename`. The documents that are sent ask for
    // it first, so this stays empty unless a server reorders keys.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    key: String,
    value: Value,
    is_shared: bool,
}

impl<P> Default for VariantPartial<P> {
    fn default() -> Self {
        Self {
            picked: None,
            waiting: Vec::new(),
        }
    }
}

/// [`Selection::take`] for an enum.
pub fn take_variant<T: Variants, V: FieldValue>(
    partial: &mut VariantPartial<T::Partial>,
    key: &str,
    value: V,
) -> Result<(), V::Error> {
    if let Some(picked) = &mut partial.picked {
        return T::take_variant(picked, key, value);
    }
    let is_shared = value.is_shared();
    if key != "__typename" {
        partial.waiting.push(Waiting {
            key: key.to_owned(),
            value: value.decode()?,
            is_shared,
        });
        return Ok(());
    }
    value.with_str(|typename| {
        let picked = partial.picked.insert(T::pick(typename));
        // The variant may spread a fragment that dispatches on the name again.
        let name = Buffer::<V::Error> {
            content: Content::Name(typename),
            is_shared,
            error: PhantomData,
        };
        T::take_variant(picked, key, &name)
    })??;
    if let Some(picked) = &mut partial.picked {
        for waiting in partial.waiting.drain(..) {
            let value = Buffer::<V::Error> {
                content: Content::Value(waiting.value),
                is_shared: waiting.is_shared,
                error: PhantomData,
            };
            T::take_variant(picked, &waiting.key, &value)?;
        }
    }
    Ok(())
}

/// [`Selection::finish`] for an enum.
pub fn finish_variant<T: Variants, E: de::Error>(
    partial: VariantPartial<T::Partial>,
) -> Result<T, E> {
    T::finish_variant(required(partial.picked, "__typename")?)
}

/// The partial value of a fragment that `@include` or `@skip` may leave out.
///
/// Nothing in an answer says whether it was: its own keys are there or not. A
/// key that it shares with a selection beside it may hold only what that one
/// selects. So it proves nothing, and what is missing in it is missing only if
/// the fragment is there. What is in it fits the fragment in any case, for no
/// two selections of one key may be of different types.
#[derive(Debug)]
pub struct OptionalPartial<P> {
    partial: P,
    has_own_keys: bool,
    has_shared_keys: bool,
    missing: Option<String>,
}

impl<P: Default> Default for OptionalPartial<P> {
    fn default() -> Self {
        Self {
            partial: P::default(),
            has_own_keys: false,
            has_shared_keys: false,
            missing: None,
        }
    }
}

/// Whether an error is [`required`]'s, of here or further inside.
fn is_missing(error: &impl de::Error) -> bool {
    error.to_string().starts_with("missing field ")
}

/// [`Selection::take`] for a key that only a fragment selects which may be left
/// out.
pub fn take_optional<T: Selection, V: FieldValue>(
    optional: &mut OptionalPartial<T::Partial>,
    key: &str,
    value: V,
) -> Result<(), V::Error> {
    if value.is_shared() {
        // By a selection around this one.
        return take_optional_from::<T, _>(optional, key, value);
    }
    optional.has_own_keys = true;
    T::take(&mut optional.partial, key, value)
}

/// [`Selection::take`] for a key that such a fragment shares with a selection
/// beside it.
pub fn take_optional_shared<T: Selection, E: de::Error>(
    optional: &mut OptionalPartial<T::Partial>,
    key: &str,
    value: &Buffer<'_, E>,
) -> Result<(), E> {
    take_optional_from::<T, _>(optional, key, value)
}

fn take_optional_from<T: Selection, V: FieldValue>(
    optional: &mut OptionalPartial<T::Partial>,
    key: &str,
    value: V,
) -> Result<(), V::Error> {
    optional.has_shared_keys = true;
    match T::take(&mut optional.partial, key, value) {
        Err(error) if is_missing(&error) => {
            optional.missing = Some(error.to_string());
            Ok(())
        }
        taken => taken,
    }
}

/// [`Selection::finish`] for a fragment that may be left out.
pub fn finish_optional<T: Selection, E: de::Error>(
    optional: OptionalPartial<T::Partial>,
) -> Result<Option<T>, E> {
    if optional.has_own_keys {
        return match optional.missing {
            Some(missing) => Err(E::custom(missing)),
            None => T::finish(optional.partial).map(Some),
        };
    }
    if !optional.has_shared_keys || optional.missing.is_some() {
        return Ok(None);
    }
    // A key is missing: what is there belongs to the selection beside it. So
    // does the name of a type of which the fragment selects nothing.
    let finished = T::finish::<E>(optional.partial).ok();
    Ok(finished.filter(|selection| !selection.is_bare()))
}

/// Writes keys that several parts of one selection share: each key once, with
/// objects merged.
pub fn write_merged<M: SerializeMap>(
    map: &mut M,
    write: impl FnOnce(&mut Merged) -> Result<(), serde_json::Error>,
) -> Result<(), M::Error> {
    let mut merged = Merged::default();
    write(&mut merged).map_err(ser::Error::custom)?;
    for (key, value) in &merged.entries {
        map.serialize_entry(key, value)?;
    }
    Ok(())
}

/// The map behind [`write_merged`].
#[derive(Debug, Default)]
pub struct Merged {
    entries: serde_json::Map<String, Value>,
    key: Option<String>,
}

impl SerializeMap for Merged {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Self::Error> {
        match serde_json::to_value(key)? {
            Value::String(key) => {
                self.key = Some(key);
                Ok(())
            }
            _ => Err(ser::Error::custom("a key that is not a string")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        let key = self.key.take().unwrap_or_default();
        let value = serde_json::to_value(value)?;
        match self.entries.get_mut(&key) {
            Some(present) => merge(present, value),
            None => {
                self.entries.insert(key, value);
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Two parts of the same answer differ only in what they selected of it.
fn merge(present: &mut Value, other: Value) {
    match (present, other) {
        (Value::Object(present), Value::Object(other)) => {
            for (key, value) in other {
                match present.get_mut(&key) {
                    Some(present) => merge(present, value),
                    None => {
                        present.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(present), Value::Array(other)) => {
            for (present, other) in present.iter_mut().zip(other) {
                merge(present, other);
            }
        }
        (present @ Value::Null, other) => *present = other,
        _ => {}
    }
}

#[cfg(test)]
mod tests;
