//! A temporary properties file, deleted on drop.

use std::path::Path;
use std::{fs, io};

use tempfile::NamedTempFile;
use trivore::{TrivoreBuilder, models::UserId};
use trivore_tests::Recorder;

/// A file that is removed when the value is dropped.
pub(crate) struct PropertiesFile(NamedTempFile);

impl PropertiesFile {
    pub(crate) fn new(content: impl AsRef<[u8]>) -> io::Result<Self> {
        let file = NamedTempFile::new()?;
        fs::write(&file, content)?;
        Ok(Self(file))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Returns the URL without its path and the `Authorization` header of a request from a builder's
/// SDK.
pub(crate) async fn signature(builder: TrivoreBuilder) -> trivore::Result<(String, String)> {
    let recorder = Recorder::new();
    let service = recorder.service();
    let trivore = builder.configure(|client| client.service(service)).build()?;
    trivore.users().delete(&UserId::from("1")).await?;
    let sent = recorder.last();
    let url = sent.request.uri().to_string();
    let base = url.split("/api/").next().unwrap_or_default().to_owned();
    Ok((base, sent.header("authorization").unwrap_or_default().to_owned()))
}
