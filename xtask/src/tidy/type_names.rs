//! Rule for the types of a crate: no two of them have the same name.
//!
//! Types are structs, enums, unions, traits and aliases, also private ones, those in functions and
//! those that a macro is given. Alternatives for different platforms have one path, and count as
//! one type. Test modules do not count. The types of a module `blocking` have the names of those that
//! they stand for, and are compared with each other.

use std::collections::BTreeMap;

use super::modules::{Segments, Sources};

/// Returns the names that several types of a crate have.
pub(super) fn check(sources: &Sources<'_>) -> Vec<String> {
    let mut types: BTreeMap<_, BTreeMap<&Segments, &str>> = BTreeMap::new();
    for module in sources.modules.values() {
        for path in &module.types {
            let Some((name, _)) = path.split_last() else { continue };
            types.entry((part(path), name)).or_default().insert(path, module.path);
        }
    }
    let mut findings = Vec::new();
    for ((_, name), files) in types.into_iter().filter(|(_, files)| files.len() > 1) {
        let mut files: Vec<_> = files.into_values().collect();
        files.sort_unstable();
        files.dedup();
        let files = files.join(", ");
        findings.push(format!("{}: several types are named `{name}`: {files}", sources.root));
    }
    findings
}

/// Returns the part of a package whose types are compared with each other: a program, which is a
/// crate of its own, the blocking API, or the rest.
fn part(path: &[String]) -> Option<&str> {
    match path {
        [first, program, _, ..] if first == "bin" => Some(program),
        [first, _, ..] if first == "blocking" => Some(first),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::{file::File, modules};

    #[track_caller]
    fn check_crate(sources: &[(&str, &str)], expected: &[&str]) {
        assert_eq!(modules::findings(check, sources), expected);
    }

    const FOUND: &str =
        "crates/x: several types are named `Kind`: crates/x/src/a.rs, crates/x/src/b/c.rs";

    #[test]
    fn two_types_of_a_name_are_a_finding() {
        for types in [
            "struct Kind;",
            "pub(crate) struct Kind<T>(T);",
            "enum Kind { A }",
            "union Kind { a: u8 }",
            "trait Kind {}",
            "type Kind = u8;",
            "mod inner { struct Kind; }",
            "fn f() { struct Kind; }",
            "impl A { fn f() { if true { enum Kind {} } } }",
            "string_enum! { /// A kind.\n pub enum Kind { A = \"A\" } }",
            "macro_rules! kinds { ($($a:ident)+) => { pub struct Kind { $($a: u8)+ } } }",
        ] {
            check_crate(&[("a", "pub enum Kind {}"), ("b/c", types)], &[FOUND]);
        }
    }

    #[test]
    fn two_modules_of_a_file_cannot_share_a_name_either() {
        let found = "crates/x: several types are named `Kind`: crates/x/src/a.rs";
        check_crate(&[("a", "mod b { struct Kind; } mod c { struct Kind; }")], &[found]);
    }

    #[test]
    fn every_name_is_a_finding_of_its_own() {
        let both = "struct A; struct B; struct C;";
        let found = |name: &str| {
            format!(
                "crates/x: several types are named `{name}`: crates/x/src/a.rs, crates/x/src/b.rs"
            )
        };
        check_crate(&[("a", both), ("b", "struct A; struct C;")], &[&found("A"), &found("C")]);
    }

    #[test]
    fn other_uses_of_a_name_are_not() {
        for other in [
            "use crate::a::Kind; pub use crate::a::Kind as Other;",
            "enum A { Kind }",
            "fn f<Kind>(kind: Kind) {}",
            "trait A { type Kind; } impl A for u8 { type Kind = u8; }",
            "const Kind: u8 = 1;",
            "macro_rules! kinds { ($kind:ident) => { struct $kind; } } kinds!(Kind);",
            "#[cfg(test)] mod tests { struct Kind; }",
            "#[cfg(test)] struct Kind;",
        ] {
            check_crate(&[("a", "pub enum Kind {}"), ("b/c", other)], &[]);
        }
        check_crate(&[("a", "#[cfg(unix)] struct Kind; #[cfg(windows)] struct Kind;")], &[]);
        let tests = "#[cfg(test)] mod tests;";
        check_crate(&[("lib", tests), ("tests", "struct Kind;"), ("a", "struct Kind;")], &[]);
    }

    #[test]
    fn programs_are_crates_of_their_own() {
        let kind = "struct Kind;";
        check_crate(&[("a", kind), ("bin/b", kind), ("bin/c/main", kind)], &[]);

        let found = "crates/x: several types are named `Kind`: crates/x/src/bin/c/d.rs, \
                     crates/x/src/bin/c/main.rs";
        check_crate(&[("bin/c/main", kind), ("bin/c/d", kind)], &[found]);
    }

    #[test]
    fn blocking_types_may_have_the_names_of_async_ones() {
        let kind = "struct Kind;";
        check_crate(&[("a", kind), ("blocking/b", kind)], &[]);

        let found = "crates/x: several types are named `Kind`: crates/x/src/blocking/b.rs, \
                     crates/x/src/blocking/c/d.rs";
        check_crate(&[("a", kind), ("blocking/b", kind), ("blocking/c/d", kind)], &[found]);
    }

    #[test]
    fn packages_may_share_a_name() {
        let files = ["crates/x/src/a.rs", "crates/y/src/a.rs"];
        let files = files.map(|path| File::new(path, "struct Kind;"));

        assert_eq!(modules::read(&files).unwrap().iter().flat_map(check).count(), 0);
    }
}
