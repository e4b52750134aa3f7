//! The process that imports users, until it is killed or done.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use trivore::Trivore;
use trivore::models::{Invite, User};
use trivore::users::{Bulk, BulkOptions, BulkOutcome, BulkRun, FileJournal, SyncPolicy, Users};
use trivore_bench::contenders::{SdkVersions, sdk};
use trivore_bench::{Result, Target};
use trivore_transport::RateLimit;

/// What to import, and where to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) target: Target,
    /// Where the journals are.
    pub(crate) folder: PathBuf,
    pub(crate) users: u32,
    pub(crate) per_second: f64,
}

/// What an import leaves open.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Open {
    /// Whether another run has something to do.
    pub(crate) is_unfinished: bool,
    /// Number of calls that failed because of the rate.
    pub(crate) rate_limited: usize,
    /// Addresses to which a message may have been sent.
    pub(crate) unknown_messages: Vec<String>,
}

impl Import {
    /// Starts the import in a process of its own.
    pub(crate) fn start(&self) -> Result<Child> {
        Ok(Command::new(std::env::current_exe()?)
            .args(["--worker", &serde_json::to_string(self)?])
            .stdout(Stdio::piped())
            .spawn()?)
    }

    /// Waits for the end of an import.
    pub(crate) fn finish(child: Child) -> Result<Open> {
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("the import failed: {}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Creates the users, and then invites each of them.
    pub(crate) async fn run(&self) -> Result<Open> {
        let limit = RateLimit::new().per_second(self.per_second);
        let trivore = sdk(&self.target, SdkVersions::Http1)
            .configure(|client| client.rate_limit(limit).attempt_timeout(ATTEMPT))
            .build()?;
        let mut open = Open::default();
        let unknown = open.read(self.create(&trivore).await?).await?;
        open.is_unfinished |= !unknown.is_empty();
        // An invitation is for someone who is a user.
        if !open.is_unfinished {
            open.unknown_messages = open.read(self.invite(&trivore).await?).await?;
        }
        Ok(open)
    }

    async fn create(&self, trivore: &Trivore) -> Result<BulkRun<'static, User, User>> {
        let (creating, asking) = (trivore.users().clone(), trivore.users().clone());
        let create = move |user: User| {
            let users = creating.clone();
            async move { Ok(users.create(&user).await?.user) }
        };
        let bulk = Bulk::new(create)
            .reconcile(move |user, started_ago| {
                let reconcile = asking.reconcile(started_ago).limit(RECONCILING);
                async move { Ok(reconcile.create(&user).await?.reconciled()) }
            })
            .key(|user| user.username.clone().unwrap_or_default());
        let bulk = self.journaled(bulk, "users", CREATES).await?;
        Ok(bulk.run((0..self.users).map(user)))
    }

    /// Sends messages: nothing can tell whether one was sent, so there is no look-up.
    async fn invite(&self, trivore: &Trivore) -> Result<BulkRun<'static, String, ()>> {
        let users = trivore.users().clone();
        let invite = move |address: String| send(users.clone(), address);
        let bulk = Bulk::new(invite).key(String::clone);
        let bulk = self.journaled(bulk, "messages", MESSAGES).await?;
        Ok(bulk.run((0..self.users).map(address)))
    }

    async fn journaled<I, T>(
        &self,
        bulk: Bulk<I, T>,
        name: &str,
        in_flight: usize,
    ) -> Result<Bulk<I, T>>
    where
        I: Send + 'static,
        T: Send + 'static,
    {
        let path: &Path = &self.folder.join(name);
        let journal = FileJournal::open(path, SyncPolicy::Never).await?;
        Ok(bulk.journal(journal).options(BulkOptions::new().concurrency(in_flight)))
    }
}

impl Open {
    /// Reads the outcomes of a run, and returns the keys of those that are unknown.
    async fn read<I, T>(&mut self, mut run: BulkRun<'_, I, T>) -> Result<Vec<String>>
    where
        I: Send + 'static,
        T: Send + 'static,
    {
        let mut unknown = Vec::new();
        while let Some(item) = run.try_next().await? {
            let error = match item.outcome {
                BulkOutcome::Done(_) => continue,
                BulkOutcome::Refused(error) => {
                    self.is_unfinished = true;
                    error
                }
                BulkOutcome::Unknown(error) => {
                    unknown.push(item.key.as_deref().unwrap_or_default().to_owned());
                    error
                }
            };
            self.rate_limited += usize::from(error.is_rate_limited());
        }
        Ok(unknown)
    }
}

async fn send(users: Users, address: String) -> trivore::Result<()> {
    let namespace_code = Some(NAMESPACE.into());
    let invite = Invite { emails: vec![address], namespace_code, ..Invite::default() };
    users.invite(&invite).await
}

fn user(number: u32) -> User {
    let mut user = User::new();
    user.username = Some(username(number));
    user.namespace_code = Some(NAMESPACE.into());
    user
}

pub(crate) fn username(number: u32) -> String {
    format!("user-{number}")
}

pub(crate) fn address(number: u32) -> String {
    format!("user-{number}@example.com")
}

const NAMESPACE: &str = "customers";
const CREATES: usize = 64;
/// Few, because a message that waits for the rate is unknown as well if the process is killed.
const MESSAGES: usize = 8;
/// Far more than the store takes, so that only lost responses exceed it.
const ATTEMPT: Duration = Duration::from_secs(1);
/// How long the store may need to apply a request whose client has gone.
const RECONCILING: Duration = Duration::from_secs(1);
