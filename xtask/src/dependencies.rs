//! Checks the resolved dependency trees for required and forbidden packages.
//!
//! The tree covers all platforms, so cargo may download the manifests of crates that no build on
//! this machine needs. That is why this is a step of `cargo xtask ci` and not a test.

use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

struct Invariant {
    package: &'static str,
    features: &'static [&'static str],
    /// A package that must be in the tree: proof that the tree is the right one.
    present: &'static str,
    /// Names of packages; a trailing `*` matches any suffix.
    absent: &'static [&'static str],
}

const ALL: &[&str] = &["--all-features"];
const NONE: &[&str] = &["--no-default-features"];

const INVARIANTS: &[Invariant] = &[
    Invariant {
        package: "trivore-models",
        features: ALL,
        present: "serde",
        absent: &[
            "futures*",
            "http*",
            "hyper*",
            "mio",
            "native-tls",
            "openssl*",
            "reqwest",
            "rustls*",
            "schannel",
            "security-framework*",
            "socket2",
            "tokio*",
            "tower*",
        ],
    },
    Invariant {
        package: "trivore-transport",
        features: NONE,
        present: "tower",
        absent: &[
            "h2",
            "hyper*",
            "mio",
            "native-tls",
            "openssl*",
            "rustls*",
            "schannel",
            "security-framework*",
            "socket2",
        ],
    },
    Invariant {
        package: "trivore-transport",
        features: &["--no-default-features", "--features", "http-client"],
        present: "hyper",
        absent: &["native-tls", "openssl*", "rustls*", "schannel", "security-framework*"],
    },
    Invariant {
        package: "trivore-transport",
        features: &["--no-default-features", "--features", "native-tls"],
        present: "native-tls",
        absent: &["ring", "rustls", "hyper-rustls", "tokio-rustls"],
    },
    Invariant {
        package: "trivore-transport",
        features: &["--no-default-features", "--features", "rustls"],
        present: "ring",
        absent: &["aws-lc*", "hyper-tls", "native-tls", "openssl-sys"],
    },
    Invariant {
        package: "trivore-transport",
        features: ALL,
        present: "hyper",
        absent: &["reqwest", "trivore-models", "trivore-users"],
    },
    Invariant {
        package: "trivore-users",
        features: ALL,
        present: "trivore-models",
        absent: &["hyper*", "native-tls", "openssl*", "reqwest", "rustls*"],
    },
    Invariant {
        package: "trivore",
        features: &["--no-default-features", "--features", "http-client"],
        present: "hyper",
        absent: &["native-tls", "openssl*", "rustls*", "schannel", "security-framework*"],
    },
    Invariant {
        package: "trivore",
        features: ALL,
        present: "trivore-users",
        absent: &["reqwest", "trivore-sandbox"],
    },
    Invariant {
        package: "trivore-sandbox",
        features: ALL,
        present: "axum",
        absent: &["trivore", "trivore-transport", "trivore-users"],
    },
];

/// Checks every invariant against the resolved tree.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let mut failures = Vec::new();
    for Invariant { package, features, present, absent } in INVARIANTS {
        let tree = process::read(
            cargo()
                .args(["tree", "--package", package])
                .args(*features)
                .args(["--edges", "normal", "--target", "all", "--prefix", "none"])
                .args(["--format", "{p}"])
                .current_dir(&workspace.root),
        )?;
        let name = format!("{package} {}", features.join(" "));
        println!("{name}: with {present}, without {}", absent.join(", "));
        if found(&tree, &[present]).is_empty() {
            failures.push(format!("{name} does not depend on {present}"));
        }
        let unwanted = found(&tree, absent);
        if !unwanted.is_empty() {
            failures.push(format!("{name} depends on {}", unwanted.join(", ")));
        }
    }

    process::no_failures(&failures)
}

/// Names the packages of `tree` that match a pattern; the first line is the package itself.
fn found<'a>(tree: &'a str, patterns: &[&str]) -> Vec<&'a str> {
    let mut names: Vec<_> = tree
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| patterns.iter().any(|pattern| matches(pattern, name)))
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
    use super::found;

    #[test]
    fn a_package_of_the_tree_is_named_once() {
        let tree = "trivore-models v0.1.0\nserde v1.0.0\ntokio-util v0.7.0\ntokio-util v0.7.0\n";

        assert_eq!(found(tree, &["tokio*"]), ["tokio-util"]);
        assert_eq!(found(tree, &["tokio", "http"]), [""; 0]);
    }
}
