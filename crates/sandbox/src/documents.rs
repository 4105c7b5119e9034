//! Documents that were read before: clients send the same few again and again, and reading
//! one takes longer than answering many.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::response::GraphQLError;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};

use crate::inputs;

/// How many documents are kept, and how long one may be to be kept.
const MOST: usize = 256;
const LONGEST: usize = 64 * 1024;

/// A valid document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) executable: Valid<ExecutableDocument>,
    /// Whether variables stand inside of lists or objects.
    pub(crate) has_inner_variables: bool,
}

/// The documents that are kept.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_text: HashMap<Arc<str>, Arc<Document>>,
    /// The oldest first.
    texts: VecDeque<Arc<str>>,
}

impl Documents {
    /// The document of a text, or everything that is wrong with it.
    pub(crate) fn read(
        &self,
        schema: &Valid<Schema>,
        text: &str,
    ) -> Result<Arc<Document>, Vec<GraphQLError>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = kept.by_text.get(text) {
            return Ok(Arc::clone(document));
        }
        drop(kept);
        let executable = ExecutableDocument::parse_and_validate(schema, text, "query.graphql")
            .map_err(|invalid| -> Vec<GraphQLError> {
                let errors = invalid.errors.iter();
                errors
                    .map(|error| error.unstable_to_json_compat())
                    .collect()
            })?;
        let document = Arc::new(Document {
            has_inner_variables: inputs::has_inner_variables(&executable),
            executable,
        });
        if text.len() <= LONGEST {
            self.keep(text, &document);
        }
        Ok(document)
    }

    fn keep(&self, text: &str, document: &Arc<Document>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text: Arc<str> = text.into();
        if kept
            .by_text
            .insert(Arc::clone(&text), Arc::clone(document))
            .is_none()
        {
            kept.texts.push_back(text);
        }
        if kept.texts.len() > MOST
            && let Some(oldest) = kept.texts.pop_front()
        {
            kept.by_text.remove(&oldest);
        }
    }
}
