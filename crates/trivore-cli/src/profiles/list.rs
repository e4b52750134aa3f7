//! `trivore profiles list`.

use clap::Args;
use serde_json::json;

use crate::connection::ConfigFile;
use crate::context::Context;
use crate::failure::Failure;

/// Lists the profiles of the configuration file.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore profiles list
  trivore profiles list --output csv --columns name,address")]
pub(crate) struct ListProfiles {}

impl ListProfiles {
    #[expect(clippy::unused_self, reason = "all commands are called alike")]
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&COLUMNS)?;
        let file = ConfigFile::load()?;
        let output = context.output();
        let mut rows = output.rows(&COLUMNS);
        for profile in &file.profiles {
            let (kind, id) = profile.sign_in.described();
            rows.add(&json!({
                "name": profile.name,
                "default": file.default_profile.as_ref() == Some(&profile.name),
                "address": profile.sign_in.address(),
                "kind": kind,
                "id": id,
                "namespace": profile.namespace,
            }))?;
        }
        rows.finish()
    }
}

const COLUMNS: [&str; 6] = ["name", "default", "address", "kind", "id", "namespace"];
