//! Python contenders: the vendor's SDK and requests.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use serde_json::json;

use super::Question;
use super::interpreter::Interpreter;
use crate::server::Target;
use crate::{Contender, Result, body};

/// An interpreter that makes calls; clones share it.
#[derive(Clone, Debug)]
pub struct Python(Rc<RefCell<Interpreter>>);

/// The Python library that makes the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Library {
    /// The vendor's SDK.
    Trivoreid,
    /// requests, with a session for each thread.
    Requests,
}

impl Python {
    /// Starts the interpreter.
    ///
    /// # Errors
    ///
    /// The interpreter cannot be started.
    pub fn start(program: &Path, certificate: &[u8]) -> Result<Self> {
        let interpreter =
            Interpreter::start(program, include_str!("driver.py"), &json!(certificate))?;
        Ok(Self(Rc::new(RefCell::new(interpreter))))
    }

    /// Creates a contender that makes calls from a number of threads.
    pub fn contender<'a>(
        &self,
        library: Library,
        target: &Target,
        question: Question,
        threads: usize,
    ) -> Contender<'a> {
        let interpreter = Rc::clone(&self.0);
        let address = target.address.clone();
        let name = match threads {
            1 => format!("Python, {}", library.name()),
            _ => format!("Python, {}, {threads} threads", library.name()),
        };
        let count = match question {
            Question::User => 0,
            Question::Page(count) => count,
        };
        Contender::new(&name, move |calls| {
            let order = json!({
                "library": library.name(), "address": address, "user": body::id(0),
                "count": count, "threads": threads, "calls": calls,
            });
            interpreter.borrow_mut().ask(&order)
        })
    }
}

impl Library {
    /// Returns the package name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trivoreid => "trivoreid",
            Self::Requests => "requests",
        }
    }
}
