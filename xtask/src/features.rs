//! Lints every crate alone: without features, with each feature, and with all features.
//!
//! A workspace build unifies the features of all members, which hides missing features of a
//! single crate.

use crate::{
    process::{self, cargo},
    workspace::{Package, Workspace},
};

/// Runs clippy for every combination.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let mut failures = Vec::new();
    for package in &workspace.crates {
        for combination in combinations(package) {
            let name = format!("{} {}", package.name, combination.join(" "));
            println!("{name}");
            let result = process::run(
                cargo()
                    .args(["clippy", "--quiet", "--package", &package.name])
                    .args(&combination)
                    .args(["--", "-D", "warnings"])
                    .current_dir(&workspace.root),
            );
            if result.is_err() {
                failures.push(name);
            }
        }
    }

    process::no_failures(&failures)
}

fn combinations(package: &Package) -> Vec<Vec<&str>> {
    let mut combinations = vec![vec!["--no-default-features"]];
    for feature in &package.features {
        combinations.push(vec!["--no-default-features", "--features", feature]);
    }
    if package.features.len() > 1 {
        combinations.push(vec!["--all-features"]);
    }
    combinations
}

#[cfg(test)]
mod tests {
    use super::combinations;
    use crate::workspace::Package;

    #[test]
    fn none_each_and_all_features_are_checked() {
        let mut package = Package {
            has_library: true,
            name: "a".to_owned(),
            version: "0.1.0".to_owned(),
            rust_version: "1.88".to_owned(),
            features: Vec::new(),
            foreign_types: Vec::new(),
        };
        assert_eq!(combinations(&package), [["--no-default-features"]]);

        package.features = vec!["one".to_owned(), "two".to_owned()];

        assert_eq!(
            combinations(&package),
            [
                vec!["--no-default-features"],
                vec!["--no-default-features", "--features", "one"],
                vec!["--no-default-features", "--features", "two"],
                vec!["--all-features"],
            ]
        );
    }
}
