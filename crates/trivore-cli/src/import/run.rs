//! Runs an import after its file was checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use trivore::users::{Bulk, BulkItem, BulkOptions, BulkOutcome, BulkRun, RecordedState};
use trivore::{Error, models::NamespaceCode};

use super::importer::Importer;
use super::item::Item;
use super::journal_state;
use super::on_exists::OnExists;
use super::results::{Imported, ResultLine, RowOutcome};
use super::summary::{Stop, Summary};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;
use crate::locked_journal::{EarlierRuns, LockedJournal};
use crate::progress::ProgressDisplay;
use crate::rows::{Problems, RowFile};

/// An import whose file was checked.
pub(super) struct ImportRun<'a> {
    pub(super) context: &'a Context,
    pub(super) file: &'a RowFile,
    pub(super) namespace: Option<&'a NamespaceCode>,
    pub(super) rows: u64,
    /// Rows without user name, which cannot be looked up.
    pub(super) unnamed: u64,
    pub(super) importer: Importer,
    pub(super) options: BulkOptions,
    pub(super) concurrency: usize,
    pub(super) journal: Option<PathBuf>,
    pub(super) is_resumed: bool,
    /// Whether rows that earlier runs saw refused are sent again.
    pub(super) repeats_refused: bool,
}

impl ImportRun<'_> {
    /// Sends the rows; afterwards, each row has a result.
    pub(super) async fn run(self, locked: Option<LockedJournal>) -> Result<(), Failure> {
        let display = ProgressDisplay::new(self.context, "rows", Some(self.rows));
        let interrupt = self.listen(&display);
        let mut refused_before = 0;
        let mut bulk = self.bulk(&interrupt, &display);
        if let (Some(path), Some(locked)) = (&self.journal, locked) {
            let (journal, mut earlier) = locked.into_parts();
            if self.is_resumed {
                self.check_keys(&mut earlier, path)?;
            }
            refused_before = if self.repeats_refused { 0 } else { earlier.refused };
            bulk = bulk.journal(journal);
        }
        let mut problems = Problems::default();
        let mut reader = self.file.rows(&mut problems)?;
        problems.check(self.file.name())?;
        let rows = std::iter::from_fn(|| match reader.next_row() {
            Ok(None) => None,
            Ok(Some(Ok(row))) => Some(Item::of(row, self.namespace).map_err(|_problem| changed())),
            Ok(Some(Err(_))) => Some(Err(changed())),
            Err(failure) => Some(Err(Error::input(failure.message().to_owned()))),
        });
        let run = bulk.options(self.options).run_stream(stream::iter(rows));
        let mut summary = self.collect(run, &interrupt).await;
        display.finish();
        summary.earlier_refused = refused_before;
        let mut next = self.next_steps(&summary);
        match self.complete_files(&summary).await {
            Err(failure) if matches!(summary.stopped, Some(Stop::Hopeless(_))) => {
                next.push(failure.message().to_owned());
            }
            files => files.map_err(|failure| failure.note(summary.text()))?,
        }
        let told = self.context.output().object(&summary);
        // Rows that failed count more than a summary that nobody reads.
        summary.check(&next).and(told)
    }

    /// Checks that the journal is that of the file, before anything is sent.
    fn check_keys(&self, earlier: &mut EarlierRuns, path: &Path) -> Result<(), Failure> {
        let mut reader = self.file.rows(&mut Problems::default())?;
        while let Some(row) = reader.next_row()? {
            let Ok(item) = row.map(|row| Item::of(row, self.namespace)) else { continue };
            let Ok(item) = item else { continue };
            earlier
                .check_key(item.row, &item.key)
                .map_err(|error| journal_state::USER.failure(path, &error))?;
        }
        Ok(())
    }

    fn listen(&self, display: &ProgressDisplay) -> Interrupt {
        let (display, is_quiet) = (display.clone(), self.context.global.quiet);
        Interrupt::listen(move || {
            if !is_quiet {
                display.suspend(|| {
                    use std::io::Write as _;
                    // Nobody who can read it, nobody to tell.
                    let _ = writeln!(anstream::stderr(), "{INTERRUPTED}");
                });
            }
        })
    }

    fn bulk(&self, interrupt: &Interrupt, display: &ProgressDisplay) -> Bulk<Item, Imported> {
        let (importer, asking) = (self.importer.clone(), self.importer.clone());
        let display = display.clone();
        Bulk::new(move |item| importer.clone().import(item))
            .reconcile(move |item, started_ago| asking.clone().look_up(item, started_ago))
            .key(|item: &Item| item.key.clone())
            .stop_when(interrupt.first())
            .on_progress(BETWEEN_PROGRESS, move |progress| display.show(&progress))
    }

    async fn collect(
        &self,
        mut run: BulkRun<'_, Item, Imported>,
        interrupt: &Interrupt,
    ) -> Summary {
        let mut summary = Summary { rows: self.rows, ..Summary::default() };
        let handle = run.handle();
        loop {
            let item = match interrupt.unless_stopped(run.next()).await {
                None => {
                    summary.stopped = Some(Stop::Interrupted);
                    break;
                }
                Some(None) => break,
                Some(Some(item)) => item,
            };
            let item = match item {
                Ok(item) => item,
                Err(error) => {
                    let failure = journal_state::USER.run_failure(self.journal.as_deref(), &error);
                    summary.stopped.get_or_insert(Stop::Hopeless(failure));
                    continue;
                }
            };
            let failure = match self.count(&mut summary, item) {
                Ok(failure) => failure,
                Err(unwritten) => {
                    summary.stopped.get_or_insert(Stop::Hopeless(unwritten));
                    handle.stop();
                    continue;
                }
            };
            let outages = summary.outages;
            let is_hopeless = |failure: &Failure| {
                failure.kind() == FailureKind::Configuration || outages > 2 * self.concurrency
            };
            if let Some(failure) = failure.filter(is_hopeless)
                && summary.stopped.is_none()
            {
                summary.stopped = Some(Stop::Hopeless(failure));
                handle.stop();
            }
        }
        let report = run.report();
        if summary.stopped.is_none() {
            summary.stop(report.stopped);
        }
        summary.earlier = report.progress.skipped;
        let settled = summary.created + summary.updated + summary.unchanged + summary.skipped;
        let failed = summary.refused + summary.failed + summary.unknown + summary.earlier;
        summary.not_begun = self.rows.saturating_sub(settled + failed);
        if matches!(summary.stopped, Some(Stop::Interrupted)) && report.progress.running > 0 {
            let running = report.progress.running;
            summary.unknown += running;
            summary.not_begun = summary.not_begun.saturating_sub(running);
        }
        summary
    }

    /// Counts an outcome, and returns why the row failed.
    fn count(
        &self,
        summary: &mut Summary,
        item: BulkItem<Imported>,
    ) -> Result<Option<Failure>, Failure> {
        let (row, key) = (item.number + 1, item.key.unwrap_or_default());
        let error = match item.outcome {
            BulkOutcome::Done(imported) => {
                summary.count(imported.outcome);
                return Ok(None);
            }
            BulkOutcome::Refused(error) => {
                self.importer.passwords.iter().for_each(|passwords| passwords.discard(row));
                error
            }
            BulkOutcome::Unknown(error) => error,
        };
        let line = ResultLine::failed(row, &key, &error);
        summary.count(line.outcome);
        summary.add_failure(row, &key, &line.message);
        if let Some(results) = &self.importer.results {
            results.write(&line).map_err(|error| {
                Failure::io(format!("cannot write {}", results.path().display()), error)
            })?;
        }
        // The service failed, and perhaps not even a look-up told the outcome.
        let is_outage = match line.outcome {
            RowOutcome::Failed => true,
            RowOutcome::Unknown => self.unnamed == 0,
            _ => false,
        };
        summary.outages = if is_outage { summary.outages + 1 } else { 0 };
        Ok(Some(Failure::of(&error)))
    }

    /// Gives each row a result, removes passwords that no user has, and the journal if all is done.
    async fn complete_files(&self, summary: &Summary) -> Result<(), Failure> {
        let locked = match &self.journal {
            Some(path) => Some(LockedJournal::open(path, self.rows, &journal_state::USER).await?),
            None => None,
        };
        self.complete_results(locked.as_ref().map(|locked| &locked.earlier))?;
        if let Some(passwords) = &self.importer.passwords {
            passwords.finish()?;
        }
        // Without it, rows without user name would be sent again.
        if summary.is_complete() && self.unnamed == 0 {
            locked.into_iter().for_each(LockedJournal::remove);
        }
        Ok(())
    }

    fn complete_results(&self, earlier: Option<&EarlierRuns>) -> Result<(), Failure> {
        let Some(results) = &self.importer.results else { return Ok(()) };
        // Rows without result are few, or follow each other.
        let mut reader = self.file.rows(&mut Problems::default())?;
        results.finish(self.rows, |wanted| {
            while let Some(row) = reader.next_row()? {
                let Ok(row) = row else { continue };
                if row.number == wanted {
                    let key = Item::of(row, self.namespace).map(|item| item.key);
                    return Ok(missing(wanted, key.unwrap_or_default(), earlier));
                }
            }
            Ok(missing(wanted, String::new(), earlier))
        })
    }

    /// What to do after an import that is not complete.
    fn next_steps(&self, summary: &Summary) -> Vec<String> {
        let mut next = Vec::new();
        if let Some(results) = &self.importer.results {
            next.push(format!("What became of each row is in {}.", results.path().display()));
        }
        let name = |path: &Path| path.display().to_string();
        match &self.journal {
            None => next.push("Without a journal, the import cannot be resumed.".to_owned()),
            Some(path) if summary.not_begun + summary.failed + summary.unknown > 0 => next.push(
                format!("Go on with the same command and --resume; the journal is {}.", name(path)),
            ),
            Some(_) => {}
        }
        if self.journal.is_some() && summary.refused + summary.earlier_refused > 0 {
            next.push("Send refused rows again with --resume --repeat-refused.".to_owned());
        }
        if self.importer.on_exists == OnExists::Fail && summary.refused > 0 {
            next.push("Users who exist are skipped or updated with --on-exists.".to_owned());
        }
        next
    }
}

/// The result of a row that has none, by the journal.
fn missing(row: u64, key: String, earlier: Option<&EarlierRuns>) -> ResultLine {
    let state = earlier.and_then(|earlier| earlier.of_item(row));
    let (outcome, message) = match state {
        Some(RecordedState::Done) => (RowOutcome::Done, "by an earlier run"),
        Some(RecordedState::Refused) => (RowOutcome::Refused, "by an earlier run"),
        Some(RecordedState::Begun | RecordedState::Unknown) => {
            (RowOutcome::Unknown, "the import was stopped; it is looked up with --resume")
        }
        Some(_) => (RowOutcome::Failed, "by an earlier run"),
        None => (RowOutcome::NotBegun, ""),
    };
    ResultLine { row, key, outcome, id: None, message: message.to_owned() }
}

fn changed() -> Error {
    Error::input("the file was changed while it was imported")
}

const INTERRUPTED: &str =
    "Interrupted: rows that were sent are finished. Interrupt again to stop at once.";

const BETWEEN_PROGRESS: Duration = Duration::from_millis(200);
