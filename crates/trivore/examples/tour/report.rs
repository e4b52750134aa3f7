//! Output and errors of the tour.

use std::error::Error;
use std::fmt::Display;

use serde::Serialize;

/// The result of a step.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Prints the title of a step.
pub(crate) fn step(title: &str) {
    println!("\n== {title}");
}

/// Prints a line.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// The text of an optional value.
pub(crate) fn text<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Prints a value as JSON, because `Debug` hides personal data.
pub(crate) fn show(value: &impl Serialize) -> Outcome<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Fails unless the condition holds.
pub(crate) fn ensure(is_so: bool, what: &str) -> Outcome<()> {
    if is_so { Ok(()) } else { Err(format!("unexpected: {what}").into()) }
}
