//! `trivore completions`.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::write_stdout;

/// Writes the completions of a shell, which also complete the names of profiles.
///
/// The shell calls this program to complete, so they need not be written again for a new version.
#[derive(Args)]
#[command(after_help = "Examples:
  source <(trivore completions bash)                                       in ~/.bashrc
  source <(trivore completions zsh)                                        in ~/.zshrc
  trivore completions fish > ~/.config/fish/completions/trivore.fish")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub(crate) fn run(self, _: &Context) -> Result<(), Failure> {
        let name = match self.shell {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        };
        let mut script = Vec::new();
        if let Some(shell) = Shells::builtins().completer(name) {
            shell
                .write_registration("COMPLETE", "trivore", "trivore", "trivore", &mut script)
                .map_err(Failure::output)?;
        }
        if matches!(self.shell, Shell::Bash) {
            script.extend(BASH_OPTION_VALUES.as_bytes());
        }
        write_stdout(&script)
    }
}

/// Completes `--option=value`, which bash takes for three words.
const BASH_OPTION_VALUES: &str = r#"
_trivore_option_values() {
    local at=$COMP_CWORD option=
    [[ ${COMP_WORDS[at]} != = ]] && ((at -= 1))
    if ((at > 1)) && [[ ${COMP_WORDS[at]} == = && ${COMP_WORDS[at - 1]} == --* ]]; then
        option=${COMP_WORDS[at - 1]}=
        local word=$2
        [[ $word == = ]] && word=
        local COMP_WORDS=("${COMP_WORDS[@]:0:at - 1}" "$option$word")
        local COMP_CWORD=$((at - 1))
        set -- "$1" "$option$word" "${COMP_WORDS[at - 2]}"
    fi
    _clap_complete_trivore "$@"
    COMPREPLY=("${COMPREPLY[@]#"$option"}")
}
complete -o nospace -o bashdefault -F _trivore_option_values trivore
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _trivore_option_values trivore
fi
"#;
