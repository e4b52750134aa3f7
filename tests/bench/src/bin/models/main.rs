//! Section `models`: decodes and encodes users with the SDK's models and with alternatives.

mod plain;

use std::process::ExitCode;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use trivore_bench::body::{self, Unknown};
use trivore_bench::contenders::{Model, PythonJson};
use trivore_bench::{Contender, Result, Section};
use trivore_models::{Page, User};

fn main() -> ExitCode {
    trivore_bench::run("models", models)
}

fn models(section: &mut Section) -> Result<()> {
    let documents: Vec<_> = DOCUMENTS.iter().map(Document::text).collect();
    let python =
        section.python().map(|program| PythonJson::start(program, &documents)).transpose()?;
    if python.is_none() {
        section.note("Skipping Python: no interpreter with the vendor's SDK was given.");
    }
    section.note(
        "Time of one document. Users have most fields, some of them `null`. The plain derive has the \
         same fields, but drops unknown ones, so it encodes less if there are any.",
    );

    for (number, (document, text)) in DOCUMENTS.iter().zip(&documents).enumerate() {
        let read = |writes| {
            let contender = |model| Some(python.as_ref()?.contender(model, number, writes));
            Model::ALL.into_iter().filter_map(contender).collect()
        };
        if document.users == 1 {
            compare::<User, plain::User>(section, *document, text, read)?;
        } else {
            compare::<Page<User>, plain::Page>(section, *document, text, read)?;
        }
    }
    Ok(())
}

fn compare<Ours, Plain>(
    section: &mut Section,
    document: Document,
    text: &str,
    python: impl Fn(bool) -> Vec<Contender<'static>>,
) -> Result<()>
where
    Ours: DeserializeOwned + Serialize,
    Plain: DeserializeOwned + Serialize,
{
    let mut decoding = vec![
        Contender::repeat(OURS, || serde_json::from_str::<Ours>(text)),
        Contender::repeat(PLAIN, || serde_json::from_str::<Plain>(text)),
        Contender::repeat(VALUE, || serde_json::from_str::<Value>(text)),
    ];
    decoding.extend(python(false));
    section.compare(&document.name("decode"), decoding)?;

    let ours: Ours = serde_json::from_str(text)?;
    let plain: Plain = serde_json::from_str(text)?;
    let value: Value = serde_json::from_str(text)?;
    let mut encoding = vec![
        Contender::repeat(OURS, || serde_json::to_vec(&ours)),
        Contender::repeat(PLAIN, || serde_json::to_vec(&plain)),
        Contender::repeat(VALUE, || serde_json::to_vec(&value)),
    ];
    encoding.extend(python(true));
    section.compare(&document.name("encode"), encoding)
}

/// A page of users, or a single user.
#[derive(Clone, Copy)]
struct Document {
    users: usize,
    unknown: Unknown,
}

impl Document {
    fn text(&self) -> String {
        match self.users {
            1 => body::user(0, self.unknown).to_string(),
            users => body::page(0, users, users, self.unknown).to_string(),
        }
    }

    fn name(self, work: &str) -> String {
        let subject = match self.users {
            1 => "a user".to_owned(),
            users => format!("a page of {users} users"),
        };
        let unknown = match self.unknown {
            Unknown::Four => ", four unknown fields each",
            _ => "",
        };
        format!("{work} {subject}{unknown}")
    }
}

const OURS: &str = "trivore, unknown fields kept";
const PLAIN: &str = "plain derive, unknown fields dropped";
const VALUE: &str = "serde_json::Value";
const DOCUMENTS: [Document; 6] = [
    Document { users: 500, unknown: Unknown::None },
    Document { users: 500, unknown: Unknown::Four },
    Document { users: 100, unknown: Unknown::None },
    Document { users: 100, unknown: Unknown::Four },
    Document { users: 1, unknown: Unknown::None },
    Document { users: 1, unknown: Unknown::Four },
];
