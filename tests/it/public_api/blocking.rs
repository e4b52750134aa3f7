//! The blocking API has everything that the async one has.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

/// Reads the public methods in the files of a folder, as `Owner::name`, and their documentation.
fn methods(folder: &str) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.extend(methods_in(&fs::read_to_string(path)?));
            }
        }
    }
    Ok(found)
}

fn methods_in(source: &str) -> Vec<String> {
    let mut methods = Vec::new();
    let mut owner = "";
    for line in source.lines() {
        if line.starts_with("impl") {
            let target = line.trim_end_matches(" {").rsplit(' ').next().unwrap_or(line);
            owner = target.split('<').next().unwrap_or(target);
        }
        let Some((before, signature)) = line.split_once("fn ") else { continue };
        if ["    pub ", "    pub async "].contains(&before) {
            let name = signature.split(['(', '<']).next().unwrap_or(signature);
            methods.push(format!("{owner}::{name}"));
        }
    }
    methods
}

#[test]
fn every_async_method_has_a_blocking_one() {
    let of_async = methods("crates/trivore-users/src").unwrap();
    let of_blocking = methods("crates/trivore/src/blocking").unwrap();

    let owners = ["Users::", "Items::", "Pages::"];
    let missing: Vec<_> = of_async
        .difference(&of_blocking)
        .filter(|method| owners.iter().any(|owner| method.starts_with(owner)))
        .collect();
    assert!(of_async.len() > 50, "{of_async:?}");
    assert!(
        missing.is_empty(),
        "the blocking API lacks {missing:?}: run `cargo xtask blocking --record`"
    );
}

#[test]
fn a_blocking_method_has_the_async_one_it_is_made_from() {
    let of_async = methods("crates/trivore-users/src").unwrap();
    let of_blocking = methods("crates/trivore/src/blocking/users").unwrap();

    let unknown: Vec<_> = of_blocking.difference(&of_async).collect();
    assert!(unknown.is_empty(), "{unknown:?}: run `cargo xtask blocking --record`");
}

#[test]
fn the_blocking_client_has_the_calls_of_the_async_one() {
    let of_async = methods("crates/trivore-transport/src/client").unwrap();
    let of_blocking = methods("crates/trivore/src/blocking").unwrap();

    // An async client is made first, and `Trivore::connections` counts.
    let others = ["Client::builder", "Client::new", "Client::connections"];
    let missing: Vec<_> = of_async
        .difference(&of_blocking)
        .filter(|method| method.starts_with("Client::") && !others.contains(&method.as_str()))
        .collect();
    assert!(missing.is_empty(), "add {missing:?} to crates/trivore/src/blocking/client.rs");
}
