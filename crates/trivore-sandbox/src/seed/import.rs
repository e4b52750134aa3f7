//! Reads a seed.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

use super::checked::{Checked, SeedPath};
use super::format::{ROOT, Section};
use super::objects;
use super::seed_error::SeedError;
use crate::store::state::State;

/// Adds what a seed has to the state, which is changed in part if there is an error.
///
/// `add_defaults` is called before objects are added, unless the seed says otherwise. The seed is
/// read several times, because its lists may be in any order, and is never held in memory.
pub(crate) fn import(
    seed: &mut (impl Read + Seek),
    state: &mut State,
    add_defaults: impl FnOnce(&mut State) -> Result<(), String>,
) -> Result<(), SeedError> {
    let mut overview = Overview::default();
    run(seed, &mut Task::Look(&mut overview))?;
    if !overview.lacks_defaults {
        add_defaults(state).map_err(|message| SeedError {
            place: None,
            path: "defaults".to_owned(),
            message,
        })?;
    }
    state.ids.last = state.ids.last.max(overview.last_id);
    state.key_rotations = state.key_rotations.max(overview.key_rotations);
    for section in Section::ALL {
        if overview.sections.contains(&section) {
            run(seed, &mut Task::Add(section, state))?;
        }
    }
    Ok(())
}

/// What a seed has beside its objects.
#[derive(Default)]
struct Overview {
    lacks_defaults: bool,
    last_id: u32,
    key_rotations: u32,
    sections: BTreeSet<Section>,
}

/// What to do in one pass over a seed.
enum Task<'a> {
    Look(&'a mut Overview),
    Add(Section, &'a mut State),
}

fn run(seed: &mut (impl Read + Seek), task: &mut Task<'_>) -> Result<(), SeedError> {
    let unreadable = |error: io::Error| SeedError {
        place: None,
        path: String::new(),
        message: format!("cannot read: {error}"),
    };
    seed.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut place = SeedPath::default();
    let mut is_done = false;
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 18, seed));
    let root = Root { place: &mut place, task, is_done: &mut is_done };
    match root.deserialize(&mut json).and_then(|()| json.end()) {
        Err(error) if !is_done => {
            let line = (error.line() > 0).then(|| (error.line(), error.column()));
            let text = error.to_string();
            let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
            let (path, message) = match place.problem {
                Some(problem) => (place.path, problem),
                None => (String::new(), what.to_owned()),
            };
            Err(SeedError { place: line, path, message })
        }
        _ => Ok(()),
    }
}

/// The object that a seed is.
struct Root<'a, 't> {
    place: &'a mut SeedPath,
    task: &'a mut Task<'t>,
    /// Whether the pass ended early, after its section.
    is_done: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { place, task, is_done } = self;
        let mut names = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            let length = place.enter(&name);
            if !names.insert(name.clone()) {
                return Err(place.fail("appears twice"));
            }
            let section = Section::ALL.into_iter().find(|section| section.name() == name);
            let shape = ROOT.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape);
            match (&mut *task, section, shape) {
                (Task::Look(overview), Some(section), _) => {
                    overview.sections.insert(section);
                    fields.next_value::<IgnoredAny>()?;
                }
                (Task::Look(overview), None, Some(shape)) => {
                    let value = fields.next_value_seed(Checked { shape, place: &mut *place })?;
                    match name.as_str() {
                        "defaults" => overview.lacks_defaults = value == Value::Bool(false),
                        "lastId" => overview.last_id = number(&value, place)?,
                        "keyRotations" => overview.key_rotations = number(&value, place)?,
                        _ => {}
                    }
                }
                (Task::Add(wanted, state), Some(section), _) if section == *wanted => {
                    fields.next_value_seed(SectionReader { place: &mut *place, section, state })?;
                    // What follows was checked in the first pass.
                    *is_done = true;
                    return Err(A::Error::custom("done"));
                }
                (Task::Add(..), ..) => {
                    fields.next_value::<IgnoredAny>()?;
                }
                (Task::Look(_), None, None) => return Err(place.fail("unknown field")),
            }
            place.leave(length);
        }
        Ok(())
    }
}

fn number<E: serde::de::Error>(value: &Value, place: &mut SeedPath) -> Result<u32, E> {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.ok_or_else(|| place.fail("must be at most 4294967295"))
}

/// A list of objects, which are added to the state one by one.
struct SectionReader<'a> {
    place: &'a mut SeedPath,
    section: Section,
    state: &'a mut State,
}

impl<'de> DeserializeSeed<'de> for SectionReader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for SectionReader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { place, section, state } = self;
        for index in 0_usize.. {
            let length = place.enter_element(index);
            let shape = section.shape();
            let item = items.next_element_seed(Checked { shape, place: &mut *place })?;
            let Some(Value::Object(object)) = item else { break };
            if let Err(problem) = objects::add(state, section, object) {
                return Err(place.fail(problem));
            }
            place.leave(length);
        }
        Ok(())
    }
}
