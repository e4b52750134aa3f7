//! Writes a seed.

use std::io::{self, Write};
use std::iter;

use serde_json::{Value, json};

use super::format::Section;
use super::objects;
use crate::store::account::Account;
use crate::store::state::State;

/// The state at one moment, to be written while the state changes further.
pub(crate) struct Export {
    last_id: u32,
    key_rotations: u32,
    sections: Vec<(Section, Vec<Value>)>,
    users: Vec<Account>,
}

impl Export {
    /// Takes hold of the state; users are not copied.
    pub(crate) fn of(state: &State) -> Self {
        Self {
            last_id: state.ids.last,
            key_rotations: state.key_rotations,
            sections: Section::ALL
                .into_iter()
                .map(|section| (section, objects::list(state, section)))
                .collect(),
            users: state.users.frozen(),
        }
    }

    /// Returns the text of the seed, in parts of one object each.
    pub(crate) fn into_parts(self) -> impl Iterator<Item = String> {
        let Self { last_id, key_rotations, sections, mut users } = self;
        let head = format!(
            "{{\n\"defaults\": false,\n\"lastId\": {last_id},\n\"keyRotations\": {key_rotations}"
        );
        let lists = sections.into_iter().flat_map(move |(section, objects)| {
            let users = match section {
                Section::Users => std::mem::take(&mut users),
                _ => Vec::new(),
            };
            let users = users.into_iter().map(|account| objects::user_seed(&account));
            let rows = objects.into_iter().chain(users).enumerate().map(|(index, object)| {
                let separator = if index == 0 { "\n" } else { ",\n" };
                format!("{separator}{object}")
            });
            let begin = format!(",\n{}: [", json!(section.name()));
            iter::once(begin).chain(rows).chain(iter::once("\n]".to_owned()))
        });
        iter::once(head).chain(lists).chain(iter::once("\n}\n".to_owned()))
    }

    /// Writes the seed.
    pub(crate) fn write(self, out: &mut impl Write) -> io::Result<()> {
        self.into_parts().try_for_each(|part| out.write_all(part.as_bytes()))?;
        out.flush()
    }

    /// Returns the number of users.
    pub(crate) fn users(&self) -> usize {
        self.users.len()
    }
}
