//! The script, the pipeline and the workflow of the documentation, run as they stand there,
//! and the report that it shows.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::*;

/// Where they are.
fn documentation() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema-refresh")
}

fn documented(name: &str) -> String {
    fs::read_to_string(documentation().join(name)).expect("it is there")
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&documented(name)).expect("YAML")
}

/// The path to programs, with a folder before all others.
#[allow(
    clippy::disallowed_methods,
    reason = "programs are found by the environment"
)]
fn path_with(folder: &Path) -> String {
    let path = std::env::var("PATH").expect("a path");
    format!("{}:{path}", folder.display())
}

/// A project that has the script, and programs that only write down what they are asked.
struct Machine {
    project: Project,
    programs: TempDir,
}

impl Machine {
    fn new() -> Self {
        let project = Project::new();
        fs::create_dir(project.folder().join(".ci")).expect("a folder");
        let script = project.folder().join(".ci/refresh-schema");
        fs::copy(documentation().join("refresh-schema"), script).expect("the script");
        project.commit("Refresh the schema in CI");
        git(&project.folder(), &["push", "--quiet", "origin", "main"]);

        let machine = Self {
            project,
            programs: TempDir::new().expect("a folder"),
        };
        // There is one pull request for a branch, and its text is kept.
        machine.program(
            "gh",
            r#"case "$1 $2" in
'pr list') [ ! -e "$0.opened" ] || echo 7 ;;
'pr create') cp "$8" "$0.opened" ;;
'api --method') body=${8#body=@}; cp "$body" "$0.opened" ;;
esac"#,
        );
        machine.program("cargo", "[ -z \"${BUILDKITE_API_TOKEN:-}\" ] || exit 9");
        let bkq = assert_cmd::cargo::cargo_bin("bkq");
        std::os::unix::fs::symlink(bkq, machine.programs.path().join("bkq")).expect("a link");
        machine
    }

    /// Puts a program first into the path, which notes its arguments.
    fn program(&self, name: &str, rest: &str) {
        let path = self.programs.path().join(name);
        let notes = self.programs.path().join("notes");
        let note = format!("echo \"{name} $*\" >>'{}'", notes.display());
        fs::write(&path, format!("#!/bin/sh\n{note}\n{rest}\n")).expect("a program");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    }

    /// Runs a line of a step, with the environment of the step.
    /// Each time in a clone of its own, as CI does it.
    fn run(&self, line: &str, environment: &Value, server: &Sandbox) -> String {
        let _ = fs::remove_dir_all(self.project.around.path().join("clone"));
        let clone = self.project.clone_anew();
        let mut shell = Command::new("sh");
        shell.arg("-euc").arg(line).current_dir(clone.folder());
        identify(&mut shell)
            .env("PATH", path_with(self.programs.path()))
            .env("BUILDKITE_GRAPHQL_URL", server.url())
            .env_remove("BUILDKITE_API_TOKEN");
        for (name, value) in environment.as_object().expect("an environment") {
            let value = value.as_str().expect("text");
            shell.env(
                name,
                value.replace("${{ secrets.BUILDKITE_API_TOKEN }}", TOKEN),
            );
        }
        let report = run(&mut shell);
        clone.assert_clean();
        assert_eq!(git(&clone.folder(), &["status", "--porcelain"]), "");
        clone.told(&report, server)
    }

    /// What programs were asked, since the last time.
    fn notes(&self) -> String {
        let path = self.programs.path().join("notes");
        let notes = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        assert!(!notes.contains(TOKEN), "{notes}");
        // Where the report is for a moment.
        let words = notes
            .split(' ')
            .map(|word| match word.rsplit_once("/report.md") {
                Some((before, after)) if before.starts_with('/') => format!("REPORT{after}"),
                Some((before, after)) if before.starts_with("body=@/") => {
                    format!("body=@REPORT{after}")
                }
                _ => word.to_owned(),
            });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The text of the pull request.
    fn pull_request(&self) -> String {
        fs::read_to_string(self.programs.path().join("gh.opened")).expect("a pull request")
    }
}

#[test]
fn the_workflow_opens_a_pull_request_and_brings_it_up_to_date() {
    let workflow = yaml("github.yml");
    let step = &workflow["jobs"]["refresh"]["steps"][2];
    let (line, environment) = (step["run"].as_str().expect("a command"), &step["env"]);
    let machine = Machine::new();
    machine.run(line, environment, &server(OLD));
    assert_eq!(machine.notes(), "");

    insta::assert_snapshot!(machine.run(line, environment, &server(NEW)), @"
    exit code 0
    --- stderr
    asking https://SERVER/v1 for its schema …
    $ cargo check --workspace --all-targets
    pushed to the branch `schema-refresh` of `origin`
    it needs work before it can be merged: see the report
    ");
    insta::assert_snapshot!(machine.notes(), @"
    cargo check --workspace --all-targets
    gh pr list --head schema-refresh --state open --json number --jq .[0].number
    gh pr create --head schema-refresh --title Refresh the schema: breaks 1 of 1 operation --body-file REPORT
    ");
    let author = git(
        &machine.project.remote(),
        &["log", "-1", "--format=%an %ae", "schema-refresh"],
    );
    assert_eq!(author, "schema-refresh schema-refresh@example.com");
    assert!(
        machine
            .pull_request()
            .contains("**Breaks 1 of 1 operation.**")
    );

    // Nothing is new, and the text is.
    machine.run(line, environment, &server(NEW));
    insta::assert_snapshot!(machine.notes(), @"
    cargo check --workspace --all-targets
    gh pr list --head schema-refresh --state open --json number --jq .[0].number
    gh api --method PATCH repos/{owner}/{repo}/pulls/7 --silent --raw-field title=Refresh the schema: breaks 1 of 1 operation --field body=@REPORT
    ");

    machine.run(line, environment, &server(MILD));
    insta::assert_snapshot!(machine.notes(), @"
    cargo check --workspace --all-targets
    gh pr list --head schema-refresh --state open --json number --jq .[0].number
    gh api --method PATCH repos/{owner}/{repo}/pulls/7 --silent --raw-field title=Refresh the schema: touches none of 1 operation --field body=@REPORT
    ");
}

#[test]
fn the_pipeline_annotates_the_build_as_well() {
    let pipeline = yaml("buildkite.yml");
    let step = &pipeline["steps"][0];
    // Read by the agent when it uploads the pipeline.
    let line = step["commands"][1]
        .as_str()
        .expect("a command")
        .replace("$$", "$");
    let machine = Machine::new();
    let secret = format!(
        "if [ \"$1 $3\" = 'secret GRAPHQL_API_TOKEN' ]; then echo {TOKEN}; else cat >\"$0.annotation\"; fi"
    );
    machine.program("buildkite-agent", &secret);
    let mut environment = step["env"].clone();
    environment["BUILDKITE_JOB_ID"] = "0192".into();
    let said = machine.run(&line, &environment, &server(NEW));
    assert!(said.starts_with("exit code 0"), "{said}");
    insta::assert_snapshot!(machine.notes(), @"
    buildkite-agent secret get GRAPHQL_API_TOKEN
    cargo check --workspace --all-targets
    buildkite-agent annotate --context schema-refresh
    gh pr list --head schema-refresh --state open --json number --jq .[0].number
    gh pr create --head schema-refresh --title Refresh the schema: breaks 1 of 1 operation --body-file REPORT
    ");
    let annotation = fs::read_to_string(machine.programs.path().join("buildkite-agent.annotation"));
    assert_eq!(annotation.expect("an annotation"), machine.pull_request());
}

/// What Buildkite might change in a week, and its schema does not forbid.
fn next_week() -> String {
    let mut sdl = buildkite_schema::SDL.to_owned();
    let mut change = |ty: &str, old: &str, new: &str| {
        let start = sdl.find(&format!("\n{ty} ")).expect("the type is there");
        let place = start + sdl[start..].find(old).expect("it has it");
        sdl.replace_range(place..place + old.len(), new);
    };
    change("type Build", "  number: Int!\n", "  number: Int\n");
    change(
        "type Build",
        "  message: String\n",
        "  message: String @deprecated(reason: \"Use `summary` instead.\")\n  summary: String\n",
    );
    change(
        "enum JobStates",
        "  BLOCKED\n",
        "  BLOCKED\n  BROKEN_DOWN\n",
    );
    change("type Pipeline", "  visibility: PipelineVisibility!\n", "");
    change(
        "type Team",
        "  slug: String!\n",
        "  slug: String!\n  motto: String\n",
    );
    sdl
}

#[test]
fn the_report_is_the_one_that_is_shown() {
    let project = Project::new();
    let folder = project.folder();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::copy(
        root.join("schema/buildkite.graphql"),
        folder.join("schema/buildkite.graphql"),
    )
    .expect("a schema");
    fs::remove_dir_all(folder.join("queries")).expect("a folder");
    copy(&root.join("queries"), &folder.join("queries"));
    project.commit("Use the shipped queries");

    let regenerate = "bkq schema print --from schema/buildkite.graphql --output generated.txt";
    let server = server(&next_week());
    let mut command = bkq(&folder, "schema refresh --queries queries --run");
    let programs = assert_cmd::cargo::cargo_bin("bkq");
    let programs = programs.parent().expect("a folder");
    with(&mut command, &server)
        .arg(regenerate)
        .env("PATH", path_with(programs));
    let report = project.told(&run(&mut command), &server);
    let (_, report) = report.split_once("--- stdout\n").expect("a report");
    let (report, _) = report.split_once("--- stderr\n").expect("notes");
    let found = root.join("target/schema-refresh-report.md");
    fs::write(&found, report).expect("a file");
    assert!(
        report == documented("report.md"),
        "docs/schema-refresh/report.md is another: see target/schema-refresh-report.md"
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a file");
        }
    }
}
