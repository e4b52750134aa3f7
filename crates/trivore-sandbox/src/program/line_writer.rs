//! Writes lines on a thread of its own, so that a slow reader delays nothing else.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// A thread that writes lines in their order.
///
/// Lines for which there is no room are left out. Once there is room again, a note says how many.
pub(crate) struct LineWriter {
    queue: Arc<LineQueue>,
    /// Closed when everything is written.
    done: oneshot::Receiver<()>,
}

impl LineWriter {
    /// Starts the thread; `note` returns the line about a number of lines that were left out.
    pub(crate) fn start(
        output: impl Write + Send + 'static,
        note: impl Fn(u64) -> String + Send + 'static,
    ) -> io::Result<Self> {
        let queue = Arc::<LineQueue>::default();
        let (is_running, done) = oneshot::channel();
        let source = Arc::clone(&queue);
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            let mut sink = Sink { output, note, left_out: 0 };
            while let Some(batch) = source.take() {
                sink.write_batch(&batch);
            }
            drop(is_running);
        })?;
        Ok(Self { queue, done })
    }

    pub(crate) fn queue(&self) -> Arc<LineQueue> {
        Arc::clone(&self.queue)
    }

    /// Waits until the queue is written, but only for a moment.
    pub(crate) async fn finish(self) {
        self.queue.close();
        // It fails if the reader has stopped; the rest is lost.
        drop(timeout(MAX_WAIT, self.done).await);
    }
}

/// Lines that wait to be written, within a limit on their bytes.
#[derive(Default)]
pub(crate) struct LineQueue {
    waiting: Mutex<Batch>,
    changed: Condvar,
}

/// Lines, and how many were left out after them.
#[derive(Default)]
struct Batch {
    lines: String,
    left_out: u64,
    is_closed: bool,
}

impl LineQueue {
    /// Adds a line, which ends with a line feed, or leaves it out. It does not wait.
    pub(crate) fn push(&self, line: &str) {
        let mut waiting = self.lock();
        // What comes after a line that was left out has to come after the note about it.
        if waiting.left_out > 0 || waiting.lines.len().saturating_add(line.len()) > MAX_BYTES {
            waiting.left_out = waiting.left_out.saturating_add(1);
        } else {
            waiting.lines.push_str(line);
        }
        self.changed.notify_one();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    /// Waits for lines and takes them; returns `None` if there will be none.
    fn take(&self) -> Option<Batch> {
        let is_idle = |waiting: &mut Batch| {
            waiting.lines.is_empty() && waiting.left_out == 0 && !waiting.is_closed
        };
        let waiting = self.changed.wait_while(self.lock(), is_idle);
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let is_closed = waiting.is_closed;
        let batch = std::mem::replace(&mut *waiting, Batch { is_closed, ..Batch::default() });
        (!batch.lines.is_empty() || batch.left_out > 0).then_some(batch)
    }

    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where lines go.
struct Sink<W, N> {
    output: W,
    note: N,
    /// Lines that were left out since the last note.
    left_out: u64,
}

impl<W: Write, N: Fn(u64) -> String> Sink<W, N> {
    fn write_batch(&mut self, batch: &Batch) {
        for line in batch.lines.split_inclusive('\n') {
            // One write for each line, so that a pipe has whole lines whenever the process ends.
            // If nobody reads the log, the sandbox works without it.
            if !self.write_note() || self.output.write_all(line.as_bytes()).is_err() {
                self.left_out = self.left_out.saturating_add(1);
            }
        }
        self.left_out = self.left_out.saturating_add(batch.left_out);
        self.write_note();
    }

    /// Writes the note, if one is due, and returns whether none is due now.
    fn write_note(&mut self) -> bool {
        if self.left_out > 0 {
            let note = (self.note)(self.left_out);
            if self.output.write_all(note.as_bytes()).is_err() {
                return false;
            }
            self.left_out = 0;
        }
        true
    }
}

/// Limit on the lines that wait, which allows some 20,000.
const MAX_BYTES: usize = 1 << 20;

/// How long the end waits for the reader.
const MAX_WAIT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Reports each write, and waits until it is allowed; without a sender, writes are free.
    struct Gate {
        reached: mpsc::Sender<()>,
        allowed: mpsc::Receiver<()>,
        written: Arc<Mutex<String>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.reached.send(());
            let _ = self.allowed.recv();
            self.written.lock().unwrap().push_str(str::from_utf8(bytes).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Test {
        writer: LineWriter,
        reached: mpsc::Receiver<()>,
        allow: mpsc::Sender<()>,
        written: Arc<Mutex<String>>,
    }

    fn start() -> Test {
        let ((enter, reached), (allow, allowed)) = (mpsc::channel(), mpsc::channel());
        let written = Arc::default();
        let gate = Gate { reached: enter, allowed, written: Arc::clone(&written) };
        let writer = LineWriter::start(gate, |lines| format!("left out: {lines}\n"));
        Test { writer: writer.unwrap(), reached, allow, written }
    }

    #[tokio::test]
    async fn a_note_stands_where_lines_were_left_out() {
        let Test { writer, reached, allow, written } = start();
        let queue = writer.queue();
        let long = "x".repeat(MAX_BYTES - 3) + "\n";
        queue.push("first\n");
        reached.recv().unwrap();
        for line in [&long, &long, "short\n"] {
            queue.push(line);
        }
        for _ in 0..2 {
            allow.send(()).unwrap();
            reached.recv().unwrap();
        }
        queue.push("last\n");
        drop(allow);
        writer.finish().await;

        let written = written.lock().unwrap().replace(long.trim_end(), "long");
        assert_eq!(written, "first\nlong\nleft out: 2\nlast\n");
    }

    #[tokio::test]
    async fn the_end_does_not_wait_for_a_reader_that_has_stopped() {
        let Test { writer, allow, written, .. } = start();
        writer.queue().push("lost\n");

        writer.finish().await;

        assert_eq!(*written.lock().unwrap(), "");
        drop(allow);
    }
}
