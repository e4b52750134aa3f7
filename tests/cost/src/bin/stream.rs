//! Reads all users with the SDK and counts them, beside which `trivore users list` is measured.

use futures_util::StreamExt as _;
use trivore::Trivore;
use trivore::models::PageRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let trivore = Trivore::from_env()?;
    let mut users = trivore.users().items(PageRequest::new().count(PageRequest::MAX_COUNT));
    let mut count = 0;
    while let Some(user) = users.next().await {
        user?;
        count += 1;
    }
    assert!(count >= 10_000, "the sandbox has only {count} users");
    Ok(())
}
