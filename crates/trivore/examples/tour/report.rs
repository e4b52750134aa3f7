//! What the tour prints, and how it fails.

use std::error::Error;
use std::fmt::Display;

use serde::Serialize;

/// What a step of the tour returns.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Begins a step.
pub(crate) fn step(title: &str) {
    println!("\n== {title}");
}

/// Tells one thing.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// The text of a value that may be absent.
pub(crate) fn text<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Shows a value as JSON: `Debug` would hide what is personal.
pub(crate) fn show(value: &impl Serialize) -> Outcome<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Ends the tour when something is not as it should be.
pub(crate) fn ensure(is_so: bool, what: &str) -> Outcome<()> {
    if is_so { Ok(()) } else { Err(format!("not as it should be: {what}").into()) }
}
