//! `live` on either side of `bkq schema diff`.

use super::*;

fn diff(url: &str, folder: &Path, arguments: &str) -> String {
    let mut command = with(url, folder, &format!("schema diff {arguments}"));
    told(&mut command, address(url), folder)
}

#[test]
fn either_side_can_be_what_the_server_has() {
    let folder = folder(&[("old.graphql", b"type Query { a: Int, z: Int }")]);
    let sandbox = sandbox("type Query { a: Int }");
    let of_live = |arguments: &str| diff(sandbox.url(), folder.path(), arguments);
    insta::assert_snapshot!(of_live("old.graphql live"), @"
    exit code 2
    --- stdout
    1 breaking change

      the field `Query.z` was removed

    1 change from `old.graphql` to `http://SERVER/v1`: 1 breaking
    --- stderr
    asking http://SERVER/v1 for its schema …
    ");
    insta::assert_snapshot!(of_live("live old.graphql"), @"
    exit code 0
    --- stdout
    1 safe change

      the field `Query.z` was added: `Int`

    1 change from `http://SERVER/v1` to `old.graphql`: 1 safe
    --- stderr
    asking http://SERVER/v1 for its schema …
    ");
    insta::assert_snapshot!(of_live("old.graphql live --format markdown"), @"
    exit code 2
    --- stdout
    ### Schema changes

    1 change from `old.graphql` to `http://SERVER/v1`: 1 breaking.

    #### 1 breaking change

    - the field `Query.z` was removed
    --- stderr
    asking http://SERVER/v1 for its schema …
    ");
    insta::assert_snapshot!(of_live("old.graphql live --format github"), @"
    exit code 2
    --- stdout
    ::error title=FIELD_REMOVED::the field `Query.z` was removed
    ::notice title=Schema changes::1 change from `old.graphql` to `http://SERVER/v1`: 1 breaking
    --- stderr
    asking http://SERVER/v1 for its schema …
    ");
    let json = of_live("live old.graphql --format json");
    assert!(json.contains("\"FIELD_ADDED\""), "{json}");
}

#[test]
fn both_sides_cannot() {
    let (sandbox, folder) = (sandbox(SDL), folder(&[]));
    insta::assert_snapshot!(diff(sandbox.url(), folder.path(), "live live"), @"
    exit code 4
    --- stderr
    error: cannot read both schemas from the server
    hint: name a file or a revision for one of them
    ");
}

#[test]
fn what_goes_wrong_is_no_verdict() {
    let folder = folder(&[("old.graphql", b"type Query { a: Int }")]);
    let refusing = faulty("status=401");
    insta::assert_snapshot!(diff(refusing.url(), folder.path(), "old.graphql live"), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 does not accept the API token, status 401 Unauthorized
    hint: check that the token is right, not revoked or expired, and has GraphQL access, or create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked
    "#);
    insta::assert_snapshot!(run(&mut bkq(folder.path(), "schema diff live old.graphql")), @r#"
    exit code 4
    --- stderr
    error: cannot ask Buildkite for its schema
      BUILDKITE_API_TOKEN is not set
    hint: create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked, and set BUILDKITE_API_TOKEN to it
    "#);
}
