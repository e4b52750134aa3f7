//! Exports users to a file, stops in the middle, resumes, and later exports what changed.
//!
//! ```console
//! cargo run -p trivore --example export
//! ```
//!
//! The example starts a sandbox in this process, and fails if a result is not the expected one.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trivore::Trivore;
use trivore::models::{Filter, PageRequest, Timestamp, UserId};
use trivore::users::{Items, ListCursor};
use trivore_sandbox::Sandbox;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What the export needs of a user; all other fields are skipped.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    id: UserId,
    username: Option<String>,
}

/// What is stored: the users, and where to go on.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Export {
    users: BTreeMap<String, Row>,
    /// Where the current export stopped.
    cursor: Option<ListCursor>,
    /// From which time the next export has to list.
    since: Option<Timestamp>,
}

impl Export {
    fn read(path: &Path) -> Outcome<Self> {
        Ok(if path.exists() { serde_json::from_slice(&fs::read(path)?)? } else { Self::default() })
    }

    fn write(&self, path: &Path) -> Outcome<()> {
        // So that a crash leaves the old file or the new one, and no half of one.
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        Ok(fs::rename(new, path)?)
    }
}

/// Exports what changed since the last export, or goes on with one that was stopped.
///
/// Stops after so many users, as if the program had been killed.
async fn export(trivore: &Trivore, path: &Path, most: usize) -> Outcome<()> {
    let mut export = Export::read(path)?;
    let since = export.since.clone().unwrap_or_else(|| "1970-01-01T00:00:00.000Z".into());
    let request = PageRequest::new().count(500).filter(Filter::eq("nsCode", "sandbox"));
    let mut users: Items<Row> = trivore.users().items_as(request).modified_since(&since)?;
    users = users.concurrency(4).until_clean(3);
    if let Some(cursor) = &export.cursor {
        println!("resuming at position {}", cursor.start_index());
        users = users.resume(cursor)?;
    }

    let mut count = 0;
    while let Some(user) = users.try_next().await? {
        export.users.insert(user.id.to_string(), user);
        count += 1;
        if count % 100 == 0 {
            export.cursor = Some(users.cursor());
            export.write(path)?;
        }
        if count == most {
            println!("stopped after {count} users");
            return Ok(());
        }
    }

    export.since = users.next_since();
    export.cursor = None;
    export.write(path)?;
    let drift = users.drift();
    println!("{count} users in {} passes; clean: {}", drift.passes, drift.is_clean());
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let sandbox = Sandbox::start().await?;
    let mut ids = Vec::new();
    for number in 0..1_200 {
        ids.push(sandbox.add_user(json!({"username": format!("user{number}")}))?);
    }
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("client.properties"), sandbox.properties())?;
    let trivore = Trivore::from_properties(folder.path().join("client.properties"))?;
    let path = folder.path().join("export.json");

    export(&trivore, &path, 750).await?;
    export(&trivore, &path, usize::MAX).await?;
    assert_eq!(Export::read(&path)?.users.len(), 1_200);

    trivore
        .users()
        .modify(&ids[7].as_str().into(), |user| user.username = Some("maija".into()))
        .await?;
    export(&trivore, &path, usize::MAX).await?;

    let export = Export::read(&path)?;
    let changed = export.users.get(&ids[7]).and_then(|user| user.username.as_deref());
    assert_eq!((export.users.len(), changed), (1_200, Some("maija")));
    sandbox.shutdown().await;
    Ok(())
}
