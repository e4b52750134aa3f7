//! `trivore users import`.

use std::path::{Path, PathBuf};

use clap::Args;
use trivore::models::NamespaceCode;

use super::check_rows::{CheckedRows, check_rows};
use super::dry_run::{self, DryRun};
use super::importer::Importer;
use super::journal_state;
use super::on_exists::OnExists;
use super::password_file::PasswordFile;
use super::results_file::ResultsFile;
use super::run::ImportRun;
use crate::bulk_limits::{BulkLimits, rate};
use crate::connection::Connection;
use crate::context::Context;
use crate::distinct_files;
use crate::failure::Failure;
use crate::locked_journal::LockedJournal;
use crate::plural::counted;
use crate::progress::ProgressDisplay;
use crate::rows::{RowFile, RowOptions};

/// Creates users from the rows of a CSV, NDJSON or JSON file.
///
/// All rows are checked before anything is sent. A journal, FILE.journal, records what was sent, so
/// that an interrupted import goes on with --resume and creates nobody twice. It is removed when all
/// rows are done, unless some have no user name: their users would be created again.
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{COLUMNS}\n\n{EXAMPLES}"))]
pub(crate) struct Import {
    /// File with the users; - is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only check the file; with --dry-run=read, also read which users exist.
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "offline"
    )]
    dry_run: Option<DryRun>,
    /// What happens to a row whose user exists.
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    on_exists: OnExists,
    /// Send this many rows at the same time.
    #[arg(long, value_name = "NUMBER", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=512))]
    concurrency: u16,
    /// Send at most this many requests a second.
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    rate: Option<f64>,
    /// Stop when more rows than this were refused or have an unknown outcome.
    #[arg(long, value_name = "NUMBER")]
    max_failures: Option<u64>,
    /// Write what became of each row to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// Write the passwords that are generated to this file, as CSV with mode 0600.
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    /// Record what was sent in this file [default: FILE.journal].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Go on with the import that the journal records.
    #[arg(long)]
    resume: bool,
    /// Begin anew, and forget what the journal records.
    #[arg(long, conflicts_with = "resume")]
    restart: bool,
    /// Also send the rows again that an earlier run saw refused.
    #[arg(long, requires = "resume")]
    repeat_refused: bool,
    #[command(flatten)]
    rows: RowOptions,
}

impl Import {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let limits = self.limits();
        let connection = limits.connect(&context.global);
        if self.dry_run.is_some() && (self.results.is_some() || self.passwords.is_some()) {
            context.tell("warning: a dry run writes neither --results nor --passwords");
        }
        if self.dry_run == Some(DryRun::Offline) {
            let namespace = connection.as_ref().ok().and_then(Connection::namespace);
            let file = self.rows.open(&self.file)?;
            let checked = check(context, &file, namespace)?;
            let rows = counted(checked.count, "valid row");
            context.tell(format_args!(
                "{rows}. Nothing was sent; whether the users exist was not checked."
            ));
            return Ok(());
        }
        let connection = connection?;
        let journal = journal_state::path(self.journal.as_ref(), &self.file);
        if self.dry_run.is_none() {
            self.check_files(journal.as_deref())?;
            journal_state::check(journal.as_deref(), self.resume)?;
        }
        let file = self.rows.open(&self.file)?;
        let checked = check(context, &file, connection.namespace())?;
        if self.dry_run.is_some() {
            return dry_run::read(context, &connection, &file, &checked, self.on_exists).await;
        }
        // Before other files are opened, so that those of a running import stay as they are.
        let locked = match &journal {
            Some(path) => {
                Some(LockedJournal::open(path, checked.count, &journal_state::USER).await?)
            }
            None => None,
        };
        let opened = self.open_files(locked.as_ref(), checked.unnamed);
        let (locked, (passwords, results)) = match (locked, opened) {
            (locked, Ok(opened)) => (locked, opened),
            (locked, Err(failure)) => {
                locked.into_iter().for_each(LockedJournal::remove_if_empty);
                return Err(failure);
            }
        };
        let locked = match locked {
            Some(locked) if !self.resume => Some(locked.replace().await?),
            locked => locked,
        };
        let options = limits.options();
        let import = ImportRun {
            context,
            file: &file,
            namespace: connection.namespace(),
            rows: checked.count,
            unnamed: checked.unnamed,
            importer: Importer {
                users: connection.users().clone(),
                on_exists: self.on_exists,
                passwords,
                results,
            },
            options: if self.repeat_refused { options.repeat_refused() } else { options },
            concurrency: limits.concurrency(),
            journal,
            is_resumed: self.resume,
            repeats_refused: self.repeat_refused,
        };
        import.run(locked).await
    }

    /// Opens the files with passwords and results, if the import may begin.
    fn open_files(
        &self,
        locked: Option<&LockedJournal>,
        unnamed: u64,
    ) -> Result<(Option<PasswordFile>, Option<ResultsFile>), Failure> {
        if let (Some(locked), false) = (locked, self.resume || self.restart) {
            journal_state::check_new(locked, self.on_exists, unnamed)?;
        }
        let earlier = locked.map(|locked| &locked.earlier);
        let passwords = self.passwords.as_deref();
        let passwords = passwords.map(|path| PasswordFile::open(path, self.resume, earlier));
        let passwords = passwords.transpose()?;
        let results = self.results.as_deref();
        let results = results.map(|path| ResultsFile::open(path, self.resume)).transpose()?;
        Ok((passwords, results))
    }

    /// Checks that no file is used for two things.
    fn check_files(&self, journal: Option<&Path>) -> Result<(), Failure> {
        let others = [self.results.as_deref(), self.passwords.as_deref(), journal, self.rows.map()];
        distinct_files::check([self.file.as_path()].into_iter().chain(others.into_iter().flatten()))
    }

    fn limits(&self) -> BulkLimits {
        let Self { concurrency, rate, max_failures, .. } = *self;
        BulkLimits { concurrency, rate, max_failures }
    }
}

/// Checks all rows, and says what may not go as it is expected.
fn check(
    context: &Context,
    file: &RowFile,
    namespace: Option<&NamespaceCode>,
) -> Result<CheckedRows, Failure> {
    let display = ProgressDisplay::new(context, "rows checked", None);
    let checked = check_rows(file, namespace, &display);
    display.finish();
    let checked = checked?;
    warn(context, &checked);
    Ok(checked)
}

/// Says what may not go as it is expected.
fn warn(context: &Context, checked: &CheckedRows) {
    if !checked.unknown_fields.is_empty() {
        context.tell(format_args!(
            "warning: these fields are not known, and are sent as they are: {}",
            checked.unknown_fields.join(", ")
        ));
    }
    if checked.unnamed > 0 {
        context.tell(format_args!(
            "warning: rows without a username: {}; if a response is lost, their users cannot be \
             looked up",
            checked.unnamed
        ));
    }
}

const EXAMPLES: &str = "\
Examples:
  trivore users import users.csv --dry-run=read
  trivore users import users.csv --results results.csv --passwords passwords.csv
  trivore users import users.csv --map columns.toml --on-exists update --rate 20
  trivore users import users.csv --results results.csv --resume
  trivore users export -p old | trivore users import - --format ndjson -p new";

const COLUMNS: &str = "\
Columns of CSV:
  Headers are the names of the API with dots: nsCode, username, name.givenName, emails, tags,
  memberOf, consents.marketingEmail, customFields.shoeSize, addresses.0.country. An empty cell
  is a field that the row does not have; two quotes (\"\") are an empty text.
  tags, memberOf, emails and mobiles have several values in one cell (--separator), or a JSON
  list: [{\"address\":\"jane@example.com\",\"name\":\"work\"}]. addresses is a JSON list of objects.
  A custom field is read as JSON if it is valid JSON (38, true, [1,2], {\"a\":1}), and else as text;
  the text 38 is written as \"38\" with quotes, or under the header customFields.shoeSize:string.
  A field that this version does not know has a header such as newField:json.
  A number is one as JSON writes it; 007, 1.50 and 1e3 are texts.
  An apostrophe before = + - @ is the guard against formulas, and is removed.
  id, meta and strongIdentification are ignored, and so is email beside emails. password is that
  of a user that is created; it does not change with --on-exists update.

Mapping file (--map):
  ignore = [\"Notes\"]
  [columns]
  \"First name\" = \"name.givenName\"
  \"Private e-mail\" = \"emails\"
  \"Size\" = { field = \"customFields.size\", type = \"string\" }
  [constants]
  nsCode = \"customers\"
  [defaults]
  locale = \"fi\"

Outcomes of rows (--results):
  created, updated, unchanged, skipped, done (by an earlier run), refused (by the service), failed
  (not applied, and sent again with --resume), unknown, not_begun. Before the end, a row may have
  several lines, of which the last one counts.

Exit codes:
  0 all rows are done; 2 the file is invalid, and nothing was sent; 8 rows were refused or are
  unknown; 130 the import was interrupted, and goes on with --resume.";
