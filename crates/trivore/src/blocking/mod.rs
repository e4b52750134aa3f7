//! The SDK for code without async: each call blocks its thread until it is done.
//!
//! The types have the names of the async ones, the same methods and the same documentation;
//! streams are iterators. They use the async client, with its connections, limits and retries.
//!
//! [`Bulk`](crate::users::Bulk) is async only, since the operations that it runs are async: a
//! program without async uses `create_many`, or runs it on a runtime of its own.
//!
//! ```
//! use trivore::models::{PageRequest, User};
//! use trivore::{Credentials, blocking::Trivore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .build_blocking()?;
//!
//! let created = trivore.users().create(&User::new())?;
//! for user in trivore.users().items(PageRequest::new()) {
//!     println!("{:?}", user?.id);
//! }
//! # assert!(trivore.users().get(&created.id).is_ok());
//! # runtime.block_on(sandbox.shutdown());
//! # Ok(())
//! # }
//! ```
//!
//! # Threads
//!
//! A [`Trivore`] or [`Users`] has one thread, which its clones share. The thread keeps connections
//! alive between calls and refreshes access tokens. It ends with the last clone, which waits for
//! it, except in async code.
//!
//! A call runs on the thread that makes it. Any number of threads can make calls at once; each has
//! a connection of its own, or shares one over HTTP/2.
//!
//! # Async code
//!
//! A call in async code would stop all other tasks of its thread, so it fails with
//! [`Error::is_configuration`](crate::Error::is_configuration), and nothing is sent; an iterator
//! yields this error and ends. Use the async API there, or [`spawn_blocking`]. Creating and
//! dropping these types is possible everywhere.
//!
//! Only tasks of tokio are recognized, unless they are [`unconstrained`]. Elsewhere, a call blocks
//! the thread and works.
//!
//! [`spawn_blocking`]: tokio::task::spawn_blocking
//! [`unconstrained`]: tokio::task::unconstrained

mod client;
mod runtime;
mod trivore;
mod users;

pub use client::Client;
pub use trivore::Trivore;
pub use users::{Items, Pages, Reconcile, Users};
