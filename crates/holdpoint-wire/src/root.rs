//! The root: which keys a site's devices believe, and how one root follows another.
//!
//! Here: the paper and the rule of succession. Not here: how the first root comes to a device (by enrolment, with a
//! code that a person carried). A root is signed with the image keys, which lie offline.

use crate::envelope::{Envelope, KeySet, Signable, open};
use crate::message::{Message, VersionOne};
use crate::moment::Moment;
use crate::refusal::{Paper, Refusal};
use crate::text::Id;
use serde::{Deserialize, Serialize};

/// Which keys count at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Always 1: the version of the form.
    pub version: VersionOne,
    /// The site whose devices believe it.
    pub site: Id,
    /// Rises by one with each new root of the site.
    pub root_version: u64,
    /// Until when it should have been replaced. An old root still tells its successor.
    pub expires_at: Moment,
    /// Who says what may exist; kept offline.
    pub image: KeySet,
    /// Who says what is done now: the site's server.
    pub order: KeySet,
}

impl Message for Root {
    const KIND: &'static str = "root";
    /// 64 keys have 5 KiB.
    const LIMIT_BYTES: usize = 16 * 1024;

    fn check(&self) -> Result<(), String> {
        self.image.check().map_err(|why| format!("image keys: {why}"))?;
        self.order.check().map_err(|why| format!("order keys: {why}"))?;
        let both = self.order.keys.iter().any(|key| self.image.keys.contains(key));
        if both { Err("a key signs images and orders; the two must be apart".to_owned()) } else { Ok(()) }
    }
}

impl Signable for Root {
    const PAPER: Paper = Paper::Root;
}

/// Takes the first root of a device, which must be signed by enough of its own image keys.
///
/// That it is the right one follows from how it came, not from the signatures.
///
/// # Errors
/// The first rule that is broken.
pub fn first(envelope: &Envelope, site: &Id) -> Result<Root, Refusal> {
    let claimed: Root = crate::message::read(envelope.text.as_bytes())?;
    let root: Root = open(envelope, &claimed.image)?;
    at_site(&root, site)?;
    Ok(root)
}

/// Takes the successor of a root: the next number, signed by enough old and by enough new image keys.
///
/// # Errors
/// The first rule that is broken.
pub fn successor(current: &Root, envelope: &Envelope) -> Result<Root, Refusal> {
    let root: Root = open(envelope, &current.image)?;
    at_site(&root, &current.site)?;
    let wanted = current.root_version.saturating_add(1);
    if root.root_version != wanted {
        return Err(Refusal::RootOutOfOrder { wanted, found: root.root_version });
    }
    open::<Root>(envelope, &root.image)
}

fn at_site(root: &Root, site: &Id) -> Result<(), Refusal> {
    if root.site == *site {
        return Ok(());
    }
    Err(Refusal::WrongSite { paper: Paper::Root, expected: site.clone(), found: root.site.clone() })
}
