//! The text of `--help`.

use crate::{Rules, missing_operations};

use super::{client_flags, data_flags};

/// Returns the text of `--help`, with all rules and their defaults, and with what is missing.
pub(crate) fn help() -> String {
    let rules = Rules::default().list();
    let rules = rules.iter().map(|rule| {
        let default = if rule.on { "on" } else { "off" };
        let evidence = if rule.is_documented { "documented" } else { "inferred" };
        format!("\n  {}={default} ({evidence})\n      {}\n", rule.name, rule.text)
    });
    let missing = missing_operations().iter().map(|operation| {
        let method = operation.method.unwrap_or("*");
        format!("  {method:<5} {:<50} {}\n", operation.path, operation.name)
    });
    let content = [data_flags::HELP, client_flags::HELP].concat();
    let head = [HELP.replace("{DATA}", content.trim_end())].into_iter();
    head.chain(rules).chain([MISSING.to_owned()]).chain(missing).collect()
}

const HELP: &str = r#"A local server that behaves like the Trivore ID user service, for tests.

Usage: trivore-sandbox [OPTIONS]

Examples:
  trivore-sandbox
  trivore-sandbox --log --properties sandbox.properties
  trivore-sandbox --listen 127.0.0.1:0 --log json
  trivore-sandbox --cors http://localhost:3000
  trivore-sandbox --rule put-replaces=on --fault '{"fault": {"status": {"code": 503}}, "times": 2}'

Server:
  --listen ADDRESS    Address and port to listen on [default: 127.0.0.1:8478].
                      Port 0 selects a free port.
  --public-url URL    URL by which clients reach the server, such as http://trivore:8478: the
                      issuer of ID tokens, and the beginning of all links. By default, it is
                      the address to listen on; for 0.0.0.0 and [::], it is the loopback address.
  --max-connections N Limit on open connections [default: 1024]. Beyond it, idle and slow ones
                      are closed for new ones.
  --properties FILE   Write the URL and all credentials to FILE, in the format of the
                      vendor's SDKs.
  --log [text|json]   Write one line for each request to standard output: method, route,
                      status, time and caller, without secrets and personal data. If nobody
                      reads them for long, lines are left out, and one line says how many.
{DATA}

Who may use it:
  --allow-remote      Allow an address that other machines can reach. Everyone who can
                      connect can then read all credentials, messages and requests, inject
                      faults, and change or delete everything.
  --allow-host NAME   Serve requests for this host too, for example the name of a container.
                      By default, only requests for localhost and for the address of the
                      connection are served, because a web page could otherwise use the
                      sandbox through its own name. May be repeated.
  --cors ORIGIN       Let the pages of an origin, such as http://localhost:3000, use the API,
                      but not the paths under /sandbox/. May be repeated.

Sign-in on a page, for the OIDC client; both may be repeated:
  --redirect-uri URI  Let a browser return to this URI after it signed in, such as
                      http://localhost:3000/callback. It is compared exactly.
                      --rule loopback-redirects=on allows every URI on this machine.
  --post-logout-redirect-uri URI
                      Let a browser return to this URI after it signed out.

Behavior:
  --rule NAME=on|off  Set one of the rules listed below. May be repeated.
  --fault JSON        Inject a fault, as described below. May be repeated.
  --fault-header      Let a request name a fault that affects it, in X-Sandbox-Fault.

Other:
  -h, --help          Print this text.
  -V, --version       Print the version.

The first line on standard output is `listening on http://ADDRESS`. It is printed once the server
accepts connections. On a terminal, the credentials and a command to try follow. SIGINT and SIGTERM
stop the server.

http://ADDRESS/apidoc describes the Management API as it behaves under the rules in force, and
http://ADDRESS/api/rest/v1/openapi.json is the same as an OpenAPI 3.1 document.

http://ADDRESS/sandbox/ is a page in a browser: users, messages, requests as they come, faults,
rules, and more. For programs it lists the control endpoints, which can do the same. Their bodies
need the header `Content-Type: application/json`. http://ADDRESS/ is an overview.

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

With --fault-header, a request can name a kind with its main parameter, and headers of the response:

  X-Sandbox-Fault: status=503; retry-after=2
  X-Sandbox-Fault: drip=1; ms=100
  X-Sandbox-Fault: reset-before

Rules:

Each rule switches one behavior about which the public documents of the service say little or
contradict each other. The list shows its default, and whether that default is documented or
inferred.
"#;

const MISSING: &str = "
Missing:

These operations of the service respond with 501. Paths without /openid/ are under /api/rest/v1.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_all_rules_and_what_is_missing() {
        let help = help();
        assert!(help.contains("--data FILE") && !help.contains("{DATA}"));
        assert!(help.contains("--oidc-client JSON"));
        assert!(help.contains("http://ADDRESS/sandbox/ is a page"));
        assert!(Rules::default().list().iter().all(|rule| help.contains(&rule.name)));
        assert!(missing_operations().iter().all(|operation| help.contains(operation.path)));
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
}
