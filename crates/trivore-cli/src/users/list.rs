//! `trivore users list`.

use clap::Args;
use futures_util::StreamExt as _;
use trivore::models::{Filter, PageRequest, Sort};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;

/// Lists users.
///
/// All pages are read. Users that are created or deleted meanwhile can be missing or listed twice;
/// if that was noticed, a message says so.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users list --filter 'nsCode eq \"customers\" and locked eq true'
  trivore users list --namespace customers --output ndjson
  trivore users list --sort username --limit 20 --columns id,username,emails
  trivore users list --output csv > users.csv")]
pub(crate) struct List {
    /// List only users that match this expression.
    #[arg(long, short, value_name = "FILTER")]
    filter: Option<String>,
    /// List only users of this namespace; can be repeated.
    #[arg(long = "namespace", short, value_name = "CODE")]
    namespaces: Vec<String>,
    /// Sort by this field; a minus before it sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
    /// List at most this many users.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

impl List {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let limit = self.limit.unwrap_or(usize::MAX);
        let most = u32::try_from(limit).unwrap_or(u32::MAX).clamp(1, PageRequest::MAX_COUNT);
        let mut request = PageRequest::new().count(most);
        if let Some(filter) = self.filter()? {
            request = request.filter(filter);
        }
        if let Some(field) = &self.sort {
            request = request.sort(match field.strip_prefix('-') {
                Some(field) => Sort::descending(field),
                None => Sort::ascending(field),
            });
        }
        let output = context.output().checked(ResultFields::of_user())?;
        let connection = context.connect()?;
        let mut rows = output.rows(&COLUMNS);
        let mut users = connection.users().items(request);
        let mut listed = 0;
        while listed < limit
            && let Some(user) = users.next().await
        {
            rows.add(&user?)?;
            listed += 1;
        }
        rows.finish()?;
        if !users.drift().is_clean() {
            context.tell(
                "warning: users were created or deleted while they were listed; some can be \
                 missing, or listed twice",
            );
        }
        Ok(())
    }
}

impl List {
    /// What the options demand together.
    fn filter(&self) -> Result<Option<Filter>, Failure> {
        let namespaces = self.namespaces.iter().map(|code| Filter::eq("nsCode", code.as_str()));
        let namespaces = namespaces.reduce(Filter::or);
        let given = self.filter.as_deref().map(parse_filter).transpose()?;
        Ok(match (namespaces, given) {
            (Some(namespaces), Some(given)) => Some(namespaces.and(given)),
            (namespaces, given) => namespaces.or(given),
        })
    }
}

/// Parses a filter, or shows where it is wrong.
pub(crate) fn parse_filter(text: &str) -> Result<Filter, Failure> {
    Filter::parse(text).map_err(|error| {
        let failure = Failure::usage(format!("invalid filter: {error}"));
        match error.position() {
            Some(position) => {
                let before = text.get(..position).unwrap_or(text);
                let column = before.chars().count();
                failure.note(text).note(format!("{}^", " ".repeat(column)))
            }
            None => failure,
        }
    })
}

const COLUMNS: [&str; 7] = [
    "id",
    "nsCode",
    "username",
    "name.givenName",
    "name.familyName",
    "emails",
    "meta.lastModified",
];
