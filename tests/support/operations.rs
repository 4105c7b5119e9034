//! Operations as the query compiler prints them, but by hand: the runtime is
//! tested on its own.

use buildkite_client::decode::{self, FieldValue, Selection};
use buildkite_client::relay::{Connection, Direction, Paginate};
use buildkite_client::{Operation, OperationKind};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Writes out what an object with optional fields needs to be decoded and
/// encoded. The fields marked `!` are never null.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $key:literal,)* $(! $required:ident: $required_type:ty = $required_key:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct $name {
            $(pub(crate) $field: Option<$type>,)*
            $(pub(crate) $required: $required_type,)*
        }

        const _: () = {
            #[derive(Default)]
            pub(crate) struct Partial {
                $($field: Option<$type>,)*
                $($required: Option<$required_type>,)*
            }

            impl Selection for $name {
                type Partial = Partial;

                fn take<V: FieldValue>(partial: &mut Partial, key: &str, value: V) -> Result<(), V::Error> {
                    match key {
                        $($key => partial.$field = value.decode()?,)*
                        $($required_key => partial.$required = Some(value.decode()?),)*
                        _ => value.skip()?,
                    }
                    Ok(())
                }

                fn finish<E: Error>(partial: Partial) -> Result<Self, E> {
                    Ok(Self {
                        $($field: partial.$field,)*
                        $($required: decode::required(partial.$required, $required_key)?,)*
                    })
                }

                fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    $(map.serialize_entry($key, &self.$field)?;)*
                    $(map.serialize_entry($required_key, &self.$required)?;)*
                    Ok(())
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    decode::deserialize(deserializer)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    decode::serialize(self, serializer)
                }
            }
        };
    };
}

object!(
    /// The data of [`Builds`].
    BuildsData { pipeline: Pipeline = "pipeline", }
);
object!(Pipeline { builds: Connection<Build> = "builds", });
object!(Build { id: String = "id", branch: String = "branch", ! number: i64 = "number", });

/// Pages through a pipeline's builds.
#[derive(Debug, Clone)]
pub(crate) struct Builds<const BACKWARD: bool> {
    variables: Variables,
}

pub(crate) type Forward = Builds<false>;
pub(crate) type Backward = Builds<true>;

#[derive(Debug, Clone)]
pub(crate) struct Variables {
    backward: bool,
    pipeline: String,
    size: i64,
    cursor: Option<String>,
}

impl Serialize for Variables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (size, cursor) = if self.backward {
            ("last", "before")
        } else {
            ("first", "after")
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pipeline", &self.pipeline)?;
        map.serialize_entry(size, &self.size)?;
        if let Some(value) = &self.cursor {
            map.serialize_entry(cursor, value)?;
        }
        map.end()
    }
}

impl<const BACKWARD: bool> Builds<BACKWARD> {
    pub(crate) fn new(pipeline: &str) -> Self {
        Self {
            variables: Variables {
                backward: BACKWARD,
                pipeline: pipeline.to_owned(),
                size: 3,
                cursor: None,
            },
        }
    }

    pub(crate) fn size(mut self, rows: i64) -> Self {
        self.variables.size = rows;
        self
    }

    pub(crate) fn behind(mut self, cursor: &str) -> Self {
        self.variables.cursor = Some(cursor.to_owned());
        self
    }
}

impl<const BACKWARD: bool> Operation for Builds<BACKWARD> {
    type Variables = Variables;
    type Data = BuildsData;

    fn kind(&self) -> OperationKind {
        OperationKind::Query
    }

    fn name(&self) -> &'static str {
        "Builds"
    }

    fn document(&self) -> &'static str {
        "query Builds { pipeline { builds { edges { node { number branch } } } } }"
    }

    fn variables(&self) -> &Variables {
        &self.variables
    }
}

impl<const BACKWARD: bool> Paginate for Builds<BACKWARD> {
    type Node = Build;

    const DIRECTION: Direction = if BACKWARD {
        Direction::Backward
    } else {
        Direction::Forward
    };
    const CONNECTION_PATH: &'static str = "pipeline.builds";

    fn connection(data: &BuildsData) -> Option<&Connection<Build>> {
        data.pipeline.as_ref()?.builds.as_ref()
    }

    fn into_connection(data: BuildsData) -> Option<Connection<Build>> {
        data.pipeline?.builds
    }

    fn cursor(&self) -> Option<&str> {
        self.variables.cursor.as_deref()
    }

    fn set_cursor(&mut self, cursor: String) {
        self.variables.cursor = Some(cursor);
    }

    fn page_size(&self) -> Option<i64> {
        Some(self.variables.size)
    }

    fn set_page_size(&mut self, rows: i64) {
        self.variables.size = rows;
    }

    fn node_id<'node>(&self, build: &'node Build) -> Option<&'node str> {
        build.id.as_deref()
    }
}

/// A mutation whose only variable is its id.
#[derive(Debug, Clone)]
pub(crate) struct CancelBuild {
    pub(crate) id: String,
}

impl Operation for CancelBuild {
    type Variables = String;
    type Data = serde_json::Value;

    fn kind(&self) -> OperationKind {
        OperationKind::Mutation
    }

    fn name(&self) -> &'static str {
        "CancelBuild"
    }

    fn document(&self) -> &'static str {
        "mutation CancelBuild { buildCancel { build { id } } }"
    }

    fn variables(&self) -> &String {
        &self.id
    }
}
