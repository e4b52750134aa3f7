//! The program in a pseudo-terminal, and what a person would see there.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

/// A running program in a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Screen>,
}

struct Screen {
    shown: Mutex<Shown>,
    changed: Condvar,
}

/// What the program wrote.
struct Shown {
    parser: Parser,
    bytes: Vec<u8>,
    /// Whether the program has ended.
    is_closed: bool,
}

impl Terminal {
    /// Runs a command in a terminal of a size, with the command's environment.
    pub(crate) fn run(command: &Command, rows: u16, columns: u16) -> Self {
        let pair = native_pty_system().openpty(size(rows, columns)).unwrap();
        let mut builder = CommandBuilder::new(command.get_program());
        builder.args(command.get_args());
        builder.env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                builder.env(name, value);
            }
        }
        builder.env("TERM", "xterm-256color");
        if let Some(folder) = command.get_current_dir() {
            builder.cwd(folder);
        }
        let child = pair.slave.spawn_command(builder).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Screen {
            shown: Mutex::new(Shown {
                parser: Parser::new(not_zero(rows), not_zero(columns), 1_000),
                bytes: Vec::new(),
                is_closed: false,
            }),
            changed: Condvar::new(),
        });
        let mut output = pair.master.try_clone_reader().unwrap();
        let reader = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // A terminal whose program has ended is read as an end or as an error.
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                reader.show(&bytes[..count]);
            }
            reader.close();
        });
        let keyboard = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keyboard, screen }
    }

    /// Waits until the screen contains a text, and returns the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.screen.wait(|parser, is_closed| {
            let contents = parser.screen().contents();
            if contents.contains(text) {
                return Some(contents);
            }
            assert!(!is_closed, "the program ended without {text:?}:\n{contents}");
            None
        })
    }

    /// Types keys; the enter key is `\r`, Ctrl-C is `\x03`.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until what is typed is not shown.
    pub(crate) fn wait_until_hidden(&self) {
        while self.is_shown() {
            thread::yield_now();
        }
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn is_shown(&self) -> bool {
        let settings = format!("{:?}", self.master.get_termios());
        settings.split(|c: char| !c.is_alphanumeric()).any(|word| word == "ECHO")
    }

    /// Waits for the end of the program; returns its exit code, and whether the terminal shows what
    /// is typed afterwards.
    pub(crate) fn finish_shown(mut self) -> (u32, bool) {
        let status = self.child.wait().unwrap();
        (status.exit_code(), self.is_shown())
    }

    /// The process of the program.
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        self.master.resize(size(rows, columns)).unwrap();
        let mut shown = self.screen.shown.lock().unwrap();
        shown.parser.screen_mut().set_size(not_zero(rows), not_zero(columns));
    }

    /// Waits for the end of the program; returns its exit code, and the screen.
    pub(crate) fn finish(mut self) -> (u32, String) {
        let status = self.child.wait().unwrap();
        let contents =
            self.screen.wait(|parser, is_closed| is_closed.then(|| parser.screen().contents()));
        (status.exit_code(), contents)
    }

    /// As [`finish`](Self::finish), and returns all that the program has written, too.
    pub(crate) fn finish_with_bytes(self) -> (u32, String, String) {
        let shown = Arc::clone(&self.screen);
        let (code, screen) = self.finish();
        let shown = shown.shown.lock().unwrap();
        (code, screen, String::from_utf8_lossy(&shown.bytes).into_owned())
    }

    /// Everything that the program has written, with its escape sequences.
    pub(crate) fn bytes(&self) -> String {
        let shown = self.screen.shown.lock().unwrap();
        String::from_utf8_lossy(&shown.bytes).into_owned()
    }
}

impl Screen {
    fn show(&self, bytes: &[u8]) {
        let mut shown = self.shown.lock().unwrap();
        shown.parser.process(bytes);
        shown.bytes.extend_from_slice(bytes);
        self.changed.notify_all();
    }

    fn close(&self) {
        self.shown.lock().unwrap().is_closed = true;
        self.changed.notify_all();
    }

    /// Waits until `wanted` returns a value.
    #[track_caller]
    fn wait<T>(&self, wanted: impl Fn(&Parser, bool) -> Option<T>) -> T {
        let mut shown = self.shown.lock().unwrap();
        loop {
            if let Some(value) = wanted(&shown.parser, shown.is_closed) {
                return value;
            }
            let (next, result) = self.changed.wait_timeout(shown, LIMIT).unwrap();
            assert!(!result.timed_out(), "nothing happened:\n{}", next.parser.screen().contents());
            shown = next;
        }
    }
}

fn not_zero(length: u16) -> NonZero<u16> {
    NonZero::new(length).unwrap()
}

fn size(rows: u16, columns: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// A program that writes nothing for so long hangs.
const LIMIT: Duration = Duration::from_secs(60);
