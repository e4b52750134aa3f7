//! Turns the documentation of an async method into that of a blocking one.

/// Returns the documentation, with examples that block.
///
/// `blocking` are the names of the types that have a blocking form.
pub(super) fn blocking(docs: &[String], blocking: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in docs {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            lines.push(line.clone());
        } else if is_code {
            add_code(line, blocking, &mut lines);
        } else {
            lines.push(with_replacements(line, PROSE));
        }
    }
    lines
}

fn add_code(line: &str, blocking: &[&str], lines: &mut Vec<String>) {
    let (indentation, code) = line.split_at(line.len() - line.trim_start().len());
    let hidden = if code.starts_with("# ") { "# " } else { "" };
    let code = code.trim_start_matches("# ");
    if code.starts_with("#[tokio::main") || code.starts_with("use futures_util::") {
        return;
    }
    // A call that rustfmt has broken into lines.
    if let Some(rest) = code.trim_start().strip_prefix(".await") {
        let rest = if rest == ";" { "?;" } else { rest };
        if let Some(last) = lines.last_mut() {
            last.push_str(rest);
        }
        return;
    }
    if code.contains("Sandbox::start().await") {
        lines.push(format!("{indentation}# let runtime = tokio::runtime::Runtime::new()?;"));
    }
    let mut code = with_replacements(code, CODE);
    for name in blocking {
        code = with_type(&code, name);
    }
    if code.contains("Users::new(") {
        code = code.replacen(");", ")?;", 1);
    }
    let code = with_replacements(&code, CRATES);
    lines.push(format!("{indentation}{hidden}{code}"));
}

/// Replaces a type of `trivore-users` by the blocking one, but no type whose name begins like it.
fn with_type(code: &str, name: &str) -> String {
    let pattern = format!("trivore_users::{name}");
    let mut parts = code.split(&pattern);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for rest in parts {
        let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let path = if is_whole { "trivore::blocking" } else { "trivore_users" };
        replaced.extend([path, "::", name, rest]);
    }
    replaced
}

fn with_replacements(line: &str, replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(line.to_owned(), |line, (from, to)| line.replace(from, to))
}

const PROSE: &[(&str, &str)] = &[
    ("Streams of", "Iterators over"),
    ("Streams ", "Iterates over "),
    ("A stream of", "An iterator over"),
    ("a stream", "an iterator"),
    ("the stream", "the iterator"),
    ("The stream", "The iterator"),
    ("you poll the iterator", "you wait for a page"),
    ("was not polled", "was not used"),
    ("(crate::", "(trivore_users::"),
];

const CODE: &[(&str, &str)] = &[
    (
        "trivore_sandbox::Sandbox::start().await?",
        "runtime.block_on(trivore_sandbox::Sandbox::start())?",
    ),
    ("async fn main", "fn main"),
    ("async fn example", "fn example"),
    (".try_next().await?", ".next().transpose()?"),
    ("try_collect::<Vec<_>>().await?", "collect::<Result<Vec<_>, _>>()?"),
    (".try_collect().await?", ".collect::<Result<_, _>>()?"),
    (".await;", "?;"),
    (".await", ""),
];

const CRATES: &[(&str, &str)] = &[
    ("trivore_models", "trivore::models"),
    ("trivore_transport", "trivore::transport"),
    ("trivore_users", "trivore::users"),
];

#[cfg(test)]
mod tests {
    use super::blocking;

    #[track_caller]
    fn check(docs: &[&str], expected: &[&str]) {
        let docs: Vec<_> = docs.iter().map(ToString::to_string).collect();
        assert_eq!(blocking(&docs, &["Users", "Items"]), expected);
    }

    #[test]
    fn a_type_is_replaced_by_its_whole_name() {
        check(
            &[" ```", " use trivore_users::Items;", " use trivore_users::ItemsOfOthers;", " ```"],
            &[
                " ```",
                " use trivore::blocking::Items;",
                " use trivore::users::ItemsOfOthers;",
                " ```",
            ],
        );
    }

    #[test]
    fn examples_block() {
        check(
            &[" ```", " let user = users.get(&id).await?;", " ```"],
            &[" ```", " let user = users.get(&id)?;", " ```"],
        );
        check(
            &[" ```", " let user = users", "     .get(&id)", "     .await?;", " ```"],
            &[" ```", " let user = users", "     .get(&id)?;", " ```"],
        );
        check(
            &[" ```", " let results = users.create_many(&new).await;", " ```"],
            &[" ```", " let results = users.create_many(&new)?;", " ```"],
        );
        check(
            &[
                " ```",
                " use futures_util::TryStreamExt as _;",
                " # #[tokio::main(flavor = \"current_thread\")]",
                " # async fn main() {",
                " # let users = trivore_users::Users::new(client.build()?);",
                " let all: Vec<_> = users.items(request).try_collect().await?;",
                " ```",
            ],
            &[
                " ```",
                " # fn main() {",
                " # let users = trivore::blocking::Users::new(client.build()?)?;",
                " let all: Vec<_> = users.items(request).collect::<Result<_, _>>()?;",
                " ```",
            ],
        );
    }

    #[test]
    fn prose_stays_except_for_streams() {
        check(
            &[" Streams all users. Await the `.await` of the stream."],
            &[" Iterates over all users. Await the `.await` of the iterator."],
        );
    }
}
