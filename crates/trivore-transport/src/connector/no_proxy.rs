//! Which destinations are reached without a proxy.

use std::net::IpAddr;

use crate::address::host;

/// Destinations that are reached without a proxy: an entry of `NO_PROXY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Direct {
    All,
    /// A name and all names below it, in lower case.
    Domain(String, Option<u16>),
    /// The addresses that share as many leading bits.
    Network(IpAddr, u32, Option<u16>),
}

impl Direct {
    /// Reads the entries of `NO_PROXY`, which are separated by commas or white space.
    pub(crate) fn read(text: &str) -> Result<Vec<Self>, &'static str> {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        entries.filter(|entry| !entry.is_empty()).map(direct).collect()
    }

    /// Whether a destination is reached directly.
    pub(crate) fn matches(&self, host: &str, port: u16) -> bool {
        match (self, host::address(host)) {
            (Self::All, _) => true,
            (Self::Domain(domain, only), None) => {
                let host = host::without_final_dot(host).to_ascii_lowercase();
                let above = host.strip_suffix(domain.as_str());
                above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
                    && only.is_none_or(|only| only == port)
            }
            (Self::Network(network, length, only), Some(address)) => {
                // An address that is mapped to IPv6 is in networks of both kinds.
                let is_in = |address| shares_prefix(*network, address, *length);
                (is_in(address) || is_in(address.to_canonical()))
                    && only.is_none_or(|only| only == port)
            }
            (Self::Domain(..), Some(_)) | (Self::Network(..), None) => false,
        }
    }
}

fn direct(entry: &str) -> Result<Direct, &'static str> {
    if entry == "*" {
        return Ok(Direct::All);
    }
    if let Some((address, length)) = entry.split_once('/') {
        let length = length.parse().ok().filter(|_| length.bytes().all(|b| b.is_ascii_digit()));
        let network =
            host::address(address).zip(length).filter(|(ip, length)| *length <= bits(*ip));
        let (address, length) = network.ok_or("it has a malformed network")?;
        return Ok(network_of(address, length, None));
    }
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
            (name, Some(host::port(port).ok_or("it has a malformed port")?))
        }
        _ => (entry, None),
    };
    if let Some(address) = host::address(name) {
        return Ok(network_of(address, bits(address), port));
    }
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    let name = host::without_final_dot(name.strip_prefix('.').unwrap_or(name));
    if host::check(name).is_err() {
        return Err("it has an entry that is neither a host, an IP address nor a network");
    }
    Ok(Direct::Domain(name.to_ascii_lowercase(), port))
}

/// Makes a network of IPv4 from one whose addresses are all mapped to IPv6.
fn network_of(address: IpAddr, length: u32, port: Option<u16>) -> Direct {
    match (address.to_canonical(), length.checked_sub(bits(address) - 32)) {
        (address @ IpAddr::V4(_), Some(length)) => Direct::Network(address, length, port),
        _ => Direct::Network(address, length, port),
    }
}

fn bits(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn shares_prefix(network: IpAddr, address: IpAddr, length: u32) -> bool {
    let different = match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => u128::from(a.to_bits() ^ b.to_bits()) << 96,
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() ^ b.to_bits(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    different.leading_zeros() >= length
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::*;

    #[test]
    fn no_proxy_names_hosts_addresses_and_networks() {
        for (entries, destination, is_direct) in [
            ("*", "https://id.example.com", true),
            ("*", "https://10.0.0.1", true),
            ("*", "https://[2001:db8::1]", true),
            ("a.example, *", "https://10.0.0.1", true),
            ("example.com", "https://id.example.com", true),
            (".example.com", "https://id.example.com", true),
            (".example.com", "https://example.com", true),
            ("*.example.com", "https://id.example.com", true),
            ("EXAMPLE.com", "https://ID.example.COM", true),
            ("example.com.", "https://id.example.com", true),
            ("example.com", "https://id.example.com.", true),
            ("example.com", "https://myexample.com", false),
            ("id.example.com", "https://example.com", false),
            ("a.example,example.com", "https://id.example.com", true),
            ("a.example\texample.com", "https://id.example.com", true),
            (", ,", "https://id.example.com", false),
            ("", "https://id.example.com", false),
            ("id.example.com:443", "https://id.example.com", true),
            ("id.example.com:8443", "https://id.example.com", false),
            ("id.example.com:8443", "https://id.example.com:8443", true),
            ("10.0.0.1", "https://10.0.0.1", true),
            ("10.0.0.1", "https://10.0.0.2", false),
            ("10.0.0.1:443", "https://10.0.0.1", true),
            ("a.example", "https://10.0.0.1", false),
            ("10.0.0.0/8", "https://10.9.9.9", true),
            ("10.0.0.0/8", "https://11.0.0.1", false),
            ("0.0.0.0/0", "https://11.0.0.1", true),
            ("10.0.0.0/8", "https://[::ffff:10.0.0.1]", true),
            ("10.0.0.0/8", "https://10.example.com", false),
            ("2001:db8::1", "https://[2001:db8::1]", true),
            ("[2001:db8::1]", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:80", "https://[2001:db8::1]", false),
            ("2001:DB8:0::0001", "https://[2001:db8::1]", true),
            ("2001:db8::/32", "https://[2001:db8:1::1]", true),
            ("2001:db8::/32", "https://[2001:db9::1]", false),
            ("::/0", "https://10.0.0.1", false),
            ("::/0", "https://[2001:db8::1]", true),
            ("::/0", "https://[::ffff:10.0.0.1]", true),
            ("0.0.0.0/0", "https://[::ffff:10.0.0.1]", true),
            ("0.0.0.0/0", "https://[2001:db8::1]", false),
            ("10.0.0.0/8", "https://[::ffff:10.1.2.3]", true),
            ("10.0.0.0/8", "https://[::ffff:a01:203]", true),
            ("10.0.0.0/8", "https://[::ffff:11.1.2.3]", false),
            ("10.0.0.0/8", "https://[::10.1.2.3]", false),
            ("::ffff:10.0.0.0/104", "https://10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "https://11.1.2.3", false),
            ("::ffff:10.0.0.0/104", "https://[::ffff:10.1.2.3]", true),
            ("::ffff:10.0.0.0/104", "https://[::ffff:11.1.2.3]", false),
            ("[::ffff:a00:0]/104", "https://10.1.2.3", true),
            ("::ffff:0:0/96", "https://10.1.2.3", true),
            ("::ffff:0:0/96", "https://[2001:db8::1]", false),
            ("::ffff:10.1.2.3/128", "https://10.1.2.3", true),
            ("::ffff:10.1.2.3/128", "https://10.1.2.4", false),
            ("::ffff:10.1.2.3", "https://10.1.2.3", true),
            ("10.1.2.3", "https://[::ffff:10.1.2.3]", true),
            ("[::ffff:10.1.2.3]:443", "https://10.1.2.3", true),
            ("[::ffff:10.1.2.3]:80", "https://10.1.2.3", false),
            ("::ffff:0:0/95", "https://10.1.2.3", false),
            ("::ffff:0:0/95", "https://[::ffff:10.1.2.3]", true),
        ] {
            let destination: Uri = destination.parse().unwrap();
            let (host, port) = (destination.host().unwrap(), destination.port_u16());
            let read = Direct::read(entries).unwrap();

            let found = read.iter().any(|direct| direct.matches(host, port.unwrap_or(443)));

            assert_eq!(found, is_direct, "{entries} {destination}");
        }
    }

    #[test]
    fn malformed_entries_of_no_proxy_are_refused() {
        for entries in [
            "10.0.0.0/33",
            "10.0.0.0/x",
            "10.0.0.0/",
            "example.com/8",
            "::/129",
            "http://a",
            "a#b",
            "a:x",
            "192.168.",
            "010.0.0.1",
            "10.0.0.1/8:443",
            "10.0.0.0/+8",
            "[::1/128]",
            "[::1]x",
            "fe80::1%eth0",
            "example.com:",
            "example.com:0",
            "*example.com",
            "*.*.example.com",
            "*.",
            "..",
            ".",
            "a;b",
            "\"a\"",
            "b\u{fc}cher.example",
            "<local>",
        ] {
            assert!(Direct::read(entries).is_err(), "{entries}");
        }
    }
}
