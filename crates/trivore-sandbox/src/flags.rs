//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};
use trivore_sandbox::{Fault, Rules};

/// What the program is asked to do.
pub(crate) enum Command {
    Help,
    Run(Box<Flags>),
    Version,
}

/// How to run.
pub(crate) struct Flags {
    pub(crate) listen: SocketAddr,
    pub(crate) allow_remote: bool,
    pub(crate) properties: Option<PathBuf>,
    pub(crate) rules: Rules,
    pub(crate) faults: Vec<Fault>,
}

impl Command {
    pub(crate) fn read(mut arguments: Parser) -> Result<Self, lexopt::Error> {
        let mut flags = Flags {
            listen: SocketAddr::from(([127, 0, 0, 1], 8478)),
            allow_remote: false,
            properties: None,
            rules: Rules::default(),
            faults: Vec::new(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("listen") => flags.listen = arguments.value()?.parse()?,
                Arg::Long("properties") => flags.properties = Some(arguments.value()?.into()),
                Arg::Long("allow-remote") => flags.allow_remote = true,
                Arg::Long("rule") => {
                    set_rule(&mut flags.rules, &arguments.value()?.string()?)?;
                }
                Arg::Long("fault") => {
                    flags.faults.push(read_fault(&arguments.value()?.string()?)?);
                }
                Arg::Long("help") | Arg::Short('h') => return Ok(Self::Help),
                Arg::Long("version") | Arg::Short('V') => return Ok(Self::Version),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Self::Run(Box::new(flags)))
    }
}

/// Returns the text of `--help`, with all rules and their defaults.
pub(crate) fn help() -> String {
    let rules = Rules::default().list();
    let rules = rules.iter().map(|rule| {
        let default = if rule.on { "on" } else { "off" };
        format!("\n  {}={default}\n      {}\n", rule.name, rule.text)
    });
    [HELP.to_owned()].into_iter().chain(rules).collect()
}

fn set_rule(rules: &mut Rules, setting: &str) -> Result<(), lexopt::Error> {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    let on = match value {
        "on" => true,
        "off" => false,
        _ => return Err("a rule is set as name=on or name=off".into()),
    };
    rules.set(name, on).map_err(|error| error.to_string().into())
}

fn read_fault(script: &str) -> Result<Fault, lexopt::Error> {
    serde_json::from_str(script).map_err(|error| format!("fault script: {error}").into())
}

const HELP: &str = r#"A local server that behaves like Trivore ID's user service.

Usage: trivore-sandbox [OPTIONS]

  --listen ADDRESS    address and port [default: 127.0.0.1:8478]; port 0 takes a free one
  --properties FILE   write address and credentials to FILE, as the vendor's SDKs read them
  --allow-remote      allow an address that other machines can reach
  --rule NAME=on|off  set one of the rules below; may be repeated
  --fault JSON        make something go wrong, as described below; may be repeated
  --help              show this text
  --version           show the version

The first line on standard output is `listening on http://ADDRESS`, once connections are
accepted. The program ends with SIGINT or SIGTERM. See also http://ADDRESS/sandbox/.

A fault is a JSON object, also in POST http://ADDRESS/sandbox/faults. For example, two attempts
to create a user are refused:

  {"fault": {"status": {"code": 503}}, "headers": {"retry-after": "1"},
   "method": "POST", "route": "/user", "times": 2}

  fault       what goes wrong, one of those below
  method      only requests with this method
  route       only this route, such as /user/{userId}, /user/* or /openid/token
  times       only so many calls; without it, all until the fault is cleared
  skip        let so many calls through first
  every       only every so many calls
  headers     headers to add to the answer
  body        body of status and apply-then-status

  {"status": {"code": 503}}            answer with a status, leave the call undone
  {"apply-then-status": {"code": 500}} do the call, then answer with a status
  {"html-page": {"code": 502}}         the same two, with the page of a proxy
  {"apply-then-html-page": {"code": 504}}
  {"rate-limit": {"per-second": 5, "burst": 10, "headers": "retry-after"}}
                                       answer 429 above a rate; headers: none, retry-after, all
  {"cut-body": {"bytes": 10}}          close the connection within the body
  {"stall-body": {"bytes": 10}}        stop within the body
  {"drip": {"bytes": 1, "ms": 100}}    send the body slowly
  "malformed-json" "truncated-json"    spoil the body
  {"content-type": {"value": "text/html"}}
                                       answer with a wrong content type
  {"oversized-body": {"bytes": 9000000}} {"oversized-stream": {"bytes": 9000000}}
                                       make the body long, with and without announcing it
  "no-answer" "no-answer-after-applying"
                                       hold the connection until the client goes away
  {"delay": {"ms": 500}} {"delay-before-applying": {"ms": 500}}
                                       answer late
  "reset-before" "reset-after-reading" "reset-after-applying"
                                       reset the connection
  "close-before" "close-after-applying"
                                       close the connection without an answer
  "close-connection"                   close the connection after the answer
  "expire-tokens" "revoke-tokens"      invalidate access tokens; also refresh tokens

Rules, with their defaults:
"#;

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
    fn refuses_what_it_does_not_know() {
        for arguments in [
            &["--unknown"][..],
            &["--listen", "nowhere"],
            &["--rule", "soft-delete"],
            &["--rule", "no-such-rule=on"],
            &["--fault", "no-answer"],
            &["--fault", r#"{"fault": "no-such-fault"}"#],
            &["extra"],
        ] {
            assert!(read(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn help_lists_all_rules() {
        let help = help();
        assert!(Rules::default().list().iter().all(|rule| help.contains(&rule.name)));
    }
}
