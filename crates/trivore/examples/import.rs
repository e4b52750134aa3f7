//! Imports users from rows, with their generated passwords in a file.
//!
//! ```console
//! cargo run -p trivore --example import
//! ```
//!
//! The example `resume` continues an import that was interrupted.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use trivore::models::{EmailAddress, Password, User};
use trivore::users::{Bulk, BulkOptions, BulkOutcome, FileJournal, SyncPolicy};
use trivore::{Credentials, Trivore, Users};
use trivore_sandbox::Sandbox;

/// What a program would read from a file, row by row.
const ROWS: &str = "\
maija,maija@example.com
matti,matti@example.com
maija,another.maija@example.com
liisa,liisa@example.com
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let sandbox = Sandbox::start().await?;
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("passwords");
    let passwords = Arc::new(private().append(true).create(true).open(&path)?);

    let users = trivore.users().clone();
    let asking = trivore.users().clone();
    let mut run = Bulk::new(move |user: User| create(users.clone(), Arc::clone(&passwords), user))
        // After an unknown outcome, the user is looked up, and created again only if it is missing.
        .reconcile(move |user, started_ago| {
            let reconcile = asking.reconcile(started_ago);
            async move { Ok(reconcile.create(&user).await?.reconciled()) }
        })
        .key(|user| user.username.clone().unwrap_or_default())
        .journal(FileJournal::open(folder.path().join("journal"), SyncPolicy::EachRecord).await?)
        .options(BulkOptions::new().concurrency(16).max_failure_share(0.5, 10))
        .on_progress(Duration::from_secs(1), |progress| {
            println!("{} done, {:.0} a second", progress.done, progress.rate());
        })
        .run(ROWS.lines().map(row));
    while let Some(item) = run.try_next().await? {
        match item.outcome {
            BulkOutcome::Done(_) => println!("row {} was imported", item.number),
            BulkOutcome::Refused(error) => println!("row {} was refused: {error}", item.number),
            BulkOutcome::Unknown(error) => println!("row {} is unknown: {error}", item.number),
        }
    }

    let report = run.report();
    if let Some(first) = report.not_begun_from() {
        return Err(format!("stopped before row {first}").into());
    }
    let kept = std::fs::read_to_string(&path)?;
    println!("{} passwords are in the file", kept.lines().count());
    // The second Maija's name is taken; her password opens nothing.
    assert_eq!((report.progress.done, report.progress.refused), (3, 1));
    assert_eq!(kept.lines().count(), 4);
    sandbox.shutdown().await;
    Ok(())
}

/// Opens files that only their owner may read.
fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn row(row: &str) -> User {
    let (name, email) = row.split_once(',').unwrap_or((row, ""));
    let mut user = User::new();
    user.username = Some(name.to_owned());
    user.namespace_code = Some("sandbox".into());
    user.emails = Some(vec![EmailAddress::new(email)]);
    user
}

/// Creates a user after its password was written to the file.
async fn create(users: Users, passwords: Arc<File>, user: User) -> trivore::Result<User> {
    let name = user.username.clone().unwrap_or_default();
    let keep = |password: Password| async move {
        let line = format!("{name}\t{}\n", password.expose());
        (&*passwords).write_all(line.as_bytes())
    };
    Ok(users.create_keeping_password(&user, keep).await?.user)
}
