//! Sets the content of a sandbox: the data file, the seed, and what is random.

use std::path::Path;
use std::time::SystemTime;

use super::builder::Builder;

impl Builder {
    /// Keeps the state in a file, over restarts.
    ///
    /// If the file exists, the sandbox starts with what it contains, and adds neither the default
    /// namespaces and users, nor those of this builder, nor a seed. Otherwise the file is created.
    ///
    /// Users, groups, roles, namespaces, clients, tokens, sessions of browsers, verification links,
    /// invitations, limits on messages, lockouts, the outbox and the advance of the clock are kept.
    /// The rules, the faults, the ledger and the received requests are not. Each change is handed to
    /// the operating system before its response is sent, so it survives the end of this process in
    /// any way, but not a power failure. If the file cannot be written, for example because the disk
    /// is full, changes are refused with 500.
    ///
    /// The file contains passwords and secrets; only its owner can read it. Next to it, a file with
    /// the ending `.new` exists for a short time.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("sandbox.data");
    /// let sandbox = Sandbox::builder().data(&path).start().await?;
    /// let id = sandbox.add_user(json!({"username": "jane"}))?;
    /// sandbox.shutdown().await;
    ///
    /// let sandbox = Sandbox::builder().data(&path).start().await?;
    /// assert_eq!(sandbox.user_document(&id).ok_or("no user")?["username"], "jane");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn data(mut self, path: impl AsRef<Path>) -> Self {
        self.data.data = Some(path.as_ref().to_owned());
        self
    }

    /// Starts with the content of a seed, a JSON file.
    ///
    /// [`Sandbox::SEED_SCHEMA`](crate::Sandbox::SEED_SCHEMA) describes the format. The default namespaces and the
    /// operator are added before, unless the seed has `"defaults": false`. An object with `meta` is
    /// stored exactly as it is written; another one is completed and checked as a new one, and may
    /// have an `id` and a `password` of its own. Unknown fields and wrong types are errors.
    ///
    /// [`Sandbox::export`](crate::Sandbox::export) writes a seed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("seed.json");
    /// let seed = r#"{
    ///     "namespaces": [{"code": "staff", "usernamePolicy": "MANUAL"}],
    ///     "users": [
    ///         {"id": "jane-1", "nsCode": "staff", "username": "jane", "password": "secret",
    ///          "sandbox": {"builtinRoles": ["ACCOUNT_ADMIN"]}}
    ///     ]
    /// }"#;
    /// std::fs::write(&path, seed)?;
    ///
    /// let sandbox = Sandbox::builder().seed(&path).start().await?;
    ///
    /// assert_eq!(sandbox.user_document("jane-1").ok_or("no user")?["nsCode"], "staff");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn seed(mut self, path: impl AsRef<Path>) -> Self {
        self.data.seed = Some(path.as_ref().to_owned());
        self
    }

    /// Makes generated usernames, tokens and codes the same in every run with the same requests.
    ///
    /// Tokens are then not secret. The identifiers of objects also depend on the clock, see
    /// [`standing_clock`](Self::standing_clock).
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut usernames = Vec::new();
    /// for _ in 0..2 {
    ///     let sandbox = Sandbox::builder().random_seed(7).start().await?;
    ///     let id = sandbox.add_user(json!({}))?;
    ///     let user = sandbox.user_document(&id).ok_or("no user")?;
    ///     usernames.push(user["username"].clone());
    ///     sandbox.shutdown().await;
    /// }
    /// assert_eq!(usernames[0], usernames[1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn random_seed(mut self, seed: u64) -> Self {
        self.data.random_seed = Some(seed);
        self
    }

    /// Sends this code in all text messages, instead of a random one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use http::Request;
    /// # use serde_json::json;
    /// # use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().fixed_code("123456").start().await?;
    /// # let id = sandbox.add_user(json!({"mobiles": [{"number": "+358401"}]}))?;
    /// # let request = Request::post(format!("/api/rest/v1/user/{id}/sms/verify/send"))
    /// #     .header("authorization", "Basic MTAwMDAwMDAwMDAwMDAwMTpzYW5kYm94LWFwaS1zZWNyZXQ=")
    /// #     .body(String::new())?;
    /// # sandbox.service().oneshot(request).await?;
    /// // … after the client under test sent a code to this number:
    /// assert_eq!(sandbox.outbox().last_sms_code("+358401"), Some("123456"));
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn fixed_code(mut self, code: &str) -> Self {
        self.data.fixed_code = Some(code.to_owned());
        self
    }

    /// Sets the time of the sandbox's clock, which then moves only by
    /// [`Sandbox::advance_clock`](crate::Sandbox::advance_clock).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().standing_clock(SystemTime::UNIX_EPOCH).start().await?;
    /// sandbox.add_user(json!({}))?;
    ///
    /// assert_eq!(sandbox.ledger()[0].time, "1970-01-01T00:00:00.000Z");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn standing_clock(mut self, time: SystemTime) -> Self {
        self.data.standing_clock = Some(time);
        self
    }
}
