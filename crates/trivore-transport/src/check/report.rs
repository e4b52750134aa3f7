//! The steps of a check, and what came out.

use std::fmt;

use crate::error::one_line;

/// The result of a check: its steps, in the order in which a call depends on them.
///
/// `Display` has a line for each step. It contains no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    steps: Vec<CheckStep>,
}

/// A step of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckStep {
    /// What was checked.
    pub subject: CheckSubject,
    /// What came out.
    pub outcome: CheckOutcome,
}

/// What a step checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckSubject {
    /// The host's name has addresses.
    Name,
    /// An address accepts a connection.
    Address,
    /// The server's certificate is accepted.
    Tls,
    /// The clock of this machine agrees with the server's `Date`.
    Clock,
    /// The server accepts the credentials.
    Credentials,
    /// The client has the permission for the call.
    Permission,
    /// The call succeeds.
    Api,
}

/// What came out of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckOutcome {
    /// The step passed; says what was found.
    Passed(String),
    /// The step failed.
    Failed {
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: String,
    },
    /// The step was not checked; says why.
    Skipped(String),
}

impl CheckReport {
    /// Makes a report; subjects without a step were not checked.
    pub(crate) fn new(mut steps: Vec<CheckStep>) -> Self {
        for subject in CheckSubject::ALL {
            if !steps.iter().any(|step| step.subject == subject) {
                steps.push(CheckStep::skipped(subject, "a step before it failed"));
            }
        }
        steps.sort_by_key(|step| step.subject as u8);
        Self { steps }
    }

    /// Returns the steps in their order; each [`CheckSubject`] has one.
    pub fn steps(&self) -> &[CheckStep] {
        &self.steps
    }

    /// Returns the first step that failed.
    pub fn first_failure(&self) -> Option<&CheckStep> {
        self.steps.iter().find(|step| step.has_failed())
    }

    /// Whether no step failed.
    pub fn is_ok(&self) -> bool {
        self.first_failure().is_none()
    }
}

impl CheckStep {
    pub(crate) fn passed(subject: CheckSubject, found: impl AsRef<str>) -> Self {
        Self { subject, outcome: CheckOutcome::Passed(one_line(found.as_ref(), MAX_TEXT)) }
    }

    pub(crate) fn failed(subject: CheckSubject, reason: impl AsRef<str>, advice: &str) -> Self {
        let (reason, advice) = (one_line(reason.as_ref(), MAX_TEXT), advice.to_owned());
        Self { subject, outcome: CheckOutcome::Failed { reason, advice } }
    }

    pub(crate) fn skipped(subject: CheckSubject, reason: &str) -> Self {
        Self { subject, outcome: CheckOutcome::Skipped(reason.to_owned()) }
    }

    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.outcome, CheckOutcome::Failed { .. })
    }
}

impl CheckSubject {
    const ALL: [Self; 7] = [
        Self::Name,
        Self::Address,
        Self::Tls,
        Self::Clock,
        Self::Credentials,
        Self::Permission,
        Self::Api,
    ];
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CheckStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject.to_string();
        match &self.outcome {
            CheckOutcome::Passed(found) => write!(f, "{subject:<12} ok       {found}"),
            CheckOutcome::Skipped(reason) => write!(f, "{subject:<12} skipped  {reason}"),
            CheckOutcome::Failed { reason, advice } => {
                write!(f, "{subject:<12} FAILED   {reason}\n{:<21} {advice}", "")
            }
        }
    }
}

impl fmt::Display for CheckSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Tls => "TLS",
            Self::Clock => "clock",
            Self::Credentials => "credentials",
            Self::Permission => "permission",
            Self::Api => "API",
        })
    }
}

/// The largest number of characters of what was found: a part of it comes from the server.
const MAX_TEXT: usize = 500;
