//! What Python has for JSON: its own module, and classes upon it.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use serde_json::json;

use super::interpreter::Interpreter;
use crate::{Contender, Result};

/// One interpreter that reads and writes documents when told; clones share it.
#[derive(Clone, Debug)]
pub struct PythonJson(Rc<RefCell<Interpreter>>);

/// What documents are read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Model {
    /// Plain dictionaries.
    Dict,
    /// An object with attributes for each dictionary.
    SimpleNamespace,
    /// The classes of the vendor's SDK.
    Trivoreid,
}

impl PythonJson {
    /// Starts the interpreter with all documents that it will be asked about.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(program: &Path, documents: &[String]) -> Result<Self> {
        let script = include_str!("json_driver.py");
        let interpreter = Interpreter::start(program, script, &json!(documents))?;
        Ok(Self(Rc::new(RefCell::new(interpreter))))
    }

    /// A contender that reads a document, by its number, or writes what it read of it.
    pub fn contender<'a>(&self, model: Model, document: usize, writes: bool) -> Contender<'a> {
        let interpreter = Rc::clone(&self.0);
        Contender::new(&format!("Python, {}", model.name()), move |times| {
            let order = json!({
                "model": model.name(), "document": document, "writes": writes, "times": times,
            });
            interpreter.borrow_mut().ask(&order)
        })
    }
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Dict, Self::SimpleNamespace, Self::Trivoreid];

    /// Its name in Python.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dict => "dict",
            Self::SimpleNamespace => "SimpleNamespace",
            Self::Trivoreid => "trivoreid",
        }
    }
}
