//! The enumerations of CSAF 2.0: each is a closed list of words, and a word that is not in it is kept as it stands.
//!
//! Not here: the words of CVSS (`model::score`). The surprise: a word is compared exactly; `Vendor` is not `vendor`.

use std::borrow::Cow;

use super::inspection::Inspection;
use super::object::{CowVisitor, Node};
use super::place::Place;

/// Writes one enumeration: its words, reading, writing and check.
macro_rules! words {
    ( $(#[$meta:meta])* enum $name:ident { $( $(#[$word_meta:meta])* $word:ident = $text:literal ),* $(,)? } ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name<'a> {
            $( $(#[$word_meta])* $word, )*
            /// A word that CSAF 2.0 does not know, as it stands in the document.
            Other(Cow<'a, str>),
        }

        impl $name<'_> {
            /// The word as the standard writes it, or as it stands in the document.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$word => $text, )*
                    Self::Other(text) => text,
                }
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = deserializer.deserialize_str(CowVisitor("a string"))?;
                Ok(match &*text {
                    $( $text => Self::$word, )*
                    _ => Self::Other(text),
                })
            }
        }

        impl Node for $name<'_> {
            fn inspect(&self, place: &Place<'_>, to: &mut Inspection) {
                if let Self::Other(text) = self {
                    let allowed = [$($text),*].join("`, `");
                    let shown: String = text.chars().take(80).collect();
                    to.breach(place, format!("`{shown}` is not one of `{allowed}`"));
                }
            }
        }
    };
}

words! {
    /// What a publisher is (3.2.1.8.1).
    enum PublisherCategory {
        /// Coordinates the work of vendors and finders.
        Coordinator = "coordinator",
        /// Found the vulnerability.
        Discoverer = "discoverer",
        /// None of the others; aggregators too.
        Other_ = "other",
        /// Translates the documents of others.
        Translator = "translator",
        /// Uses the product.
        User = "user",
        /// Makes the product.
        Vendor = "vendor",
    }
}
words! {
    /// How far a document is (3.2.1.12.7).
    enum DocumentStatus {
        /// Not for the public; may change at any moment.
        Draft = "draft",
        /// Expected to stay as it is.
        Final = "final",
        /// Published and still changing.
        Interim = "interim",
    }
}
words! {
    /// How far a document may travel: Traffic Light Protocol, version 1 labels (3.2.1.5.2.1).
    enum TlpLabel {
        /// Within the organisation and its clients who need it.
        Amber = "AMBER",
        /// Within the community.
        Green = "GREEN",
        /// Only for those who received it.
        Red = "RED",
        /// For everybody.
        White = "WHITE",
    }
}
words! {
    /// What a note is about (3.1.5.2).
    enum NoteCategory {
        /// A longer description.
        Description = "description",
        /// A low-level, detailed discussion.
        Details = "details",
        /// Questions and answers.
        Faq = "faq",
        /// A general remark.
        General = "general",
        /// Terms and disclaimers.
        LegalDisclaimer = "legal_disclaimer",
        /// None of the others; the title says what.
        Other_ = "other",
        /// A short overview.
        Summary = "summary",
    }
}
words! {
    /// Where a reference points (3.1.10.2.1).
    enum ReferenceCategory {
        /// To another document.
        External = "external",
        /// To this document or its other forms.
        Self_ = "self",
    }
}
words! {
    /// What one level of the product tree names (3.1.2.2).
    enum BranchCategory {
        /// Architecture of hardware.
        Architecture = "architecture",
        /// A host or service.
        HostName = "host_name",
        /// A language of the product.
        Language = "language",
        /// A level that an old format had and nothing else fits.
        Legacy = "legacy",
        /// A patch level.
        PatchLevel = "patch_level",
        /// A family of products.
        ProductFamily = "product_family",
        /// A product.
        ProductName = "product_name",
        /// Exactly one version.
        ProductVersion = "product_version",
        /// A range of versions.
        ProductVersionRange = "product_version_range",
        /// A service pack.
        ServicePack = "service_pack",
        /// A specification that is implemented.
        Specification = "specification",
        /// A vendor.
        Vendor = "vendor",
    }
}
words! {
    /// What one product is to another (3.2.2.4.1): *product reference* is this of *relates to*.
    enum RelationshipCategory {
        /// Part of it unless removed.
        DefaultComponentOf = "default_component_of",
        /// Delivered beside it.
        ExternalComponentOf = "external_component_of",
        /// Runs on that device or system.
        InstalledOn = "installed_on",
        /// Runs on the same host.
        InstalledWith = "installed_with",
        /// Part of it when chosen.
        OptionalComponentOf = "optional_component_of",
    }
}
words! {
    /// Why a product is not affected, for machines (3.2.3.5.4).
    enum FlagLabel {
        /// The vulnerable component is not in the product.
        ComponentNotPresent = "component_not_present",
        /// The product protects itself.
        InlineMitigationsAlreadyExist = "inline_mitigations_already_exist",
        /// Nobody can reach the code in a harmful way.
        VulnerableCodeCannotBeControlledByAdversary = "vulnerable_code_cannot_be_controlled_by_adversary",
        /// The code is there and never runs.
        VulnerableCodeNotInExecutePath = "vulnerable_code_not_in_execute_path",
        /// The component is there, the vulnerable code is not.
        VulnerableCodeNotPresent = "vulnerable_code_not_present",
    }
}
words! {
    /// Who is involved (3.2.3.7.2).
    enum InvolvementParty {
        /// A coordinator.
        Coordinator = "coordinator",
        /// Who found it.
        Discoverer = "discoverer",
        /// Somebody else.
        Other_ = "other",
        /// A user of the product.
        User = "user",
        /// Who makes the product.
        Vendor = "vendor",
    }
}
words! {
    /// How far a party is (3.2.3.7.3).
    enum InvolvementStatus {
        /// The party holds its work complete.
        Completed = "completed",
        /// Somebody tried to reach the party.
        ContactAttempted = "contact_attempted",
        /// The party disputes the vulnerability.
        Disputed = "disputed",
        /// The party works on it.
        InProgress = "in_progress",
        /// Nobody asked the party.
        NotContacted = "not_contacted",
        /// The party has not begun.
        Open = "open",
    }
}
words! {
    /// What a remediation is (3.2.3.12.1).
    enum RemediationCategory {
        /// Lowers the risk, does not resolve.
        Mitigation = "mitigation",
        /// There will never be a fix.
        NoFixPlanned = "no_fix_planned",
        /// There is no fix now.
        NoneAvailable = "none_available",
        /// The vendor's fix; resolves fully unless it says otherwise.
        VendorFix = "vendor_fix",
        /// A configuration that avoids the exposure.
        Workaround = "workaround",
    }
}
words! {
    /// What has to be restarted, in widening order from `None_` to `System` (3.2.3.12.7.1).
    enum RestartCategory {
        /// Nothing.
        None_ = "none",
        /// Only the vulnerable component.
        VulnerableComponent = "vulnerable_component",
        /// The service.
        Service = "service",
        /// The parent process or component.
        Parent = "parent",
        /// What depends on it.
        Dependencies = "dependencies",
        /// What is connected to it.
        Connected = "connected",
        /// The machine with its operating system.
        Machine = "machine",
        /// The security zone.
        Zone = "zone",
        /// The whole system, possibly several zones.
        System = "system",
    }
}
words! {
    /// What a threat item speaks of (3.2.3.14.1).
    enum ThreatCategory {
        /// How far exploitation is.
        ExploitStatus = "exploit_status",
        /// The impact on the product; with `known_not_affected` the reason why there is none.
        Impact = "impact",
        /// Who is targeted.
        TargetSet = "target_set",
    }
}
