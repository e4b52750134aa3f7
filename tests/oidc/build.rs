//! Takes the Rust example out of the sandbox's README, with the address of a sandbox to come.

use std::path::Path;

fn main() {
    let readme = Path::new("../../crates/trivore-sandbox/README.md");
    println!("cargo::rerun-if-changed={}", readme.display());
    let text = std::fs::read_to_string(readme).expect("the README");
    let (_, section) = text.split_once("\n## Sign in from your app\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let (_, example) = section.split_once("```rust,ignore\n").expect("the example");
    let example = example.split("```").next().unwrap_or_default();
    let address = "\"http://127.0.0.1:8478\".to_owned()";
    assert!(example.contains(address), "the example names no sandbox");
    let example = example.replace(address, "crate::address()");
    let example = example.replace("async fn sign_in(", "pub(super) async fn sign_in(");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("example.rs"), example).expect("a file for the example");
}
