//! A properties file that is gone after its test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io, process};

use trivore::{TrivoreBuilder, models::UserId};
use trivore_tests::Recorder;

/// A file in the directory for temporary files of tests.
pub(crate) struct PropertiesFile(PathBuf);

impl PropertiesFile {
    pub(crate) fn new(content: impl AsRef<[u8]>) -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}.properties", process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, content)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PropertiesFile {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// The URL without its path and the `Authorization` header that a builder's SDK sends.
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
