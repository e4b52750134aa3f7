//! Runs all rules on the project's files.

use std::{cmp::Reverse, path::Path};

use super::{
    changelog, file, file::File, knots, manifest, modules, named_tests, package, rust, text,
    type_names,
};
use crate::workspace::Workspace;

/// Prints all findings and the largest files.
///
/// # Errors
///
/// A rule is broken.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let files = file::read_all(&workspace.root)?;
    let findings = findings(&files, version(workspace)?);

    for finding in &findings {
        println!("{finding}");
    }
    println!("largest files, for review only:");
    for (lines, path) in largest(&files) {
        println!("{lines:>5}  {path}");
    }

    match findings.len() {
        0 => Ok(()),
        1 => Err("tidy: 1 finding".to_owned()),
        count => Err(format!("tidy: {count} findings")),
    }
}

fn findings(files: &[File], version: &str) -> Vec<String> {
    let mut findings: Vec<_> = changelog::check(files, version).into_iter().collect();
    findings.extend(manifest::check_copies(files));
    findings.extend(package::check(files));
    findings.extend(named_tests::check(files));
    match modules::read(files) {
        Ok(packages) => {
            findings.extend(packages.iter().flat_map(knots::check));
            findings.extend(packages.iter().flat_map(type_names::check));
        }
        Err(not_rust) => findings.extend(not_rust),
    }
    for file in files {
        findings.extend(text::check(file));
        findings.extend(manifest::check(file));
        findings.extend(rust::check(file));
    }
    findings
}

fn version(workspace: &Workspace) -> Result<&str, String> {
    match workspace.crates.first() {
        Some(package) => Ok(&package.version),
        None => Err("the workspace has no crates".to_owned()),
    }
}

fn largest(files: &[File]) -> Vec<(usize, &str)> {
    let mut sizes: Vec<_> = files
        .iter()
        .filter(|file| file.is_rust() || has_extension(file, "py"))
        .map(|file| (file.text.lines().count(), file.path.as_str()))
        .collect();
    sizes.sort_unstable_by_key(|size| Reverse(*size));
    sizes.truncate(5);
    sizes
}

fn has_extension(file: &File, extension: &str) -> bool {
    Path::new(&file.path).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::{file, findings, version};
    use crate::workspace::Workspace;

    #[test]
    fn tidy() {
        let workspace = Workspace::load().unwrap();
        let files = file::read_all(&workspace.root).unwrap();

        let findings = findings(&files, version(&workspace).unwrap());

        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
