//! Large files.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};

use crate::Installation;

#[test]
fn the_rows_of_a_file_are_not_all_in_memory() {
    let installation = Installation::start();
    let path = installation.home.path().join("users.csv");
    let mut text = BufWriter::new(File::create(&path).unwrap());
    writeln!(text, "username,title,nickName,customFields.a").unwrap();
    let filler = "x".repeat(500);
    for number in 0..100_000 {
        writeln!(text, "user-{number},{filler},{filler},{filler}").unwrap();
    }
    drop(text);
    // The limit is far below the size of the file, 150 MB.
    let program = installation.command(&["users", "import", "-", "--format", "csv", "--dry-run"]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -d 100000; exec \"$0\" \"$@\" < \"$FILE\""]);
    command.arg(program.get_program()).args(program.get_args()).env("FILE", &path);
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("100000 valid rows"), "{stderr}");
}
