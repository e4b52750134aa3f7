//! Hosts and ports, as they may be written in a URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[cfg(feature = "http-client")]
use http::Uri;

/// Checks a host: a name, an IPv4 address, or an IPv6 address in brackets.
///
/// Name resolution and TLS libraries differ in what else they accept, and in what they make of it:
/// `127.1` is this machine for some of them, and a name for others.
pub(crate) fn check(host: &str) -> Result<(), &'static str> {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').and_then(|text| text.parse::<Ipv6Addr>().ok());
        return match address {
            Some(address) if !address.to_canonical().is_unspecified() => Ok(()),
            _ => Err("its host is not an IPv6 address that can be connected to"),
        };
    }
    if !host.is_ascii() {
        return Err("its host is not ASCII; write an international name in its xn-- form");
    }
    let name = without_final_dot(host);
    if name.is_empty() || name.len() > 253 || !name.split('.').all(is_label) {
        return Err("its host is neither a host name nor an IP address");
    }
    if is_numeric(name) {
        return match host.parse::<Ipv4Addr>() {
            Ok(address) if !address.is_unspecified() => Ok(()),
            _ => Err("its host is not an IPv4 address that can be connected to"),
        };
    }
    Ok(())
}

/// Reads a port in decimal digits; `None` for 0, which is not a port to connect to.
pub(crate) fn port(text: &str) -> Option<u16> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

/// Returns a host without the final dot, which only name resolution needs.
pub(crate) fn without_final_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Returns a host without the brackets of an IPv6 address.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Returns the host of a URL as a certificate names it: without brackets and without the final dot,
/// which one TLS library would look for in the certificate.
#[cfg(feature = "http-client")]
pub(crate) fn tls_name(url: &Uri) -> &str {
    without_final_dot(without_brackets(url.host().unwrap_or_default()))
}

/// Reads a host that is an IP address; an IPv6 address may have brackets.
pub(crate) fn address(host: &str) -> Option<IpAddr> {
    without_brackets(host).parse().ok()
}

/// Whether a host is this machine.
///
/// An IPv4 address may be written as the IPv6 address that it is mapped to.
pub(crate) fn is_loopback(host: &str) -> bool {
    without_final_dot(host).eq_ignore_ascii_case("localhost")
        || address(host).is_some_and(|address| address.to_canonical().is_loopback())
}

/// Whether both TLS libraries accept this part of a name; they allow underscores.
fn is_label(label: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&label.len())
        && label.bytes().all(is_allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether some resolvers read a name as an IPv4 address, since its last label is a number.
fn is_numeric(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let hex = last.strip_prefix("0x");
    last.bytes().all(|byte| byte.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_that_every_library_reads_alike() {
        let long = format!("{}.example.com", "a".repeat(63));
        for host in [
            "id.example.com",
            "id.example.com.",
            "localhost",
            "my_service",
            "xn--bcher-kva.example",
            "1.example",
            "10.0.0.1",
            "[::1]",
            "[2001:db8::1]",
            &long,
        ] {
            assert_eq!(check(host), Ok(()), "{host}");
        }
    }

    #[test]
    fn hosts_that_libraries_read_differently_are_refused() {
        let long = format!("{}.example.com", "a".repeat(64));
        for host in [
            "",
            ".",
            "*",
            "*.example.com",
            "id..example.com",
            "id.example.com..",
            ".example.com",
            "-id.example.com",
            "id-.example.com",
            "id%41.example.com",
            "a$b",
            "b\u{fc}cher.example",
            "127.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "127.0.0.1.",
            "1.2.3.4.5",
            "256.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::ffff:0.0.0.0]",
            "[::ffff:0:0]",
            "[]",
            "[fe80::1%25eth0]",
            "[127.0.0.1]",
            "[::1",
            &long,
        ] {
            assert!(check(host).is_err(), "{host}");
        }
    }

    #[test]
    fn ports_are_digits_from_1_to_65535() {
        assert_eq!((port("1"), port("443"), port("65535")), (Some(1), Some(443), Some(65535)));
        for text in ["", "0", "00", "65536", "99999", "abc", "+1", "-1", "1 ", "\u{664}"] {
            assert_eq!(port(text), None, "{text}");
        }
    }
}
