//! The macros: one for users, one for generated code.

/// Includes what a build script compiled with `buildkite_codegen`.
///
/// ```ignore
/// mod queries {
///     buildkite_client::include_queries!();
/// }
/// ```
///
/// The build script is one line: `buildkite_codegen::compile("queries")`.
#[macro_export]
macro_rules! include_queries {
    () => {
        include!(concat!(env!("OUT_DIR"), "/queries.rs"));
    };
}

/// The traits of an enum of the schema, over its `as_str` and `From<&str>`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_enum {
    ($name:ident) => {
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl<'de> $crate::generated::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::generated::deserialize_enum(deserializer)
            }
        }

        impl $crate::generated::Serialize for $name {
            fn serialize<S: $crate::generated::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// `Deserialize` and `Serialize` of a selection set.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_selection {
    ($name:ident) => {
        impl<'de> $crate::generated::Deserialize<'de> for $name {
            fn deserialize<D: $crate::generated::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::generated::deserialize(deserializer)
            }
        }

        impl $crate::generated::Serialize for $name {
            fn serialize<S: $crate::generated::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::generated::serialize(self, serializer)
            }
        }
    };
}

/// The selection set of an enum over `__typename`, on top of its `Variants`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_variants {
    ($name:ident) => {
        impl $crate::generated::Selection for $name {
            type Partial =
                $crate::generated::VariantPartial<<$name as $crate::generated::Variants>::Partial>;

            fn take<V: $crate::generated::FieldValue>(
                partial: &mut Self::Partial,
                key: &str,
                value: V,
            ) -> ::std::result::Result<(), V::Error> {
                $crate::generated::take_variant::<Self, V>(partial, key, value)
            }

            fn finish<E: $crate::generated::DecodeError>(
                partial: Self::Partial,
            ) -> ::std::result::Result<Self, E> {
                $crate::generated::finish_variant(partial)
            }

            fn write<M: $crate::generated::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::std::result::Result<(), M::Error> {
                $crate::generated::Variants::write_variant(self, map)
            }

            fn is_bare(&self) -> bool {
                $crate::generated::Variants::is_other(self)
            }
        }

        $crate::impl_selection!($name);
    };
}

/// `graphql_client::GraphQLQuery` of an operation: nothing without the feature,
/// which generated code cannot see.
#[cfg(not(feature = "graphql-client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_graphql_query {
    ($name:ident) => {};
}

/// `graphql_client::GraphQLQuery` of an operation.
#[cfg(feature = "graphql-client")]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_graphql_query {
    ($name:ident) => {
        impl $crate::generated::GraphQLQuery for $name {
            type Variables = Self;
            type ResponseData = <Self as $crate::generated::Operation>::Data;

            fn build_query(variables: Self) -> $crate::generated::QueryBody<Self> {
                $crate::generated::QueryBody {
                    variables,
                    query: Self::DOCUMENT,
                    operation_name: Self::NAME,
                }
            }
        }
    };
}
