//! What each crate must never depend on, by the tree that cargo resolves.

use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

struct Invariant {
    package: &'static str,
    features: &'static str,
    /// Names of packages; a `*` at the end stands for any rest.
    absent: &'static [&'static str],
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        package: "trivore-models",
        features: "--all-features",
        absent: &["http", "hyper*", "native-tls", "openssl*", "rustls*", "tokio*", "tower*"],
    },
    Invariant {
        package: "trivore-transport",
        features: "--no-default-features",
        absent: &[
            "hyper",
            "hyper-*",
            "native-tls",
            "openssl*",
            "reqwest",
            "rustls*",
            "trivore-models",
        ],
    },
    Invariant {
        package: "trivore-transport",
        features: "--all-features",
        absent: &["reqwest", "trivore-models"],
    },
    Invariant {
        package: "trivore-users",
        features: "--all-features",
        absent: &["hyper", "hyper-*", "native-tls", "openssl*", "rustls*"],
    },
    Invariant {
        package: "trivore-sandbox",
        features: "--all-features",
        absent: &["trivore", "trivore-transport", "trivore-users"],
    },
];

/// Compares every invariant with the resolved tree.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let mut failures = Vec::new();
    for Invariant { package, features, absent } in INVARIANTS {
        let tree = process::read(
            cargo()
                .args(["tree", "--package", package, features])
                .args(["--edges", "normal", "--target", "all", "--prefix", "none"])
                .args(["--format", "{p}"])
                .current_dir(&workspace.root),
        )?;
        let present = present(&tree, absent);
        println!("{package} {features}: without {}", absent.join(", "));
        if !present.is_empty() {
            failures.push(format!("{package} {features} depends on {}", present.join(", ")));
        }
    }

    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

/// Names the packages of `tree` that should be absent; the first line is the package itself.
fn present<'a>(tree: &'a str, absent: &[&str]) -> Vec<&'a str> {
    let mut names: Vec<_> = tree
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| absent.iter().any(|pattern| matches(pattern, name)))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::present;

    #[test]
    fn a_forbidden_package_is_named_once() {
        let tree = "trivore-models v0.1.0\nserde v1.0.0\ntokio-util v0.7.0\ntokio-util v0.7.0\n";

        assert_eq!(present(tree, &["tokio*"]), ["tokio-util"]);
        assert_eq!(present(tree, &["tokio", "http"]), [""; 0]);
    }
}
