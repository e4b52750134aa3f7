//! Measures the CPU time of a cold build.

use std::{fs, io::ErrorKind, path::Path};

use super::figure::{Figure, Kind};
use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

/// Whether this system reports the CPU time of child processes.
pub(super) fn is_told() -> bool {
    Path::new(PROCESS).exists()
}

/// Builds a package in an empty target folder: debug profile, default features.
pub(super) fn cold(workspace: &Workspace, package: &'static str) -> Result<Figure, String> {
    let folder = workspace.target.join("cold");
    remove(&folder)?;
    let before = ticks_of_children()?;
    process::run(
        cargo()
            .args(["build", "--quiet", "--package", package])
            .env("CARGO_TARGET_DIR", &folder)
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&workspace.root),
    )?;
    let ticks = ticks_of_children()? - before;
    remove(&folder)?;
    Ok(Figure { kind: Kind::BuildSeconds, name: package, value: ticks.div_ceil(TICKS) })
}

fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn ticks_of_children() -> Result<u64, String> {
    let text = fs::read_to_string(PROCESS).map_err(|error| format!("{PROCESS}: {error}"))?;
    ticks(&text).ok_or_else(|| format!("{PROCESS} has an unexpected format"))
}

/// Adds `cutime` and `cstime`: the user and system time of waited-for children and their children.
fn ticks(stat: &str) -> Option<u64> {
    // The second field is the program's name in parentheses and may contain any character.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

const PROCESS: &str = "/proc/self/stat";
/// Clock ticks per second: `USER_HZ`, which is 100 on almost every Linux.
const TICKS: u64 = 100;

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn time_of_children_is_read_behind_the_name() {
        let stat = "42 (a) b) R 1 42 42 0 -1 0 10 20 0 0 5 6 700 80 20 0 1 0 9 9 9";

        assert_eq!(ticks(stat), Some(780));
        assert_eq!(ticks("42 (a) R 1"), None);
    }
}
