//! Files that only their owner can read.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Replaces a file, or leaves it as it is; only its owner can read it.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // A link, as those to a folder of dot files, stays one.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_folder(folder)?;
    // Temporary files have the mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Creates a folder that only its owner can enter, unless it exists.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Returns the mode of a file if others than its owner have one of the rights of `mask`.
pub(super) fn mode_beyond(metadata: &fs::Metadata, mask: u32) -> Option<u32> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        (metadata.is_file() && mode & mask != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = (metadata, mask);
        None
    }
}
