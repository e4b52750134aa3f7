//! Shows what a program would send, instead of sending it.
//!
//! ```console
//! cargo run -p trivore --example explain
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use trivore::models::{EmailAddress, User, UserId};
use trivore::transport::PlannedRequest;
use trivore::{Credentials, Error, Trivore, Users};

/// What the program does, with and without `--dry-run`.
async fn run(trivore: &Trivore, id: &UserId) -> Result<(), Error> {
    let mut user = User::new();
    user.username = Some("maija".to_owned());
    user.emails = Some(vec![EmailAddress::new("maija@example.com")]);
    expect_plan(trivore.users().create(&user).await)?;
    // Reads the user, then writes the change.
    expect_plan(trivore.users().modify(id, |user| user.nick_name = None).await)
}

/// Goes on after a request that was shown instead of sent.
fn expect_plan<T>(result: Result<T, Error>) -> Result<(), Error> {
    match result {
        Err(error) if PlannedRequest::of(&error).is_none() => Err(error),
        _ => Ok(()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let id = UserId::from("5b0cfba4e2bb230ff8b535e6");
    // What `modify` is to read: a dry run reads nothing either.
    let mut current = User::new();
    current.id = Some(id.clone());
    current.nick_name = Some("Maikki".to_owned());

    let dry_run = Users::dry_run(|request| println!("{request}\n")).state("users.get", &current)?;
    let trivore = Trivore::builder("https://id.example.com")
        .credentials(Credentials::basic("9939129297585525", "secret"))
        .configure(|client| client.dry_run(dry_run))
        .build()?;
    run(&trivore, &id).await?;
    Ok(())
}
