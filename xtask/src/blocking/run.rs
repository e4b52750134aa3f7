//! Compares the blocking API with the async one, or writes it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use super::{render, source::Source};
use crate::workspace::Workspace;

/// Compares the blocking API with the async one, or makes it from that.
///
/// # Errors
///
/// They differ, or a file cannot be read, parsed or written.
pub(crate) fn run(workspace: &Workspace, is_recording: bool) -> Result<(), String> {
    if !is_recording {
        return check(workspace);
    }
    let folder = workspace.root.join(FOLDER);
    let files = files(workspace)?;
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for name in present(&folder)?.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    for (name, text) in files {
        fs::write(folder.join(&name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// Compares the blocking API with the async one.
///
/// # Errors
///
/// They differ, with the files that do and what to do.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let (expected, present) = (files(workspace)?, present(&workspace.root.join(FOLDER))?);
    let mut names: Vec<_> = expected.keys().chain(present.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| expected.get(*name) != present.get(*name));
    if names.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the public methods of trivore-users and the blocking API differ in {names:?} of {FOLDER}: \
         run `cargo xtask blocking --record`, then the doctests of `trivore` with all features"
    ))
}

fn files(workspace: &Workspace) -> Result<BTreeMap<String, String>, String> {
    let mut sources = Vec::new();
    let source = workspace.root.join("crates/trivore-users/src");
    for folder in FOLDERS {
        for (name, text) in present(&source.join(folder))? {
            let stem = match name.trim_end_matches(".rs") {
                stem if folder.is_empty() || stem == folder => stem.to_owned(),
                stem => format!("{folder}_{stem}"),
            };
            sources.push(Source::parse(&stem, &text).map_err(|error| format!("{name}: {error}"))?);
        }
    }
    let mut methods = sources.iter().flat_map(|source| &source.methods);
    if let Some(method) = methods.find(|method| method.output.contains("impl Stream")) {
        return Err(format!(
            "`{}::{}` returns a stream without a name, which the blocking API cannot wrap: \
             return a public type that implements `Stream`",
            method.owner, method.name
        ));
    }
    let exported = sources.iter().filter(|source| source.stem == "lib");
    let exported = exported.flat_map(|library| library.exports.keys().cloned()).collect();
    let files = render::files(&sources, &exported).into_iter();
    files.map(|(name, text)| Ok((name, formatted(&workspace.root, &text)?))).collect()
}

/// Returns the text of each file of a folder; there may be none.
fn present(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let error = |error| format!("{}: {error}", folder.display());
    let mut files = BTreeMap::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path).map_err(error)?);
        }
    }
    Ok(files)
}

fn formatted(root: &Path, text: &str) -> Result<String, String> {
    let error = |error| format!("rustfmt: {error}");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(error)?;
    let mut input = rustfmt.stdin.take().ok_or("rustfmt: no standard input")?;
    input.write_all(text.as_bytes()).map_err(error)?;
    drop(input);
    let output = rustfmt.wait_with_output().map_err(error)?;
    match String::from_utf8(output.stdout) {
        Ok(formatted) if output.status.success() => Ok(formatted),
        _ => Err(format!("rustfmt cannot format a file of the blocking API:\n{text}")),
    }
}

/// The folders of `trivore-users` that are read. The operation of a bulk run is async by itself.
const FOLDERS: [&str; 2] = ["", "reconcile"];
const FOLDER: &str = "crates/trivore/src/blocking/users";

#[cfg(test)]
mod tests {
    use super::check;
    use crate::workspace::Workspace;

    #[test]
    fn the_blocking_api_is_made_from_the_async_one() {
        let workspace = Workspace::load().unwrap();

        assert_eq!(check(&workspace), Ok(()));
    }
}
