//! `trivore users export`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use futures_util::TryStreamExt as _;
use trivore::models::PageRequest;

use super::target::Target;
use super::writer::{CsvOptions, UserWriter};
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::ProgressDisplay;
use crate::rows::{RowFormat, separator};
use crate::users::parse_filter;

/// Writes users to a CSV, NDJSON or JSON file, which can be imported again.
///
/// The file is private (mode 0600), and appears when it is complete. Passwords are not exported. If
/// users were created or deleted while they were read, a warning says that some can be missing.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// File for the users; - is standard output.
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// Export only users that match this expression.
    #[arg(long, short, value_name = "FILTER")]
    filter: Option<String>,
    /// Write this format [default: as the name of the file says, or ndjson].
    #[arg(long, value_name = "FORMAT")]
    format: Option<RowFormat>,
    /// Text between several values in one cell of CSV; it gets a backslash within a value.
    #[arg(long, value_name = "TEXT", default_value = ";", value_parser = separator)]
    separator: String,
    /// Read the users again until none is created or deleted meanwhile, at most this many times.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    until_stable: Option<u32>,
}

impl Export {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let mut request = PageRequest::new().count(PageRequest::MAX_COUNT);
        if let Some(text) = &self.filter {
            request = request.filter(parse_filter(text)?);
        }
        let is_stdout = self.file.as_os_str() == "-";
        let format = match self.format {
            None if is_stdout => RowFormat::Ndjson,
            format => RowFormat::selected(format, &self.file)?,
        };
        let connection = context.connect()?;
        let target = Target::open(&self.file)?;
        let options = CsvOptions {
            separator: self.separator.clone(),
            columns: context.global.columns.clone(),
        };
        let mut writer = UserWriter::new(target, format, options)?;
        let mut users = connection.users().items(request);
        if let Some(passes) = self.until_stable {
            users = users.until_clean(passes);
        }
        let display = ProgressDisplay::new(context, "users", None);
        let interrupt = Interrupt::listen(|| {});
        let (start, mut count) = (Instant::now(), 0_u64);
        let read = async {
            while let Some(user) = users.try_next().await? {
                writer.add(&user)?;
                count += 1;
                display.show_count(count, start.elapsed());
            }
            Ok(())
        };
        let result = interrupt.unless_interrupted(read).await;
        display.finish();
        result?;
        let count = writer.finish()?;
        if !users.drift().is_clean() {
            context.tell(
                "warning: users were created or deleted while they were exported; some can be \
                 missing, or exported twice; read them again with --until-stable 5",
            );
        }
        if !is_stdout {
            context.tell(format_args!("Exported {count} users to {}.", self.file.display()));
        }
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  trivore users export users.csv
  trivore users export --filter 'nsCode eq \"customers\"' customers.ndjson
  trivore users export --format csv --columns username,emails > addresses.csv";
