//! Rule for the structure of a crate: no large group of files that import each other in a circle.
//!
//! A file imports another if it names something that the other one defines, in a `use` or in a
//! path. Re-exports are followed to the file of the definition, so that a `mod.rs` that only lists
//! hides nothing. Test modules do not count.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree, Visibility};

use super::file::File;

/// Returns the groups of more than [`LARGEST`] files of a crate that import each other.
pub(super) fn check(files: &[File]) -> Vec<String> {
    let mut crates: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if let Some((root, _)) = file.path.split_once("/src/") {
            crates.entry(root).or_default().push(file);
        }
    }
    crates.into_iter().flat_map(|(root, files)| findings(root, &files)).collect()
}

fn findings(root: &str, files: &[&File]) -> Vec<String> {
    let modules = match modules(root, files) {
        Ok(modules) => modules,
        Err(finding) => return vec![finding],
    };
    let knots = knots(&imports(&modules)).into_iter().filter(|knot| knot.len() > LARGEST);
    let name = |module: &Segments| modules.get(module).map_or("?", |module| module.path);
    let text = |knot: Vec<Segments>| {
        let names: Vec<_> = knot.iter().map(name).collect();
        format!("{root}: {} files import each other: {}", knot.len(), names.join(", "))
    };
    knots.map(text).collect()
}

/// The names of a module and those around it, outermost first; empty for the crate.
type Segments = Vec<String>;

/// What a file says of others.
struct Module<'a> {
    path: &'a str,
    /// The paths that the names of `use` stand for.
    names: BTreeMap<String, Segments>,
    /// All paths in the crate that it names.
    paths: BTreeSet<Segments>,
}

/// Reads all modules that are not tests.
fn modules<'a>(root: &str, files: &[&'a File]) -> Result<BTreeMap<Segments, Module<'a>>, String> {
    let known: BTreeSet<_> = files.iter().map(|file| segments(root, &file.path)).collect();
    let (mut modules, mut tests) = (BTreeMap::new(), BTreeSet::new());
    for file in files {
        let own = segments(root, &file.path);
        let syntax = syn::parse_file(&file.text)
            .map_err(|error| file.at(error.span().start().line.saturating_sub(1), "not Rust"))?;
        let module = Module { path: &file.path, names: BTreeMap::new(), paths: BTreeSet::new() };
        let mut reader = Reader { known: &known, own: own.clone(), module, tests: Vec::new() };
        reader.visit_file(&syntax);
        tests.extend(reader.tests);
        modules.insert(own, reader.module);
    }
    modules.retain(|own, _| !(1..=own.len()).any(|length| tests.contains(&own[..length])));
    Ok(modules)
}

/// Returns the module of a file by its path.
fn segments(root: &str, path: &str) -> Segments {
    let inner = path.strip_prefix(root).and_then(|path| path.strip_prefix("/src/"));
    let inner = inner.and_then(|path| path.strip_suffix(".rs")).unwrap_or(path);
    let mut segments: Segments = inner.split('/').map(str::to_owned).collect();
    if matches!(segments.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        segments.pop();
    }
    segments
}

/// Collects the names and paths of one file.
struct Reader<'a, 'b> {
    known: &'b BTreeSet<Segments>,
    own: Segments,
    module: Module<'a>,
    /// Modules that are compiled for tests only.
    tests: Vec<Segments>,
}

impl Reader<'_, '_> {
    /// Returns a path from the crate's root; `None` if it leads out of the crate.
    fn absolute(&self, path: &[String]) -> Option<Segments> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.own, rest].concat()),
            "super" => {
                let parents = path.iter().take_while(|segment| *segment == "super").count();
                let parent = &self.own[..self.own.len().checked_sub(parents)?];
                Some([parent, &path[parents..]].concat())
            }
            _ => {
                let child = [self.own.as_slice(), path].concat();
                self.known.contains(&child[..=self.own.len()]).then_some(child)
            }
        }
    }

    fn add(&mut self, path: &[String]) {
        self.module.paths.extend(self.absolute(path));
    }

    fn add_use(&mut self, tree: &UseTree, outer: &[String]) {
        match tree {
            UseTree::Path(path) => {
                self.add_use(&path.tree, &[outer, &[path.ident.to_string()]].concat());
            }
            UseTree::Name(name) => self.add_name(outer, &name.ident, &name.ident),
            UseTree::Rename(rename) => self.add_name(outer, &rename.ident, &rename.rename),
            UseTree::Glob(_) => self.add(outer),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, outer);
                }
            }
        }
    }

    fn add_name(&mut self, outer: &[String], name: &syn::Ident, alias: &syn::Ident) {
        let is_outer = name == "self";
        let full = if is_outer { outer.to_vec() } else { [outer, &[name.to_string()]].concat() };
        let alias = if is_outer { outer.last().cloned() } else { Some(alias.to_string()) };
        self.add(&full);
        if let (Some(alias), Some(path)) = (alias, self.absolute(&full)) {
            self.module.names.insert(alias, path);
        }
    }

    /// Adds the paths in the arguments of a macro.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut continues = false;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if !continues {
                        self.add(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    continues = false;
                }
                TokenTree::Punct(punct) => continues = punct.as_char() == ':',
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Literal(_) => {}
            }
        }
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(item) {
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            self.tests.push([self.own.as_slice(), &[module.ident.to_string()]].concat());
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.own.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.own.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_use(&item.tree, &[]);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string());
        self.add(&names.collect::<Segments>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
    }
}

/// Whether an item is compiled only for tests, or for the tests in Markdown files.
fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let condition = attribute.parse_args::<syn::Ident>();
        attribute.path().is_ident("cfg")
            && condition.is_ok_and(|condition| condition == "test" || condition == "doctest")
    })
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
    use super::*;

    #[track_caller]
    fn check_crate(sources: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<_> = sources
            .iter()
            .map(|(name, text)| File::new(&format!("crates/x/src/{name}.rs"), text))
            .collect();

        assert_eq!(check(&files), expected);
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
