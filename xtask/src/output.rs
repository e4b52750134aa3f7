//! Standard output and error whose reader may have left, as in `cargo xtask tidy | head`.
//!
//! The macros of the standard library panic then. These take their place in this program, and a
//! command still does its work and reports its result in the exit code.

use std::{fmt, io, io::Write};

macro_rules! println {
    ($($argument:tt)*) => {
        $crate::output::out(format_args!($($argument)*))
    };
}

macro_rules! eprintln {
    ($($argument:tt)*) => {
        $crate::output::err(format_args!($($argument)*))
    };
}

#[expect(clippy::print_stdout, reason = "the test harness captures only this")]
pub(crate) fn out(text: fmt::Arguments<'_>) {
    if cfg!(test) { std::println!("{text}") } else { line(&mut io::stdout(), text) }
}

#[expect(clippy::print_stderr, reason = "the test harness captures only this")]
pub(crate) fn err(text: fmt::Arguments<'_>) {
    if cfg!(test) { std::eprintln!("{text}") } else { line(&mut io::stderr(), text) }
}

/// Writes a line; if nobody reads it, it is lost.
fn line(out: &mut impl Write, text: fmt::Arguments<'_>) {
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    drop(written);
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind, Result, Write};

    use super::line;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> Result<usize> {
            Err(Error::from(ErrorKind::BrokenPipe))
        }

        fn flush(&mut self) -> Result<()> {
            Err(Error::from(ErrorKind::BrokenPipe))
        }
    }

    #[test]
    fn a_line_ends_with_a_newline() {
        let mut out = Vec::new();

        line(&mut out, format_args!("{} of {}", 1, 2));

        assert_eq!(out, b"1 of 2\n");
    }

    #[test]
    fn a_line_for_a_reader_who_has_left_is_lost() {
        line(&mut Closed, format_args!("lost"));
    }
}
