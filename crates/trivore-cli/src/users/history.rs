//! `trivore users history`.

use clap::Args;
use trivore::models::PageRequest;

use super::UserArgument;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::output::ResultFields;

/// Lists the strong identifications of a user.
///
/// A personal identity code is masked in a table, unless --show-secrets is given; the service itself
/// censors it for clients without the permission `ACCOUNT_VIEW_PERSONAL_ID`.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users history customers/jane
  trivore users history jane --limit 1 --output json")]
pub(crate) struct History {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// List at most this many entries.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

impl History {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let limit = self.limit.unwrap_or(usize::MAX);
        let most = u32::try_from(limit).unwrap_or(u32::MAX).clamp(1, PageRequest::MAX_COUNT);
        let mut rows = output.rows(&["time", "method", "identifier", "personalId", "remarks"]);
        let mut request = Some(PageRequest::new().count(most));
        let mut listed = 0;
        while listed < limit
            && let Some(asked) = request
        {
            let page = connection.users().strong_identification_history(&id, &asked).await?;
            request = page.try_next_request(&asked).map_err(|error| {
                Failure::new(FailureKind::Unavailable, format!("the list is incomplete: {error}"))
            })?;
            for entry in page.iter().take(limit - listed) {
                rows.add(entry)?;
                listed += 1;
            }
        }
        rows.finish()
    }
}

/// The fields of a strong identification.
pub(super) const FIELDS: [&str; 10] = [
    "method",
    "identificationDocuments",
    "otherExplanation",
    "personalId",
    "remarks",
    "identifier",
    "time",
    "firstTime",
    "count",
    "identified",
];
