//! Parses the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};
use trivore_sandbox::{Fault, Rules};

/// What to do.
pub(crate) enum Command {
    Help,
    Run(Box<Flags>),
    Version,
}

/// Options for running the server.
pub(crate) struct Flags {
    pub(crate) listen: SocketAddr,
    pub(crate) allow_remote: bool,
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) properties: Option<PathBuf>,
    pub(crate) rules: Rules,
    pub(crate) faults: Vec<Fault>,
}

impl Command {
    pub(crate) fn read(mut arguments: Parser) -> Result<Self, lexopt::Error> {
        let mut flags = Flags {
            listen: SocketAddr::from(([127, 0, 0, 1], 8478)),
            allow_remote: false,
            hosts: Vec::new(),
            origins: Vec::new(),
            properties: None,
            rules: Rules::default(),
            faults: Vec::new(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("listen") => flags.listen = arguments.value()?.parse()?,
                Arg::Long("properties") => flags.properties = Some(arguments.value()?.into()),
                Arg::Long("allow-remote") => flags.allow_remote = true,
                Arg::Long("allow-host") => flags.hosts.push(arguments.value()?.string()?),
                Arg::Long("cors") => flags.origins.push(arguments.value()?.string()?),
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
        let evidence = if rule.is_documented { "documented" } else { "inferred" };
        format!("\n  {}={default} ({evidence})\n      {}\n", rule.name, rule.text)
    });
    [HELP.to_owned()].into_iter().chain(rules).collect()
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

const HELP: &str = r#"A local server that behaves like the Trivore ID user service, for tests.

Usage: trivore-sandbox [OPTIONS]

Server:
  --listen ADDRESS    Address and port to listen on [default: 127.0.0.1:8478].
                      Port 0 selects a free port.
  --allow-remote      Allow an address that other machines can reach. Everyone who can
                      connect can then read all credentials, messages and requests, inject
                      faults, and change or delete everything.
  --allow-host NAME   Serve requests for this host too. By default, only requests for
                      localhost and for the address of the connection are served, because
                      a web page could otherwise use the sandbox through its own name.
                      May be repeated.
  --cors ORIGIN       Let the pages of an origin, such as http://localhost:3000, use the API,
                      but not the paths under /sandbox/. May be repeated.
  --properties FILE   Write the URL and all credentials to FILE, in the format of the
                      vendor's SDKs.

Behavior:
  --rule NAME=on|off  Set one of the rules listed below. May be repeated.
  --fault JSON        Inject a fault, as described below. May be repeated.

Other:
  -h, --help          Print this text.
  -V, --version       Print the version.

Examples:
  trivore-sandbox --listen 127.0.0.1:0 --properties sandbox.properties
  trivore-sandbox --rule put-replaces=on --fault '{"fault": {"status": {"code": 503}}, "times": 2}'

The first line on standard output is `listening on http://ADDRESS`. It is printed once the server
accepts connections. SIGINT and SIGTERM stop the server. http://ADDRESS/sandbox/ lists the control
endpoints, which return the outbox, the received requests, the ledger and more.

Faults:

A fault is a JSON object, here and in POST http://ADDRESS/sandbox/faults. This one rejects the
first two attempts to create a user:

  {"fault": {"status": {"code": 503}}, "headers": {"retry-after": "1"},
   "method": "POST", "route": "/user", "times": 2}

  fault       kind of fault, one of those below
  method      affect only requests with this method
  route       affect only this route, such as /user/{userId}, /user/* or /openid/token
  times       number of calls to affect; by default, all until the fault is removed
  skip        let this many matching calls through first
  every       affect only every n-th matching call
  headers     headers to add to the response
  body        body of the response, for status and apply-then-status

Kinds of faults:

  {"status": {"code": 503}}              respond with a status; the call is not applied
  {"apply-then-status": {"code": 500}}   apply the call, then respond with a status
  {"html-page": {"code": 502}}           like status, with an HTML page, as a proxy would send
  {"apply-then-html-page": {"code": 504}}
                                         like apply-then-status, with an HTML page
  {"rate-limit": {"per-second": 5, "burst": 10, "headers": "retry-after"}}
                                         respond with 429 above a rate;
                                         headers: none, retry-after or all
  {"cut-body": {"bytes": 10}}            close the connection after part of the body
  {"stall-body": {"bytes": 10}}          stop sending after part of the body
  {"drip": {"bytes": 1, "ms": 100}}      send the body slowly
  "malformed-json" "truncated-json"      send a body that is not valid JSON
  {"content-type": {"value": "text/html"}}
                                         respond with a wrong content type
  {"oversized-body": {"bytes": 9000000}} pad the body, with Content-Length
  {"oversized-stream": {"bytes": 9000000}}
                                         pad the body, without Content-Length
  "no-response"                          never respond; the call is not applied
  "no-response-after-applying"           apply the call, then never respond
  {"delay": {"ms": 500}}                 apply the call, then respond late
  {"delay-before-applying": {"ms": 500}} apply the call late
  "reset-before" "reset-after-reading"   reset the connection before the call is applied, before
                                         or after reading the body of the request
  "reset-after-applying"                 apply the call, then reset the connection
  "close-before"                         close the connection before the call is applied
  "close-after-applying"                 apply the call, then close the connection
  "close-connection"                     respond, then close the connection
  "expire-tokens"                        invalidate all access tokens, then handle the call
  "revoke-tokens"                        the same, and invalidate all refresh tokens

Rules:

Each rule switches one behavior about which the public documents say little or contradict each
other. The list shows its default, and whether that default is documented or inferred. The evidence
for each rule is in the documentation of `trivore_models::facts`.
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
            &["--fault", "no-response"],
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
