//! Every public method of `trivore-users` has an example of its own that is compiled.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use trivore::users::Users;

/// A public method and its documentation.
struct Method {
    owner: String,
    name: String,
    docs: Vec<String>,
}

impl Method {
    /// Whether a compiled code block calls the method.
    fn has_example(&self) -> bool {
        let calls = [".", "::"].map(|before| format!("{before}{}(", self.name));
        let code = compiled_code(&self.docs);
        calls.iter().any(|call| code.iter().any(|line| line.contains(call)))
    }
}

/// Returns the lines of all code blocks that rustdoc compiles.
fn compiled_code(docs: &[String]) -> Vec<&str> {
    let mut code = Vec::new();
    let mut block = None;
    for line in docs.iter().map(|line| line.trim()) {
        match (line.strip_prefix("```"), block) {
            (Some(language), None) => block = Some(matches!(language, "" | "rust" | "no_run")),
            (Some(_), Some(_)) => block = None,
            (None, Some(true)) => code.push(line),
            (None, _) => {}
        }
    }
    code
}

/// Finds the public methods of a source file, in order.
fn methods(source: &str) -> Vec<Method> {
    let mut methods = Vec::new();
    let mut owner = "";
    let mut docs = Vec::new();
    for line in source.lines() {
        if line.starts_with("impl") {
            owner = line.trim_end_matches(" {").rsplit(' ').next().unwrap_or(line);
        }
        // Methods are indented once; deeper lines are bodies and parameters.
        let Some(line) = line.strip_prefix("    ").filter(|line| !line.starts_with(' ')) else {
            docs.clear();
            continue;
        };
        if let Some(text) = line.strip_prefix("///") {
            docs.push(text.to_owned());
        } else if let Some(("pub " | "pub async " | "pub const ", signature)) =
            line.split_once("fn ")
        {
            let name = signature.split(['(', '<']).next().unwrap_or(signature).to_owned();
            methods.push(Method { owner: owner.to_owned(), name, docs: std::mem::take(&mut docs) });
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    methods
}

/// Reads the public methods of `trivore-users`.
fn all_methods() -> io::Result<Vec<Method>> {
    let mut folders =
        vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/trivore-users/src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.extend(methods(&fs::read_to_string(path)?));
            }
        }
    }
    Ok(found)
}

#[test]
fn every_public_method_of_the_user_service_has_an_example() {
    let methods = all_methods().unwrap();

    let lacking: Vec<_> = methods
        .iter()
        .filter(|method| !method.has_example())
        .map(|Method { owner, name, .. }| format!("{owner}::{name}"))
        .collect();
    assert!(lacking.is_empty(), "these methods need an example that calls them: {lacking:?}");
}

#[test]
fn every_public_method_of_users_is_an_operation_or_made_of_some() {
    let methods = all_methods().unwrap();

    let found: BTreeSet<_> = methods
        .iter()
        .filter(|method| method.owner == "Users")
        .map(|method| method.name.as_str())
        .collect();
    let operations = Users::operations().map(|operation| match operation.name {
        "users.create_named" => "create",
        name => name.trim_start_matches("users."),
    });
    let others = [
        "pages",
        "items",
        "items_as",
        "modify",
        "apply",
        "create_many",
        "create_keeping_password",
        "create_once",
        "reconcile",
        "modify_if_unchanged",
        "custom_field",
        "set_custom_field",
        "check",
    ];
    let sets = ["builtin_roles", "custom_roles", "custom_permissions"]
        .map(|set| ["add", "remove", "set"].map(|change| format!("{change}_{set}")));
    let groups = ["add_to_groups", "remove_from_groups", "set_groups"];
    let sets = sets.iter().flatten().map(String::as_str);
    let service = ["new", "client", "with", "operations", "dry_run"];
    assert_eq!(found, operations.chain(others).chain(groups).chain(sets).chain(service).collect());
}

#[test]
fn only_a_compiled_example_that_calls_the_method_counts() {
    let example = |block: &str, code: &str| {
        let source = format!(
            "impl Users {{\n    /// Reads.\n    ///\n    /// {block}\n    /// {code}\n    /// ```\n    \
             #[must_use]\n    pub async fn get<T>(&self) -> T {{\n    }}\n}}\n"
        );
        let methods = methods(&source);
        assert_eq!(methods[0].name, "get");
        methods[0].has_example()
    };

    assert!(example("```", "users.get(&id).await?;"));
    assert!(example("```no_run", "# Users::get(&users).await?;"));
    for (block, code) in [
        ("```", "users.get_all(&id).await?;"),
        ("```ignore", "users.get(&id).await?;"),
        ("```text", "users.get(&id).await?;"),
        ("", "users.get(&id).await?;"),
    ] {
        assert!(!example(block, code), "{block} {code}");
    }
}
