//! The `/document` object: title, publisher, tracking, notes, references, distribution.
//!
//! Not here: products and vulnerabilities. The surprise: acknowledgments, notes and references are used by
//! vulnerabilities too.

use crate::csaf::inspection::Inspection;
use crate::csaf::object::object;
use crate::csaf::place::Place;
use crate::csaf::text::{CategoryName, DateTime, Language, RevisionNumber, Text, TrackingId, Uri};
use crate::csaf::words::{DocumentStatus, NoteCategory, PublisherCategory, ReferenceCategory, TlpLabel};

object! {
    /// The document-level facts.
    struct DocumentPart<'a> {
        /// Who is thanked.
        some acknowledgments "acknowledgments": Acknowledgment<'a>,
        /// The publisher's own overall severity.
        may aggregate_severity "aggregate_severity": AggregateSeverity<'a>,
        /// The profile, for example `csaf_security_advisory`.
        must category "category": CategoryName<'a>,
        /// The version of the standard; reading takes only `2.0`.
        must csaf_version "csaf_version": Text<'a>,
        /// How far the document may travel.
        may distribution "distribution": Distribution<'a>,
        /// The language of the document.
        may lang "lang": Language<'a>,
        /// Notes on the whole document.
        some notes "notes": Note<'a>,
        /// Who publishes.
        must publisher "publisher": Publisher<'a>,
        /// Links of the whole document.
        some references "references": Reference<'a>,
        /// The language it was translated from.
        may source_lang "source_lang": Language<'a>,
        /// The title.
        must title "title": Text<'a>,
        /// Id, revision, dates.
        must tracking "tracking": Tracking<'a>,
    }
}
object! {
    /// Thanks to somebody.
    struct Acknowledgment<'a> {
        /// Names of people.
        some names "names": Text<'a>,
        /// Their organisation.
        may organization "organization": Text<'a>,
        /// What they did.
        may summary "summary": Text<'a>,
        /// Links.
        some urls "urls": Uri<'a>,
    }
    check acknowledgment_is_not_empty
}
object! {
    /// The publisher's own overall severity, in the publisher's words.
    struct AggregateSeverity<'a> {
        /// Whose scale it is.
        may namespace "namespace": Uri<'a>,
        /// The severity, for example `Important`.
        must text "text": Text<'a>,
    }
}
object! {
    /// How far the document may travel.
    struct Distribution<'a> {
        /// Words on distribution.
        may text "text": Text<'a>,
        /// The traffic light.
        may tlp "tlp": Tlp<'a>,
    }
    check distribution_is_not_empty
}
object! {
    /// A Traffic Light Protocol label.
    struct Tlp<'a> {
        /// The label.
        must label "label": TlpLabel<'a>,
        /// Which text of the protocol applies.
        may url "url": Uri<'a>,
    }
}
object! {
    /// A note in free text.
    struct Note<'a> {
        /// For whom it is.
        may audience "audience": Text<'a>,
        /// What it is about.
        must category "category": NoteCategory<'a>,
        /// The text, verbatim; treat it as unsafe.
        must text "text": Text<'a>,
        /// Its title.
        may title "title": Text<'a>,
    }
}
object! {
    /// Who publishes the document.
    struct Publisher<'a> {
        /// What kind of publisher.
        must category "category": PublisherCategory<'a>,
        /// How to reach them.
        may contact_details "contact_details": Text<'a>,
        /// Their authority over the matter.
        may issuing_authority "issuing_authority": Text<'a>,
        /// Their name.
        must name "name": Text<'a>,
        /// The URI that makes their tracking ids unique in the world.
        must namespace "namespace": Uri<'a>,
    }
}
object! {
    /// A link.
    struct Reference<'a> {
        /// Where it points; absent means external.
        may category "category": ReferenceCategory<'a>,
        /// What is there.
        must summary "summary": Text<'a>,
        /// The address.
        must url "url": Uri<'a>,
    }
}
object! {
    /// Id, status, revision and history of the document.
    struct Tracking<'a> {
        /// Other ids of the same document.
        some aliases "aliases": Text<'a>,
        /// When this revision came out.
        must current_release_date "current_release_date": DateTime<'a>,
        /// What made the document.
        may generator "generator": Generator<'a>,
        /// The id at this publisher.
        must id "id": TrackingId<'a>,
        /// When the first revision came out.
        must initial_release_date "initial_release_date": DateTime<'a>,
        /// All revisions.
        all revision_history "revision_history": Revision<'a>,
        /// Draft, interim or final.
        must status "status": DocumentStatus<'a>,
        /// The revision: integer or semantic version.
        must version "version": RevisionNumber<'a>,
    }
    check aliases_are_unique
}
object! {
    /// What made the document.
    struct Generator<'a> {
        /// When it was made.
        may date "date": DateTime<'a>,
        /// The program.
        must engine "engine": Engine<'a>,
    }
}
object! {
    /// The program that made the document.
    struct Engine<'a> {
        /// Its name.
        must name "name": Text<'a>,
        /// Its version.
        may version "version": Text<'a>,
    }
}
object! {
    /// One entry of the revision history.
    struct Revision<'a> {
        /// When it came out.
        must date "date": DateTime<'a>,
        /// The number it had in another scheme.
        may legacy_version "legacy_version": Text<'a>,
        /// Its number.
        must number "number": RevisionNumber<'a>,
        /// What changed.
        must summary "summary": Text<'a>,
    }
}

fn acknowledgment_is_not_empty(item: &Acknowledgment<'_>, place: &Place<'_>, to: &mut Inspection) {
    let bare = item.names.is_empty()
        && item.organization.is_none()
        && item.summary.is_none()
        && item.urls.is_empty();
    if bare && item.keys.remarks().is_empty() {
        to.breach(place, "the acknowledgment is empty, it needs at least one property");
    }
}

fn distribution_is_not_empty(item: &Distribution<'_>, place: &Place<'_>, to: &mut Inspection) {
    if item.text.is_none() && item.tlp.is_none() && !item.keys.has_unknown() {
        to.breach(place, "the distribution is empty, it needs a text or a TLP label");
    }
}

fn aliases_are_unique(item: &Tracking<'_>, place: &Place<'_>, to: &mut Inspection) {
    unique(&item.aliases, &place.key("aliases"), to);
}

/// Notes every item that stands a second time in a list that the schema wants unique.
pub(crate) fn unique<T: Ord>(items: &[T], place: &Place<'_>, to: &mut Inspection) {
    if items.len() < 2 {
        return;
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| items[*a].cmp(&items[*b]).then(a.cmp(b)));
    for pair in order.windows(2) {
        if items[pair[0]] == items[pair[1]] {
            to.breach(place.index(pair[1]), "the item stands twice in a list whose items must differ");
        }
    }
}
