//! The session cookie: reading it out of a request, setting it, taking it away.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Transport;

/// The cookie's name. Browsers take a `__Host-` name over TLS only, which is the point of it.
#[must_use]
pub const fn name(transport: Transport) -> &'static str {
    if transport.is_encrypted() { "__Host-holdpoint" } else { "holdpoint" }
}

/// The secret that the browser sends back, if it sends one.
#[must_use]
pub fn read(headers: &HeaderMap, transport: Transport) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name(transport))
        .map(|(_, value)| value)
}

/// The header that hands the secret to the browser, which forgets it when it is closed.
#[must_use]
pub fn set(secret: &str, transport: Transport) -> HeaderValue {
    line(secret, "", transport)
}

/// The header that makes the browser forget it now.
#[must_use]
pub fn clear(transport: Transport) -> HeaderValue {
    line("", "; Max-Age=0", transport)
}

fn line(value: &str, more: &str, transport: Transport) -> HeaderValue {
    let secure = if transport.is_encrypted() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", name(transport));
    HeaderValue::try_from(text).expect("our own secrets are printable ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_insists_on_tls_where_there_is_tls() {
        assert_eq!(
            set("hp_ses_1", Transport::Tls),
            "__Host-holdpoint=hp_ses_1; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            set("hp_ses_1", Transport::PlainLoopback),
            "holdpoint=hp_ses_1; Path=/; HttpOnly; SameSite=Strict"
        );
    }

    #[test]
    fn the_right_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; holdpoint=x; __Host-holdpoint=y"));
        assert_eq!(read(&headers, Transport::Tls), Some("y"));
        assert_eq!(read(&headers, Transport::PlainLoopback), Some("x"));
        assert_eq!(read(&HeaderMap::new(), Transport::Tls), None);
    }
}
