//! `trivore check`.

use clap::Args;
use serde_json::{Value, json};
use trivore::transport::{CheckOutcome, CheckReport, CheckStep, CheckSubject};

use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Finds out whether the service can be used, step by step, and what to do if not.
///
/// It sends one request, which reads one user. The exit code is 3 if the credentials or their
/// permission are the reason, 7 if the service cannot be reached or fails.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore check
  trivore check --profile production --output json")]
pub(crate) struct CheckConnection {}

impl CheckConnection {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&COLUMNS)?;
        let connection = context.connect()?;
        let report = connection.users().check().await;
        let output = context.output();
        let mut rows = output.rows(&COLUMNS);
        for step in report.steps() {
            rows.add(&document(step))?;
        }
        rows.finish()?;
        failure_of(&report).map_or(Ok(()), Err)
    }
}

fn document(step: &CheckStep) -> Value {
    let (outcome, found, advice) = match &step.outcome {
        CheckOutcome::Passed(found) => ("ok", found, None),
        CheckOutcome::Failed { reason, advice } => ("failed", reason, Some(advice)),
        CheckOutcome::Skipped(reason) => ("skipped", reason, None),
        _ => return json!({"step": step.subject.to_string()}),
    };
    json!({
        "step": step.subject.to_string(),
        "outcome": outcome,
        "found": found,
        "advice": advice,
    })
}

/// The failure of the first step that failed, with what to do.
pub(super) fn failure_of(report: &CheckReport) -> Option<Failure> {
    let step = report.first_failure()?;
    let kind = match step.subject {
        CheckSubject::Credentials | CheckSubject::Permission => FailureKind::Configuration,
        _ => FailureKind::Unavailable,
    };
    let CheckOutcome::Failed { reason, advice } = &step.outcome else { return None };
    Some(Failure::new(kind, format!("{}: {reason}", step.subject)).note(advice.clone()))
}

const COLUMNS: [&str; 4] = ["step", "outcome", "found", "advice"];
