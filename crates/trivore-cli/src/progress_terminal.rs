//! The terminal as a progress bar sees it.

use std::io::{self, Write as _};

use indicatif::TermLike;

/// Standard error, some columns narrower than it is.
///
/// A bar fills its last line with spaces. When the terminal shows `^C` after them, it must not
/// begin another line, which the bar would not know.
#[derive(Debug)]
pub(crate) struct ProgressTerminal;

impl ProgressTerminal {
    fn write(text: &str) -> io::Result<()> {
        io::stderr().write_all(text.as_bytes())
    }

    fn escape(count: usize, code: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { Self::write(&format!("\u{1b}[{count}{code}")) }
    }
}

impl TermLike for ProgressTerminal {
    fn width(&self) -> u16 {
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| width.0);
        width.saturating_sub(MARGIN).max(1)
    }

    fn height(&self) -> u16 {
        terminal_size::terminal_size_of(io::stderr()).map_or(24, |(_, height)| height.0)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        Self::escape(lines, 'A')
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        Self::escape(lines, 'B')
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        Self::escape(columns, 'C')
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        Self::escape(columns, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        Self::write(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        Self::write(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        Self::write("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// For `^C`, and once more.
const MARGIN: u16 = 5;
