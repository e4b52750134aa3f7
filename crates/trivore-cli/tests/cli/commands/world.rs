//! A sandbox, a home directory and credentials whose secrets are known.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use trivore_sandbox::{ApiClient, OidcClient, Sandbox};

use super::cases::Case;
use crate::Installation;
use crate::installation::{finish, without_connection};

pub(super) const CLIENT_SECRET: &str = "Mark-of-client-secret";
pub(super) const SMS_CODE: &str = "7346519820";
const OIDC_SECRET: &str = "Mark-of-oidc-secret";
const SIGN_IN_PASSWORD: &str = "Mark-Of-Sign-In-42";
const PASSWORD: &str = "Mark-Of-Password-43";
const PERSONAL_CODE: &str = "131052-308T";

/// How the program signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignIn {
    /// A Management API client, in the variables of the SDK.
    Client,
    /// An OpenID Connect client, with its secret in a variable.
    OidcClient,
    /// A user, with the password in a variable and the client's secret in a file.
    User,
    /// An access token in a variable.
    Token,
}

/// An installation in which each command can be run.
pub(super) struct World {
    pub(super) installation: Installation,
    sign_in: SignIn,
    token: String,
}

impl World {
    pub(super) fn start(sign_in: SignIn) -> Self {
        let client = ApiClient::new("1000000000000001", CLIENT_SECRET).primary_namespace("sandbox");
        let builder = Sandbox::builder()
            .api_client(client)
            .oidc_client(OidcClient::new("1000000000000002", OIDC_SECRET))
            .fixed_code(SMS_CODE);
        let installation = Installation::start_with(builder);
        add_users(&installation);
        let mut world = Self { installation, sign_in, token: String::new() };
        if sign_in == SignIn::Token {
            world.token = world.new_token();
        }
        world.write_files();
        world
    }

    /// The program with the command line of a case.
    pub(super) fn command(&self, case: &Case, options: &[&'static str]) -> Command {
        let url = self.installation.sandbox.url();
        let words = case.words(options);
        let words: Vec<_> =
            words.iter().map(|word| if *word == "URL" { url } else { word }).collect();
        let mut command = self.program(&words);
        if let Some(input) = case.input {
            let file = self.home().join("inputs/stdin");
            fs::write(&file, format!("{input}\n")).unwrap();
            command.stdin(fs::File::open(file).unwrap());
        }
        command
    }

    /// Makes what a case needs: a text message with a code, or a plan.
    pub(super) fn prepare(&self, case: &Case) {
        let arguments: &[&str] = match case.command {
            "users verify sms-code check" => &["users", "verify", "sms-code", "send", "jane"],
            "apply" => {
                &["plan", "inputs/desired.ndjson", "-n", "sandbox", "--out", "inputs/plan.json"]
            }
            _ => return,
        };
        let finished = finish(&mut self.program(arguments));
        assert_eq!(finished.code, 0, "{finished:?}");
    }

    pub(super) fn home(&self) -> &Path {
        self.installation.home.path()
    }

    /// All secrets, and what they are.
    pub(super) fn secrets(&self) -> Vec<(&'static str, String)> {
        let mut secrets = vec![
            ("client secret", CLIENT_SECRET.to_owned()),
            ("OIDC client secret", OIDC_SECRET.to_owned()),
            ("password of the profile", SIGN_IN_PASSWORD.to_owned()),
            ("password", PASSWORD.to_owned()),
            ("code of a text message", SMS_CODE.to_owned()),
        ];
        for request in self.installation.sandbox.requests() {
            let Some(header) = request.headers.get(http::header::AUTHORIZATION) else { continue };
            let (_scheme, value) = header.to_str().unwrap().split_once(' ').unwrap();
            secrets.push(("credentials in a header", value.to_owned()));
        }
        for message in self.installation.sandbox.outbox().messages() {
            let link = self.installation.sandbox.outbox().last_link(&message.to).map(str::to_owned);
            secrets.extend(link.map(|link| ("link in a message", link)));
        }
        for path in files_below(&self.home().join("outputs")) {
            let text = fs::read_to_string(path).unwrap();
            // The header of an import that created nobody.
            if text.trim_end().ends_with(",password") {
                continue;
            }
            // The last cell of the last row, or the only line.
            let password = text.trim_end().rsplit([',', '\n']).next().unwrap().to_owned();
            assert!(password.len() >= 8, "{text}");
            secrets.push(("generated password", password));
        }
        secrets
    }

    /// The secrets that commands can send.
    pub(super) fn sent_secrets() -> [&'static str; 4] {
        [CLIENT_SECRET, PASSWORD, SMS_CODE, PERSONAL_CODE]
    }

    pub(super) fn personal_code() -> (&'static str, String) {
        ("personal code", PERSONAL_CODE.to_owned())
    }

    /// The files that the program may have written, except for those that are for secrets.
    pub(super) fn written_files(&self) -> Vec<PathBuf> {
        let exempt = ["inputs", "outputs", ".config/trivore/secrets"];
        let exempt = exempt.map(|path| self.home().join(path));
        let mut files = files_below(self.home());
        files.retain(|path| !exempt.iter().any(|folder| path.starts_with(folder)));
        files
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut command = without_connection(self.home(), words);
        command.current_dir(self.home()).env("PATH", "/usr/bin:/bin");
        command.env("EDITOR", self.home().join("inputs/editor"));
        match self.sign_in {
            SignIn::Client => {
                command.env("TRIVORE_SERVICE_ADDRESS", self.installation.sandbox.url());
                command.env("TRIVORE_MGMTAPI_ID", "1000000000000001");
                command.env("TRIVORE_MGMTAPI_SECRET", CLIENT_SECRET);
            }
            SignIn::OidcClient => {
                command.env("OIDC_SECRET", OIDC_SECRET);
            }
            SignIn::User => {
                command.env("PASSWORD_OF_ADMIN", SIGN_IN_PASSWORD);
            }
            SignIn::Token => {
                command.env("TOKEN", &self.token);
            }
        }
        command
    }

    fn write_files(&self) {
        for folder in ["inputs", "outputs", ".config/trivore"] {
            fs::create_dir_all(self.home().join(folder)).unwrap();
        }
        let write = |name: &str, text: &str, mode: u32| {
            let path = self.home().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        write("inputs/password", &format!("{PASSWORD}\n"), 0o600);
        write("inputs/code", &format!("{PERSONAL_CODE}\n"), 0o600);
        write("inputs/secret", &format!("{OIDC_SECRET}\n"), 0o600);
        let users = format!("nsCode,username,password\nsandbox,one,{PASSWORD}\nsandbox,two,\n");
        write("inputs/users.csv", &users, 0o600);
        let rows = "{\"username\":\"jane\",\"nickName\":\"J\"}\n{\"username\":\"new\"}\n";
        write("inputs/desired.ndjson", rows, 0o600);
        let user = json!({"nsCode": "sandbox", "username": "new", "password": PASSWORD});
        write("inputs/user.json", &user.to_string(), 0o600);
        write("inputs/editor", EDITOR, 0o700);
        let address = self.installation.sandbox.url();
        let sign_in = match self.sign_in {
            SignIn::Client => "client-id = \"1000000000000001\"\nsecret-env = \"UNSET\"",
            SignIn::OidcClient => {
                "oidc-client-id = \"1000000000000002\"\nsecret-env = \"OIDC_SECRET\""
            }
            SignIn::User => {
                "oidc-client-id = \"1000000000000002\"\nsecret-file = \"~/inputs/secret\"\n\
                 username = \"admin\"\npassword-env = \"PASSWORD_OF_ADMIN\""
            }
            SignIn::Token => "token-env = \"TOKEN\"",
        };
        let config = format!(
            "default-profile = \"main\"\n[profile.main]\naddress = \"{address}\"\n{sign_in}\n"
        );
        write(".config/trivore/config.toml", &config, 0o600);
    }

    /// An access token that the program has used.
    fn new_token(&mut self) -> String {
        self.sign_in = SignIn::User;
        self.write_files();
        let finished = finish(&mut self.program(&["whoami"]));
        assert_eq!(finished.code, 0, "{finished:?}");
        self.sign_in = SignIn::Token;
        let requests = self.installation.sandbox.requests();
        let header = &requests.last().unwrap().headers[http::header::AUTHORIZATION];
        header.to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.home().join(".local/state/trivore/sandbox.pid").exists() {
            finish(&mut self.program(&["sandbox", "stop"]));
        }
    }
}

fn add_users(installation: &Installation) {
    let sandbox = &installation.sandbox;
    sandbox.add_namespace(json!({"code": "partners"})).unwrap();
    let jane = installation.user(json!({
        "username": "jane", "nsCode": "sandbox", "emails": [{"address": "jane@example.com"}],
        "mobiles": [{"number": "+358401234567"}], "customFields": {"size": 37},
    }));
    let legal = json!({"lastName": "Roe", "personalIdentityCode": PERSONAL_CODE});
    sandbox.set_legal_info(&jane, legal).unwrap();
    let identification = json!({"personalId": PERSONAL_CODE, "method": "SUOMI_FI"});
    sandbox.set_strong_identifications(&jane, [identification]).unwrap();
    installation.user(json!({"username": "org", "userAccountType": "LEGAL_ENTITY"}));
    let admin = installation.user(json!({
        "username": "admin", "nsCode": "sandbox", "password": SIGN_IN_PASSWORD,
    }));
    sandbox.grant_builtin_roles(&admin, ["PORTAL_ADMIN"]).unwrap();
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Changes the user, and keeps what other processes can see of it and of the program.
const EDITOR: &str = "#!/bin/sh
sed -i 's|37|38|' \"$1\"
if [ -d /proc/self ]; then
    cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline > seen-by-others
fi
";
