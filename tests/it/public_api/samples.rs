//! The samples of models are complete, compared with the sources of the types.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::operations::models;

/// A struct as it is declared.
struct Declaration {
    is_non_exhaustive: bool,
    /// JSON names of its fields, without those of flattened ones.
    members: BTreeSet<String>,
}

/// Finds the declaration of a struct in a source text, which rustfmt has formatted.
fn declaration(source: &str, name: &str) -> Option<Declaration> {
    let (before, after) = source.split_once(&format!("\npub struct {name} {{\n"))?;
    let attributes = before.lines().rev().take_while(|line| line.starts_with("#["));
    let is_non_exhaustive = attributes.into_iter().any(|line| line == "#[non_exhaustive]");
    let (mut members, mut attribute) = (BTreeSet::new(), "");
    for line in after.lines().take_while(|line| *line != "}").map(str::trim) {
        if let Some(field) = line.strip_prefix("pub ") {
            let (field, _) = field.split_once(':')?;
            let renamed =
                attribute.split_once("rename = \"").and_then(|(_, it)| it.split_once('"'));
            if attribute != "#[serde(flatten)]" {
                members.insert(renamed.map_or_else(|| camel_case(field), |(it, _)| it.to_owned()));
            }
            attribute = "";
        } else if line.starts_with("#[serde(") {
            attribute = line;
        }
    }
    Some(Declaration { is_non_exhaustive, members })
}

fn camel_case(field: &str) -> String {
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn the_sample_of_each_model_names_all_its_members() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/trivore-models/src");
    let texts: Vec<_> =
        sources(&folder).into_iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for model in models() {
        let declarations = texts.iter().filter_map(|source| declaration(source, model.name()));
        let [declaration]: [_; 1] = declarations.collect::<Vec<_>>().try_into().ok().unwrap();
        let Value::Object(sample) = model.sample() else { unreachable!() };

        let members: BTreeSet<_> = sample.into_iter().map(|(name, _)| name).collect();

        assert_eq!(members, declaration.members, "{model:?}");
        // Types that the service sends are non-exhaustive, and keep what they do not know.
        assert_eq!(model.is_open(), declaration.is_non_exhaustive, "{model:?}");
    }
}
