//! The file of a plan.
//!
//! It is one JSON object:
//!
//! ```json
//! {
//!   "plan": "trivore-users",
//!   "version": 1,
//!   "service": "https://id.example.com",
//!   "namespace": "customers",
//!   "key": "username",
//!   "summary": {"create": 1, "update": 1, "delete": 1, "unchanged": 9, "notMentioned": 0},
//!   "unknownGroups": ["staff"],
//!   "changes": [
//!     {"operation": "create", "key": "jane", "user": {"username": "jane"}},
//!     {"operation": "update", "key": "joe", "id": "5b0c…", "lastModified": "2026-…",
//!      "before": {"title": "Dr."}, "changes": {"title": null}},
//!     {"operation": "delete", "key": "jim", "id": "5b0d…", "lastModified": "2026-…"}
//!   ],
//!   "checksum": "0123456789abcdef"
//! }
//! ```
//!
//! `changes` of an update are a JSON merge patch of the top-level fields; `before` has the values of
//! the same fields, as they were. `unknownGroups` is there if the changes have names of groups that
//! the service may have to create. The checksum is the FNV-1a hash (64 bits) of the header and of each
//! change in compact JSON, so that white space and the order of members do not matter.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::checksum::Checksum;
use super::planned_change::{PlanSummary, PlannedChange};
use super::spool::{Spool, SpooledLines};
use crate::failure::Failure;
use crate::output_file::OutputFile;

/// What a plan is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlanHeader {
    /// [`PLAN`].
    plan: String,
    /// [`VERSION`].
    version: u64,
    /// The address of the service.
    pub(crate) service: String,
    pub(crate) namespace: String,
    /// The field by which users are found.
    pub(crate) key: String,
    pub(crate) summary: PlanSummary,
    /// Names in the changes that no group has whose name was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown_groups: Vec<String>,
}

impl PlanHeader {
    pub(crate) fn new(
        service: String,
        namespace: String,
        key: String,
        summary: PlanSummary,
    ) -> Self {
        let (plan, unknown_groups) = (PLAN.to_owned(), Vec::new());
        Self { plan, version: VERSION, service, namespace, key, summary, unknown_groups }
    }
}

/// Writes a plan.
pub(crate) fn write(
    out: &mut impl Write,
    header: &PlanHeader,
    changes: &mut SpooledLines,
) -> Result<(), Failure> {
    let failed = |error| Failure::io("cannot write the plan", error);
    let header = serde_json::to_value(header).map_err(|error| failed(error.into()))?;
    let mut checksum = Checksum::default();
    let opened = format!("{header:#}");
    let opened = opened.trim_end().trim_end_matches('}').trim_end();
    write!(out, "{opened},\n  \"changes\": [").map_err(failed)?;
    changes.restart()?;
    let mut separator = "\n    ";
    while let Some(change) = changes.next::<Value>()? {
        checksum.add(&change);
        write!(out, "{separator}{change}").map_err(failed)?;
        separator = ",\n    ";
    }
    let checksum = Checksum::of(&header).then(checksum);
    write!(out, "\n  ],\n  \"checksum\": \"{checksum}\"\n}}\n").map_err(failed)
}

/// Writes a plan to a file that only this user can read; an existing file is replaced at the end.
pub(crate) fn save(
    path: &Path,
    header: &PlanHeader,
    changes: &mut SpooledLines,
) -> Result<(), Failure> {
    let mut file = OutputFile::open(path)?;
    write(&mut file, header, changes)?;
    file.finish()
}

/// Checks before the work that a plan can be written to a file.
pub(crate) fn check_place(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => {
            Err(Failure::usage(format!("{} is not a directory", folder.display())))
        }
        _ if path.is_dir() => Err(Failure::usage(format!("{} is a folder", path.display()))),
        _ => Ok(()),
    }
}

/// Reads and checks a plan; its changes are copied to a temporary file.
pub(crate) fn read(path: &Path) -> Result<(PlanHeader, SpooledLines), Failure> {
    let name = path.display();
    let file =
        File::open(path).map_err(|error| Failure::io(format!("cannot read {name}"), error))?;
    let invalid = |message: String| {
        Failure::usage(format!("{name} is not a valid plan: {message}")).note("Nothing was sent.")
    };
    let (mut spool, mut checksum, mut problem) = (Spool::new()?, Checksum::default(), None);
    let mut take = |change: Value| {
        checksum.add(&change);
        problem = spool.add(&change).err();
        problem.is_none()
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(file));
    let members = PlanSeed(&mut take).deserialize(&mut json);
    if let Some(failure) = problem {
        return Err(failure);
    }
    let mut members =
        members.and_then(|members| json.end().map(|()| members)).map_err(|error| {
            if error.is_io() {
                return Failure::io(format!("cannot read {name}"), io::Error::from(error));
            }
            invalid(error.to_string())
        })?;
    check_version(&members).map_err(invalid)?;
    let written = members.remove("checksum");
    let written = written.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    let header: PlanHeader = serde_json::from_value(Value::Object(members.clone()))
        .map_err(|error| invalid(error.to_string()))?;
    let mut changes = spool.finish()?;
    check_changes(&header, &mut changes)?.map_err(invalid)?;
    if Checksum::of(&Value::Object(members)).then(checksum).to_string() != written {
        let message = "it was edited, or is not complete: its checksum is another one".to_owned();
        return Err(invalid(message).note("Make a new one with `trivore plan`."));
    }
    Ok((header, changes))
}

fn check_version(members: &Map<String, Value>) -> Result<(), String> {
    if members.get("plan").and_then(Value::as_str) != Some(PLAN) {
        return Err(format!("there is no \"plan\": \"{PLAN}\""));
    }
    match members.get("version").and_then(Value::as_u64) {
        Some(VERSION) => Ok(()),
        Some(version) if version > VERSION => Err(format!(
            "its format has the version {version}, and this program reads version {VERSION}; use a \
             newer program"
        )),
        _ => Err("it has no valid version".to_owned()),
    }
}

fn check_changes(
    header: &PlanHeader,
    changes: &mut SpooledLines,
) -> Result<Result<(), String>, Failure> {
    let mut counts = PlanSummary { create: 0, update: 0, delete: 0, ..header.summary };
    let mut number = 0_u64;
    while let Some(change) = changes.next::<Value>()? {
        number += 1;
        match serde_json::from_value::<PlannedChange>(change) {
            Ok(change) => counts.count(&change),
            Err(error) => return Ok(Err(format!("change {number}: {error}"))),
        }
    }
    changes.restart()?;
    if counts != header.summary {
        return Ok(Err("its summary counts other changes than it has".to_owned()));
    }
    Ok(Ok(()))
}

/// Reads the members of a plan; its changes are handed over one by one.
struct PlanSeed<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value) -> bool> DeserializeSeed<'de> for PlanSeed<'_, F> {
    type Value = Map<String, Value>;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, F: FnMut(Value) -> bool> Visitor<'de> for PlanSeed<'_, F> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a plan, which is a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut has_changes) = (Map::new(), false);
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) || (has_changes && name == "changes") {
                return Err(A::Error::custom(format!("the member {name:?} is there twice")));
            }
            if name == "changes" {
                has_changes = true;
                map.next_value_seed(ChangesSeed(&mut *self.0))?;
            } else {
                members.insert(name, map.next_value()?);
            }
        }
        Ok(members)
    }
}

struct ChangesSeed<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value) -> bool> DeserializeSeed<'de> for ChangesSeed<'_, F> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Value) -> bool> Visitor<'de> for ChangesSeed<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of changes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(change) = list.next_element::<Value>()? {
            if !(self.0)(change) {
                return Err(A::Error::custom("a change cannot be stored"));
            }
        }
        Ok(())
    }
}

const PLAN: &str = "trivore-users";

/// The version of the format that this program writes and reads.
const VERSION: u64 = 1;
