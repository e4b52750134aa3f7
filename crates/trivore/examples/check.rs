//! Checks step by step whether the service can be used, then closes the client.
//!
//! ```console
//! cargo run -p trivore --example check
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let sandbox = Sandbox::start().await?;
    for (id, secret) in
        [(sandbox.client_id(), sandbox.client_secret()), (sandbox.client_id(), "a wrong secret")]
    {
        let trivore =
            Trivore::builder(sandbox.url()).credentials(Credentials::basic(id, secret)).build()?;
        let report = trivore.check().await;
        println!("{report}\n");
        if let Some(step) = report.first_failure() {
            println!("the {} must be repaired first\n", step.subject);
        }

        let left = trivore.close(Duration::from_secs(10)).await;
        println!("closed with {left} calls in flight\n");
    }
    Ok(())
}
