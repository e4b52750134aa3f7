//! Writes a seed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::format::Section;
use super::objects;
use crate::store::account::Account;
use crate::store::state::State;

/// The state at one moment, to be written while the state changes further.
pub(crate) struct Export {
    last_id: u32,
    sections: Vec<(Section, Vec<Value>)>,
    users: Vec<Account>,
}

impl Export {
    /// Takes hold of the state; users are not copied.
    pub(crate) fn of(state: &State) -> Self {
        Self {
            last_id: state.ids.last,
            sections: Section::ALL
                .into_iter()
                .map(|section| (section, objects::list(state, section)))
                .collect(),
            users: state.users.frozen(),
        }
    }

    /// Writes the seed, one object a line.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{{\n\"defaults\": false,\n\"lastId\": {}", self.last_id)?;
        for (section, objects) in &self.sections {
            write!(out, ",\n{}: [", json!(section.name()))?;
            let users = (*section == Section::Users).then_some(&self.users);
            let users = users.into_iter().flatten().map(objects::user_seed);
            for (index, object) in objects.iter().cloned().chain(users).enumerate() {
                out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *out, &object)?;
            }
            out.write_all(b"\n]")?;
        }
        out.write_all(b"\n}\n")?;
        out.flush()
    }
}
