//! Enrolment: the device makes its key, shows a code, and gets its name, its certificate and the first root.
//!
//! Here: both ways, over a connection and by a file that a person carries. The key never leaves the device. What is
//! written last is `enrolled.json`: a device that was interrupted is not enrolled.

use crate::agent::Enrolled;
use crate::door::http::Target;
use crate::door::{https, tls};
use crate::edge;
use crate::error::{Result, Trouble};
use crate::facts::AGENT_VERSION;
use crate::settings::Settings;
use crate::state::{StateFolder, read_at_most, write_whole};
use holdpoint_wire::enrol::{EnrolAnswer, EnrolRequest, RenewRequest};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::root;
use holdpoint_wire::text::{Hash, Id, Words};
use serde::{Deserialize, Serialize};

/// What a person brings to enrol a device.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// `HOST:PORT`.
    pub server: String,
    /// The fingerprint that the server showed to a person.
    pub fingerprint: Hash,
    /// The code that works once.
    pub code: Id,
    /// The hash of the first root's text, when a person brings it too; else the server's word is taken.
    pub root: Option<Hash>,
    /// The name that the device gives itself.
    pub host_name: String,
}

/// Enrols over a connection.
///
/// # Errors
/// When the device is enrolled already, the server says no, or its answer does not hold.
pub fn enrol(settings: &Settings, enrolment: &Enrolment) -> Result<Enrolled> {
    let state = not_yet_enrolled(settings)?;
    let failed = |error: rcgen::Error| Trouble::Records(format!("cannot make a key: {error}"));
    let key = rcgen::KeyPair::generate().map_err(failed)?;
    let request = rcgen::CertificateParams::default().serialize_request(&key).map_err(failed)?;
    let request = EnrolRequest {
        version: VersionOne,
        code: enrolment.code.clone(),
        certificate_request: request.pem().map_err(failed)?,
        agent_version: Words::cut(AGENT_VERSION),
        host_name: Words::cut(&enrolment.host_name),
    };
    let config = tls::config(&enrolment.fingerprint, None)?;
    let answer = https::enrol(&Target { server: enrolment.server.clone(), config }, &request)?;
    let key = key.serialize_pem();
    // A certificate for another key is of no use, and this says so before anything is kept.
    tls::config(
        &enrolment.fingerprint,
        Some(tls::OwnCertificate { certificates: &answer.certificates, key: &key }),
    )?;
    let identity = OwnIdentity { certificates: answer.certificates.clone(), key, since: edge::now() };
    identity.keep(&state)?;
    let server = (enrolment.server.clone(), Some(enrolment.fingerprint.clone()));
    keep(&state, &answer, enrolment.root.as_ref(), server)
}

/// The certificate of the device with its key, in one file, so that a crash never leaves one without the other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnIdentity {
    /// Its certificates in PEM, its own first.
    pub certificates: String,
    /// Its key in PEM.
    pub key: String,
    /// When it was written, by the device's own clock.
    pub since: Moment,
}

/// After so many days a certificate is renewed; it holds for more than a year.
const RENEW_DAYS: i64 = 180;

impl OwnIdentity {
    fn keep(&self, state: &StateFolder) -> Result<()> {
        let json = serde_json::to_vec(self).expect("texts and a number");
        write_whole(&state.at("identity.json"), &json, 0o600)
    }

    /// The identity of an enrolled device.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn read(state: &StateFolder) -> Result<Self> {
        let bytes = read_at_most(&state.at("identity.json"), 256 * 1024)?.ok_or_else(|| {
            Trouble::Records("`identity.json` is not there; enrol the device anew".to_owned())
        })?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Trouble::Records(format!("`identity.json` cannot be read: {error}")))
    }

    /// Whether it is time to renew it. A clock that went back renews it too, which does no harm.
    #[must_use]
    pub fn is_due(&self, now: Moment) -> bool {
        now.seconds_since(self.since).abs() >= RENEW_DAYS * 86_400
    }

    /// How to connect with it to a server of this fingerprint.
    ///
    /// # Errors
    /// When certificate and key do not belong together.
    pub fn target(&self, server: &str, fingerprint: &Hash) -> Result<Target> {
        let own = tls::OwnCertificate { certificates: &self.certificates, key: &self.key };
        Ok(Target { server: server.to_owned(), config: tls::config(fingerprint, Some(own))? })
    }
}

/// Renews the certificate with a new key. The old one works until the server has seen the new one.
///
/// # Errors
/// When the server cannot be asked or says no; the old certificate stays then.
pub fn renew(state: &StateFolder, server: &str, fingerprint: &Hash) -> Result<OwnIdentity> {
    let old = OwnIdentity::read(state)?;
    let failed = |error: rcgen::Error| Trouble::Records(format!("cannot make a key: {error}"));
    let key = rcgen::KeyPair::generate().map_err(failed)?;
    let request = rcgen::CertificateParams::default().serialize_request(&key).map_err(failed)?;
    let request = RenewRequest { version: VersionOne, certificate_request: request.pem().map_err(failed)? };
    let answer = https::renew(&old.target(server, fingerprint)?, &request)?;
    let new = OwnIdentity { certificates: answer.certificates, key: key.serialize_pem(), since: edge::now() };
    // A certificate for another key is of no use, and this says so before the old one is given up.
    new.target(server, fingerprint)?;
    new.keep(state)?;
    Ok(new)
}

/// Enrols a device without a connection from the server's answer as a file; the root's hash comes another way.
///
/// # Errors
/// When the device is enrolled already, or the answer does not hold.
pub fn adopt(settings: &Settings, answer: &[u8], root: &Hash) -> Result<Enrolled> {
    let state = not_yet_enrolled(settings)?;
    let answer: EnrolAnswer = message::read(answer).map_err(|error| Trouble::Server(error.to_string()))?;
    keep(&state, &answer, Some(root), (String::new(), None))
}

fn not_yet_enrolled(settings: &Settings) -> Result<StateFolder> {
    let state = StateFolder::open(&settings.state)?;
    if state.at("enrolled.json").exists() {
        return Err(Trouble::Asked(format!(
            "this device is enrolled already. To enrol it anew, first take `{}` away; what it remembers of old orders \
             is then in `{}` alone",
            settings.state.display(),
            settings.witness.display()
        )));
    }
    Ok(state)
}

fn keep(
    state: &StateFolder,
    answer: &EnrolAnswer,
    wanted_root: Option<&Hash>,
    (server, fingerprint): (String, Option<Hash>),
) -> Result<Enrolled> {
    let found = Hash::of(answer.root.text.as_bytes());
    if let Some(wanted) = wanted_root.filter(|wanted| **wanted != found) {
        return Err(Trouble::Server(format!(
            "the server's root has the hash {found}, and {wanted} was expected. The device is not enrolled. Compare \
             both with whoever holds the keys"
        )));
    }
    root::first(&answer.root, &answer.site)?;
    let enrolled = Enrolled {
        server,
        fingerprint,
        site: answer.site.clone(),
        asset: answer.asset.clone(),
        class: answer.class.clone(),
        poll_every_s: answer.poll_every_s,
    };
    write_whole(&state.at("root.json"), &message::write(&answer.root), 0o600)?;
    let json = serde_json::to_vec_pretty(&enrolled).expect("texts and numbers");
    write_whole(&state.at("enrolled.json"), &json, 0o600)?;
    Ok(enrolled)
}
