//! `trivore users export`.

use std::path::PathBuf;

use clap::Args;
use futures_util::TryStreamExt as _;
use tokio::time::Instant;
use trivore::models::PageRequest;

use super::csv_columns::CsvColumn;
use super::writer::{CsvOptions, UserWriter};
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::Format;
use crate::output_file::OutputFile;
use crate::plural::counted;
use crate::progress::ProgressDisplay;
use crate::rows::{Field, RowFormat, separator};
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
            request = request.filter(parse_filter(context, text)?);
        }
        let is_stdout = self.file.as_os_str() == "-";
        let format = match self.format.or(global_format(context)?) {
            None if is_stdout => RowFormat::Ndjson,
            format => RowFormat::selected(format, &self.file)?,
        };
        let columns = selected_columns(context.global.columns.as_deref(), format)?;
        let connection = context.connect()?;
        let target = OutputFile::open(&self.file)?;
        let options = CsvOptions { separator: self.separator.clone(), columns };
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
            let users = counted(count, "user");
            context.tell(format_args!("Exported {users} to {}.", self.file.display()));
        }
        Ok(())
    }
}

/// Returns the format that `--output` says, which all commands have.
fn global_format(context: &Context) -> Result<Option<RowFormat>, Failure> {
    Ok(Some(match context.global.output {
        None => return Ok(None),
        Some(Format::Csv) => RowFormat::Csv,
        Some(Format::Ndjson) => RowFormat::Ndjson,
        Some(Format::Json) => RowFormat::Json,
        Some(_) => return Err(Failure::usage("an export is csv, ndjson or json")),
    }))
}

fn selected_columns(
    names: Option<&[String]>,
    format: RowFormat,
) -> Result<Option<Vec<CsvColumn>>, Failure> {
    let Some(names) = names else { return Ok(None) };
    if format != RowFormat::Csv {
        return Err(Failure::usage("only an export as CSV has selected columns"));
    }
    let column = |name: &String| {
        let field = Field::parse(name);
        let column = field.map(|field| CsvColumn::of(name, field));
        column.map_err(|error| Failure::usage(format!("column {name}: {error}")))
    };
    names.iter().map(column).collect::<Result<_, _>>().map(Some)
}

const EXAMPLES: &str = "\
Examples:
  trivore users export users.csv
  trivore users export --filter 'nsCode eq \"customers\"' customers.ndjson
  trivore users export --format csv --columns username,emails > addresses.csv";
