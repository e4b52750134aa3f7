//! An import of users as a bulk run, which can be killed and resumed.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use trivore::models::{Filter, PageRequest, User, UserId};
use trivore::users::{Bulk, BulkOptions, BulkRun, FileJournal, Reconciled, SyncPolicy, Users};

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
) -> Result<BulkRun<'static, User, UserId>, Box<dyn Error>> {
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
            Ok(users.create_keeping_password(&user, keep).await?.id)
        }
    });
    Ok(run
        .reconcile(move |user| {
            let users = asking.clone();
            async move { find(&users, &user).await }
        })
        .key(|user| user.username.clone().unwrap_or_default())
        .journal(journal)
        .options(BulkOptions::new().concurrency(16))
        .run((0..count).map(|number| {
            let mut user = User::new();
            user.username = Some(format!("user-{number}"));
            user
        })))
}

async fn find(users: &Users, user: &User) -> trivore::Result<Reconciled<UserId>> {
    let name = user.username.as_deref().unwrap_or_default();
    let named = PageRequest::new().filter(Filter::eq("username", name));
    let found = users.list(&named).await?.resources.pop();
    Ok(match found.and_then(|user| user.id) {
        Some(id) => Reconciled::Applied(id),
        None => Reconciled::NotApplied,
    })
}
