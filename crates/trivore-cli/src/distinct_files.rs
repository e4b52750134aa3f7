//! Files that are named for different things.

use std::path::Path;

use crate::failure::Failure;

/// Checks that no file is used for two things; `-` is none.
pub(crate) fn check<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    let files: Vec<_> = files.into_iter().filter(|file| file.as_os_str() != "-").collect();
    // A terminal can be both standard input and standard output.
    let is_file = |a: &Path, b: &Path| a.is_file() && b.is_file();
    let same = |a: &Path, b: &Path| {
        let canonical = a.canonicalize().and_then(|a| Ok(a == b.canonicalize()?));
        a == b || (is_file(a, b) && canonical.unwrap_or(false))
    };
    for (at, file) in files.iter().enumerate() {
        if files.iter().skip(at + 1).any(|other| same(file, other)) {
            let message = format!("{} is named for two different things", file.display());
            return Err(Failure::usage(message));
        }
    }
    Ok(())
}
