//! Decoding of selections by hand, as generated code does it.

use serde_json::json;

use super::*;
use crate::{impl_selection, impl_variants};

/// A selection of plain keys.
macro_rules! selection {
    ($name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Debug, Clone, PartialEq)]
        struct $name {
            $($field: $type,)*
        }

        const _: () = {
            #[derive(Debug, Default)]
            struct Partial {
                $($field: Option<$type>,)*
            }

            impl Selection for $name {
                type Partial = Partial;

                fn take<V: FieldValue>(
                    partial: &mut Partial,
                    key: &str,
                    value: V,
                ) -> Result<(), V::Error> {
                    match key {
                        $(stringify!($field) => partial.$field = Some(value.decode()?),)*
                        _ => value.skip()?,
                    }
                    Ok(())
                }

                fn finish<E: de::Error>(partial: Partial) -> Result<Self, E> {
                    Ok(Self {
                        $($field: required(partial.$field, stringify!($field))?,)*
                    })
                }

                fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    $(map.serialize_entry(stringify!($field), &self.$field)?;)*
                    Ok(())
                }
            }

            impl_selection!($name);
        };
    };
}

selection!(Slug { slug: String });
selection!(Name { name: String });

// Two fragments on a build. Both select its number, and different parts of its
// pipeline.
selection!(Summary {
    number: i64,
    pipeline: Slug,
});
selection!(Origin {
    number: i64,
    commit: String,
    pipeline: Name,
});

/// `build { id ...Summary ...Origin }`.
#[derive(Debug, Clone, PartialEq)]
struct Build {
    id: String,
    summary: Summary,
    origin: Origin,
}

#[derive(Default)]
struct BuildPartial {
    id: Option<String>,
    summary: <Summary as Selection>::Partial,
    origin: <Origin as Selection>::Partial,
}

impl Selection for Build {
    type Partial = BuildPartial;

    fn take<V: FieldValue>(
        partial: &mut BuildPartial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error> {
        match key {
            "id" => partial.id = Some(value.decode()?),
            "commit" => Origin::take(&mut partial.origin, key, value)?,
            "number" | "pipeline" => {
                let value = value.buffer()?;
                Summary::take(&mut partial.summary, key, &value)?;
                Origin::take(&mut partial.origin, key, &value)?;
            }
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: de::Error>(partial: BuildPartial) -> Result<Self, E> {
        Ok(Self {
            id: required(partial.id, "id")?,
            summary: Summary::finish(partial.summary)?,
            origin: Origin::finish(partial.origin)?,
        })
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        write_merged(map, |map| {
            map.serialize_entry("id", &self.id)?;
            self.summary.write(map)?;
            self.origin.write(map)
        })
    }
}

impl_selection!(Build);

fn build() -> Value {
    json!({
        "id": "QnVpbGQ=",
        "number": 7,
        "commit": "HEAD",
        "pipeline": {"slug": "web", "name": "Web"},
    })
}

#[test]
fn one_object_feeds_overlapping_fragments() {
    let decoded: Build = serde_json::from_value(build()).unwrap();
    assert_eq!(decoded.summary.number, 7);
    assert_eq!(decoded.origin.number, 7);
    assert_eq!(decoded.summary.pipeline.slug, "web");
    assert_eq!(decoded.origin.pipeline.name, "Web");
}

#[test]
fn overlapping_fragments_are_merged_again() {
    let decoded: Build = serde_json::from_value(build()).unwrap();
    assert_eq!(serde_json::to_value(&decoded).unwrap(), build());
    let text = serde_json::to_string(&decoded).unwrap();
    assert_eq!(text.matches("number").count(), 1, "{text}");
    assert_eq!(serde_json::from_str::<Build>(&text).unwrap(), decoded);
}

#[test]
fn merging_goes_through_lists_and_nulls() {
    let mut merged = Merged::default();
    for value in [
        json!([{"a": 1}, null, {"c": {"d": 1}}]),
        json!([{"b": 2}, null, {"c": {"e": 2}}]),
    ] {
        merged.serialize_entry("rows", &value).unwrap();
    }
    merged.serialize_entry("late", &Value::Null).unwrap();
    merged.serialize_entry("late", &1).unwrap();
    assert_eq!(
        Value::Object(merged.entries),
        json!({"rows": [{"a": 1, "b": 2}, null, {"c": {"d": 1, "e": 2}}], "late": 1})
    );
}

#[test]
fn unknown_keys_are_passed_over_and_escaped_keys_are_read() {
    let text = r#"{"more": {"deep": [1, {}]}, "sl\u0075g": "web"}"#;
    let decoded: Slug = serde_json::from_str(text).unwrap();
    assert_eq!(decoded.slug, "web");
}

#[test]
fn what_is_missing_is_named() {
    let mut value = build();
    value.as_object_mut().unwrap().remove("commit");
    let error = serde_json::from_value::<Build>(value).unwrap_err();
    assert_eq!(error.to_string(), "missing field `commit`");
    let error = serde_json::from_str::<Slug>("[]").unwrap_err();
    assert!(error.to_string().contains("expected an object"), "{error}");
}

// A union: `job { __typename label ... on JobTypeCommand { … } ... on JobTypeWait { … } }`.
selection!(Command {
    label: String,
    command: String,
});
selection!(Wait { label: String });

#[derive(Debug, Clone, PartialEq)]
enum Job {
    Command(Command),
    Wait(Wait),
    Other { typename: String },
}

enum JobPartial {
    Command(<Command as Selection>::Partial),
    Wait(<Wait as Selection>::Partial),
    Other(String),
}

impl Variants for Job {
    type Partial = JobPartial;

    fn pick(typename: &str) -> JobPartial {
        match typename {
            "JobTypeCommand" => JobPartial::Command(<Command as Selection>::Partial::default()),
            "JobTypeWait" => JobPartial::Wait(<Wait as Selection>::Partial::default()),
            _ => JobPartial::Other(typename.to_owned()),
        }
    }

    fn take_variant<V: FieldValue>(
        partial: &mut JobPartial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error> {
        match partial {
            JobPartial::Command(partial) => Command::take(partial, key, value),
            JobPartial::Wait(partial) => Wait::take(partial, key, value),
            JobPartial::Other(_) => value.skip(),
        }
    }

    fn finish_variant<E: de::Error>(partial: JobPartial) -> Result<Self, E> {
        Ok(match partial {
            JobPartial::Command(partial) => Self::Command(Command::finish(partial)?),
            JobPartial::Wait(partial) => Self::Wait(Wait::finish(partial)?),
            JobPartial::Other(typename) => Self::Other { typename },
        })
    }

    fn write_variant<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Command(command) => {
                map.serialize_entry("__typename", "JobTypeCommand")?;
                command.write(map)
            }
            Self::Wait(wait) => {
                map.serialize_entry("__typename", "JobTypeWait")?;
                wait.write(map)
            }
            Self::Other { typename } => map.serialize_entry("__typename", typename),
        }
    }

    fn is_other(&self) -> bool {
        matches!(self, Self::Other { .. })
    }
}

impl_variants!(Job);

fn job(text: &str) -> Result<Job, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn typename_picks_the_variant_wherever_it_stands() {
    let expected = Job::Command(Command {
        label: "Test".to_owned(),
        command: "make".to_owned(),
    });
    for text in [
        r#"{"__typename": "JobTypeCommand", "label": "Test", "command": "make"}"#,
        r#"{"label": "Test", "__typename": "JobTypeCommand", "command": "make"}"#,
        r#"{"label": "Test", "command": "make", "__typename": "JobTypeCommand"}"#,
    ] {
        assert_eq!(job(text).unwrap(), expected, "{text}");
    }
    let wait = job(r#"{"__typename": "JobTypeWait", "label": "Wait"}"#).unwrap();
    assert!(matches!(wait, Job::Wait(_)));
}

#[test]
fn an_unknown_type_is_kept_by_name() {
    for text in [
        r#"{"__typename": "JobTypeNew", "label": 1}"#,
        r#"{"label": 1, "__typename": "JobTypeNew"}"#,
    ] {
        let Job::Other { typename } = job(text).unwrap() else {
            panic!("{text}");
        };
        assert_eq!(typename, "JobTypeNew");
    }
}

#[test]
fn a_union_without_a_typename_is_an_error() {
    for text in ["{}", r#"{"label": "Test"}"#] {
        let error = job(text).unwrap_err();
        assert!(
            error.to_string().contains("missing field `__typename`"),
            "{error}"
        );
    }
    assert!(job(r#"{"__typename": null}"#).is_err());
    assert!(job(r#"{"__typename": "JobTypeCommand"}"#).is_err());
}

#[test]
fn unions_are_written_as_they_were_read() {
    for value in [
        json!({"__typename": "JobTypeCommand", "label": "Test", "command": "make"}),
        json!({"__typename": "JobTypeWait", "label": "Wait"}),
        json!({"__typename": "JobTypeNew"}),
    ] {
        let decoded: Job = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&decoded).unwrap(), value);
    }
}

/// `pipeline { slug ...Summary @include(if: $full) }`, where the fragment wants
/// the slug as well.
#[derive(Debug, Clone, PartialEq)]
struct Pipeline {
    slug: String,
    details: Option<Details>,
}

selection!(Details {
    slug: String,
    name: String,
});

#[derive(Default)]
struct PipelinePartial {
    slug: Option<String>,
    details: OptionalPartial<<Details as Selection>::Partial>,
}

impl Selection for Pipeline {
    type Partial = PipelinePartial;

    fn take<V: FieldValue>(
        partial: &mut PipelinePartial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error> {
        match key {
            "slug" => {
                let value = value.buffer()?;
                partial.slug = Some((&value).decode()?);
                take_optional_shared::<Details, _>(&mut partial.details, key, &value)
            }
            "name" => take_optional::<Details, _>(&mut partial.details, key, value),
            _ => value.skip(),
        }
    }

    fn finish<E: de::Error>(partial: PipelinePartial) -> Result<Self, E> {
        Ok(Self {
            slug: required(partial.slug, "slug")?,
            details: finish_optional(partial.details)?,
        })
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        write_merged(map, |map| {
            map.serialize_entry("slug", &self.slug)?;
            self.details
                .as_ref()
                .map_or(Ok(()), |details| details.write(map))
        })
    }
}

impl_selection!(Pipeline);

#[test]
fn an_optional_fragment_may_be_there_or_not() {
    for (value, there) in [
        (json!({"slug": "web", "name": "Web"}), true),
        (json!({"slug": "web"}), false),
    ] {
        let decoded: Pipeline = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(decoded.details.is_some(), there);
        assert_eq!(serde_json::to_value(&decoded).unwrap(), value);
    }
    let untouched = OptionalPartial::<<Details as Selection>::Partial>::default();
    let finished = finish_optional::<Details, de::value::Error>(untouched);
    assert_eq!(finished, Ok(None));
}

fn buffer(value: Value) -> Buffer<'static, de::value::Error> {
    Buffer {
        content: Content::Value(value),
        is_shared: true,
        error: PhantomData,
    }
}

selection!(Outer { details: Details });

type OuterPartial = OptionalPartial<<Outer as Selection>::Partial>;

#[test]
fn a_shared_value_of_which_parts_are_missing_says_that_the_fragment_was_left_out() {
    let mut partial = OuterPartial::default();
    let value = buffer(json!({"slug": "web"}));
    take_optional_shared::<Outer, _>(&mut partial, "details", &value).unwrap();
    assert_eq!(
        finish_optional::<Outer, de::value::Error>(partial),
        Ok(None)
    );
    assert_eq!((&value).decode_part::<Details>(), Ok(None));
}

#[test]
fn a_shared_value_of_another_type_is_an_error_of_all() {
    let value = buffer(json!({"slug": 1}));
    let mut partial = OuterPartial::default();
    take_optional_shared::<Outer, _>(&mut partial, "details", &value).unwrap_err();
    (&value).decode_part::<Details>().unwrap_err();
    (&buffer(Value::Null)).decode_part::<String>().unwrap_err();
    assert_eq!(
        (&buffer(Value::Null)).decode_part::<Option<String>>(),
        Ok(Some(None))
    );
}

#[test]
fn a_part_that_is_missing_is_an_error_where_the_fragment_is_there() {
    let mut partial = OptionalPartial {
        has_own_keys: true,
        ..OuterPartial::default()
    };
    let value = buffer(json!({"slug": "web"}));
    take_optional_shared::<Outer, _>(&mut partial, "details", &value).unwrap();
    finish_optional::<Outer, de::value::Error>(partial).unwrap_err();
}

#[test]
fn the_name_of_a_type_alone_does_not_prove_that_a_fragment_is_there() {
    for (typename, there) in [("JobTypeNew", false), ("JobTypeWait", false)] {
        let mut partial = OptionalPartial::<<Job as Selection>::Partial>::default();
        let value = buffer(json!(typename));
        take_optional_shared::<Job, _>(&mut partial, "__typename", &value).unwrap();
        let finished = finish_optional::<Job, de::value::Error>(partial).unwrap();
        assert_eq!(finished.is_some(), there, "{typename}");
    }
}

#[test]
fn a_value_that_is_shared_further_out_does_not_prove_a_fragment() {
    let mut partial = OptionalPartial::<<Details as Selection>::Partial>::default();
    take_optional::<Details, _>(&mut partial, "slug", &buffer(json!("web"))).unwrap();
    let finished = finish_optional::<Details, de::value::Error>(partial);
    assert_eq!(finished, Ok(None));
}

#[test]
fn a_wrong_value_in_an_optional_fragment_is_an_error() {
    assert!(serde_json::from_value::<Pipeline>(json!({"slug": "web", "name": 1})).is_err());
}

#[test]
fn the_path_to_a_wrong_value_is_kept() {
    let text = r#"{"id": "1", "number": 7, "commit": null}"#;
    let mut json = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, Build>(&mut json).unwrap_err();
    assert_eq!(error.path().to_string(), "commit");
}

#[test]
fn enums_of_the_schema_keep_what_they_do_not_know() {
    #[derive(Debug, PartialEq)]
    struct State(String);

    impl From<&str> for State {
        fn from(name: &str) -> Self {
            Self(name.to_owned())
        }
    }

    let state = deserialize_enum::<State, _>(&json!("BRAND_NEW")).unwrap();
    assert_eq!(state, State("BRAND_NEW".to_owned()));
    let error = deserialize_enum::<State, _>(&json!(1)).unwrap_err();
    assert!(
        error.to_string().contains("the name of an enum value"),
        "{error}"
    );
}
