//! Types of other crates in a list of public items.

use std::collections::BTreeSet;

use crate::workspace::Package;

/// Compares the foreign types of a crate with the patterns that its manifest allows.
pub(super) fn check(package: &Package, list: &str) -> Vec<String> {
    let types = types(list);
    let name = &package.name;
    let is_allowed = |path: &str| package.foreign_types.iter().any(|it| matches(it, path));
    let unknown = types.iter().filter(|path| !is_allowed(path));
    let unused =
        package.foreign_types.iter().filter(|it| !types.iter().any(|path| matches(it, path)));

    unknown
        .map(|path| format!("{name} shows `{path}`, which its manifest does not allow"))
        .chain(unused.map(|it| format!("{name} allows `{it}`, which it does not show")))
        .collect()
}

/// Paths of items of other crates; those of the standard library and of this project are not
/// foreign.
fn types(list: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    list.split(|c| !is_part(c))
        .map(|path| path.trim_matches(':'))
        .filter(|path| {
            let first = path.split("::").next().unwrap_or_default();
            path.contains("::")
                && first.starts_with(|c: char| c.is_lowercase())
                && !["alloc", "core", "std", "self"].contains(&first)
                && !first.starts_with("trivore")
        })
        .collect()
}

/// A pattern is a path, or the beginning of one before `*`.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::workspace::Package;

    fn findings(allowed: &[&str], list: &str) -> usize {
        let package = Package {
            has_library: true,
            name: "trivore-a".to_owned(),
            version: "0.1.0".to_owned(),
            rust_version: "1.88".to_owned(),
            features: Vec::new(),
            foreign_types: allowed.iter().map(|&pattern| pattern.to_owned()).collect(),
        };
        check(&package, list).len()
    }

    #[test]
    fn a_foreign_type_must_be_allowed_and_an_allowed_one_must_be_shown() {
        let list = "pub fn trivore_a::A::b(&self) -> core::option::Option<http::status::StatusCode>
impl<S> tower_layer::Layer<S> for trivore_a::A";

        assert_eq!(findings(&["http::status::StatusCode", "tower_layer::*"], list), 0);
        assert_eq!(findings(&["tower_layer::*"], list), 1);
        assert_eq!(findings(&["http::*", "tower_layer::*", "hyper::*"], list), 1);
    }
}
