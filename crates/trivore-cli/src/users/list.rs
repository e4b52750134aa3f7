//! `trivore users list`.

use clap::Args;
use futures_util::StreamExt as _;
use trivore::models::{Expression, Filter, PageRequest, Sort};
use unicode_width::UnicodeWidthStr as _;

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
        if let Some(filter) = self.filter(context)? {
            request = request.filter(filter);
        }
        if let Some(field) = &self.sort {
            warn_of_unknown(context, field.strip_prefix('-').unwrap_or(field));
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
    fn filter(&self, context: &Context) -> Result<Option<Filter>, Failure> {
        let namespaces = self.namespaces.iter().map(|code| Filter::eq("nsCode", code.as_str()));
        let namespaces = namespaces.reduce(Filter::or);
        let given = self.filter.as_deref().map(|text| parse_filter(context, text)).transpose()?;
        Ok(match (namespaces, given) {
            (Some(namespaces), Some(given)) => Some(namespaces.and(given)),
            (namespaces, given) => namespaces.or(given),
        })
    }
}

/// Parses a filter, or shows where it is wrong; warns of fields that are probably misspelled.
pub(crate) fn parse_filter(context: &Context, text: &str) -> Result<Filter, Failure> {
    let filter = Filter::parse(text).map_err(|error| {
        let failure = Failure::usage(format!("invalid filter: {error}"));
        match error.position() {
            Some(position) => {
                let (line, column) = place(text, position);
                failure.note(line).note(format!("{}^", " ".repeat(column)))
            }
            None => failure,
        }
    })?;
    for attribute in attributes(&filter) {
        warn_of_unknown(context, attribute);
    }
    Ok(filter)
}

/// Returns the line of a position and the column on a terminal, where characters can be wide.
fn place(text: &str, position: usize) -> (&str, usize) {
    let (before, after) = text.split_at_checked(position).unwrap_or((text, ""));
    let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| position + newline);
    (text.get(begin..end).unwrap_or(text), before.get(begin..).unwrap_or(before).width())
}

fn attributes(filter: &Filter) -> Vec<&str> {
    match filter.expression() {
        Expression::And(filters) | Expression::Or(filters) => {
            filters.iter().flat_map(attributes).collect()
        }
        Expression::Not(filter) => attributes(filter),
        Expression::Present { attribute } | Expression::Compare { attribute, .. } => {
            vec![attribute]
        }
        _ => Vec::new(),
    }
}

/// A newer service can have a field of this name, so it is no error.
fn warn_of_unknown(context: &Context, field: &str) {
    if let Some(known) = ResultFields::of_user().meant_by(field) {
        context.tell(format_args!("warning: users have no field {field}; did you mean {known}?"));
    }
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

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_is_where_a_terminal_shows_it() {
        assert_eq!(place("a b", 2), ("a b", 2));
        assert_eq!(place("a \"日本\" b", 11), ("a \"日本\" b", 9));
        assert_eq!(place("a\nbc d\ne", 5), ("bc d", 3));
        assert_eq!(place("a", 9), ("a", 1));
    }
}
