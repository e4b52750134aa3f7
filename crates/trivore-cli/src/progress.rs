//! How far a long command is: a bar on a terminal, else a line now and then.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;
use trivore::users::BulkProgress;

use crate::context::Context;
use crate::progress_terminal::ProgressTerminal;

/// Shows how far a command is, on standard error; nothing with `--quiet`.
#[derive(Clone)]
pub(crate) struct ProgressDisplay {
    shown: Arc<Mutex<Shown>>,
}

struct Shown {
    /// What is counted, such as `users`.
    what: &'static str,
    total: Option<u64>,
    place: Place,
}

/// Where progress is shown.
enum Place {
    /// A bar, and when it changes again.
    Bar(ProgressBar, Instant),
    /// A line, and again at this time.
    Lines(Instant),
    Nowhere,
}

/// What is shown.
#[derive(Clone, Copy, Default)]
struct Counts {
    finished: u64,
    refused: u64,
    unknown: u64,
    rate: f64,
    left: Option<Duration>,
}

impl ProgressDisplay {
    /// Makes a display for so many things, if that is known.
    pub(crate) fn new(context: &Context, what: &'static str, total: Option<u64>) -> Self {
        let place = if context.global.quiet {
            Place::Nowhere
        } else if io::stderr().is_terminal() && !is_dumb() {
            Place::Bar(bar(total), Instant::now())
        } else {
            Place::Lines(Instant::now() + BEFORE_FIRST_LINE)
        };
        Self { shown: Arc::new(Mutex::new(Shown { what, total, place })) }
    }

    /// Shows the progress of a bulk run.
    pub(crate) fn show(&self, progress: &BulkProgress) {
        self.with(|shown| {
            let finished = progress.skipped + progress.finished();
            let left = shown.total.map(|total| total.saturating_sub(finished + progress.held));
            let rate = progress.rate();
            shown.draw(&Counts {
                finished,
                refused: progress.refused,
                unknown: progress.unknown,
                rate,
                left: left.and_then(|left| time_left(left, rate)),
            });
        });
    }

    /// Shows how many things were read in a time.
    pub(crate) fn show_count(&self, finished: u64, elapsed: Duration) {
        self.with(|shown| {
            let rate = as_float(finished) / elapsed.as_secs_f64().max(f64::EPSILON);
            let left = shown.total.map(|total| total.saturating_sub(finished));
            let left = left.and_then(|left| time_left(left, rate));
            shown.draw(&Counts { finished, rate, left, ..Counts::default() });
        });
    }

    /// Removes the bar; nothing is shown any more.
    pub(crate) fn finish(&self) {
        self.with(|shown| {
            if let Place::Bar(bar, _) = &shown.place {
                bar.finish_and_clear();
            }
            shown.place = Place::Nowhere;
        });
    }

    /// Writes messages to standard error without disturbing the bar.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.with(|shown| match &shown.place {
            Place::Bar(bar, _) => bar.suspend(write),
            Place::Lines(_) | Place::Nowhere => write(),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shown) -> T) -> T {
        act(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shown {
    fn draw(&mut self, counts: &Counts) {
        let now = Instant::now();
        match &mut self.place {
            Place::Bar(bar, next) if *next <= now => {
                *next = now + BETWEEN_CHANGES;
                bar.set_message(counts.text(self.what, self.total));
                bar.set_position(counts.finished);
            }
            Place::Lines(next) if *next <= now => {
                *next = now + BETWEEN_LINES;
                // Progress that nobody can read is no reason to fail.
                let _ = writeln!(anstream::stderr(), "{}", counts.text(self.what, self.total));
            }
            Place::Bar(..) | Place::Lines(_) | Place::Nowhere => {}
        }
    }
}

impl Counts {
    fn text(&self, what: &str, total: Option<u64>) -> String {
        let finished = HumanCount(self.finished);
        // Of one thing, the noun is singular.
        let is_one = total.unwrap_or(self.finished) == 1;
        let what = what.strip_suffix('s').filter(|_| is_one).unwrap_or(what);
        let mut parts = vec![match total {
            Some(total) => format!("{finished} of {} {what}", HumanCount(total)),
            None => format!("{finished} {what}"),
        }];
        if self.rate > 0.0 {
            parts.push(format!("{:.0}/s", self.rate));
        }
        if let Some(left) = self.left {
            parts.push(format!("{} left", HumanDuration(left)));
        }
        for (count, name) in [(self.refused, "refused"), (self.unknown, "unknown")] {
            if count > 0 {
                parts.push(format!("{} {name}", HumanCount(count)));
            }
        }
        parts.join(", ")
    }
}

/// Whether the terminal cannot move its cursor.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|name| name == "dumb")
}

fn bar(total: Option<u64>) -> ProgressBar {
    let target = ProgressDrawTarget::term_like(Box::new(ProgressTerminal));
    let bar = ProgressBar::with_draw_target(total, target);
    let template = if total.is_some() { "{bar:20} {percent:>3}% {wide_msg}" } else { "{wide_msg}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn time_left(left: u64, rate: f64) -> Option<Duration> {
    if rate > 0.0 { Duration::try_from_secs_f64(as_float(left) / rate).ok() } else { None }
}

#[expect(clippy::cast_precision_loss, reason = "a count is far below 2^53")]
fn as_float(count: u64) -> f64 {
    count as f64
}

const BETWEEN_CHANGES: Duration = Duration::from_millis(100);
const BEFORE_FIRST_LINE: Duration = Duration::from_secs(2);
const BETWEEN_LINES: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, time_left};

    #[test]
    fn a_line_has_what_is_known() {
        let counts = Counts { finished: 1_200, rate: 40.0, ..Counts::default() };
        assert_eq!(counts.text("users", None), "1,200 users, 40/s");
        let counts =
            Counts { refused: 3, unknown: 1, left: Some(Duration::from_secs(220)), ..counts };
        assert_eq!(
            counts.text("users", Some(10_000)),
            "1,200 of 10,000 users, 40/s, 4 minutes left, 3 refused, 1 unknown"
        );
        assert_eq!(Counts::default().text("users", Some(5)), "0 of 5 users");
        assert_eq!(Counts::default().text("users", Some(1)), "0 of 1 user");
    }

    #[test]
    fn no_time_is_left_that_is_not_known() {
        assert_eq!(time_left(10, 2.0), Some(Duration::from_secs(5)));
        assert_eq!(time_left(10, 0.0), None);
        assert_eq!(time_left(u64::MAX, f64::MIN_POSITIVE), None);
    }
}
