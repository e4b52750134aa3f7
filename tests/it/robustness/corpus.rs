//! Runs every fuzz target on its seeds and on thousands of mutations of them.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use trivore_tests::fuzz::{self, Target};

use super::mutations::Mutations;

const MUTATIONS: usize = 4000;

fn check(name: &str) {
    let (_, target) = fuzz::TARGETS.into_iter().find(|(of, _)| *of == name).unwrap();
    let seeds = seeds(name);
    assert!(seeds.len() >= 8, "{} seeds", seeds.len());
    let mut mutations = Mutations::new(&seeds);
    for seed in &seeds {
        run(target, seed);
    }
    for _ in 0..MUTATIONS {
        run(target, &mutations.next());
    }
}

/// Reads the seeds, which have an extension. Inputs found by libFuzzer have none.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some()).collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[track_caller]
fn run(target: Target, input: &[u8]) {
    let outcome = catch_unwind(|| target(input));

    assert!(outcome.is_ok(), "the input: b\"{}\"", input.escape_ascii());
}

#[test]
fn error_bodies() {
    check("error_bodies");
}

#[test]
fn filters() {
    check("filters");
}

#[test]
fn headers() {
    check("headers");
}

#[test]
fn journals() {
    check("journals");
}

#[test]
fn pages() {
    check("pages");
}

#[test]
fn properties() {
    check("properties");
}

#[test]
fn responses() {
    check("responses");
}

#[test]
fn token_responses() {
    check("token_responses");
}

#[test]
fn every_target_is_run_and_has_a_binary() {
    let manifest = include_str!("../../fuzz/Cargo.toml");
    for (name, _) in fuzz::TARGETS {
        assert!(include_str!("corpus.rs").contains(&format!("check(\"{name}\")")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
