//! Parses and compares origins, as in the `Origin` header.

use super::host_name::HostName;

/// A scheme, a host and a port, such as `http://localhost:3000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    is_secure: bool,
    host: HostName,
    port: u16,
}

impl Origin {
    /// Parses an origin of the schemes `http` and `https`, without a path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let (host, port) = HostName::parse_with_port(authority)?;
        Some(Self { is_secure, host, port: port.unwrap_or(if is_secure { 443 } else { 80 }) })
    }

    pub(crate) fn host(&self) -> &HostName {
        &self.host
    }

    /// Returns the origin of the pages of this server, as a request names it.
    pub(super) fn of_server(host: HostName, port: Option<u16>) -> Self {
        Self { is_secure: false, host, port: port.unwrap_or(80) }
    }
}
