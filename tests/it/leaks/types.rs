//! Every public type of every crate, as it shows itself.
//!
//! The types are read from the sources: a new one fails until it has a sample here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use http::header::{AUTHORIZATION, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::Layer as _;
use trivore::models::{self, Changes, Filter, PageRequest, Revealed, User};
use trivore::transport::layer::{AuthorizationLayer, PrepareLayer};
use trivore::transport::{self, AccessToken, Call, Client, Connector, decode_json};
use trivore::users::{
    Bulk, FailedLookUp, FileJournal, FoundUser, IncompleteChange, JournalRecord, JournalState,
    PasswordGenerator, Reconciled, RecordedState, SyncPolicy,
};
use trivore::{Credentials, OidcClient, OidcGrant, Trivore, Users, blocking};
use trivore_sandbox::{ApiClient, Fault, Rules, Sandbox};
use trivore_tests::operations::marks::SECRET;
use trivore_tests::{Model, Recorder};

use crate::operations::models;

#[tokio::test]
async fn every_public_type_of_every_crate_shows_nothing() {
    let mut others = other_models_samples();
    others.extend(more_models_samples());
    others.extend(transport_samples());
    others.extend(calls_samples().await);
    others.extend(reconcile_samples().await);
    others.extend(bulk_samples().await);
    others.extend(sandbox_samples().await);
    let mut samples: Vec<_> = models().map(model_sample).collect();
    samples.extend(others.into_iter().map(|(name, shown)| (name.to_owned(), shown)));

    let types = public_types();
    assert!(types.len() > 100, "only {} types were found", types.len());
    let named: BTreeSet<String> = samples.iter().map(|(name, _)| name.clone()).collect();
    let harmless: BTreeSet<String> = WITHOUT_DATA.iter().map(|name| (*name).to_owned()).collect();
    let known: BTreeSet<String> = named.union(&harmless).cloned().collect();
    let missing: Vec<&String> = types.difference(&known).collect();
    assert!(missing.is_empty(), "types without a sample: {missing:#?}");
    let gone: Vec<&String> = known.difference(&types).collect();
    assert!(gone.is_empty(), "samples without a type: {gone:#?}");

    for (name, shown) in &samples {
        assert!(shown.trim().len() > 1, "{name} shows nothing at all");
    }
    samples.retain(|(_, shown)| shown.to_lowercase().contains(SECRET));
    assert!(samples.is_empty(), "types that show what they were given: {samples:#?}");
}

/// Types that hold no text but the SDK's own, other types of this list, or a caller's closure.
const WITHOUT_DATA: &[&str] = &[
    "models::AccountType",
    "models::AddressType",
    "models::IdentificationMethod",
    "models::MfaMethod",
    "models::Operator",
    "models::PasswordCheck",
    "models::PasswordRule",
    "models::SortOrder",
    "sandbox::InjectedFault",
    "sandbox::MessageKind",
    "sandbox::MissingOperation",
    "sandbox::RateLimitHeaders",
    "sandbox::Rule",
    "sandbox::Rules",
    "sandbox::SigningAlgorithm",
    // Its text is the name that was given on the command line.
    "sandbox::UnknownRule",
    // Its text has the path of the data file at most.
    "sandbox::RestoreError",
    "sandbox::StartError",
    "models::InvalidPage",
    "models::RepeatedMember",
    "models::TooDeep",
    "transport::Attempt",
    "transport::AttemptEnd",
    "transport::AttemptLayer",
    "transport::AttemptSummary",
    "transport::Backoff",
    "transport::CallContext",
    "transport::CheckSubject",
    "transport::Deadline",
    "transport::DeadlineFuture",
    "transport::DeadlineLayer",
    "transport::Delivery",
    "transport::ClientEvent",
    "transport::ExpiresAt",
    "transport::Failure",
    "transport::RateLimitScope",
    "transport::ResponseShape",
    "transport::Connections",
    "transport::HttpVersions",
    "transport::Next",
    "transport::Observer",
    "transport::Operation",
    "transport::OperationSpan",
    "transport::OperationSpanLayer",
    "transport::AttemptOutcome",
    "transport::RateLimit",
    "transport::RateLimited",
    "transport::RateLimitedFuture",
    "transport::RateLimitHint",
    "transport::RateLimitLayer",
    "transport::RateLimiter",
    "transport::Retry",
    "transport::RetryContext",
    "transport::RetryLayer",
    "transport::RetryPolicy",
    "transport::Safety",
    "transport::TlsBackend",
    "transport::TokenSource",
    "transport::TokenStore",
    "transport::UsualRateLimitHeaders",
    "users::BulkHandle",
    "users::BulkOptions",
    "users::ChangedMeanwhile",
    "users::SetChange",
    "users::Drift",
    "users::BulkProgress",
    "users::BulkReport",
    "users::BulkStop",
    "users::RecordedState",
    "users::SyncPolicy",
    "users::SmsCodeCheck",
];

type Samples = Vec<(&'static str, String)>;

fn show(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}

/// Reads a model from JSON and shows it.
fn read<T: Debug + DeserializeOwned>(json: Value) -> String {
    show(&serde_json::from_value::<T>(json).unwrap())
}

macro_rules! models {
    ($($name:ident $json:tt)*) => {
        vec![$((concat!("models::", stringify!($name)), read::<models::$name>(json!($json)))),*]
    };
}

fn model_sample(model: &Model) -> (String, String) {
    let read = model.read(&model.marked(SECRET).to_string()).unwrap();
    (format!("models::{}", model.name()), read.shown)
}

fn other_models_samples() -> Samples {
    models! {
        CustomFields {"a": {"b": "zqx"}}
        Date "zqx"
        Extra {"x": "zqx"}
        Password "zqx"
        PersonalId "zqx"
        Sex "zqx"
        StudentStatus "zqx"
        // Identifiers and times are shown on purpose.
        EmailTemplateId "1"
        ExternalPermissionGroupId "1"
        ExternalPermissionId "1"
        GroupId "1"
        GroupRef "1"
        NamespaceCode "1"
        NamespaceId "1"
        PermissionId "1"
        RoleId "1"
        StrongIdentificationId "1"
        UserId "1"
        Timestamp "2022-10-26T09:39:42.195Z"
    }
}

fn more_models_samples() -> Samples {
    let filter = Filter::eq("username", "zqx").and(!Filter::contains("name", "zqx"));
    let request = PageRequest::new().filter(filter.clone());
    let migration = json!({"targetNamespaceId": "1", "username": "zqx", "userPassword": "zqx"});
    let migration: Option<models::NamespaceMigrationOptions> =
        serde_json::from_value(migration).ok().or_else(|| {
            let mut options = models::NamespaceMigrationOptions::new("target");
            options.username = Some("zqx".to_owned());
            options.user_password = Some("zqx".into());
            Some(options)
        });
    let user: User = serde_json::from_value(json!({"nickName": "zqx"})).unwrap();
    let changes = Changes::between(&User::new(), &user).unwrap();
    let remaining = Changes::new().clear("nickName").remaining(&user, &user).unwrap();
    let unrecognized = models::MfaMethod::from("zqx");
    let models::MfaMethod::Unrecognized(unrecognized) = &unrecognized else { unreachable!() };
    let mut fields = models::CustomFields::new();
    fields.insert("zqx.zqx", "zqx");
    let mut tagged = User::new();
    tagged.tags = Some(vec!["zqx".repeat(100)]);
    let mistyped = Changes::new().set("tags", "zqx").unwrap().apply_to(&User::new());
    vec![
        ("models::Changes", show(&changes)),
        ("models::Expression", show(&filter.expression())),
        ("models::Filter", show(&filter)),
        ("models::FilterValue", show(&models::FilterValue::from("zqx"))),
        ("models::InvalidChanges", show(&mistyped.unwrap_err())),
        ("models::InvalidCustomField", show(&fields.validate().unwrap_err())),
        ("models::InvalidDate", show(&models::Date::from("zqx").to_jiff().unwrap_err())),
        ("models::InvalidFilter", show(&"zqx eq zqx".parse::<Filter>().unwrap_err())),
        ("models::InvalidPageRequest", show(&request.clone().count(0).validate().unwrap_err())),
        ("models::InvalidTimestamp", show(&models::Timestamp::from("zqx").to_jiff().unwrap_err())),
        ("models::InvalidUser", show(&tagged.validate().unwrap_err())),
        ("models::NamespaceMigrationOptions", show(&migration)),
        ("models::Page", show(&models::Page::new(vec![user]))),
        ("models::PageRequest", show(&request)),
        ("models::RemainingMembers", show(&remaining)),
        // The one type that is made to show.
        ("models::Revealed", show(&Revealed(&User::new()))),
        ("models::Sort", show(&models::Sort::ascending("username"))),
        ("models::Unrecognized", show(unrecognized)),
    ]
}

fn transport_samples() -> Samples {
    let base: transport::BaseUrl = "https://id.example.com/".parse().unwrap();
    let invalid: Result<transport::BaseUrl, _> = "https://zqx:zqx@id.example.com".parse();
    let authorization = AuthorizationLayer::new(Credentials::basic("zqx", "zqx"), base.clone());
    // A user agent names a program, so it is shown.
    let agent = HeaderValue::from_static("agent");
    let prepare = PrepareLayer::new(base.clone(), agent);
    let mut token = AccessToken::new("zqx");
    token.refresh_token = Some("zqx".into());
    let client = OidcClient::new("zqx", "zqx");
    let grant = OidcGrant::password(client.clone(), "zqx", "zqx");
    let call = Call::<()>::post(&["zqx"]).query("zqx", "zqx").json("zqx");
    let call = call.header(AUTHORIZATION, HeaderValue::from_static("zqx"));
    let options =
        transport::CallOptions::new().header(AUTHORIZATION, HeaderValue::from_static("zqx"));
    let builder = Client::builder("https://zqx:zqx@id.example.com/zqx")
        .credentials(Credentials::basic("zqx", "zqx"));
    let facade = Trivore::builder("https://zqx:zqx@id.example.com/zqx")
        .credentials(Credentials::basic("zqx", "zqx"));
    let connector = Connector::new().proxy("http://zqx:zqx@proxy.example.com:3128");
    let built = Client::builder("https://id.example.com")
        .connector(Connector::new().proxy("zqx://zqx:zqx@["));
    let decode = decode_json::<BTreeMap<String, u64>>(br#"{"zqx":"zqx"}"#).unwrap_err();
    let too_few = trivore::TrivoreBuilder::from_properties("/nowhere.properties");
    vec![
        ("transport::AccessToken", show(&token)),
        ("transport::Authorization", show(&authorization.layer(()))),
        ("transport::AuthorizationLayer", show(&authorization)),
        ("transport::BaseUrl", show(&base)),
        ("transport::Body", show(&transport::Body::from(bytes::Bytes::from("zqx")))),
        ("transport::BuildError", show(&built.build().unwrap_err())),
        ("transport::Call", show(&call)),
        ("transport::CallOptions", show(&options)),
        ("transport::ClientBuilder", show(&builder)),
        ("transport::Connector", show(&connector)),
        ("transport::Credentials", show(&Credentials::bearer("zqx"))),
        ("transport::DecodeError", show(&decode)),
        ("transport::InvalidAddress", show(&invalid.unwrap_err())),
        (
            "transport::InvalidCredentials",
            show(&Credentials::basic("zqx:", "zqx").validate().unwrap_err()),
        ),
        ("transport::InvalidPath", show(&transport::RequestPath::new(&["zqx", ".."]).unwrap_err())),
        ("transport::OidcClient", show(&client)),
        ("transport::OidcGrant", show(&grant)),
        ("transport::RequestPath", show(&transport::RequestPath::new(&["user"]).unwrap())),
        ("transport::Prepare", show(&prepare.layer(()))),
        ("transport::PrepareLayer", show(&prepare)),
        ("transport::SecretString", show(&transport::SecretString::from("zqx"))),
        ("trivore::ConfigError", show(&too_few.unwrap_err())),
        ("trivore::TrivoreBuilder", show(&facade)),
    ]
}

async fn calls_samples() -> Samples {
    let recorder = Recorder::new();
    recorder
        .respond(400, r#"{"x":"zqx"}"#)
        .respond(201, r#"{"id":"1","nickName":"zqx"}"#)
        .respond(200, r#"{"id":"1","nickName":"zqx"}"#)
        .respond(200, r#"{"id":"1","nickName":"zqx"}"#);
    let client = recorder.client().credentials(Credentials::basic("zqx", "zqx")).build();
    let trivore = Trivore::new(client.unwrap());
    let users = trivore.users();
    let error = users.get(&"zqx".into()).await.unwrap_err();
    let created = users.create(&User::new()).await.unwrap();
    let generator = PasswordGenerator::new().avoiding("zqx");
    let incomplete = users.modify(&"1".into(), |user| user.nick_name = None).await.unwrap_err();
    let request = || PageRequest::new().filter(Filter::eq("username", "zqx"));
    recorder.respond(200, r#"{"totalResults":1,"resources":["zqx"]}"#);
    let (report, unreadable) = std::sync::mpsc::channel();
    let rows = users.items(request()).skip_unreadable(move |row| report.send(row).unwrap());
    assert_eq!(rows.try_collect::<Vec<_>>().await.unwrap(), []);
    let dry_run = Users::dry_run(|_| ()).state("users.list", &"zqx").unwrap();
    let dry = Client::builder("https://id.example.com").dry_run(dry_run.clone()).build().unwrap();
    let planned = dry.execute(Call::post(&["zqx"]).query("zqx", "zqx").json("zqx")).await;
    let planned = planned.unwrap_err();
    recorder.respond(403, r#"{"x":"zqx"}"#);
    let checked = trivore.check().await;
    let step = checked.first_failure().unwrap();
    let blocking = blocking::Trivore::new(trivore.client().clone()).unwrap();
    vec![
        ("transport::CheckOutcome", show(&step.outcome)),
        ("transport::CheckReport", format!("{} {checked}", show(&checked))),
        ("transport::CheckStep", show(step)),
        ("transport::DryRun", show(&dry_run)),
        ("transport::PlannedRequest", show(transport::PlannedRequest::of(&planned).unwrap())),
        ("trivore::Client", show(&blocking.client())),
        ("trivore::Items", show(&blocking.users().items(request()))),
        ("trivore::Pages", show(&blocking.users().pages(request()))),
        ("trivore::Reconcile", show(&blocking.users().reconcile(Duration::ZERO))),
        ("trivore::Users", show(blocking.users())),
        ("trivore::Trivore", show(&blocking)),
        ("transport::ApiError", show(error.api().unwrap())),
        ("transport::Client", show(trivore.client())),
        ("transport::Error", show(&error)),
        ("trivore::Trivore", show(&trivore)),
        ("users::CreatedUser", show(&created)),
        ("users::IncompleteChange", show(IncompleteChange::of(&incomplete).unwrap())),
        ("users::Items", show(&users.items(request()))),
        ("users::ListCursor", show(&users.items(request()).cursor())),
        ("users::Pages", show(&users.pages(request()))),
        ("users::PasswordGenerator", show(&generator)),
        ("users::UnreadableRow", show(&unreadable.recv().unwrap())),
        ("users::Users", show(users)),
    ]
}

async fn reconcile_samples() -> Samples {
    let recorder = Recorder::new();
    let named = r#"{"resources":[{"id":"1","username":"zqx","title":"zqx"}]}"#;
    let answers = [(500, "{}"), (200, named), (500, "{}"), (403, r#"{"x":"zqx"}"#), (200, named)];
    for (status, body) in answers {
        recorder.respond(status, body);
    }
    let users = Users::new(recorder.client().build().unwrap());
    let mut user = User::new();
    user.username = Some("zqx".to_owned());
    user.nick_name = Some("zqx".to_owned());
    let found = users.create_once(&user).await.unwrap_err();
    let failed = users.create_once(&user).await.unwrap_err();
    let reconcile = users.reconcile(Duration::ZERO);
    let outcome = reconcile.create(&user).await.unwrap();
    vec![
        ("users::CreateOutcome", show(&outcome)),
        ("users::FailedLookUp", show(FailedLookUp::of(&failed).unwrap())),
        ("users::FoundUser", show(FoundUser::of(&found).unwrap())),
        ("users::Reconcile", show(&reconcile)),
        ("users::Reconciled", show(&Reconciled::Applied(user))),
    ]
}

async fn bulk_samples() -> Samples {
    let folder = tempfile::TempDir::with_prefix("zqx").unwrap();
    let path = folder.path().join("zqx");
    let journal = FileJournal::open(&path, SyncPolicy::Never).await.unwrap();
    let shown_journal = show(&journal);
    let (state, time) = (RecordedState::Done, std::time::SystemTime::UNIX_EPOCH);
    let record = JournalRecord { number: 0, key: "zqx".into(), state, time };
    let mut state = JournalState::new();
    let error = state.add(&record).unwrap_err();
    let found: Reconciled<User> = Reconciled::Applied(read_user());
    let bulk = Bulk::new(|_: User| async { Ok(read_user()) }).key(|_| "zqx".to_owned());
    let bulk = bulk.journal(journal);
    let shown_bulk = show(&bulk);
    let mut run = bulk.run([read_user()]);
    let item = run.try_next().await.unwrap().unwrap();
    vec![
        ("users::Bulk", shown_bulk),
        ("users::BulkItem", show(&item)),
        ("users::BulkOutcome", show(&item.outcome)),
        ("users::BulkRun", show(&run)),
        ("users::FileJournal", shown_journal),
        ("users::JournalError", format!("{} {error}", show(&error))),
        ("users::JournalRecord", show(&record)),
        ("users::JournalState", show(&state)),
        ("users::Reconciled", show(&found)),
    ]
}

fn read_user() -> User {
    serde_json::from_value(json!({"id": "1", "nickName": "zqx"})).unwrap()
}

async fn sandbox_samples() -> Samples {
    let client = ApiClient::new("1", "zqx");
    let builder = Sandbox::builder().api_client(client.clone()).user(json!({"nickName": "zqx"}));
    let shown_builder = show(&builder);
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"emails": [{"address": "zqx@zqx.example"}]})).unwrap();
    let invalid_seed = sandbox.add_user(json!({"emails": ["zqx"], "locked": "zqx"})).unwrap_err();
    let credentials = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    let trivore = Trivore::builder(sandbox.url()).credentials(credentials).build().unwrap();
    let verification = models::EmailVerification::default();
    let id = id.into();
    trivore.users().verify_email(&id, &verification).await.unwrap();
    trivore.users().get(&id).await.unwrap();
    let fault = Fault::status(400).body("zqx").header("x", "zqx");
    let invalid_fault = sandbox.inject(Fault::status(42).body("zqx").header("x", "zqx"));
    let invalid_fault = invalid_fault.unwrap_err();
    assert!(Rules::default().set("zqx", true).is_err());
    let outbox = sandbox.outbox();
    assert_eq!(outbox.len(), 1);
    let body = tower::ServiceExt::oneshot(
        sandbox.service(),
        http::Request::get("/api/rest/v1/user").body(String::new()).unwrap(),
    )
    .await
    .unwrap()
    .into_body();
    let (sender, served) = std::sync::mpsc::channel();
    let observed =
        Sandbox::builder().on_request(move |request| sender.send(request.clone()).unwrap());
    let request = http::Request::get("/api/rest/v1/user/zqx?zqx").header("authorization", "zqx");
    let service = observed.start().await.unwrap().service();
    tower::ServiceExt::oneshot(service, request.body("zqx".to_owned()).unwrap()).await.unwrap();
    vec![
        ("sandbox::ApiClient", show(&client)),
        ("sandbox::Builder", shown_builder),
        ("sandbox::Fault", show(&fault)),
        ("sandbox::InvalidFault", show(&invalid_fault)),
        ("sandbox::InvalidSeed", show(&invalid_seed)),
        ("sandbox::LedgerEntry", show(&sandbox.ledger())),
        ("sandbox::Message", show(&outbox.messages())),
        ("sandbox::OidcClient", show(&trivore_sandbox::OidcClient::new("1", "zqx"))),
        ("sandbox::Outbox", show(&outbox)),
        ("sandbox::RecordedRequest", show(&sandbox.requests())),
        ("sandbox::RecordedResponse", show(&sandbox.requests()[1].response)),
        ("sandbox::ResponseBody", show(&body)),
        ("sandbox::Sandbox", show(&sandbox)),
        ("sandbox::SandboxService", show(&sandbox.service())),
        ("sandbox::ServedRequest", show(&served.recv().unwrap())),
    ]
}

/// Names of the public types of all crates, such as `models::User`.
fn public_types() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut types = BTreeSet::new();
    for folder in fs::read_dir(crates).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let prefix = name.strip_prefix("trivore-").unwrap_or(&name);
        let mut sources = String::new();
        read_sources(&folder.join("src"), &mut sources);
        let Ok(root) = fs::read_to_string(folder.join("src/lib.rs")) else { continue };
        let mut names = exports(&root);
        for module in root.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
            let module = module.trim_end_matches(';');
            let file = folder.join(format!("src/{module}.rs"));
            let nested = folder.join(format!("src/{module}/mod.rs"));
            names
                .extend(exports(&fs::read_to_string(file).or(fs::read_to_string(nested)).unwrap()));
        }
        let is_declared = |kind: &str, name: &str| {
            sources.match_indices(&format!("pub {kind} {name}")).any(|(at, found)| {
                let next = sources[at + found.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        names.retain(|name| !is_declared("trait", name) && !is_declared("type", name));
        types.extend(names.into_iter().map(|name| format!("{prefix}::{name}")));
    }
    types
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// Names of types that a file exports of its own crate, or declares.
fn exports(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for statement in source.split("\npub use ").skip(1) {
        let statement = statement.split(';').next().unwrap();
        if statement.starts_with("trivore_") {
            continue;
        }
        let list = statement.rsplit("::").next().unwrap();
        let list = statement.split_once('{').map_or(list, |(_, list)| list);
        let list = list.trim_end_matches('}').split(',').map(str::trim);
        names.extend(list.map(|name| name.rsplit(' ').next().unwrap().to_owned()));
    }
    for kind in ["\npub struct ", "\npub enum "] {
        for declared in source.split(kind).skip(1) {
            names.push(declared.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned());
        }
    }
    names.retain(|name| name.starts_with(char::is_uppercase));
    names
}
