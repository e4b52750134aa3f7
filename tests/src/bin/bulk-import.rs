//! Imports users into a sandbox, until it is killed or done.
//!
//! The arguments are the sandbox's URL, the client's identifier and secret, a folder for the
//! journal, and the number of users.

use std::env;
use std::error::Error;
use std::path::Path;

use futures_util::TryStreamExt as _;
use trivore::{Credentials, Trivore};
use trivore_tests::bulk_import::import;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [url, id, secret, folder, count] = arguments.as_slice() else {
        return Err("usage: bulk-import URL ID SECRET FOLDER COUNT".into());
    };
    let trivore = Trivore::builder(url).credentials(Credentials::basic(id, secret)).build()?;

    let mut run = import(trivore.users(), Path::new(folder), count.parse()?).await?;
    while let Some(item) = run.try_next().await? {
        item.outcome.into_result()?;
    }
    Ok(())
}
