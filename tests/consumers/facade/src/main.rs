//! A program that uses the whole SDK, against the sandbox that `TRIVORE_PROPERTIES` names.

use std::error::Error;

use trivore::Trivore;
use trivore::models::{EmailAddress, Filter, PageRequest, User};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let trivore = Trivore::from_env()?;
    let mut user = User::new();
    user.emails = Some(vec![EmailAddress::new("maija@example.com")]);

    let created = trivore.users().create(&user).await?;
    let id = created.user.id.ok_or("the created user has no id")?;
    let filter = Filter::eq("emails.address", "maija@example.com");
    let page = trivore.users().list(&PageRequest::new().filter(filter)).await?;
    trivore.users().delete(&id).await?;
    let missing = trivore.users().get(&id).await.err().ok_or("the user was not deleted")?;

    assert_eq!(page.total_results, Some(1));
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
