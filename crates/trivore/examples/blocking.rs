//! Creates, changes and lists users without async, from several threads.
//!
//! ```console
//! cargo run -p trivore --features blocking --example blocking
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::thread;

use trivore::Credentials;
use trivore::blocking::Trivore;
use trivore::models::{Filter, PageRequest, User};
use trivore_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Your program has the address and the credentials of its service here.
    let service = tokio::runtime::Runtime::new()?;
    let sandbox = service.block_on(Sandbox::start())?;
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build_blocking()?;

    let created: Vec<_> = thread::scope(|scope| {
        let create = |name: &'static str| {
            let trivore = &trivore;
            scope.spawn(move || {
                let mut user = User::new();
                user.username = Some(name.to_owned());
                trivore.users().create(&user)
            })
        };
        let threads = ["maija", "matti", "liisa"].map(create);
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_panic| "a thread panicked"))
            .collect()
    });
    for created in created {
        let id = created??.id;
        trivore.users().modify(&id, |user| user.locale = Some("fi".to_owned()))?;
    }

    let finnish = PageRequest::new().filter(Filter::eq("locale", "fi"));
    for user in trivore.users().items(finnish) {
        println!("{}", user?.username.unwrap_or_default());
    }
    Ok(())
}
