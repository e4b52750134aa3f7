//! The operations whose cost can be counted.

use std::{error::Error, hint::black_box, time::Duration};

use stats_alloc::{Region, Stats};
use trivore::{
    Credentials, Users,
    models::{Page, User, UserId},
    transport::{AccessToken, TokenSource},
};

use crate::{ALLOCATOR, leaf, sample};

/// Runs an operation once, then `count` times, and returns the allocations of the latter.
///
/// # Errors
///
/// The operation is unknown, or it fails.
pub(crate) async fn run(work: &str, count: usize) -> Result<Stats, Box<dyn Error>> {
    let id = UserId::from("5b0cfba4e2bb230ff8b535e6");
    let basic = Credentials::basic("9939129297585525", "secret");
    let user = serde_json::to_vec(&sample::user()?)?;

    match work {
        "delete" => {
            let users = users(basic, Vec::new())?;
            repeat(count, async || users.delete(&id).await).await
        }
        "get" => {
            let users = users(basic, user)?;
            repeat(count, async || users.get(&id).await).await
        }
        "get_with_token" => {
            let users = users(token(), user)?;
            repeat(count, async || users.get(&id).await).await
        }
        "decode_page" => {
            let page = sample::page(&sample::user()?)?;
            repeat(count, async || decode(&page)).await
        }
        "decode_page_with_unknown_fields" => {
            let page = sample::page(&sample::user_of_tomorrow()?)?;
            repeat(count, async || decode(&page)).await
        }
        "encode_user" => {
            let user: User = serde_json::from_slice(&user)?;
            repeat(count, async || serde_json::to_vec(&user)).await
        }
        other => Err(format!("unknown work `{other}`").into()),
    }
}

fn users(credentials: Credentials, body: Vec<u8>) -> Result<Users, Box<dyn Error>> {
    Ok(leaf::trivore(credentials, body)?.users().clone())
}

fn token() -> Credentials {
    let token = || AccessToken::new("2YotnFZFEjr1zCsicMWpAA").valid_for(Duration::from_secs(86400));
    Credentials::token(TokenSource::new(move || async move { Ok(token()) }))
}

/// Decodes a page, as the client does.
fn decode(page: &[u8]) -> Result<Page<User>, Box<dyn Error>> {
    Ok(serde_json::from_str(str::from_utf8(page)?)?)
}

/// Runs `work` once without counting, to fetch the token and fill caches, then `count` times.
async fn repeat<T, E>(
    count: usize,
    mut work: impl AsyncFnMut() -> Result<T, E>,
) -> Result<Stats, Box<dyn Error>>
where
    Box<dyn Error>: From<E>,
{
    black_box(work().await?);
    let region = Region::new(ALLOCATOR);
    for _ in 0..count {
        black_box(work().await?);
    }
    Ok(region.change())
}
