//! A command line for each command that does something.

use std::collections::BTreeSet;

use super::tree;
use super::world::{CLIENT_SECRET, SMS_CODE};

/// A command line in a [`World`](super::world::World), and what it writes.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) command: &'static str,
    /// What follows the command, separated by spaces.
    pub(super) arguments: &'static str,
    /// What it reads with `--stdin`, or asks for on a terminal.
    pub(super) input: Option<&'static str>,
    pub(super) result: Written,
    pub(super) code: i32,
}

/// What a command writes to standard output in a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Json,
    Text,
    Nothing,
}

impl Case {
    /// The whole command line, with the options that all commands have.
    pub(super) fn words(&self, options: &[&'static str]) -> Vec<&'static str> {
        let own = self.command.split(' ').chain(self.arguments.split_whitespace());
        options.iter().copied().chain(own).collect()
    }

    /// Whether it sends requests with the credentials of the profile.
    pub(super) fn connects(&self) -> bool {
        let first = self.command.split(' ').next().unwrap();
        ["users", "plan", "apply", "api", "whoami", "check"].contains(&first)
    }
}

const fn case(command: &'static str, arguments: &'static str, result: Written) -> Case {
    Case { command, arguments, input: None, result, code: 0 }
}

use Written::{Json, Nothing, Text};

/// At least one for each command.
pub(super) const CASES: &[Case] = &[
    case("users list", "--namespace sandbox", Json),
    case("users get", "jane", Json),
    case("users create", "--username new --password-from inputs/password", Json),
    case("users create", "--username new --password-file outputs/password", Json),
    case("users update", "jane --set nickName=J", Json),
    case("users edit", "jane", Json),
    case("users delete", "jane --yes", Json),
    case("users lock", "jane", Json),
    case("users unlock", "jane", Json),
    case("users move", "jane --to partners --password-from inputs/password --yes", Json),
    case("users invite", "new@example.com --yes", Json),
    case("users verify email", "jane", Json),
    case("users verify sms-link", "jane", Json),
    case("users verify sms-code send", "jane", Json),
    Case { input: Some(SMS_CODE), ..case("users verify sms-code check", "jane --stdin", Json) },
    case("users password set", "jane --password-from inputs/password", Json),
    case("users password set", "jane --generate --password-file outputs/password", Json),
    case("users password check", "jane --password-from inputs/password", Json),
    case("users password requirements", "jane", Json),
    case("users roles list", "jane", Json),
    case("users roles add", "jane GROUP_AUDITOR", Json),
    case("users roles remove", "jane GROUP_AUDITOR", Json),
    case("users roles set", "jane GROUP_AUDITOR", Json),
    case("users groups list", "jane", Json),
    case("users groups add", "jane drivers --create", Json),
    case("users groups remove", "jane drivers", Json),
    case("users groups set", "jane --none", Json),
    case("users permissions list", "jane", Json),
    case("users permissions add", "jane ACCOUNT_VIEW", Json),
    case("users permissions remove", "jane ACCOUNT_VIEW", Json),
    case("users permissions set", "jane ACCOUNT_VIEW", Json),
    case("users fields get", "jane", Json),
    case("users fields set", "jane size=38", Json),
    case("users fields unset", "jane size --yes", Json),
    case("users history", "jane", Json),
    case("users identify", "jane --personal-id-from inputs/code --yes", Json),
    case("users legal", "jane", Json),
    case("users student get", "jane", Json),
    case("users student set", "jane full-time", Json),
    case("users enterprise get", "org", Json),
    case("users enterprise set", "org businessId=2345678-9", Json),
    case("users export", "users.ndjson", Nothing),
    case(
        "users import",
        "inputs/users.csv --journal journal --results results.csv --passwords outputs/passwords",
        Json,
    ),
    case("whoami", "", Json),
    case("plan", "inputs/desired.ndjson --namespace sandbox --out plan.json", Text),
    case("apply", "inputs/plan.json --journal journal --yes", Json),
    case("api", "POST user --data inputs/user.json", Json),
    Case {
        input: Some(CLIENT_SECRET),
        ..case(
            "login",
            "-p new --address URL --client-id 1000000000000001 --stdin --no-keyring",
            Nothing,
        )
    },
    case("logout", "main --yes", Nothing),
    case("profiles list", "", Json),
    case("profiles use", "main", Nothing),
    case("profiles remove", "main --yes", Nothing),
    case("check", "", Json),
    case("sandbox", "--listen 127.0.0.1:0 --detach", Nothing),
    Case { code: 1, ..case("sandbox status", "", Json) },
    case("sandbox stop", "", Nothing),
    case("completions", "bash", Text),
    case("man", "", Text),
];

#[test]
fn every_command_has_a_case() {
    let all = tree::all().into_iter().filter(tree::Command::is_runnable);
    let all: BTreeSet<_> = all.map(|command| command.path.join(" ")).collect();
    let cases: BTreeSet<_> = CASES.iter().map(|case| case.command.to_owned()).collect();
    assert_eq!(cases, all, "add a case to CASES");
}
