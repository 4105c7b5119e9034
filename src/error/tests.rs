//! What an error says, and what it keeps to itself.

use super::*;

#[test]
fn is_one_word_and_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn display_names_the_operation_and_leaves_the_source_out() {
    let error = Error::new(ErrorKind::Timeout, "no answer")
        .with_operation(OperationKind::Query, "Viewer")
        .with_source("the cause");
    assert_eq!(error.to_string(), "query Viewer: no answer");
    assert_eq!(error.source().unwrap().to_string(), "the cause");
}

#[test]
fn a_mutation_that_may_have_been_done_is_not_retryable() {
    let lost = |kind| {
        Error::new(ErrorKind::Timeout, "no answer")
            .transient()
            .sent()
            .with_operation(kind, "Op")
    };
    assert!(lost(OperationKind::Query).is_retryable());
    assert!(!lost(OperationKind::Mutation).is_retryable());
    assert!(lost(OperationKind::Mutation).not_sent().is_retryable());
    assert_eq!(
        lost(OperationKind::Mutation).to_string(),
        "mutation Op: no answer; the mutation may have been carried out: look before sending it again"
    );
}

#[test]
fn partial_data_is_decoded_on_demand_and_not_printed() {
    let data = RawValue::from_string(r#"{"token":"hidden","number":null}"#.to_owned()).unwrap();
    let error = Error::new(ErrorKind::Graphql, "no").with_graphql(Vec::new(), Some(data));
    assert!(!format!("{error} {error:?}").contains("hidden"));
    let value: serde_json::Value = error.partial_data().unwrap().unwrap();
    assert_eq!(value["token"], "hidden");
    assert!(error.partial_data::<i64>().unwrap().is_err());
    assert!(
        Error::new(ErrorKind::Graphql, "no")
            .partial_data::<i64>()
            .is_none()
    );
}
