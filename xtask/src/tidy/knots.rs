//! Rule for the structure of a crate: no large group of files that import each other in a circle.
//!
//! A file imports another if it names something that the other one defines, in a `use` or in a
//! path. Re-exports are followed to the file of the definition, so that a `mod.rs` that only lists
//! hides nothing. Test modules do not count.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Module, Segments, Sources};

/// Returns the groups of more than [`LARGEST`] files of a crate that import each other.
pub(super) fn check(sources: &Sources<'_>) -> Vec<String> {
    let Sources { root, modules } = sources;
    let knots = knots(&imports(modules)).into_iter().filter(|knot| knot.len() > LARGEST);
    let name = |module: &Segments| modules.get(module).map_or("?", |module| module.path);
    let text = |knot: Vec<Segments>| {
        let names: Vec<_> = knot.iter().map(name).collect();
        format!("{root}: {} files import each other: {}", knot.len(), names.join(", "))
    };
    knots.map(text).collect()
}

/// Returns the other modules that each module names.
fn imports(modules: &BTreeMap<Segments, Module<'_>>) -> BTreeMap<Segments, BTreeSet<Segments>> {
    let imports = modules.iter().map(|(own, module)| {
        let named = module.paths.iter().map(|path| definition(modules, path, MAX_REEXPORTS));
        let others: BTreeSet<_> = named.filter(|other| other != own).collect();
        (own.clone(), others)
    });
    imports.collect()
}

/// Returns the module that defines what a path names, behind all re-exports.
fn definition(modules: &BTreeMap<Segments, Module<'_>>, path: &[String], limit: usize) -> Segments {
    let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]));
    let (own, rest) = path.split_at(length.unwrap_or(0));
    let Some((module, (name, below))) = modules.get(own).zip(rest.split_first()) else {
        return own.to_vec();
    };
    if limit == 0 {
        return own.to_vec();
    }
    if let Some(target) = module.names.get(name) {
        return definition(modules, &[target, below].concat(), limit - 1);
    }
    own.to_vec()
}

/// Returns the strongly connected components, largest first (Kosaraju's algorithm).
fn knots(imports: &BTreeMap<Segments, BTreeSet<Segments>>) -> Vec<Vec<Segments>> {
    let mut importers: BTreeMap<&Segments, BTreeSet<&Segments>> = BTreeMap::new();
    for (own, others) in imports {
        for other in others {
            importers.entry(other).or_default().insert(own);
        }
    }
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for own in imports.keys() {
        let next = |module: &Segments| imports.get(module).into_iter().flatten().collect();
        visit_depth_first(own, &next, &mut seen, &mut order);
    }
    let (mut knots, mut seen) = (Vec::new(), BTreeSet::new());
    for own in order.into_iter().rev() {
        let next =
            |module: &Segments| importers.get(module).into_iter().flatten().copied().collect();
        let mut knot = Vec::new();
        visit_depth_first(own, &next, &mut seen, &mut knot);
        knot.sort_unstable();
        knots.push(knot.into_iter().cloned().collect::<Vec<_>>());
    }
    knots.sort_by_key(|knot| Reverse(knot.len()));
    knots
}

/// Appends all modules that are reachable and not yet seen, each after those that it leads to.
fn visit_depth_first<'a>(
    own: &'a Segments,
    next: &impl Fn(&Segments) -> Vec<&'a Segments>,
    seen: &mut BTreeSet<&'a Segments>,
    order: &mut Vec<&'a Segments>,
) {
    if seen.insert(own) {
        for other in next(own) {
            visit_depth_first(other, next, seen, order);
        }
        order.push(own);
    }
}

/// The largest number of files that may import each other.
const LARGEST: usize = 3;
/// The largest number of re-exports between a name and its definition.
const MAX_REEXPORTS: usize = 8;

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::modules;

    #[track_caller]
    fn check_crate(sources: &[(&str, &str)], expected: &[&str]) {
        assert_eq!(modules::findings(check, sources), expected);
    }

    const CIRCLE: [(&str, &str); 3] = [
        ("b", "use crate::c::C;"),
        ("c", "use super::d::{self, D as E};"),
        ("d", "fn f() { crate::a::f() }"),
    ];

    #[test]
    fn four_files_in_a_circle_are_a_finding() {
        let found = "crates/x: 4 files import each other: crates/x/src/a.rs, crates/x/src/b.rs, \
                     crates/x/src/c.rs, crates/x/src/d.rs";
        for a in [
            "use crate::b::B;",
            "fn f() -> super::b::B {}",
            "fn f() { println!(\"{}\", crate::b::B) }",
            "mod inner { use super::super::b::B; }",
        ] {
            let mut sources = CIRCLE.to_vec();
            sources.push(("a", a));
            check_crate(&sources, &[found]);
        }
    }

    #[test]
    fn a_visibility_in_a_macro_is_no_import() {
        let sources = [
            ("a", "pin_project! { pub(crate) struct A; }"),
            ("b", "use crate::a::A;"),
            ("c", "use crate::b::B;"),
            ("lib", "pub mod a; pub mod b; pub mod c; use c::C;"),
        ];
        check_crate(&sources, &[]);
    }

    #[test]
    fn three_files_are_not() {
        check_crate(
            &[("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "use crate::a::A;")],
            &[],
        );
    }

    #[test]
    fn a_list_of_re_exports_ties_nothing_together_and_hides_nothing() {
        let list = "mod a; mod b; mod c; mod d; pub(crate) struct X; pub use a::A; pub(crate) use {b::B, d::D as E};";
        let mut sources = vec![
            ("lib", list),
            ("a", "use crate::B;"),
            ("b", "use crate::c::C;"),
            ("c", "use crate::E;"),
        ];
        sources.push(("d", "pub(crate) use std::fmt;"));
        check_crate(&sources, &[]);

        sources.pop();
        sources.push(("d", "use crate::A;"));
        let found = "crates/x: 4 files import each other: crates/x/src/a.rs, crates/x/src/b.rs, \
                     crates/x/src/c.rs, crates/x/src/d.rs";
        check_crate(&sources, &[found]);
    }

    #[test]
    fn tests_may_import_everything() {
        for a in [
            "#[cfg(test)] mod tests { use crate::b::B; }",
            "#[cfg(test)] use crate::b::B;",
            "#[cfg(test)] mod tests;",
        ] {
            let mut sources = CIRCLE.to_vec();
            sources.extend([("a", a), ("a/tests", "use crate::b::B;")]);
            check_crate(&sources, &[]);
        }
    }
}
