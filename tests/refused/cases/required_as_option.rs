//! A field with `@required` is no `Option`.

use refused::queries::pipeline_description::Data;

fn description(data: &Data) -> Option<&str> {
    data.pipeline.as_ref()?.description.as_deref()
}

fn main() {}
