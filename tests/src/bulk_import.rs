//! An import of users as a bulk run, which can be killed and resumed.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use trivore::models::User;
use trivore::users::{Bulk, BulkOptions, BulkRun, FileJournal, SyncPolicy, Users};

/// Creates `count` users, and continues where the journal in the folder ends.
///
/// The folder also has the generated passwords.
///
/// # Errors
///
/// The journal cannot be used.
pub async fn import(
    users: &Users,
    folder: &Path,
    count: u64,
) -> Result<BulkRun<'static, User, User>, Box<dyn Error>> {
    let journal = FileJournal::open(folder.join("journal"), SyncPolicy::Never).await?;
    let mut options = OpenOptions::new();
    let passwords = options.append(true).create(true).open(folder.join("passwords"))?;
    let (creating, asking) = (users.clone(), users.clone());
    let passwords = std::sync::Arc::new(passwords);
    let run = Bulk::new(move |user: User| {
        let (users, passwords) = (creating.clone(), std::sync::Arc::clone(&passwords));
        async move {
            let name = user.username.clone().unwrap_or_default();
            let keep = |password: trivore::models::Password| async move {
                let line = format!("{name}\t{}\n", password.expose());
                (&*passwords).write_all(line.as_bytes())
            };
            Ok(users.create_keeping_password(&user, keep).await?.user)
        }
    });
    Ok(run
        .reconcile(move |user, started_ago| {
            let reconcile = asking.reconcile(started_ago).limit(LIMIT);
            async move { Ok(reconcile.create(&user).await?.reconciled()) }
        })
        .key(|user| user.username.clone().unwrap_or_default())
        .journal(journal)
        .options(BulkOptions::new().concurrency(16))
        .run((0..count).map(|number| {
            let mut user = User::new();
            user.username = Some(format!("user-{number}"));
            user.namespace_code = Some("sandbox".into());
            user
        })))
}

/// How long a sandbox may need to apply a request whose client has gone.
const LIMIT: Duration = Duration::from_secs(1);
