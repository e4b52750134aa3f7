//! Calls from code without async.
//!
//! With the feature `blocking`, the module `trivore::blocking` has the same methods as the async
//! API, with the same documentation, except for [`Bulk`](crate::users::Bulk). Each call blocks its
//! thread until it is done, and streams are iterators:
//!
#![cfg_attr(feature = "blocking", doc = "```")]
#![cfg_attr(not(feature = "blocking"), doc = "```ignore")]
//! use trivore::Credentials;
//! use trivore::blocking::Trivore;
//! use trivore::models::{PageRequest, User};
//! use trivore_sandbox::Sandbox;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #   let background = tokio::runtime::Runtime::new()?;
//! #   let sandbox = background.block_on(Sandbox::start())?;
//!     let trivore = Trivore::builder(sandbox.url())
//!         .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!         .build_blocking()?;
//!
//!     let created = trivore.users().create(&User::new())?;
//!     let read = trivore.users().get(&created.id)?;
//!     for user in trivore.users().items(PageRequest::new()) {
//!         println!("{:?}", user?.username);
//!     }
//!
//!     assert_eq!(read.username, created.user.username);
//! #   background.block_on(sandbox.shutdown());
//!     Ok(())
//! }
//! ```
//!
//! Any number of threads can call the same `Trivore`. It starts one thread, which keeps connections
//! alive between calls and refreshes access tokens, and which ends with the last clone.
//!
//! # Inside of async code
//!
//! A blocking call would stop all other tasks of its thread, so in a task of tokio it fails with
//! [`Error::is_configuration`], and nothing is sent. Use the async API there. If code without async
//! is called from async code and cannot be changed, call it in `tokio::task::spawn_blocking`.
//!
//! Creating and dropping the types is possible everywhere.
//!
//! # A runtime of your own
//!
//! A synchronous program that has a tokio runtime anyway can call the async API through it:
//!
//! ```
//! use tokio::runtime::Builder;
//! use trivore::models::User;
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! #   let sandbox = runtime.block_on(Sandbox::start())?;
//!     let trivore = Trivore::builder(sandbox.url())
//!         .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!         .build()?;
//!
//!     let created = runtime.block_on(trivore.users().create(&User::new()))?;
//!     assert!(runtime.block_on(trivore.users().get(&created.id)).is_ok());
//! #   runtime.block_on(sandbox.shutdown());
//!     Ok(())
//! }
//! ```
//!
//! Use `new_multi_thread` with at least one worker thread, as above. With `new_current_thread`,
//! nothing runs between two calls of `block_on`. An idle HTTP/2 connection then does not respond to
//! pings, so that the server may close it. The next call finds that out before it sends anything,
//! and opens another connection. A token refresh that has started waits for the next call, too.
//!
//! [`Error::is_configuration`]: crate::Error::is_configuration
