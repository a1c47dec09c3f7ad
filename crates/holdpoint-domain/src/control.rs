//! The catalogue of compensating controls: what can be done instead of patching, and which question of a ranking each one
//! answers otherwise while it holds.
//!
//! The surprise: a control that nobody has verified, or not lately, changes nothing.

use crate::Rejected;
use crate::moment::Moment;
use crate::ranking::point::{Automatable, Mission};
use crate::ranking::replacement::PointValue;
use crate::signature::{Person, days, refused};
use crate::site::Exposure;
use crate::substance::{seen, told};
use crate::words::vocabulary;

vocabulary! {
    /// A kind of control.
    Control, "compensating control" {
        /// The network is divided, so that fewer can reach it.
        Segmentation = "segmentation",
        /// A firewall or an access list lets less through.
        TrafficFilter = "traffic_filter",
        /// A port or a service is switched off.
        ServiceDisabled = "service_disabled",
        /// An account is removed or its rights are taken.
        AccountRemoved = "account_removed",
        /// Sign-in needs a second factor or a jump host.
        StrongerSignIn = "stronger_sign_in",
        /// Only named programs may run.
        ProgramAllowList = "program_allow_list",
        /// Removable media are blocked or cleaned.
        RemovableMedia = "removable_media",
        /// A signature of an intrusion prevention stops the known way in.
        VirtualPatch = "virtual_patch",
        /// A door, a lock, a key switch.
        PhysicalAccess = "physical_access",
        /// A key switch or a write protection keeps the logic from being changed.
        WriteProtection = "write_protection",
        /// Somebody watches for it and would act.
        Monitoring = "monitoring",
        /// The function is done by hand or by a spare.
        ManualOperation = "manual_operation",
        /// The thing is taken off the network.
        Disconnected = "disconnected",
    }
}

vocabulary! {
    /// Which question of a ranking a control answers otherwise.
    ControlledPoint, "decision point" {
        /// Who can reach it.
        Exposure = "exposure",
        /// How easily an attacker gets on with it.
        Automatable = "automatable",
        /// What happens to the plant.
        Impact = "impact",
        /// None: it only tells.
        Nothing = "nothing",
    }
}

impl Control {
    /// Which question it answers otherwise while it holds.
    #[must_use]
    pub const fn changes(self) -> ControlledPoint {
        match self {
            Self::Segmentation | Self::TrafficFilter | Self::ServiceDisabled | Self::Disconnected => {
                ControlledPoint::Exposure
            }
            Self::AccountRemoved
            | Self::StrongerSignIn
            | Self::ProgramAllowList
            | Self::RemovableMedia
            | Self::VirtualPatch
            | Self::PhysicalAccess
            | Self::WriteProtection => ControlledPoint::Automatable,
            Self::ManualOperation => ControlledPoint::Impact,
            Self::Monitoring => ControlledPoint::Nothing,
        }
    }

    /// The most that its question can be while it holds; `None`: it only tells. Nothing but a thing off the network
    /// makes an exposure small, and a function that is done by hand still cripples what it supports.
    #[must_use]
    pub const fn cap(self) -> Option<PointValue> {
        match self {
            Self::Segmentation | Self::TrafficFilter | Self::ServiceDisabled => {
                Some(PointValue::Exposure(Exposure::Controlled))
            }
            Self::Disconnected => Some(PointValue::Exposure(Exposure::Small)),
            Self::AccountRemoved
            | Self::StrongerSignIn
            | Self::ProgramAllowList
            | Self::RemovableMedia
            | Self::VirtualPatch
            | Self::PhysicalAccess
            | Self::WriteProtection => Some(PointValue::Automatable(Automatable::No)),
            Self::ManualOperation => Some(PointValue::Mission(Mission::SupportCrippled)),
            Self::Monitoring => None,
        }
    }

    /// What somebody must see to call it verified.
    #[must_use]
    pub const fn evidence(self) -> &'static str {
        match self {
            Self::Segmentation => "a scan or a capture from outside that does not reach the asset",
            Self::TrafficFilter => "the rule as it runs, and a blocked try in its log",
            Self::ServiceDisabled => "a fresh list of open ports without it",
            Self::AccountRemoved => "a fresh list of accounts and rights",
            Self::StrongerSignIn => "a sign-in without the second step that is refused",
            Self::ProgramAllowList => "the rule as it runs, and a program that is refused",
            Self::RemovableMedia => "a stick that is refused, or the log of the cleaning station",
            Self::VirtualPatch => "the signature as it runs in blocking mode, and its test",
            Self::PhysicalAccess => "the lock seen closed, and the list of keys",
            Self::WriteProtection => "the position of the switch, read or photographed",
            Self::Monitoring => "a test event that arrived, and who acts on it",
            Self::ManualOperation => "the instruction on the spot, and a drill",
            Self::Disconnected => "the port seen empty or switched off",
        }
    }
}

/// How often somebody looked after a control, and what they found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Nobody did.
    Never,
    /// It was found working.
    Working(Found),
    /// It was found not working.
    Failed(Found),
}

/// A look at a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Person,
    /// What was seen.
    pub evidence: String,
}

/// What a control costs. What nobody has said stays unsaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Burden {
    /// Cost in the plant's currency, in hundredths.
    pub cost_cents: Option<u64>,
    /// Work in minutes.
    pub effort_min: Option<u32>,
    /// Downtime in minutes.
    pub downtime_min: Option<u32>,
}

/// A control of an exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlUse {
    /// Which.
    pub control: Control,
    /// What exactly is done where.
    pub what: String,
    /// Who looks after it.
    pub owner: String,
    /// What it costs.
    pub burden: Burden,
    /// Whether it was seen working.
    pub verification: Verification,
}

impl ControlUse {
    /// Checks the words.
    ///
    /// # Errors
    /// A refusal that names what is missing.
    pub fn checked(self) -> Result<Self, Rejected> {
        told("description of a control", &self.what)?;
        told("owner of a control", &self.owner)?;
        Ok(self)
    }

    /// Whether it holds at that moment: seen working, and not longer ago than the policy allows.
    #[must_use]
    pub fn holds_at(&self, at: Moment, verify_days: u32) -> bool {
        match &self.verification {
            Verification::Working(found) => found.at <= at && at.since(found.at) < days(verify_days),
            Verification::Never | Verification::Failed(_) => false,
        }
    }

    /// Until when it holds without a new look; `None`: nobody has seen it working.
    #[must_use]
    pub const fn due_again(&self, verify_days: u32) -> Option<Moment> {
        match &self.verification {
            Verification::Working(found) => Some(found.at.plus_micros(days(verify_days))),
            Verification::Never | Verification::Failed(_) => None,
        }
    }

    /// Whether somebody who is called so looks after it.
    #[must_use]
    pub fn is_owned_by(&self, name: &str) -> bool {
        !name.trim().is_empty() && self.owner.trim().to_lowercase() == name.trim().to_lowercase()
    }

    /// With a new look at it.
    ///
    /// # Errors
    /// A refusal without evidence, and when its own owner found it working; that it failed, its owner may say.
    pub fn looked_at(self, verification: Verification) -> Result<Self, Rejected> {
        if let Verification::Working(found) = &verification
            && self.is_owned_by(&found.by.name)
        {
            let what = format!("`{}` looks after this control and cannot verify it", found.by.name);
            return Err(refused("four-eyes-owner", what, "ask another person to look at it"));
        }
        match &verification {
            Verification::Never => {
                return Err(refused("verification", "a look says what was found", "say whether it works"));
            }
            Verification::Working(found) | Verification::Failed(found) => {
                drop(seen("evidence of a control", &found.evidence)?);
            }
        }
        Ok(Self { verification, ..self })
    }
}
