//! Seeds that are much larger than what is held in memory of them.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::json;
use tempfile::TempDir;
use trivore_sandbox::Sandbox;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_users_are_imported_and_exported() {
    const USERS: usize = 100_000;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("seed.json");
    let mut seed = BufWriter::new(File::create(&path).unwrap());
    writeln!(seed, "{{\"users\": [").unwrap();
    for number in 0..USERS {
        let user = json!({
            "id": format!("id-{number:06}"),
            "username": format!("user-{number}"),
            "nickName": format!("nick-{number}"),
            "emails": [{"address": format!("user-{number}@example.com")}],
        });
        let comma = if number + 1 < USERS { "," } else { "" };
        writeln!(seed, "{user}{comma}").unwrap();
    }
    writeln!(seed, "]}}").unwrap();
    seed.into_inner().unwrap();

    let sandbox = Sandbox::builder().seed(&path).start().await.unwrap();
    let exported = folder.path().join("exported.json");
    sandbox.export(BufWriter::new(File::create(&exported).unwrap())).unwrap();

    let exported = std::fs::read_to_string(exported).unwrap();
    for number in [0, USERS / 2, USERS - 1] {
        let user = sandbox.user_document(&format!("id-{number:06}")).unwrap();
        assert_eq!(user["nickName"], format!("nick-{number}"));
        assert!(exported.contains(&format!("\"nickName\":\"nick-{number}\"")));
    }
    // Each user is on a line of its own.
    let lines = exported.lines().filter(|line| line.contains("\"id\":\"id-"));
    assert_eq!(lines.count(), USERS);
    sandbox.shutdown().await;
}
