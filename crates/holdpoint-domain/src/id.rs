//! Typed ids: UUIDv7 values, one type a noun, so that a site's id cannot stand where an asset's belongs.
//!
//! An id is made from a moment and ten random bytes that come as arguments; nothing here rolls dice.

use crate::moment::Moment;
use std::fmt;
use std::str::FromStr;

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {noun} id")]
pub struct NoId {
    /// The text, cut to 64 characters.
    pub text: String,
    /// The noun whose id was expected.
    pub noun: &'static str,
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident = $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Makes the id of a noun that came into being at `at`; `random` makes it unique.
            #[must_use]
            pub fn new(at: Moment, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(at.millis(), &random).into_uuid())
            }

            /// The id with these sixteen bytes, as the store keeps it.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }

            /// Its sixteen bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NoId;
            fn from_str(text: &str) -> Result<Self, NoId> {
                uuid::Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| NoId { text: text.chars().take(64).collect(), noun: $noun })
            }
        }
    )*};
}

typed_id! {
    /// Names a site.
    SiteId = "site";
    /// Names a zone of a site.
    ZoneId = "zone";
    /// Names an asset.
    AssetId = "asset";
    /// Names an observation.
    ObservationId = "observation";
    /// Names an advisory with all its revisions.
    AdvisoryId = "advisory";
    /// Names one stored revision of an advisory.
    RevisionId = "advisory revision";
    /// Names a provider of advisories that is checked.
    ProviderId = "provider";
    /// Names one check of a source, also one that found nothing.
    CheckId = "check";
    /// Names a window of work or a freeze.
    WindowId = "window";
    /// Names a change plan.
    PlanId = "change plan";
    /// Names a document in quarantine.
    QuarantineId = "quarantined document";
    /// Names a person's account.
    UserId = "user";
    /// Names an API token.
    TokenId = "token";
    /// Names a remembered column mapping.
    MappingId = "mapping";
    /// Names a mapping rule: a person's decision on what a name means.
    RuleId = "mapping rule";
    /// Names a feed of intelligence that is read.
    FeedId = "feed";
    /// Names a comment.
    CommentId = "comment";
    /// Names a person's word on a decision point.
    OverrideId = "override";
    /// Names a lowering that waits for a second person.
    LoweringId = "lowering";
    /// Names a function of a plant.
    FunctionId = "function";
    /// Names a compatibility statement.
    StatementId = "statement";
    /// Names a question to a supplier.
    QuestionId = "question";
    /// Names an approval baseline.
    BaselineId = "baseline";
    /// Names a decision that is asked for or taken.
    DecisionId = "decision";
    /// Names a test environment.
    EnvironmentId = "test environment";
    /// Names a run of a test or a pilot.
    TestRunId = "test run";
    /// Names an exemption.
    ExemptionId = "exemption";
    /// Id of a notice to a person.
    NoticeId = "notice";
    /// Names a work order.
    WorkOrderId = "work order";
    /// Names an address of a calendar.
    CalendarAddressId = "address of a calendar";
    /// Names a bundle that crosses an air gap.
    BundleId = "bundle";
    /// Names an override of an expiry.
    ExpiryOverrideId = "override of an expiry";
    /// Names something that came with a bundle and waits for its place.
    WaitingId = "waiting thing";
    /// Names a delegation of signatures.
    DelegationId = "delegation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = AssetId::new(Moment::from_micros(1_000_000), [255; 10]);
        let late = AssetId::new(Moment::from_micros(2_000_000), [0; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(
            "plc".parse::<AssetId>().map_err(|e| e.to_string()),
            Err("`plc` is no asset id".to_owned())
        );
    }
}
