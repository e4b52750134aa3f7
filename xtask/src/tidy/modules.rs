//! The modules of each package, without those for tests: what they define and what they name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree, Visibility};

use super::file::File;

/// The sources of a package.
pub(super) struct Sources<'a> {
    /// The folder of its manifest.
    pub(super) root: &'a str,
    pub(super) modules: BTreeMap<Segments, Module<'a>>,
}

/// Reads the sources of all packages.
///
/// # Errors
///
/// The findings about files that are not Rust.
pub(super) fn read(files: &[File]) -> Result<Vec<Sources<'_>>, Vec<String>> {
    let mut packages: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if let Some((root, _)) = file.path.split_once("/src/") {
            packages.entry(root).or_default().push(file);
        }
    }
    let (mut read, mut findings) = (Vec::new(), Vec::new());
    for (root, files) in packages {
        match modules(root, &files) {
            Ok(modules) => read.push(Sources { root, modules }),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(read) } else { Err(findings) }
}

/// Returns what a rule finds in a package `crates/x` with these files: name and text of each.
#[cfg(test)]
pub(super) fn findings(
    rule: fn(&Sources<'_>) -> Vec<String>,
    sources: &[(&str, &str)],
) -> Vec<String> {
    let files: Vec<_> = sources
        .iter()
        .map(|(name, text)| File::new(&format!("crates/x/src/{name}.rs"), text))
        .collect();
    read(&files).unwrap().iter().flat_map(rule).collect()
}

/// The names of a module and those around it, outermost first; empty for the crate.
pub(super) type Segments = Vec<String>;

/// What a file defines, and what it names of others.
pub(super) struct Module<'a> {
    pub(super) path: &'a str,
    /// The paths that the names of `use` stand for.
    pub(super) names: BTreeMap<String, Segments>,
    /// All paths in the crate that it names.
    pub(super) paths: BTreeSet<Segments>,
    /// The paths of the types that it defines, also of those in inner modules.
    pub(super) types: BTreeSet<Segments>,
}

/// Reads all modules that are not tests.
fn modules<'a>(root: &str, files: &[&'a File]) -> Result<BTreeMap<Segments, Module<'a>>, String> {
    let known: BTreeSet<_> = files.iter().map(|file| segments(root, &file.path)).collect();
    let (mut modules, mut tests) = (BTreeMap::new(), BTreeSet::new());
    for file in files {
        let own = segments(root, &file.path);
        let syntax = syn::parse_file(&file.text)
            .map_err(|error| file.at(error.span().start().line.saturating_sub(1), "not Rust"))?;
        let module = Module {
            path: &file.path,
            names: BTreeMap::new(),
            paths: BTreeSet::new(),
            types: BTreeSet::new(),
        };
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

    fn add_type(&mut self, name: &syn::Ident) {
        self.module.types.insert([self.own.as_slice(), &[name.to_string()]].concat());
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

    /// Adds the paths and the types in the arguments of a macro.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut continues = false;
        let mut defines = false;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if std::mem::replace(&mut defines, TYPES.iter().any(|word| ident == word)) {
                        self.add_type(&ident);
                    }
                    if !continues {
                        self.add_token_path(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    continues = false;
                }
                TokenTree::Punct(punct) => {
                    continues = punct.as_char() == ':';
                    defines = false;
                }
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Literal(_) => {}
            }
        }
        self.add_token_path(&path);
    }

    /// Adds a path, unless it is the `crate` of a visibility.
    fn add_token_path(&mut self, path: &[String]) {
        if path != ["crate"] {
            self.add(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(item) {
            match item {
                Item::Enum(item) => self.add_type(&item.ident),
                Item::Struct(item) => self.add_type(&item.ident),
                Item::Trait(item) => self.add_type(&item.ident),
                Item::Type(item) => self.add_type(&item.ident),
                Item::Union(item) => self.add_type(&item.ident),
                _ => {}
            }
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
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let condition = attribute.parse_args::<syn::Ident>();
        attribute.path().is_ident("cfg")
            && condition.is_ok_and(|condition| condition == "test" || condition == "doctest")
    })
}

/// The words before the name of a type in the arguments of a macro.
const TYPES: [&str; 4] = ["enum", "struct", "trait", "union"];
