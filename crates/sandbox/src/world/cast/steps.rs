//! What the pipelines of the invented organization run.

use crate::world::steps::Step;

fn lint() -> Step {
    Step::command("lint", ":lint-roller: Lint", "make lint", 45)
}

/// The shop: the widest pipeline, ending in a deploy.
pub(crate) fn web() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command(
            "unit",
            ":jest: Unit tests",
            "yarn test --shard $BUILDKITE_PARALLEL_JOB/$BUILDKITE_PARALLEL_JOB_COUNT",
            260,
        )
        .parallel(4)
        .artifacts(&["coverage/lcov.info", "reports/junit.xml"]),
        Step::wait(),
        Step::command(
            "end-to-end",
            ":playwright: End-to-end tests",
            "yarn e2e",
            420,
        )
        .on_queue("linux-large")
        .parallel(2)
        .artifacts(&["e2e/videos/checkout.webm", "reports/junit.xml"]),
        Step::command("image", ":docker: Image", "make image push", 180)
            .on_queue("linux-large")
            .limited("web/image", 2)
            .artifacts(&["dist/image.digest"]),
        Step::wait(),
        Step::trigger("deploy", ":rocket: Deploy", "deploy").on_branch("main"),
    ]
}

/// A service in a container.
pub(crate) fn service() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command("test", ":go: Tests", "go test ./...", 300)
            .parallel(2)
            .artifacts(&["reports/junit.xml"]),
        Step::command("audit", ":lock: Dependency audit", "make audit", 40).may_fail(),
        Step::wait(),
        Step::command("image", ":docker: Image", "make image push", 240)
            .on_queue("linux-large")
            .artifacts(&["dist/image.digest", "dist/sbom.json"]),
    ]
}

/// An app that is released by hand.
pub(crate) fn mobile() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command("test", ":iphone: Tests", "fastlane test", 540)
            .artifacts(&["reports/tests.xcresult.zip"]),
        Step::command("archive", ":package: Archive", "fastlane archive", 600)
            .artifacts(&["build/Acme.ipa", "build/Acme.dSYM.zip"]),
        Step::block("release", "Release to testers"),
        Step::command(
            "upload-build",
            ":airplane: Upload to testers",
            "fastlane beta",
            120,
        )
        .limited("mobile/release", 1),
    ]
}

/// Infrastructure as code.
pub(crate) fn infrastructure() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command(
            "plan",
            ":terraform: Plan",
            "terraform plan -out=plan.bin",
            110,
        )
        .on_queue("terraform")
        .artifacts(&["plan.bin", "plan.txt"]),
        Step::block("approve", "Apply this plan?"),
        Step::command(
            "apply",
            ":terraform: Apply",
            "terraform apply plan.bin",
            200,
        )
        .on_queue("terraform")
        .limited("infrastructure/apply", 1),
    ]
}

/// Documentation.
pub(crate) fn docs() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command("build", ":books: Build", "make docs", 70).artifacts(&["site.tar.gz"]),
        Step::command("links", ":link: Links", "make check-links", 95)
            .may_fail()
            .artifacts(&["reports/broken-links.txt"]),
        Step::wait(),
        Step::command(
            "publish",
            ":globe_with_meridians: Publish",
            "make publish",
            30,
        )
        .limited("docs/publish", 1),
    ]
}

/// Nightly data.
pub(crate) fn data() -> Vec<Step> {
    vec![
        Step::upload(),
        lint(),
        Step::command("models", ":duckdb: Models", "dbt build", 900)
            .on_queue("linux-large")
            .limited("warehouse/models", 1)
            .artifacts(&["target/manifest.json", "target/run_results.json"]),
        Step::wait(),
        Step::command("refresh", ":bar_chart: Refresh reports", "make refresh", 80),
    ]
}

/// Staging, a look, production.
pub(crate) fn deploy() -> Vec<Step> {
    vec![
        Step::upload(),
        Step::command(
            "staging",
            ":kubernetes: Staging",
            "make deploy ENV=staging",
            130,
        )
        .limited("deploy/staging", 1),
        Step::wait(),
        Step::command("smoke", ":fire: Smoke tests", "make smoke ENV=staging", 60)
            .artifacts(&["reports/smoke.json"]),
        Step::block("production", "Go to production?"),
        Step::command(
            "production",
            ":kubernetes: Production",
            "make deploy ENV=production",
            170,
        )
        .limited("deploy/production", 1),
    ]
}
