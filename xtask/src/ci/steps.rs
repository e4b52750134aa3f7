//! The steps: what each of them runs.

use std::process::Command;

use super::{outcome::Outcome, run::Step};
use crate::{
    api, blocking, dependencies, features, package,
    process::{self, cargo},
    tidy,
    tools::{DENY, PUBLIC_API, Tools},
    workspace::Workspace,
};

pub(super) const STEPS: &[Step] = &[
    Step { name: "format", checks: "formatting", run: format },
    Step {
        name: "tidy",
        checks: "the project's own rules",
        run: |workspace, _| tidy::run(workspace).into(),
    },
    Step {
        name: "blocking",
        checks: "that the blocking API is made from the async one",
        run: |workspace, _| blocking::check(workspace).into(),
    },
    Step {
        name: "dependencies",
        checks: "what each crate never depends on",
        run: |workspace, _| dependencies::check(workspace).into(),
    },
    Step {
        name: "deny",
        checks: "duplicate, banned and wildcard dependencies, licenses and sources",
        run: deny,
    },
    Step { name: "clippy", checks: "lints", run: clippy },
    Step { name: "docs", checks: "documentation and its links", run: docs },
    Step {
        name: "features",
        checks: "each feature by itself",
        run: |workspace, _| features::check(workspace).into(),
    },
    Step {
        name: "oldest-rust",
        checks: "that the crates build with the oldest supported Rust",
        run: oldest_rust,
    },
    Step { name: "wasm", checks: "that the models build for wasm32", run: wasm },
    Step {
        name: "packages",
        checks: "that the packages build, and work for crates outside of the workspace",
        run: |workspace, _| package::run(workspace).into(),
    },
    Step {
        name: "oldest-crates",
        checks: "that the oldest dependencies that the manifests allow suffice",
        run: oldest_dependencies,
    },
    Step {
        name: "public-api",
        checks: "changes of the public API, and foreign types in it",
        run: public_api,
    },
    Step {
        name: "docs.rs",
        checks: "that the documentation builds as docs.rs builds it",
        run: docs_rs,
    },
    Step { name: "benchmark", checks: "the benchmark's own tests and lints", run: benchmark },
    Step { name: "fuzz", checks: "lints of the fuzz targets", run: fuzz },
];

fn format(workspace: &Workspace, _: &Tools) -> Outcome {
    let check = |folder: &str| {
        let mut command = cargo();
        command.args(["fmt", "--all", "--check"]).current_dir(workspace.root.join(folder));
        process::run(&mut command)
    };
    // The consumers' workspace is complete only beside the packages, so cargo cannot load it here.
    let check_consumers = || {
        let consumers = package::consumers(workspace)?;
        let sources = consumers.iter().map(|folder| folder.join("src/main.rs"));
        process::run(Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(sources))
    };
    check("")
        .and_then(|()| check("tests/bench"))
        .and_then(|()| check("tests/fuzz"))
        .and_then(|()| check("tests/oidc"))
        .and_then(|()| check_consumers())
        .into()
}

fn deny(workspace: &Workspace, tools: &Tools) -> Outcome {
    Outcome::of(tools.cargo_tool(&DENY), |mut deny| {
        // Advisories would need a clone of their database: not part of a check without network.
        let check = ["check", "-D", "warnings", "bans", "licenses", "sources"];
        process::run(deny.args(check).current_dir(&workspace.root))
    })
}

fn clippy(workspace: &Workspace, _: &Tools) -> Outcome {
    let arguments = ["clippy", "--quiet", "--workspace", "--all-targets", "--all-features"];
    process::run(
        cargo().args(arguments).args(["--", "-D", "warnings"]).current_dir(&workspace.root),
    )
    .into()
}

fn docs(workspace: &Workspace, _: &Tools) -> Outcome {
    process::run(
        cargo()
            .args(["doc", "--quiet", "--workspace", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(&workspace.root),
    )
    .into()
}

fn oldest_rust(workspace: &Workspace, tools: &Tools) -> Outcome {
    let Some(oldest) = workspace.crates.first().map(|package| package.rust_version.as_str()) else {
        return Outcome::Failed("no crates".to_owned());
    };
    Outcome::of(tools.toolchain(oldest), |toolchain| {
        let mut check = toolchain.cargo();
        check.args(["check", "--quiet", "--all-features"]);
        for package in &workspace.crates {
            check.args(["--package", &package.name]);
        }
        process::run(check.current_dir(&workspace.root))
    })
}

fn wasm(workspace: &Workspace, tools: &Tools) -> Outcome {
    const TARGET: &str = "wasm32-unknown-unknown";
    Outcome::of(tools.target(TARGET), |()| {
        process::run(
            cargo()
                .args(["build", "--quiet", "--package", "trivore-models", "--all-features"])
                .args(["--target", TARGET])
                .current_dir(&workspace.root),
        )
    })
}

fn oldest_dependencies(workspace: &Workspace, tools: &Tools) -> Outcome {
    Outcome::of(tools.nightly(), |nightly| package::check_oldest(workspace, &nightly))
}

fn public_api(workspace: &Workspace, tools: &Tools) -> Outcome {
    let needed = tools.nightly().and_then(|nightly| Ok((tools.program(&PUBLIC_API)?, nightly)));
    Outcome::of(needed, |(program, nightly)| api::check(workspace, &program, &nightly))
}

/// docs.rs sets this flag, which turns on the badges of features.
fn docs_rs(workspace: &Workspace, tools: &Tools) -> Outcome {
    Outcome::of(tools.nightly(), |nightly| {
        let mut doc = nightly.cargo();
        doc.args(["doc", "--quiet", "--no-deps", "--all-features"]);
        for package in workspace.libraries() {
            doc.args(["--package", &package.name]);
        }
        doc.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings");
        process::run(
            doc.env("CARGO_TARGET_DIR", workspace.target.join("nightly"))
                .current_dir(&workspace.root),
        )
    })
}

fn benchmark(workspace: &Workspace, _: &Tools) -> Outcome {
    lint_outside(workspace, "bench")
        .and_then(|mut cargo| process::run(cargo.args(["test", "--quiet", "--locked"])))
        .into()
}

/// Only running the targets needs a nightly toolchain.
fn fuzz(workspace: &Workspace, _: &Tools) -> Outcome {
    lint_outside(workspace, "fuzz").map(drop).into()
}

/// Lints a workspace of its own in `tests`, which no other step covers, and returns a command of
/// cargo in it.
fn lint_outside(workspace: &Workspace, name: &str) -> Result<Command, String> {
    let cargo = || {
        let mut command = cargo();
        command
            .env("CARGO_TARGET_DIR", workspace.target.join(name))
            .current_dir(workspace.root.join("tests").join(name));
        command
    };
    let lints = ["clippy", "--quiet", "--locked", "--all-targets", "--all-features"];
    process::run(cargo().args(lints).args(["--", "-D", "warnings"]))?;
    Ok(cargo())
}
