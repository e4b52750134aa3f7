//! A file with the passwords that were generated.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use csv::StringRecord;
use trivore::Error;
use trivore::models::Password;
use trivore::users::PasswordGenerator;

use super::item::Item;
use crate::failure::Failure;
use crate::output::{guarded, unguarded};
use crate::private_file;

/// A file with the passwords that were generated, which only its owner may read.
///
/// It is CSV with the columns `row`, `nsCode`, `username` and `password`. A password is written
/// before its user is created, so that there is no user whose password nobody has. All attempts to
/// create the user of a row have the same one.
#[derive(Clone)]
pub(super) struct PasswordFile {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    file: File,
    /// The passwords of rows that may be sent again.
    known: HashMap<u64, KnownPassword>,
}

#[derive(Clone)]
struct KnownPassword {
    key: String,
    password: Password,
}

impl PasswordFile {
    /// Opens a file to append to it, or creates it. A resumed import knows its passwords.
    ///
    /// # Errors
    ///
    /// Others than the owner may read the file, or it has passwords of another import.
    pub(super) fn open(path: &Path, is_resumed: bool) -> Result<Self, Failure> {
        let failed = |error| Failure::io(format!("cannot use {}", path.display()), error);
        let mut file = private_file::append(path)?;
        let mut known = HashMap::new();
        if file.metadata().map_err(failed)?.len() == 0 {
            file.write_all(b"row,nsCode,username,password\n").map_err(failed)?;
        } else if !is_resumed {
            let message = format!("{} has passwords already", path.display());
            return Err(
                Failure::usage(message).note("Name a file that is new, or go on with --resume.")
            );
        } else {
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .from_path(path)
                .map_err(|error| failed(error.into()))?;
            for record in reader.records() {
                let record = record.map_err(|error| failed(error.into()))?;
                if let Some((row, password)) = known_password(&record) {
                    known.insert(row, password);
                }
            }
        }
        Ok(Self { shared: Arc::new(Mutex::new(Shared { file, known })) })
    }

    /// Returns the password for the user of a row, after it is safely in the file.
    pub(super) async fn password(&self, item: &Item) -> Result<Password, Error> {
        let name = item.user.username.clone().unwrap_or_default();
        if let Some(known) = self.lock().known.get(&item.row)
            && known.key == item.key
        {
            return Ok(known.password.clone());
        }
        let password = generated(&name)?;
        let code = item.user.namespace_code.as_ref().map_or("", |code| code.as_str());
        let row = item.row.to_string();
        let line = line(&[&row, &guarded(code), &guarded(&name), password.expose()]);
        let line = line.map_err(Error::before_sending)?;
        let file = self.clone();
        let write = move || {
            let mut shared = file.lock();
            shared.file.write_all(&line)?;
            shared.file.sync_data()
        };
        let written = tokio::task::spawn_blocking(write).await.map_err(Error::before_sending)?;
        written.map_err(Error::before_sending)?;
        let known = KnownPassword { key: item.key.clone(), password: password.clone() };
        self.lock().known.insert(item.row, known);
        Ok(password)
    }

    /// Forgets the password of a row that has a final outcome; it stays in the file.
    pub(super) fn forget(&self, row: u64) {
        self.lock().known.remove(&row);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Generates a password that no spreadsheet takes for a formula.
fn generated(name: &str) -> Result<Password, Error> {
    let generator = PasswordGenerator::new().avoiding(name);
    loop {
        let password = generator.generate()?;
        if password.expose().starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(password);
        }
    }
}

fn line(cells: &[&str]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn known_password(record: &StringRecord) -> Option<(u64, KnownPassword)> {
    let [row, code, name, password] = [0, 1, 2, 3].map(|at| record.get(at));
    let (row, code, name) = (row?.parse().ok()?, unguarded(code?), unguarded(name?));
    let key = match (name, code) {
        ("", _) => format!("row {row}"),
        (name, "") => name.to_owned(),
        (name, code) => format!("{code}/{name}"),
    };
    Some((row, KnownPassword { key, password: password?.into() }))
}
