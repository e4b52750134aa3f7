//! Continues an import that was interrupted, without creating a user twice.
//!
//! ```console
//! cargo run -p trivore --example resume
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::Path;

use futures_util::{StreamExt as _, TryStreamExt as _};
use http::Method;
use trivore::models::User;
use trivore::users::{Bulk, BulkOptions, BulkRun, FileJournal, SyncPolicy};
use trivore::{Credentials, Trivore, Users};
use trivore_sandbox::{Fault, Sandbox};

const USERS: u64 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let sandbox = Sandbox::start().await?;
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let folder = tempfile::tempdir()?;
    let journal = folder.path().join("journal");
    // Of every tenth user that is created, the response is lost.
    let lost = Fault::reset_after_applying().on(Method::POST, "/user").every(10);
    sandbox.inject(lost)?;

    // The import ends in the middle, as if the process had been killed: requests are under way.
    let mut interrupted = import(trivore.users(), &journal).await?;
    for _ in 0..USERS / 3 {
        interrupted.next().await.ok_or("it ended early")??;
    }
    drop(interrupted);
    println!("interrupted when {} users were created", sandbox.ledger().len());

    let mut resumed = import(trivore.users(), &journal).await?;
    while let Some(item) = resumed.try_next().await? {
        item.outcome.into_result()?;
    }
    let progress = resumed.report().progress;
    println!("resumed: {} were done before, {} now", progress.skipped, progress.done);

    println!("{} users were created", sandbox.ledger().len());
    assert_eq!(progress.skipped + progress.done, USERS);
    assert_eq!(sandbox.ledger().len() as u64, USERS);
    sandbox.shutdown().await;
    Ok(())
}

/// Creates the users that no earlier import has created.
async fn import(
    users: &Users,
    journal: &Path,
) -> Result<BulkRun<'static, User, User>, Box<dyn std::error::Error>> {
    let journal = FileJournal::open(journal, SyncPolicy::Never).await?;
    let (creating, asking) = (users.clone(), users.clone());
    Ok(Bulk::new(move |user: User| {
        let users = creating.clone();
        async move { Ok(users.create(&user).await?.user) }
    })
    // After an unknown outcome, of this import or of an earlier one, the user is looked up.
    .reconcile(move |user, started_ago| {
        let reconcile = asking.reconcile(started_ago);
        async move { Ok(reconcile.create(&user).await?.reconciled()) }
    })
    .key(|user| user.username.clone().unwrap_or_default())
    .journal(journal)
    .options(BulkOptions::new().concurrency(8))
    .run((0..USERS).map(|number| {
        let mut user = User::new();
        user.username = Some(format!("user-{number}"));
        user.namespace_code = Some("sandbox".into());
        user
    })))
}
