//! `cargo xtask cli`: what the command line costs, built as it is given to others.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::json;

use crate::{process, programs::Programs, sandbox::Sandbox, workspace::Workspace};

/// Measures the program and compares the figures with what is wanted.
///
/// # Errors
///
/// A figure is above its limit, or it cannot be measured.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let program = Programs::distributed(&workspace.root, "trivore-cli")?.path("trivore")?;
    let stream = Programs::optimized(&workspace.root, "trivore-cost")?.path("stream")?;
    let server =
        Programs::optimized(&workspace.root, "trivore-sandbox")?.path("trivore-sandbox")?;
    let mut failures = Vec::new();
    let mut check = |name: &str, value: f64, limit: f64, unit: &str| {
        println!("{name:<46} {value:>8.2} {unit:<2}  at most {limit}");
        if value > limit {
            failures.push(format!("{name}: {value:.2} {unit}"));
        }
    };

    check("size, stripped", stripped(&program, &workspace.target)?, 12.0, "MB");
    let start = |arguments: &[&str]| {
        median(STARTS, || time(Command::new(&program).args(arguments).env_clear()))
    };
    check("trivore --version", start(&["--version"])?, 10.0, "ms");
    check("trivore completions bash", start(&["completions", "bash"])?, 10.0, "ms");

    let folder = workspace.target.join("cli");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let seed = folder.join("seed.json");
    fs::write(&seed, users()).map_err(|error| format!("{}: {error}", seed.display()))?;
    let properties = folder.join("client_sdk.properties");
    let sandbox = Sandbox::start_with(&server, &properties, &["--seed".into(), seed.into()])?;
    // Side by side, so that both have the same machine.
    let ratio = median(ROUNDS, || {
        let alone = time(Command::new(&stream).env("TRIVORE_PROPERTIES", &properties))?;
        let list = ["users", "list", "--output", "ndjson"];
        let mut program = Command::new(&program);
        Ok(time(program.args(list).env("TRIVORE_PROPERTIES", &properties))? / alone)
    });
    sandbox.terminate()?;
    check("users list of 10,000, beside the SDK's stream", ratio?, 1.3, "x");
    process::no_failures(&failures)
}

/// Returns the size of a program without symbols, in megabytes.
fn stripped(program: &Path, folder: &Path) -> Result<f64, String> {
    let copy = folder.join("trivore-stripped");
    process::run(Command::new("strip").arg("-o").arg(&copy).arg(program))?;
    let size = fs::metadata(&copy).map_err(|error| format!("{}: {error}", copy.display()))?.len();
    let thousands = u32::try_from(size / 1_000).map_err(|error| error.to_string())?;
    Ok(f64::from(thousands) / 1_000.0)
}

fn median(rounds: usize, mut measure: impl FnMut() -> Result<f64, String>) -> Result<f64, String> {
    let mut values = (0..rounds).map(|_| measure()).collect::<Result<Vec<_>, _>>()?;
    values.sort_by(f64::total_cmp);
    values.get(rounds / 2).copied().ok_or_else(|| "nothing was measured".to_owned())
}

/// Runs a program, which must succeed, and returns how long it took, in milliseconds.
fn time(command: &mut Command) -> Result<f64, String> {
    let name = command.get_program().display().to_string();
    command.stdin(Stdio::null()).stdout(Stdio::null());
    #[expect(clippy::disallowed_methods, reason = "this measures real time")]
    let start = Instant::now();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    let took = start.elapsed();
    if status.success() {
        Ok(took.as_secs_f64() * 1_000.0)
    } else {
        Err(format!("{name}: {status}"))
    }
}

/// A seed for the sandbox with 10,000 users, as administrators have them.
fn users() -> String {
    let user = |number: u32| {
        json!({
            "username": format!("user{number}"),
            "name": {"givenName": "Maija", "familyName": "Mäkelä"},
            "emails": [{"address": format!("user{number}@example.com"), "verified": true}],
            "mobiles": [{"number": format!("+3584{number:08}")}],
            "tags": ["import", "customer"],
            "customFields": {"shoeSize": number % 20 + 30},
        })
    };
    json!({"users": (0..10_000).map(user).collect::<Vec<_>>()}).to_string()
}

const STARTS: usize = 21;
const ROUNDS: usize = 7;
