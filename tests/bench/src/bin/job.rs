//! Runs one job of the sections `bulk`, `growth` and `limit`. Its argument and its output are JSON.

#![expect(clippy::print_stdout, reason = "a command line tool")]

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::task::JoinSet;
use trivore::Trivore;
use trivore::models::{EmailAddress, Names, PageRequest, User};
use trivore::users::{Bulk, BulkOptions, FileJournal, SyncPolicy};
use trivore_bench::contenders::{SdkVersions, sdk};
use trivore_bench::jobs::{Cost, Job, Work};
use trivore_bench::{Error, Result, body};
use trivore_transport::RateLimit;

#[tokio::main]
async fn main() -> Result<()> {
    let job = std::env::args().nth(1).ok_or("usage: job JSON")?;
    let Job { work, mut target, .. } = serde_json::from_str(&job)?;
    if let Work::List { users } = work {
        target.address = format!("{}/of/{users}", target.address);
    }
    let mut builder = sdk(&target, SdkVersions::Http2OrHttp1);
    if let Work::Tasks { at_most: Some(requests), .. } = work {
        builder = builder.configure(|client| client.max_concurrency(requests));
    }
    if let Work::CreateAtRate { per_second: Some(rate), .. } = work {
        let limit = RateLimit::new().per_second(rate);
        builder = builder.configure(|client| client.rate_limit(limit));
    }
    let trivore = builder.build()?;

    if !matches!(work, Work::CreateAtRate { .. }) {
        // Open a connection first, so that the job does not measure that.
        trivore.users().get(&body::id(0).into()).await?;
    }
    let cost = match work {
        Work::List { users } => Cost::of(users, list(&trivore, users)).await?,
        Work::Create { users, in_flight, in_one_task: false } => {
            let drafts = vec![draft(); users];
            Cost::of(users, create(&trivore, &drafts, in_flight)).await?
        }
        Work::Create { users, in_flight, in_one_task: true } => {
            let drafts = vec![draft(); users];
            Cost::of(users, create_in_one_task(&trivore, &drafts, in_flight)).await?
        }
        Work::CreateAtRate { users, in_flight, .. } => {
            let drafts: Vec<_> = (0..users).map(named_draft).collect();
            Cost::of(users, create(&trivore, &drafts, in_flight)).await?
        }
        Work::Run { items, in_flight, has_journal } => {
            Cost::of(items, run_items(items, in_flight, has_journal)).await?
        }
        Work::Tasks { tasks, reads, .. } => {
            Cost::of(tasks * reads, read(&trivore, tasks, reads)).await?
        }
    };
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}

async fn list(trivore: &Trivore, users: usize) -> Result<()> {
    let mut items = trivore.users().items(PageRequest::new().count(500));
    let mut count = 0;
    while items.try_next().await?.is_some() {
        count += 1;
    }
    if count == users { Ok(()) } else { Err(format!("expected {users} users, got {count}").into()) }
}

async fn create(trivore: &Trivore, drafts: &[User], in_flight: usize) -> Result<()> {
    let options = BulkOptions::new().concurrency(in_flight);
    for created in trivore.users().create_many(drafts, options).await {
        created?;
    }
    Ok(())
}

async fn create_in_one_task(trivore: &Trivore, drafts: &[User], in_flight: usize) -> Result<()> {
    let calls = stream::iter(drafts).map(|draft| trivore.users().create(draft));
    let results: Vec<_> = calls.buffer_unordered(in_flight).collect().await;
    for created in results {
        created?;
    }
    Ok(())
}

async fn run_items(items: usize, in_flight: usize, has_journal: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut bulk = Bulk::new(|number: usize| async move { Ok(number) })
        .key(|number| format!("user-{number}"))
        .options(BulkOptions::new().concurrency(in_flight));
    if has_journal {
        let path = folder.path().join("journal");
        bulk = bulk.journal(FileJournal::open(path, SyncPolicy::Never).await?);
    }
    let mut run = bulk.run(0..items);
    let mut done = 0;
    while let Some(item) = run.try_next().await? {
        item.outcome.into_result()?;
        done += 1;
    }
    if done == items { Ok(()) } else { Err(format!("expected {items} items, got {done}").into()) }
}

async fn read(trivore: &Trivore, tasks: usize, reads: usize) -> Result<()> {
    let mut all = JoinSet::new();
    for number in 0..tasks {
        let users = trivore.users().clone();
        all.spawn(async move {
            for _ in 0..reads {
                users.get(&body::id(number).into()).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(task) = all.join_next().await {
        task??;
    }
    Ok(())
}

fn named_draft(number: usize) -> User {
    let mut user = draft();
    user.username = Some(format!("user-{number}"));
    user
}

fn draft() -> User {
    let mut user = User::new();
    user.namespace_code = Some("customers".into());
    user.name = Some(Names::new("Maija", "Meikäläinen"));
    user.emails = Some(vec![EmailAddress::new("maija.meikalainen@example.com").tag("work")]);
    user
}
