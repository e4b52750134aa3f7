//! The text of a user that is edited, in a private temporary file.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;
use tempfile::{NamedTempFile, TempPath};
use trivore::models::User;

use crate::failure::{Failure, FailureKind};
use crate::users::editing::{document_of, parse_object, user_from};

/// A temporary file that only its owner can read; it is removed unless it is kept.
pub(crate) struct EditedText {
    path: TempPath,
    original: User,
    text: String,
}

impl EditedText {
    /// Writes the fields of a user that can be changed.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn of(original: User) -> Result<Self, Failure> {
        let mut document = document_of(&original)?;
        if let Value::Object(fields) = &mut document {
            fields.retain(|field, _| !is_fixed(field));
        }
        let text = format!("{document:#}\n");
        let failed = |error| Failure::io("cannot write a temporary file", error);
        let builder = &mut tempfile::Builder::new();
        let mut file: NamedTempFile =
            builder.prefix("trivore-user-").suffix(".json").tempfile().map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        Ok(Self { path: file.into_temp_path(), original, text })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn original(&self) -> &User {
        &self.original
    }

    /// Returns the user as it was edited; `None` if the text is the same.
    ///
    /// # Errors
    ///
    /// The text is no valid user: says where.
    pub(crate) fn edited(&self, allow_unknown: bool) -> Result<Option<User>, Failure> {
        let text = self.read()?;
        if text == self.text {
            return Ok(None);
        }
        let mut fields = parse_object(text.strip_prefix('\u{feff}').unwrap_or(&text))
            .map_err(|problem| Failure::usage(format!("the edited file: {problem}")))?;
        if let Some(field) = fields.keys().find(|field| is_fixed(field) || *field == "password") {
            return Err(Failure::usage(format!("the edited file: `{field}` cannot be edited")));
        }
        if self.original.username.is_some() && fields.get("username").is_none_or(Value::is_null) {
            return Err(Failure::usage("the edited file: `username` cannot be cleared"));
        }
        if let Value::Object(original) = document_of(&self.original)? {
            fields.extend(original.into_iter().filter(|(field, _)| is_fixed(field)));
        }
        let edited = user_from(&Value::Object(fields), (!allow_unknown).then_some(&self.original))
            .map_err(|failure| failure.about("the edited file"))?;
        edited
            .validate_change(&self.original)
            .map_err(|error| Failure::usage(format!("the edited file: {error}")))?;
        Ok((edited != self.original).then_some(edited))
    }

    /// Reads the file; something else, such as a pipe, could block.
    fn read(&self) -> Result<String, Failure> {
        let failed = |error| Failure::io("cannot read the edited file", error);
        if !fs::metadata(&self.path).map_err(failed)?.is_file() {
            let message = "what the editor left is no regular file; nothing was changed";
            return Err(Failure::new(FailureKind::Other, message));
        }
        fs::read_to_string(&self.path).map_err(failed)
    }

    /// Keeps the file if it was changed, so that what was written is not lost, and says where it is.
    pub(crate) fn kept_after(self, failure: Failure) -> Failure {
        let is_there = fs::metadata(&self.path).is_ok_and(|metadata| metadata.is_file());
        if !is_there || fs::read(&self.path).is_ok_and(|text| text == self.text.as_bytes()) {
            return failure;
        }
        let path = self.path.to_path_buf();
        match self.path.keep() {
            Ok(path) => failure.note(format!("What you wrote is kept in {}.", path.display())),
            Err(error) => failure.note(format!("{} is lost: {error}", path.display())),
        }
    }
}

/// Whether a field cannot be changed by editing.
fn is_fixed(field: &str) -> bool {
    field == "nsCode" || User::READ_ONLY_FIELDS.contains(&field)
}
