//! The steps that pipelines are made of.

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepKind {
    /// Runs on an agent.
    Command,
    /// Waits for everything before it.
    Wait,
    /// Waits for a person.
    Block,
    /// Starts a build of another pipeline.
    Trigger,
}

/// One step of a pipeline.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) command: &'static str,
    /// Which of the cluster's queues, by place.
    pub(crate) queue: u64,
    /// How long a run takes, give or take a quarter.
    pub(crate) seconds: u64,
    /// How many jobs the step is split into; one means that it is not.
    pub(crate) parallel: u64,
    /// The concurrency group and how many of it may run.
    pub(crate) concurrency: Option<(&'static str, u64)>,
    /// Files that a run uploads.
    pub(crate) artifacts: &'static [&'static str],
    /// Whether a failure is only a warning.
    pub(crate) may_fail: bool,
}

const PLAIN: Step = Step {
    kind: StepKind::Command,
    key: "",
    label: "",
    command: "",
    queue: 0,
    seconds: 60,
    parallel: 1,
    concurrency: None,
    artifacts: &[],
    may_fail: false,
};

const WAIT: Step = Step {
    kind: StepKind::Wait,
    ..PLAIN
};

const UPLOAD: Step = Step {
    key: "upload",
    label: ":pipeline: Upload",
    command: "buildkite-agent pipeline upload",
    seconds: 12,
    ..PLAIN
};

const LINT: Step = Step {
    key: "lint",
    label: ":lint-roller: Lint",
    command: "make lint",
    seconds: 45,
    ..PLAIN
};

const fn block(key: &'static str, label: &'static str) -> Step {
    Step {
        kind: StepKind::Block,
        key,
        label,
        ..PLAIN
    }
}

/// The shop: the widest pipeline, ending in a deploy.
pub(crate) const WEB: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "unit",
        label: ":jest: Unit tests",
        command: "yarn test --shard $BUILDKITE_PARALLEL_JOB/$BUILDKITE_PARALLEL_JOB_COUNT",
        seconds: 260,
        parallel: 4,
        artifacts: &["coverage/lcov.info", "reports/junit.xml"],
        ..PLAIN
    },
    WAIT,
    Step {
        key: "end-to-end",
        label: ":playwright: End-to-end tests",
        command: "yarn e2e",
        queue: 1,
        seconds: 420,
        parallel: 2,
        artifacts: &["e2e/videos/checkout.webm", "reports/junit.xml"],
        ..PLAIN
    },
    Step {
        key: "image",
        label: ":docker: Image",
        command: "make image push",
        queue: 1,
        seconds: 180,
        concurrency: Some(("web/image", 2)),
        artifacts: &["dist/image.digest"],
        ..PLAIN
    },
    WAIT,
    Step {
        kind: StepKind::Trigger,
        key: "deploy",
        label: ":rocket: Deploy",
        ..PLAIN
    },
];

/// A service in a container.
pub(crate) const SERVICE: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "test",
        label: ":go: Tests",
        command: "go test ./...",
        seconds: 300,
        parallel: 2,
        artifacts: &["reports/junit.xml"],
        ..PLAIN
    },
    Step {
        key: "audit",
        label: ":lock: Dependency audit",
        command: "make audit",
        seconds: 40,
        may_fail: true,
        ..PLAIN
    },
    WAIT,
    Step {
        key: "image",
        label: ":docker: Image",
        command: "make image push",
        queue: 1,
        seconds: 240,
        artifacts: &["dist/image.digest", "dist/sbom.json"],
        ..PLAIN
    },
];

/// An app that is released by hand.
pub(crate) const MOBILE: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "test",
        label: ":iphone: Tests",
        command: "fastlane test",
        seconds: 540,
        artifacts: &["reports/tests.xcresult.zip"],
        ..PLAIN
    },
    Step {
        key: "archive",
        label: ":package: Archive",
        command: "fastlane archive",
        seconds: 600,
        artifacts: &["build/Acme.ipa", "build/Acme.dSYM.zip"],
        ..PLAIN
    },
    block("release", "Release to testers"),
    Step {
        key: "upload-build",
        label: ":airplane: Upload to testers",
        command: "fastlane beta",
        seconds: 120,
        concurrency: Some(("mobile/release", 1)),
        ..PLAIN
    },
];

/// Infrastructure as code.
pub(crate) const INFRASTRUCTURE: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "plan",
        label: ":terraform: Plan",
        command: "terraform plan -out=plan.bin",
        queue: 1,
        seconds: 110,
        artifacts: &["plan.bin", "plan.txt"],
        ..PLAIN
    },
    block("approve", "Apply this plan?"),
    Step {
        key: "apply",
        label: ":terraform: Apply",
        command: "terraform apply plan.bin",
        queue: 1,
        seconds: 200,
        concurrency: Some(("infrastructure/apply", 1)),
        ..PLAIN
    },
];

/// Documentation.
pub(crate) const DOCS: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "build",
        label: ":books: Build",
        command: "make docs",
        seconds: 70,
        artifacts: &["site.tar.gz"],
        ..PLAIN
    },
    Step {
        key: "links",
        label: ":link: Links",
        command: "make check-links",
        seconds: 95,
        may_fail: true,
        artifacts: &["reports/broken-links.txt"],
        ..PLAIN
    },
    WAIT,
    Step {
        key: "publish",
        label: ":globe_with_meridians: Publish",
        command: "make publish",
        seconds: 30,
        concurrency: Some(("docs/publish", 1)),
        ..PLAIN
    },
];

/// Nightly data.
pub(crate) const DATA: &[Step] = &[
    UPLOAD,
    LINT,
    Step {
        key: "models",
        label: ":duckdb: Models",
        command: "dbt build",
        queue: 1,
        seconds: 900,
        concurrency: Some(("warehouse/models", 1)),
        artifacts: &["target/manifest.json", "target/run_results.json"],
        ..PLAIN
    },
    WAIT,
    Step {
        key: "refresh",
        label: ":bar_chart: Refresh reports",
        command: "make refresh",
        seconds: 80,
        ..PLAIN
    },
];

/// Staging, a look, production.
pub(crate) const DEPLOY: &[Step] = &[
    UPLOAD,
    Step {
        key: "staging",
        label: ":kubernetes: Staging",
        command: "make deploy ENV=staging",
        seconds: 130,
        concurrency: Some(("deploy/staging", 1)),
        ..PLAIN
    },
    WAIT,
    Step {
        key: "smoke",
        label: ":fire: Smoke tests",
        command: "make smoke ENV=staging",
        seconds: 60,
        artifacts: &["reports/smoke.json"],
        ..PLAIN
    },
    block("production", "Go to production?"),
    Step {
        key: "production",
        label: ":kubernetes: Production",
        command: "make deploy ENV=production",
        seconds: 170,
        concurrency: Some(("deploy/production", 1)),
        ..PLAIN
    },
];
