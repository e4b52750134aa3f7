//! The options of the sandbox's program, and what of them is meant for this command.

use std::ffi::OsString;
use std::path::{PathBuf, absolute};

use crate::plan::Checksum;

/// The arguments after the first one that only the sandbox knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SandboxOptions {
    pub(super) detach: bool,
    pub(super) default: bool,
    /// The name of the profile.
    pub(super) profile: Option<String>,
    pub(super) properties: Option<PathBuf>,
    /// Those of the sandbox.
    pub(super) rest: Vec<OsString>,
}

impl SandboxOptions {
    pub(super) fn read(arguments: Vec<OsString>) -> Self {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--detach") => options.detach = true,
                Some("--default") => options.default = true,
                Some("--properties") => {
                    options.properties = arguments.next().map(PathBuf::from);
                }
                Some(text) if text.starts_with("--properties=") => {
                    options.properties = text.split_once('=').map(|(_, path)| path.into());
                }
                Some("--profile" | "-p") => {
                    let name = arguments.next().unwrap_or_default();
                    options.profile = Some(name.to_string_lossy().into_owned());
                }
                Some(text) if text.starts_with("--profile=") || text.starts_with("-p") => {
                    let name = text.strip_prefix("--profile=").or(text.strip_prefix("-p"));
                    let name = name.map(|name| name.strip_prefix('=').unwrap_or(name));
                    options.profile = name.map(str::to_owned);
                }
                _ => options.rest.push(argument),
            }
        }
        options
    }

    /// The arguments for another process, of which `--detach` is none.
    pub(super) fn to_arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        if self.default {
            arguments.push("--default".into());
        }
        if let Some(name) = &self.profile {
            arguments.push(format!("--profile={name}").into());
        }
        if let Some(path) = &self.properties {
            arguments.extend(["--properties".into(), path.into()]);
        }
        arguments.extend_from_slice(&self.rest);
        arguments
    }

    /// A checksum, to compare the options with others.
    pub(super) fn checksum(&self) -> String {
        let mut options = self.clone();
        options.properties = self.properties.as_ref().and_then(|path| absolute(path).ok());
        let arguments = options.to_arguments();
        let texts = arguments.iter().map(|text| text.to_string_lossy().into_owned());
        Checksum::of(&texts.collect::<Vec<_>>().into()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::SandboxOptions;

    #[test]
    fn own_options_are_found_between_those_of_the_sandbox() {
        let arguments = ["--listen", "127.0.0.1:0", "--detach", "--properties=a", "-pb", "--log"];
        let read = SandboxOptions::read(arguments.map(Into::into).into());
        let rest = ["--listen", "127.0.0.1:0", "--log"].map(Into::into).into();
        let properties = Some("a".into());
        let profile = Some("b".into());
        let expected = SandboxOptions { detach: true, default: false, profile, properties, rest };
        assert_eq!(read, expected);
    }
}
