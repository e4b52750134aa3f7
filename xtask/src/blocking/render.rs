//! Writes the files of the blocking API.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    docs,
    source::{Method, Receiver, Source, Struct},
};

/// Returns the files, without formatting, as names and texts; empty types are left out.
///
/// `exported` are the names that `trivore-users` exports.
pub(super) fn files(sources: &[Source], exported: &BTreeSet<String>) -> Vec<(String, String)> {
    let types = blocking_types(sources);
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    let mut files = Vec::new();
    let mut list = format!("//! The user service.\n//!\n{NOTICE}\n");
    let mut exports = String::new();
    for source in sources {
        let Some(text) = file(source, &types, exported) else { continue };
        let stem = &source.stem;
        _ = writeln!(list, "mod {stem};");
        for item in source.structs.iter().filter(|item| types.contains(&item.name.as_str())) {
            _ = writeln!(exports, "pub use {stem}::{};", item.name);
        }
        files.push((format!("{stem}.rs"), text));
    }
    files.push(("mod.rs".to_owned(), format!("{list}\n{exports}")));
    files
}

/// Returns the types that only async code can use, and `Users`.
fn blocking_types(sources: &[Source]) -> BTreeSet<String> {
    let streams = sources.iter().flat_map(|source| &source.streams);
    let methods = sources.iter().flat_map(|source| &source.methods);
    let methods = methods.filter(|method| method.is_async);
    streams
        .map(|stream| stream.owner.clone())
        .chain(methods.map(|method| method.owner.clone()))
        .collect()
}

fn file(source: &Source, types: &[&str], exported: &BTreeSet<String>) -> Option<String> {
    let mut body = String::new();
    let mut all_docs = Vec::new();
    for item in source.structs.iter().filter(|item| types.contains(&item.name.as_str())) {
        let docs = docs::blocking(&item.docs, types);
        body.push_str(&structure(item, &docs));
        all_docs.extend(docs);
    }
    let methods = source.methods.iter().filter(|method| {
        types.contains(&method.owner.as_str())
            && !BY_HAND.contains(&(method.owner.as_str(), method.name.as_str()))
    });
    let mut header = "";
    for method in methods {
        if header != method.header {
            let end = if header.is_empty() { "" } else { "}\n" };
            _ = write!(body, "{end}\nimpl{} {{", method.header);
            header = &method.header;
        }
        let mut docs = docs::blocking(&method.docs, types);
        if method.is_async && !method.output.starts_with("Result<") {
            docs.extend(["", " # Errors", "", " It was called in async code."].map(str::to_owned));
        }
        body.push_str(&function(method, &docs, types));
        all_docs.extend(docs);
    }
    if !header.is_empty() {
        body.push_str("}\n");
    }
    for stream in &source.streams {
        let (generics, target) = (&stream.generics, &stream.target);
        let (item, next) = if stream.item.starts_with("Result<") {
            (stream.item.clone(), "self.0.next().map(|item| item?)")
        } else {
            (format!("Result<{}>", stream.item), "self.0.next()")
        };
        _ = write!(
            body,
            "\nimpl{generics} Iterator for {target} {{\ntype Item = {item};\n\n\
             fn next(&mut self) -> Option<{item}> {{\n{next}\n}}\n}}\n"
        );
    }
    if body.is_empty() {
        return None;
    }
    let imports = imports(source, types, exported, (&body, &all_docs));
    let docs = lines("//!", &docs::blocking(&source.docs, types));
    Some(format!("{docs}//!\n{NOTICE}\n{imports}\n{body}"))
}

fn structure(item: &Struct, docs: &[String]) -> String {
    let Struct { name, generics: (generics, names), attributes, .. } = item;
    let derive = if item.is_clone { "#[derive(Clone, Debug)]" } else { "#[derive(Debug)]" };
    let attributes = lines("", attributes).replace("a stream", "an iterator");
    let attributes = attributes.replace("polled", "used");
    let docs = lines("///", docs);
    if name == "Users" {
        return format!(
            "\n{docs}{derive}\n{attributes}pub struct Users {{\n\
             // Declared first: its connections need the runtime.\n\
             pub(in crate::blocking) inner: trivore_users::Users,\n\
             pub(in crate::blocking) runtime: Runtime,\n}}\n"
        );
    }
    format!(
        "\n{docs}{derive}\n{attributes}\
         pub struct {name}{generics}(pub(super) Blocking<trivore_users::{name}{names}>);\n"
    )
}

fn function(method: &Method, docs: &[String], types: &[&str]) -> String {
    let Method { name, output, signature: (before, after), .. } = method;
    let is_users = method.owner == "Users";
    let arguments = method.arguments.join(", ");
    let inner = if is_users { "self.inner" } else { "self.0.stream" };
    let call = format!("{inner}.{name}({arguments})");
    let returned = output.split('<').next().unwrap_or_default();
    let is_result = returned == "Result";
    let (output, body) = match method.receiver {
        Receiver::None => {
            (output.clone(), format!("trivore_users::{}::{name}({arguments})", method.owner))
        }
        _ if method.is_async => {
            let runtime = if is_users { "self.runtime" } else { "self.0.runtime" };
            let runtime = match method.receiver {
                Receiver::Value => format!("{runtime}.clone()"),
                Receiver::Reference | Receiver::None => runtime.to_owned(),
            };
            match (is_result, output.as_str()) {
                (true, _) => (output.clone(), format!("{runtime}.run({call})")),
                (false, "") => ("Result<()>".to_owned(), format!("{runtime}.block_on({call})")),
                (false, _) => (format!("Result<{output}>"), format!("{runtime}.block_on({call})")),
            }
        }
        Receiver::Value if returned == "Self" => {
            (output.clone(), format!("Self(self.0.map(|stream| stream.{name}({arguments})))"))
        }
        Receiver::Value if output == "Result<Self>" => (
            output.clone(),
            format!("self.0.try_map(|stream| stream.{name}({arguments})).map(Self)"),
        ),
        _ if returned == "Self" => {
            (output.clone(), format!("Self {{ inner: {call}, runtime: self.runtime.clone() }}"))
        }
        _ if types.contains(&returned) => {
            (output.clone(), format!("{returned}(Blocking::new(&self.runtime, {call}))"))
        }
        _ => (output.clone(), call),
    };
    let docs = lines("///", docs);
    let attributes = lines("", &method.attributes);
    // The arguments are passed on as they are.
    let before = &before.replace(", mut ", ", ").replace("(mut self", "(self");
    // A result was added to a method that had none.
    let before = match output.as_str() {
        "Result<()>" if method.output.is_empty() => format!("{} -> ", before.trim_end()),
        _ => before.clone(),
    };
    format!("\n{docs}{attributes}pub {before}{output}{after} {{\n{body}\n}}\n")
}

/// Imports what the code names, and for links what only the documentation names.
fn imports(
    source: &Source,
    types: &[&str],
    exported: &BTreeSet<String>,
    (body, docs): (&str, &[String]),
) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code = body.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    let links: String = docs.iter().filter(|line| line.contains("[`")).cloned().collect();
    let own: Vec<_> = source.structs.iter().map(|item| item.name.as_str()).collect();
    let mut places = BTreeMap::from(OWN);
    for (name, path) in &source.imports {
        let place = path.rsplit_once("::").map_or("", |(place, _)| place);
        places.insert(name, place);
    }
    places.extend(exported.iter().map(|name| (name.as_str(), "trivore_users")));
    places.extend(types.iter().map(|name| (*name, "crate::blocking")));
    places.retain(|name, place| {
        let is_defined = types.contains(name) && own.contains(name);
        let is_private = place.starts_with("crate") && !place.starts_with("crate::blocking");
        !is_defined && !is_private && name.starts_with(char::is_uppercase)
    });
    let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, place) in places {
        // Those of this crate come last.
        let is_own = place.starts_with("crate");
        if has_word(&code, name) {
            names.entry((is_own, place, "")).or_default().push(name);
        } else if has_word(&links, name) {
            names.entry((is_own, place, "#[cfg(doc)]\n")).or_default().push(name);
        }
    }
    let mut imports = String::new();
    let mut is_first = true;
    for ((is_own, place, attribute), names) in names {
        if is_own && std::mem::take(&mut is_first) {
            imports.push('\n');
        }
        _ = writeln!(imports, "{attribute}use {place}::{{{}}};", names.join(", "));
    }
    imports
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word)
}

fn lines(mark: &str, docs: &[String]) -> String {
    docs.iter().fold(String::new(), |lines, line| lines + mark + line + "\n")
}

/// What is different enough to be written by hand, in `blocking/client.rs`.
const BY_HAND: &[(&str, &str)] = &[("Users", "new"), ("Users", "client")];

/// What the blocking API itself is made of.
const OWN: [(&str, &str); 3] = [
    ("Blocking", "crate::blocking::runtime"),
    ("Result", "trivore_transport"),
    ("Runtime", "crate::blocking::runtime"),
];

const NOTICE: &str =
    "//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.\n";
