//! Every command in a pipe and on a terminal.

use std::process::Command;

use serde_json::Value;

use super::cases::{CASES, Case, Written};
use super::world::{SignIn, World};
use crate::installation::finish;
use crate::terminal::Terminal;

#[test]
fn in_a_pipe_there_are_no_escape_sequences_and_results_are_json() {
    for case in CASES {
        let world = World::start(SignIn::Client);
        world.prepare(case);
        let mut command = world.command(case, &[]);
        let finished = finish(&mut command);
        assert_eq!(finished.code, case.code, "{case:?}: {finished:?}");
        let written = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!written.contains(['\u{1b}', '\u{7}', '\r']), "{case:?}: {finished:?}");
        match case.result {
            Written::Json => {
                let json = serde_json::from_str::<Value>(&finished.stdout);
                assert!(json.is_ok(), "{case:?}: {finished:?}");
            }
            Written::Text => assert!(!finished.stdout.is_empty(), "{case:?}: {finished:?}"),
            Written::Nothing => assert_eq!(finished.stdout, "", "{case:?}: {finished:?}"),
        }
    }
}

#[test]
fn on_a_terminal_every_command_ends_alike_and_shows_no_secrets() {
    for case in CASES {
        let world = World::start(SignIn::Client);
        world.prepare(case);
        let mut terminal = Terminal::run(&typed(&world, case), 50, 120);
        if let Some(input) = case.input {
            terminal.wait_for(": ");
            terminal.wait_until_hidden();
            terminal.press(&format!("{input}\r"));
        }
        let (code, screen, bytes) = terminal.finish_with_bytes();
        assert_eq!(i32::try_from(code), Ok(case.code), "{case:?}:\n{screen}");
        assert!(!screen.contains("panicked"), "{case:?}:\n{screen}");
        for (what, secret) in world.secrets().into_iter().chain([World::personal_code()]) {
            assert!(!bytes.contains(&secret), "{case:?}: the {what} is on the screen:\n{screen}");
        }
    }
}

/// The command of a case, which asks for what it reads from standard input in a pipe.
fn typed(world: &World, case: &Case) -> Command {
    let command = world.command(case, &[]);
    let mut typed = Command::new(command.get_program());
    typed.args(command.get_args().filter(|word| *word != "--stdin"));
    typed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    typed.current_dir(world.home());
    typed
}
