//! Describes the machine that the measurements ran on.

use std::{fs, process::Command, thread};

use crate::{process, workspace::Workspace};

/// Lists processor, cores, load, compiler, date and commit, one per line; omits unknown values.
pub(super) fn describe(workspace: &Workspace) -> String {
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|load| load.split_whitespace().next());
    let commit = ["describe", "--always", "--dirty", "--exclude=*"];
    let lines = [
        ("processor", fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| processor(&text))),
        ("cores", thread::available_parallelism().ok().map(|cores| cores.to_string())),
        ("load", load.map(str::to_owned)),
        ("compiler", first_line(Command::new("rustc").arg("--version"))),
        ("date", first_line(Command::new("date").args(["-u", "+%Y-%m-%d"]))),
        ("commit", first_line(Command::new("git").args(commit).current_dir(&workspace.root))),
    ];
    let known = lines.into_iter().filter_map(|(name, value)| Some(format!("- {name}: {}", value?)));
    known.collect::<Vec<_>>().join("\n")
}

fn processor(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned())
}

fn first_line(command: &mut Command) -> Option<String> {
    process::read(command).ok()?.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::processor;

    #[test]
    fn the_processor_is_named_once() {
        let text = "processor\t: 0\nmodel name\t: A B\nmodel name\t: A B\n";

        assert_eq!(processor(text).as_deref(), Some("A B"));
        assert_eq!(processor(""), None);
    }
}
