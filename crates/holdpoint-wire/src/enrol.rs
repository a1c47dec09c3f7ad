//! Enrolment: how a device and a server come to know each other.
//!
//! Here: the question, the answer, and the renewal of a certificate. Not here: the connection (`docs/wire.md`). The
//! key is made on the device and never leaves it; what travels is a request for a certificate.

use crate::envelope::Envelope;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::text::{Id, Words};
use serde::{Deserialize, Serialize};

/// What a device says to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// Always 1.
    pub version: VersionOne,
    /// The code that a person read on the server; it works once and not for long.
    pub code: Id,
    /// A request for a certificate (PKCS #10, PEM), signed with the device's new key.
    pub certificate_request: String,
    /// The version of the agent.
    pub agent_version: Words,
    /// The name that the device gives itself; for people, never to tell devices apart.
    pub host_name: Words,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolAnswer {
    /// Always 1.
    pub version: VersionOne,
    /// The site.
    pub site: Id,
    /// The asset that the device is from now on.
    pub asset: Id,
    /// Its class.
    pub class: Id,
    /// The certificate (PEM), and those between it and the authority.
    pub certificates: String,
    /// The first root.
    pub root: Envelope,
    /// How often to ask for work.
    pub poll_every_s: u32,
    /// What the server's clock says.
    pub server_time: Moment,
}

/// What a device says to have its certificate renewed; over a connection that shows the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// Always 1.
    pub version: VersionOne,
    /// As in [`EnrolRequest`], for a new key.
    pub certificate_request: String,
}

/// The renewed certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewAnswer {
    /// Always 1.
    pub version: VersionOne,
    /// As in [`EnrolAnswer`].
    pub certificates: String,
}

/// So long may certificates and requests be: a chain of four with large keys.
const PEM_LIMIT_BYTES: usize = 32 * 1024;

impl Message for EnrolRequest {
    const KIND: &'static str = "request to enrol";
    /// A certificate request of an Ed25519 or P-256 key has under 1 KiB; the rest is margin.
    const LIMIT_BYTES: usize = 64 * 1024;
    fn check(&self) -> Result<(), String> {
        at_most("bytes of a certificate request", self.certificate_request.len(), PEM_LIMIT_BYTES)
    }
}

impl Message for EnrolAnswer {
    const KIND: &'static str = "answer to a request to enrol";
    /// The root has at most 16 KiB, the certificates 32 KiB.
    const LIMIT_BYTES: usize = 128 * 1024;
    fn check(&self) -> Result<(), String> {
        at_most("bytes of certificates", self.certificates.len(), PEM_LIMIT_BYTES)
    }
}

impl Message for RenewRequest {
    const KIND: &'static str = "request to renew";
    /// As of [`EnrolRequest`].
    const LIMIT_BYTES: usize = 64 * 1024;
    fn check(&self) -> Result<(), String> {
        at_most("bytes of a certificate request", self.certificate_request.len(), PEM_LIMIT_BYTES)
    }
}

impl Message for RenewAnswer {
    const KIND: &'static str = "answer to a request to renew";
    /// As of [`EnrolAnswer`].
    const LIMIT_BYTES: usize = 128 * 1024;
    fn check(&self) -> Result<(), String> {
        at_most("bytes of certificates", self.certificates.len(), PEM_LIMIT_BYTES)
    }
}
