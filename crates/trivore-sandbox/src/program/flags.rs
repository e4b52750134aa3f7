//! Parses the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{Fault, Rules};
use lexopt::{Arg, Parser, ValueExt};

use super::client_flags::ClientFlags;
use super::data_flags::DataFlags;

/// What to do.
pub(crate) enum Command {
    Help,
    Run(Box<Flags>),
    Version,
}

/// Options for running the server.
pub(crate) struct Flags {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) allow_remote: bool,
    pub(crate) max_connections: Option<usize>,
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) properties: Option<PathBuf>,
    pub(crate) rules: Rules,
    pub(crate) faults: Vec<Fault>,
    pub(crate) fault_header: bool,
    pub(crate) log: Option<LogFormat>,
    pub(crate) data: DataFlags,
    pub(crate) clients: ClientFlags,
}

/// How requests are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

impl Command {
    pub(crate) fn read(mut arguments: Parser) -> Result<Self, lexopt::Error> {
        let mut flags = Flags {
            listen: SocketAddr::from(([127, 0, 0, 1], 8478)),
            public_url: None,
            allow_remote: false,
            max_connections: None,
            hosts: Vec::new(),
            origins: Vec::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            properties: None,
            rules: Rules::default(),
            faults: Vec::new(),
            fault_header: false,
            log: None,
            data: DataFlags::default(),
            clients: ClientFlags::default(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("listen") => flags.listen = arguments.value()?.parse()?,
                Arg::Long("properties") => flags.properties = Some(arguments.value()?.into()),
                Arg::Long("public-url") => flags.public_url = Some(arguments.value()?.string()?),
                Arg::Long("allow-remote") => flags.allow_remote = true,
                Arg::Long("max-connections") => {
                    flags.max_connections = Some(arguments.value()?.parse()?);
                }
                Arg::Long("allow-host") => flags.hosts.push(arguments.value()?.string()?),
                Arg::Long("cors") => flags.origins.push(arguments.value()?.string()?),
                Arg::Long("redirect-uri") => {
                    flags.redirect_uris.push(arguments.value()?.string()?);
                }
                Arg::Long("post-logout-redirect-uri") => {
                    flags.post_logout_redirect_uris.push(arguments.value()?.string()?);
                }
                Arg::Long("rule") => {
                    set_rule(&mut flags.rules, &arguments.value()?.string()?)?;
                }
                Arg::Long("fault") => {
                    flags.faults.push(read_fault(&arguments.value()?.string()?)?);
                }
                Arg::Long("fault-header") => flags.fault_header = true,
                Arg::Long("log") => flags.log = Some(read_log_format(&mut arguments)?),
                Arg::Long(name) if ClientFlags::has(name) => {
                    let name = name.to_owned();
                    flags.clients.read(&name, &mut arguments)?;
                }
                Arg::Long(name) if DataFlags::has(name) => {
                    let name = name.to_owned();
                    flags.data.read(&name, &mut arguments)?;
                }
                Arg::Long("help") | Arg::Short('h') => return Ok(Self::Help),
                Arg::Long("version") | Arg::Short('V') => return Ok(Self::Version),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Self::Run(Box::new(flags)))
    }
}

/// Reads the value of `--log`, which may be missing.
fn read_log_format(arguments: &mut Parser) -> Result<LogFormat, lexopt::Error> {
    let given = match arguments.optional_value() {
        Some(value) => Some(value.string()?),
        // There are no positional arguments, so the next one is the value unless it is an option.
        None => arguments
            .try_raw_args()
            .and_then(|mut rest| rest.next_if(|next| !next.to_string_lossy().starts_with('-')))
            .map(ValueExt::string)
            .transpose()?,
    };
    match given.as_deref() {
        None | Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err("expected --log, --log text or --log json".into()),
    }
}

fn set_rule(rules: &mut Rules, setting: &str) -> Result<(), lexopt::Error> {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    let on = match value {
        "on" => true,
        "off" => false,
        _ => return Err("expected NAME=on or NAME=off".into()),
    };
    rules.set(name, on).map_err(|error| error.to_string().into())
}

fn read_fault(script: &str) -> Result<Fault, lexopt::Error> {
    serde_json::from_str(script).map_err(|error| format!("fault script: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Command, lexopt::Error> {
        Command::read(Parser::from_args(arguments))
    }

    #[test]
    fn reads_flags() {
        let command = read(&["--listen", "127.0.0.1:0", "--rule", "soft-delete=on"]).unwrap();
        let Command::Run(flags) = command else { panic!("not a run") };
        assert_eq!(flags.listen.port(), 0);
        assert!(flags.rules.soft_delete);
        assert!(matches!(read(&["--help"]), Ok(Command::Help)));
        assert!(matches!(read(&["-V"]), Ok(Command::Version)));
    }

    #[test]
    fn the_format_of_the_log_may_be_missing() {
        for (arguments, expected) in [
            (&["--log"][..], LogFormat::Text),
            (&["--log", "text"], LogFormat::Text),
            (&["--log", "json"], LogFormat::Json),
            (&["--log=json"], LogFormat::Json),
            (&["--log", "--fault-header"], LogFormat::Text),
        ] {
            let Command::Run(flags) = read(arguments).unwrap() else { panic!("not a run") };
            assert_eq!(flags.log, Some(expected), "{arguments:?}");
            assert_eq!(
                flags.fault_header,
                arguments.len() == 2 && arguments[1] == "--fault-header"
            );
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for arguments in [
            &["--unknown"][..],
            &["--listen", "nowhere"],
            &["--rule", "soft-delete"],
            &["--rule", "no-such-rule=on"],
            &["--fault", "no-response"],
            &["--fault", r#"{"fault": "no-such-fault"}"#],
            &["extra"],
            &["--max-connections", "many"],
            &["--log", "xml"],
            &["--log=xml"],
            &["--log", "json", "extra"],
        ] {
            assert!(read(arguments).is_err(), "{arguments:?}");
        }
    }
}
