//! The compiler that figures were measured with.

use std::process::Command;

use crate::process;

/// The version and host platform of a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Toolchain {
    pub(super) rustc: String,
    pub(super) target: String,
}

impl Toolchain {
    /// Reads the toolchain from `rustc -vV`.
    pub(super) fn present() -> Result<Self, String> {
        let text = process::read(Command::new("rustc").arg("-vV"))?;
        Self::parse(&text).ok_or_else(|| "`rustc -vV` reports no version or host".to_owned())
    }

    fn parse(text: &str) -> Option<Self> {
        let line = |start| text.lines().find_map(|line| line.strip_prefix(start));
        Some(Self { rustc: line("rustc ")?.to_owned(), target: line("host: ")?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::Toolchain;

    #[test]
    fn version_and_host_are_read() {
        let text = "rustc 1.88.0 (6b00bc388 2025-06-23)\nbinary: rustc\nhost: x-y-z\n";

        let toolchain = Toolchain::parse(text).unwrap();

        assert_eq!(toolchain.rustc, "1.88.0 (6b00bc388 2025-06-23)");
        assert_eq!(toolchain.target, "x-y-z");
    }
}
