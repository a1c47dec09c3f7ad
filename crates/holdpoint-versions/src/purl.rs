//! Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! Read tolerantly, printed canonically. The surprises: the type decides about case (`pypi`, `github`, `bitbucket`,
//! `deb`… fold it); qualifiers are sorted and empty ones vanish; the version is kept as it is and never ordered here.

use std::fmt;

/// Longest text that is read, in bytes.
const MAX_BYTES: usize = 4096;

/// A package URL in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Purl {
    kind: String,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
    qualifiers: Vec<(String, String)>,
    subpath: Option<String>,
}

/// A text that is not a package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a package URL: {why}")]
pub struct PurlError {
    /// The text, cut after 80 characters.
    pub text: String,
    /// The reason, a clause.
    pub why: &'static str,
}

impl Purl {
    /// Reads a package URL.
    ///
    /// # Errors
    /// When scheme, type or name are missing, the type has a character that types do not have, or the percent
    /// encoding is broken.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        let error = |why| PurlError { text: text.chars().take(80).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(error("it is longer than any package URL"));
        }
        read(text.trim()).map_err(error)
    }

    /// The type in lower case, for example `deb` or `npm`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace, decoded, its parts joined by `/`.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The name, decoded.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, decoded.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The qualifiers, keys in lower case, sorted by key.
    pub fn qualifiers(&self) -> &[(String, String)] {
        &self.qualifiers
    }

    /// The subpath, decoded.
    pub fn subpath(&self) -> Option<&str> {
        self.subpath.as_deref()
    }

    /// True when both name the same package, whatever their versions and qualifiers.
    pub fn same_package(&self, other: &Self) -> bool {
        self.kind == other.kind && self.namespace == other.namespace && self.name == other.name
    }
}

fn read(text: &str) -> Result<Purl, &'static str> {
    let head = text.get(..4).filter(|head| head.eq_ignore_ascii_case("pkg:"));
    head.ok_or("it does not begin with `pkg:`")?;
    let (rest, subpath) = split_last(&text[4..], '#');
    let (rest, qualifiers) = split_last(rest, '?');
    let rest = rest.trim_start_matches('/');
    let (kind, rest) = rest.split_once('/').ok_or("it has no name behind its type")?;
    let kind = kind.to_ascii_lowercase();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
    if kind.is_empty() || !kind.bytes().all(allowed) || kind.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("its type is empty or has a character that types do not have");
    }
    let rest = rest.trim_end_matches('/');
    // An `@` in front of the last `/` belongs to the namespace (`@angular/core`).
    let last = rest.rfind('/').map_or(0, |at| at + 1);
    let (path, version) = match rest[last..].rfind('@').filter(|at| *at > 0) {
        Some(at) => (&rest[..last + at], Some(decode(&rest[last + at + 1..])?)),
        None => (rest, None),
    };
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        parts.push(decode(part)?);
    }
    let name = parts.pop().ok_or("its name is empty")?;
    let namespace = (!parts.is_empty()).then(|| parts.join("/"));
    let mut purl = Purl {
        kind,
        namespace,
        name,
        version: version.filter(|version| !version.is_empty()),
        qualifiers: read_qualifiers(qualifiers)?,
        subpath: read_subpath(subpath)?,
    };
    fold_case(&mut purl);
    Ok(purl)
}

fn split_last(text: &str, separator: char) -> (&str, Option<&str>) {
    text.rsplit_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn read_qualifiers(text: Option<&str>) -> Result<Vec<(String, String)>, &'static str> {
    let mut found = Vec::new();
    for pair in text.unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or("a qualifier has no value")?;
        let value = decode(value)?;
        if !value.is_empty() {
            found.push((key.to_ascii_lowercase(), value));
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    Ok(found)
}

fn read_subpath(text: Option<&str>) -> Result<Option<String>, &'static str> {
    let mut parts = Vec::new();
    for part in text.unwrap_or("").split('/').filter(|part| !matches!(*part, "" | "." | "..")) {
        parts.push(decode(part)?);
    }
    Ok((!parts.is_empty()).then(|| parts.join("/")))
}

/// Types whose names do not distinguish case.
fn fold_case(purl: &mut Purl) {
    let folds_both = matches!(
        purl.kind.as_str(),
        "github" | "bitbucket" | "deb" | "rpm" | "apk" | "alpm" | "golang" | "composer" | "hex" | "pypi"
    );
    if folds_both {
        purl.namespace = purl.namespace.take().map(|namespace| namespace.to_lowercase());
        // RPM folds the namespace alone.
        if purl.kind != "rpm" {
            purl.name = purl.name.to_lowercase();
        }
    }
    if purl.kind == "pypi" {
        purl.name = purl.name.replace('_', "-");
    }
}

fn decode(text: &str) -> Result<String, &'static str> {
    const BROKEN: &str = "its percent encoding is broken";
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let digits = text.get(at + 1..at + 3).ok_or(BROKEN)?;
            out.push(u8::from_str_radix(digits, 16).map_err(|_| BROKEN)?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).map_err(|_| BROKEN)
}

fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':') {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

fn encode_path(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for (nth, part) in text.split('/').enumerate() {
        if nth > 0 {
            f.write_str("/")?;
        }
        encode(f, part)?;
    }
    Ok(())
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        if let Some(namespace) = &self.namespace {
            encode_path(f, namespace)?;
            f.write_str("/")?;
        }
        encode(f, &self.name)?;
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encode(f, version)?;
        }
        for (nth, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if nth == 0 { "?" } else { "&" })?;
            encode(f, value)?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            encode_path(f, subpath)?;
        }
        Ok(())
    }
}
