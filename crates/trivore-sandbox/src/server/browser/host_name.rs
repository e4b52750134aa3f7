//! Parses and compares hosts, as in the `Host` header.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host: an IP address, or a name in lower case without a dot at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostName {
    Address(IpAddr),
    Name(String),
}

impl HostName {
    /// Parses a host without a port; an IPv6 address may be in brackets.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(text) = text.strip_prefix('[') {
            let address: Ipv6Addr = text.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(address.to_canonical()));
        }
        if let Ok(address) = text.parse::<Ipv6Addr>() {
            return Some(Self::Address(address.to_canonical()));
        }
        let text = text.strip_suffix('.').unwrap_or(text);
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let is_label = |label: &str| {
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            !label.is_empty() && label.bytes().all(is_allowed)
        };
        text.split('.').all(is_label).then(|| Self::Name(text.to_ascii_lowercase()))
    }

    /// Parses `host` or `host:port`; an empty port is none, and an IPv6 address is in brackets.
    pub(super) fn parse_with_port(text: &str) -> Option<(Self, Option<u16>)> {
        let end_of_address = text.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match text.get(end_of_address..)?.split_once(':') {
            Some((rest, port)) => (text.get(..end_of_address + rest.len())?, port),
            None => (text, ""),
        };
        let port = match port {
            "" => None,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            _ => return None,
        };
        Some((Self::parse(host)?, port))
    }

    /// Returns whether this always means the machine itself.
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost",
        }
    }

    /// Returns whether this is an address of a socket.
    pub(super) fn is_address(&self, address: IpAddr) -> bool {
        *self == Self::Address(address.to_canonical())
    }
}
