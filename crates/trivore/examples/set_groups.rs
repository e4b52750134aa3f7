//! Sets the groups of a user, and prints what that changed.
//!
//! ```console
//! cargo run -p trivore --example set_groups
//! cargo run -p trivore --example set_groups -- managers testers
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use serde_json::json;
use trivore::models::GroupRef;
use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let sandbox = Sandbox::start().await?;
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let user =
        sandbox.add_user(json!({"username": "maija", "memberOf": ["drivers", "testers"]}))?;
    let user = user.into();

    let mut groups: Vec<GroupRef> = std::env::args().skip(1).map(GroupRef::from).collect();
    if groups.is_empty() {
        groups = vec!["drivers".into(), "managers".into()];
    }
    let change = trivore.users().set_groups(&user, &groups).await?;
    println!("added {:?}", change.added);
    println!("removed {:?}", change.removed);
    println!("already {:?}", change.already);

    // Nothing is written if nothing changes.
    let again = trivore.users().set_groups(&user, &groups).await?;
    println!("the second time, something changed: {}", again.has_changed());
    for group in trivore.users().group_membership(&user).await? {
        println!("now a member of {}", group.name.unwrap_or_default());
    }
    Ok(())
}
