//! Network and hardware addresses as people write them, brought into one form.
//!
//! The surprise: `010.0.0.1` is refused, because some programs read the leading zero as octal and reach another
//! device.

use std::net::{IpAddr, Ipv6Addr};

/// Addresses in stored form, with what was changed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The addresses in their usual form, in the order given, each once, with one blank between.
    pub text: String,
    /// What was left out, as sentences without a full stop.
    pub remarks: Vec<String>,
}

/// Reads IPv4 and IPv6 addresses separated by blanks, commas or semicolons; a mask (`/24`) is left out.
///
/// # Errors
/// A sentence that names the first text that is no address.
pub fn normalise_ips(text: &str) -> Result<Addresses, String> {
    read(text, |part, remarks| {
        let address = match part.split_once('/') {
            Some((address, mask)) if mask.parse::<u8>().is_ok_and(|bits| bits <= 128) => {
                remarks.push(format!("the mask `/{mask}` is left out: an address is kept without it"));
                address
            }
            Some(_) | None => part,
        };
        match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => Ok(address.to_string()),
            Ok(IpAddr::V6(address)) => Ok(Ipv6Addr::to_string(&address)),
            Err(_) => Err(format!("`{}` is no IP address such as 10.1.2.3 or fe80::1", cut(part))),
        }
    })
}

/// Reads hardware addresses (`00:1B:1B:01:02:03`, `00-1b-…`, `001b.1b01.0203`, `001B1B010203`) separated by
/// blanks, commas or semicolons; stored form is lower case with colons.
///
/// # Errors
/// A sentence that names the first text that is no hardware address.
pub fn normalise_macs(text: &str) -> Result<Addresses, String> {
    read(text, |part, _| {
        mac(part).ok_or_else(|| format!("`{}` is no hardware address such as 00:1b:1b:01:02:03", cut(part)))
    })
}

fn read(
    text: &str,
    mut one: impl FnMut(&str, &mut Vec<String>) -> Result<String, String>,
) -> Result<Addresses, String> {
    let mut found: Vec<String> = Vec::new();
    let mut remarks = Vec::new();
    for part in text.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ';') {
        if part.is_empty() {
            continue;
        }
        let address = one(part, &mut remarks)?;
        if !found.contains(&address) {
            found.push(address);
        }
    }
    Ok(Addresses { text: found.join(" "), remarks })
}

fn mac(text: &str) -> Option<String> {
    let groups: Vec<&str> = match text.chars().find(|letter| !letter.is_ascii_hexdigit()) {
        Some(mark @ (':' | '-' | '.')) => text.split(mark).collect(),
        Some(_) => return None,
        None => vec![text],
    };
    let width = match groups.len() {
        6 => 2,
        3 => 4,
        1 => 12,
        _ => return None,
    };
    if groups.iter().any(|group| group.len() != width || !group.bytes().all(|b| b.is_ascii_hexdigit())) {
        return None;
    }
    let digits = groups.concat().to_ascii_lowercase();
    let pairs: Vec<&str> = (0..6).map(|index| &digits[index * 2..index * 2 + 2]).collect();
    Some(pairs.join(":"))
}

fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_all_spellings_come_out_alike() {
        let ips = normalise_ips("10.1.2.3/24, FE80::0001;10.1.2.3").expect("three good addresses");
        assert_eq!(ips.text, "10.1.2.3 fe80::1");
        assert_eq!(ips.remarks.len(), 1);
        for text in ["00:1B:1b:01:02:03", "00-1b-1b-01-02-03", "001b.1b01.0203", "001B1B010203"] {
            assert_eq!(normalise_macs(text).expect("a good address").text, "00:1b:1b:01:02:03");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        for text in ["10.1.2", "010.0.0.1", "10.0.0.1/999", "plc1", "-", "10.0.0.1:502"] {
            assert!(normalise_ips(text).is_err(), "{text}");
        }
        for text in ["00:1b:1b", "00:1b:1b:01:02:0g", "00:1b-1b:01:02:03", "é0:1b:1b:01:02:03"] {
            assert!(normalise_macs(text).is_err(), "{text}");
        }
    }
}
