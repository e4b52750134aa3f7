//! A file with the passwords that were generated.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use csv::StringRecord;
use trivore::Error;
use trivore::models::Password;
use trivore::users::{PasswordGenerator, RecordedState};

use super::item::Item;
use crate::failure::Failure;
use crate::locked_journal::EarlierRuns;
use crate::output::{guarded, unguarded};
use crate::output_file::OutputFile;
use crate::private_file;

/// A file with the passwords that were generated, which only its owner may read.
///
/// It is CSV with the columns `row`, `nsCode`, `username` and `password`. A password is written
/// before its user is created, so that there is no user whose password nobody has. All attempts to
/// create the user of a row have the same one. At the end, those of rows that have certainly
/// created no user are removed.
#[derive(Clone)]
pub(super) struct PasswordFile {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    path: PathBuf,
    file: File,
    /// The passwords of rows that may be sent again.
    known: HashMap<u64, KnownPassword>,
    /// Rows that have certainly created no user, and their keys.
    unused: HashMap<u64, String>,
}

#[derive(Clone)]
struct KnownPassword {
    key: String,
    password: Password,
    /// Whether a user may have it.
    may_be_used: bool,
}

/// An attempt to create a user with a password.
pub(super) struct Attempt {
    before: KnownPassword,
}

impl Attempt {
    pub(super) fn password(&self) -> &Password {
        &self.before.password
    }
}

impl PasswordFile {
    /// Opens a file to append to it, or creates it. A resumed import knows its passwords.
    ///
    /// # Errors
    ///
    /// Others than the owner may read the file, or it has passwords of another import.
    pub(super) fn open(
        path: &Path,
        is_resumed: bool,
        earlier: Option<&EarlierRuns>,
    ) -> Result<Self, Failure> {
        let failed = |error| Failure::io(format!("cannot use {}", path.display()), error);
        let (mut file, is_cut_off) = private_file::append(path)?;
        let mut known = HashMap::new();
        let length = file.metadata().map_err(failed)?.len();
        if length == 0 {
            file.write_all(HEADER).map_err(failed)?;
        } else if !is_resumed && length > HEADER.len() as u64 {
            let message = format!("{} has passwords already", path.display());
            return Err(
                Failure::usage(message).note("Name a file that is new, or go on with --resume.")
            );
        } else {
            let mut last = None;
            for record in reader(path).map_err(failed)?.records() {
                let record = record.map_err(|error| failed(error.into()))?;
                let Some((row, mut password)) = known_password(&record) else { continue };
                password.may_be_used = !matches!(
                    earlier.and_then(|earlier| earlier.of_item(row)),
                    Some(RecordedState::Refused | RecordedState::NotApplied)
                );
                known.insert(row, password);
                last = Some(row);
            }
            // A password that is not completely written was not sent.
            if let (true, Some(row)) = (is_cut_off, last) {
                known.remove(&row);
            }
        }
        let (path, unused) = (path.to_owned(), HashMap::new());
        Ok(Self { shared: Arc::new(Mutex::new(Shared { path, file, known, unused })) })
    }

    /// Begins to create the user of a row; its password is safely in the file.
    pub(super) async fn begin(&self, item: &Item) -> Result<Attempt, Error> {
        if let Some(known) = self.lock().known.get_mut(&item.row)
            && known.key == item.key
        {
            let before = known.clone();
            known.may_be_used = true;
            return Ok(Attempt { before });
        }
        let name = item.user.username.clone().unwrap_or_default();
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
        let before = KnownPassword { key: item.key.clone(), password, may_be_used: false };
        let known = KnownPassword { may_be_used: true, ..before.clone() };
        self.lock().known.insert(item.row, known);
        Ok(Attempt { before })
    }

    /// Notes that an attempt has certainly created no user.
    pub(super) fn take_back(&self, row: u64, attempt: &Attempt) {
        if let Some(known) = self.lock().known.get_mut(&row) {
            known.may_be_used = attempt.before.may_be_used;
        }
    }

    /// Notes the final outcome of a row.
    pub(super) fn settle(&self, row: u64, is_created: bool) {
        let mut shared = self.lock();
        match shared.known.remove(&row) {
            Some(known) if !is_created && !known.may_be_used => {
                shared.unused.insert(row, known.key);
            }
            _ => {}
        }
    }

    /// Notes that a row has certainly created no user.
    pub(super) fn discard(&self, row: u64) {
        let mut shared = self.lock();
        if let Some(known) = shared.known.remove(&row) {
            shared.unused.insert(row, known.key);
        }
    }

    /// Removes the passwords that no user has; the others stay as they are.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        let mut shared = self.lock();
        let Shared { path, known, unused, .. } = &mut *shared;
        let not_sent = known.extract_if(|_, known| !known.may_be_used);
        unused.extend(not_sent.map(|(row, known)| (row, known.key)));
        if unused.is_empty() {
            return Ok(());
        }
        let mut output = OutputFile::open(path)?;
        let failed = output.failed();
        let mut write = || {
            output.write_all(HEADER)?;
            for record in reader(path)?.records() {
                let record = record?;
                let is_unused = known_password(&record)
                    .is_some_and(|(row, known)| unused.get(&row) == Some(&known.key));
                if !is_unused {
                    output.write_all(&line(&record.iter().collect::<Vec<_>>())?)?;
                }
            }
            Ok(())
        };
        write().map_err(failed)?;
        output.finish()
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

fn reader(path: &Path) -> io::Result<csv::Reader<File>> {
    Ok(csv::ReaderBuilder::new().flexible(true).from_path(path)?)
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
    Some((row, KnownPassword { key, password: password?.into(), may_be_used: true }))
}

const HEADER: &[u8] = b"row,nsCode,username,password\n";
