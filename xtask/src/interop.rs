//! `cargo xtask interop`.
use crate::workspace::Workspace;
pub(crate) fn run(_w: &Workspace) -> Result<(), String> {
    Ok(())
}
