//! Connects, creates a user and reads it back.
//!
//! ```console
//! cargo run -p trivore --example quickstart
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use trivore::models::{EmailAddress, User};
use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let sandbox = Sandbox::start().await?;
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build()?;

    let mut user = User::new();
    user.emails = Some(vec![EmailAddress::new("maija@example.com")]);
    let created = trivore.users().create(&user).await?;
    let read = trivore.users().get(&created.id).await?;
    println!("{}", serde_json::to_string_pretty(&read)?);

    match trivore.users().get(&"0123456789abcdef01234567".into()).await {
        Err(error) if error.is_not_found() => println!("{error}"),
        other => return Err(format!("unexpected: {other:?}").into()),
    }
    Ok(())
}
