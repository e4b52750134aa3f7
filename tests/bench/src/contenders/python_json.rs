//! Python contenders for JSON: the standard module, and classes on top of it.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use serde_json::json;

use super::interpreter::Interpreter;
use crate::{Contender, Result};

/// An interpreter that decodes and encodes documents; clones share it.
#[derive(Clone, Debug)]
pub struct PythonJson(Rc<RefCell<Interpreter>>);

/// The type that documents are decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Model {
    /// Plain dictionaries.
    Dict,
    /// An object with attributes in place of each dictionary.
    SimpleNamespace,
    /// The classes of the vendor's SDK.
    Trivoreid,
}

impl PythonJson {
    /// Starts the interpreter with the documents to decode and encode.
    ///
    /// # Errors
    ///
    /// The interpreter cannot be started.
    pub fn start(program: &Path, documents: &[String]) -> Result<Self> {
        let script = include_str!("json_driver.py");
        let interpreter = Interpreter::start(program, script, &json!(documents))?;
        Ok(Self(Rc::new(RefCell::new(interpreter))))
    }

    /// Creates a contender that decodes a document, by its index, or encodes the decoded document.
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
    /// All models.
    pub const ALL: [Self; 3] = [Self::Dict, Self::SimpleNamespace, Self::Trivoreid];

    /// Returns the name in Python.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dict => "dict",
            Self::SimpleNamespace => "SimpleNamespace",
            Self::Trivoreid => "trivoreid",
        }
    }
}
