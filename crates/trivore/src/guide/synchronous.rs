//! Calls from code without async.
//!
//! The SDK is async. A synchronous program calls it through a tokio runtime that it creates once
//! and keeps:
//!
//! ```
//! use tokio::runtime::{Builder, Runtime};
//! use trivore::models::{User, UserId};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! /// The SDK for synchronous code.
//! struct Users {
//!     runtime: Runtime,
//!     trivore: Trivore,
//! }
//!
//! impl Users {
//!     fn new(trivore: Trivore) -> std::io::Result<Self> {
//!         let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//!         Ok(Self { runtime, trivore })
//!     }
//!
//!     fn get(&self, id: &UserId) -> trivore::Result<User> {
//!         self.runtime.block_on(self.trivore.users().get(id))
//!     }
//!
//!     fn create(&self, user: &User) -> trivore::Result<User> {
//!         self.runtime.block_on(self.trivore.users().create(user)).map(|created| created.user)
//!     }
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #   let background = Runtime::new()?;
//! #   let sandbox = background.block_on(Sandbox::start())?;
//!     let trivore = Trivore::builder(sandbox.url())
//!         .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!         .build()?;
//!     let users = Users::new(trivore)?;
//!
//!     let created = users.create(&User::new())?;
//!     let read = users.get(&created.id.ok_or("no identifier")?)?;
//!
//!     assert_eq!(read.username, created.username);
//! #   background.block_on(sandbox.shutdown());
//!     Ok(())
//! }
//! ```
//!
//! # Which runtime
//!
//! Use `new_multi_thread` with one worker thread, as above. The thread keeps connections alive
//! between calls: it responds to the server's pings and notices when the server closes a
//! connection.
//!
//! With `new_current_thread`, nothing runs between two calls of `block_on`. An idle HTTP/2
//! connection then does not respond to pings, so that the server may close it. The next call finds
//! that out before it sends anything, and opens another connection. A token refresh that has started
//! waits for the next call, too.
//!
//! Several threads can call the same runtime: `block_on` takes `&self`, and [`Trivore`] is `Sync`.
//! Do not call `block_on` from async code; tokio panics in that case.
//!
//! # Lists
//!
//! [`Users::list`] reads one page, so that a loop over [`Page::try_next_request`] reads all. It
//! fails if the list ends before its total says:
//!
//! ```
//! use trivore::models::{PageRequest, User};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! fn all_users(
//!     runtime: &tokio::runtime::Runtime,
//!     trivore: &Trivore,
//! ) -> Result<Vec<User>, Box<dyn std::error::Error>> {
//!     let mut users = Vec::new();
//!     let mut next = Some(PageRequest::new().count(500));
//!     while let Some(request) = next {
//!         let page = runtime.block_on(trivore.users().list(&request))?;
//!         next = page.try_next_request(&request)?;
//!         users.extend(page.resources);
//!     }
//!     Ok(users)
//! }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     let runtime = tokio::runtime::Runtime::new()?;
//! #     let sandbox = runtime.block_on(Sandbox::start())?;
//! #     sandbox.add_user(serde_json::json!({"username": "jane", "nsCode": "sandbox"}))?;
//! #     let trivore = Trivore::builder(sandbox.url())
//! #         .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #         .build()?;
//! #     let users = all_users(&runtime, &trivore)?;
//! #     assert!(users.iter().any(|user| user.username.as_deref() == Some("jane")));
//! #     runtime.block_on(sandbox.shutdown());
//! #     Ok(())
//! # }
//! ```
//!
//! For concurrent work, such as [`Users::create_many`], one `block_on` around the whole is enough.
//!
//! [`Page::try_next_request`]: crate::models::Page::try_next_request
//! [`Trivore`]: crate::Trivore
//! [`Users::create_many`]: crate::Users::create_many
//! [`Users::list`]: crate::Users::list
