//! Rules for every text file: white space, leftover marks, machine-specific paths.

use super::file::File;

pub(super) fn check(file: &File) -> Vec<String> {
    if file.path.starts_with(SEEDS) {
        return Vec::new();
    }
    let mut findings = white_space(file);
    // Cargo writes the lock file, and its checksums may contain any word.
    if file.path != "Cargo.lock" {
        findings.extend(marks(file));
        findings.extend(machine_paths(file));
    }
    findings
}

fn white_space(file: &File) -> Vec<String> {
    let mut findings: Vec<_> = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.ends_with([' ', '\t']))
        .map(|(number, _)| file.at(number, "trailing white space"))
        .collect();
    let ends_well = file.text.ends_with('\n') && !file.text.ends_with("\n\n");
    if !file.text.is_empty() && !ends_well {
        findings.push(format!("{}: does not end with exactly one newline", file.path));
    }
    findings
}

fn marks(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(mark) = words.find(|word| MARKS.contains(word)) {
            findings.push(file.at(number, &format!("{mark}: resolve it or remove it")));
        }
    }
    findings
}

fn machine_paths(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for root in MACHINE_PATHS {
            if starts_a_path(line, root) {
                findings.push(file.at(number, &format!("machine-specific path, `{root}`")));
            }
        }
    }
    findings
}

/// Finds `root` at the beginning of a path, not in the middle of a longer one.
fn starts_a_path(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(index, _)| {
        let before = line[..index].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/}".contains(c))
    })
}

/// Seeds of fuzz targets: every byte is intentional.
const SEEDS: &str = "tests/fuzz/corpus/";

// Split with `concat!`, because this file is checked as well.
const MARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
const MACHINE_PATHS: [&str; 3] =
    [concat!("/", "home/"), concat!("/", "root/"), concat!("/", "work/")];

#[cfg(test)]
mod tests {
    use super::{MACHINE_PATHS, MARKS, check};
    use crate::tidy::file::File;

    #[track_caller]
    fn count(text: &str, expected: usize) {
        let findings = check(&File::new("a.md", text));
        assert_eq!(findings.len(), expected, "{text:?}: {findings:?}");
    }

    #[test]
    fn white_space_at_the_end_is_found() {
        count("a\nb\n", 0);
        count("a \nb\t\n", 2);
    }

    #[test]
    fn seeds_of_parsers_may_hold_anything() {
        let seed = "tests/fuzz/corpus/filters/a.txt";

        assert!(check(&File::new(seed, "a \n\n")).is_empty());
    }

    #[test]
    fn a_file_ends_with_exactly_one_newline() {
        count("", 0);
        count("a", 1);
        count("a\n\n", 1);
    }

    #[test]
    fn left_over_marks_are_found_as_words() {
        for mark in MARKS {
            count(&format!("// {mark}: later\n"), 1);
            count(&format!("{mark}_list\n"), 0);
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for root in MACHINE_PATHS {
            count(&format!("see {root}notes\n"), 1);
            count(&format!("https://id.example{root}\n"), 0);
        }
    }
}
