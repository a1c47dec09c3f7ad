//! Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! The surprises: the type is case-blind, names are case-blind for some types only, and a version is compared by
//! the rules of its type, never as text.

use std::collections::BTreeMap;
use std::fmt;

/// Longest package URL that is read, in bytes.
const MAX_BYTES: usize = 2048;

/// Types whose namespaces and names are case-blind.
const CASE_BLIND: &[&str] =
    &["alpm", "apk", "bitbucket", "composer", "deb", "github", "hex", "npm", "pypi", "rpm"];

/// A text that is no package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no package URL: {why}")]
pub struct PurlError {
    /// The text, cut to 64 characters.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// A package URL in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// Type, lower case, for example `deb`.
    pub type_: String,
    /// Namespace, segments joined by `/`.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Version, as written.
    pub version: Option<String>,
    /// Qualifiers, by key.
    pub qualifiers: BTreeMap<String, String>,
    /// Subpath within the package.
    pub subpath: Option<String>,
}

impl Purl {
    /// Reads a package URL.
    ///
    /// # Errors
    /// [`PurlError`] when it has no scheme, type or name, or broken percent encoding.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        let refuse = |why| PurlError { text: text.chars().take(64).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(refuse("it is longer than 2,048 bytes"));
        }
        let rest = text.trim().strip_prefix("pkg:").ok_or_else(|| refuse("it does not begin with `pkg:`"))?;
        let decode = |part: &str| decode(part).ok_or_else(|| refuse("its percent encoding is broken"));
        let (rest, subpath) = cut_last(rest.trim_start_matches('/'), '#');
        let (rest, qualifiers) = cut_last(rest, '?');
        // An `@` in front of the last slash belongs to a scope such as `@angular`.
        let (path, version) = match rest.rfind('@') {
            Some(at) if at > rest.rfind('/').unwrap_or(0) => (&rest[..at], Some(&rest[at + 1..])),
            Some(_) | None => (rest, None),
        };
        let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let name = segments.pop().ok_or_else(|| refuse("it has no name"))?;
        if segments.is_empty() {
            return Err(refuse("it has no type or no name"));
        }
        let type_ = segments.remove(0).to_ascii_lowercase();
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
        if !type_.starts_with(|c: char| c.is_ascii_alphabetic()) || !type_.bytes().all(sign) {
            return Err(refuse("its type has a character that types do not have"));
        }
        let namespace: Result<Vec<String>, PurlError> = segments.into_iter().map(decode).collect();
        let namespace = Some(namespace?.join("/")).filter(|namespace| !namespace.is_empty());
        let mut read = Self {
            namespace,
            name: decode(name)?,
            version: version.map(decode).transpose()?.filter(|version| !version.is_empty()),
            qualifiers: BTreeMap::new(),
            subpath: subpath.map(decode).transpose()?.filter(|path| !path.is_empty()),
            type_,
        };
        for pair in qualifiers.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| refuse("a qualifier has no value"))?;
            if key.is_empty() || !key.bytes().all(|byte| sign(byte) || byte == b'_') {
                return Err(refuse("a qualifier's key has a character that keys do not have"));
            }
            read.qualifiers.insert(key.to_ascii_lowercase(), decode(value)?);
        }
        read.fold_case();
        Ok(read)
    }

    fn fold_case(&mut self) {
        if CASE_BLIND.contains(&self.type_.as_str()) {
            self.name = self.name.to_lowercase();
            self.namespace = self.namespace.take().map(|namespace| namespace.to_lowercase());
        }
        if self.type_ == "pypi" {
            self.name = self.name.replace(['_', '.'], "-");
        }
    }

    /// Whether both name the same package, whatever its version and qualifiers.
    pub fn same_package(&self, other: &Self) -> bool {
        self.type_ == other.type_ && self.namespace == other.namespace && self.name == other.name
    }
}

fn cut_last(text: &str, at: char) -> (&str, Option<&str>) {
    match text.rsplit_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

struct Encoded<'a>(&'a str, &'a [u8]);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) || self.1.contains(&byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.type_)?;
        if let Some(namespace) = &self.namespace {
            write!(f, "/{}", Encoded(namespace, b"/"))?;
        }
        write!(f, "/{}", Encoded(&self.name, b""))?;
        if let Some(version) = &self.version {
            write!(f, "@{}", Encoded(version, b""))?;
        }
        for (at, (key, value)) in self.qualifiers.iter().enumerate() {
            let sign = if at == 0 { '?' } else { '&' };
            write!(f, "{sign}{key}={}", Encoded(value, b"/"))?;
        }
        match &self.subpath {
            Some(path) => write!(f, "#{}", Encoded(path, b"/")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_reads_back_what_it_prints() {
        for text in [
            "pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11",
            "pkg:npm/%40angular/core@16.2.0",
            "pkg:generic/codesys-runtime@3.5.18.0",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1#a/b",
        ] {
            let read = Purl::parse(text).expect(text);
            assert_eq!(read.to_string(), text);
            assert_eq!(Purl::parse(&read.to_string()), Ok(read));
        }
    }

    #[test]
    fn case_counts_only_where_the_type_says_so() {
        let one = Purl::parse("pkg:PyPI/Django_Rest@1").expect("a purl");
        let two = Purl::parse("pkg:pypi/django-rest@2").expect("a purl");
        assert!(one.same_package(&two));
        let one = Purl::parse("pkg:maven/a/B").expect("a purl");
        assert!(!one.same_package(&Purl::parse("pkg:maven/a/b").expect("a purl")));
    }

    #[test]
    fn what_is_no_package_url_is_refused() {
        for text in ["", "openssl", "pkg:", "pkg:deb", "pkg:deb/a%2", "pkg:deb/a?x"] {
            assert!(Purl::parse(text).is_err(), "{text}");
        }
    }
}
