//! A tour of the whole user service, over real HTTP.
//!
//! ```console
//! cargo run -p trivore --example tour
//! ```
//!
//! The example starts a sandbox in this process, and fails if a result is not the expected one.
//! Given a properties file as its argument, it runs only the part that reads, against the server
//! that the file names:
//!
//! ```console
//! cargo run -p trivore --example tour -- /etc/trivoreid/client_sdk.properties
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod access;
mod accounts;
mod data;
mod lists;
mod report;
mod verification;

use serde_json::json;
use trivore::Trivore;
use trivore_sandbox::Sandbox;

use crate::report::{Outcome, line, step};

#[tokio::main]
async fn main() -> Outcome<()> {
    // An argument and not an environment variable, so that what a shell happens to export never
    // sends the tour to a real server.
    if let Some(properties) = std::env::args_os().nth(1) {
        return read_only(&Trivore::from_properties(properties)?).await;
    }
    let sandbox = Sandbox::start().await?;
    sandbox.add_namespace(json!({"code": "testsdk", "name": "Tour"}))?;
    sandbox.add_namespace(json!({"code": "elsewhere", "name": "Elsewhere"}))?;
    let properties = tempfile::NamedTempFile::new()?;
    std::fs::write(&properties, sandbox.properties())?;
    let trivore = Trivore::from_properties(&properties)?;
    line(format_args!("The sandbox listens on {}.", sandbox.url()));

    let user = accounts::create(&trivore).await?;
    lists::by_filter(&trivore, &user).await?;
    accounts::read_and_change(&trivore, &user).await?;
    verification::email_by_link(&trivore, &sandbox, &user).await?;
    verification::mobile_by_code(&trivore, &sandbox, &user).await?;
    data::custom_fields(&trivore, &user).await?;
    data::enterprise(&trivore, &user).await?;
    access::password(&trivore, &user).await?;
    data::legal_info(&trivore, &sandbox, &user).await?;
    access::permissions_and_roles(&trivore, &sandbox, &user).await?;
    data::strong_identification(&trivore, &user).await?;
    data::student_state(&trivore, &user).await?;
    let user = accounts::migrate(&trivore, &user).await?;
    accounts::invite(&trivore, &sandbox).await?;
    let created = lists::create_five(&trivore).await?;
    lists::stream_all(&trivore, &created).await?;
    accounts::delete(&trivore, &user).await?;

    step("Done");
    line(format_args!("{} requests, all as expected.", sandbox.requests().len()));
    sandbox.shutdown().await;
    Ok(())
}

/// Reads from a server without changing anything.
async fn read_only(trivore: &Trivore) -> Outcome<()> {
    line("Reading from the server that the file names, without changing anything.");
    let Some(user) = lists::first_page(trivore).await? else {
        line("There are no users that these credentials can read.");
        return Ok(());
    };
    accounts::read(trivore, &user).await?;
    access::read(trivore, &user).await?;
    data::read(trivore, &user).await
}
