//! How the card of a decision looks in the API: everything that a signer must see, on one screen.

use super::approval_views::{DecisionView, StandingView};
use super::stake_views::{OffersView, StakeView};
use super::statement_views::CompatibilityStatementView;
use super::text::{hex, said};
use holdpoint_app::approval::card::{AffectedPlace, Card, Spoken};
use holdpoint_app::approval::carrying::{Carrying, PlaceWindow, Way, WindowFact};
use holdpoint_app::approval::waiting::Waiting;
use holdpoint_domain::plan::WayBack;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A vulnerability on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CardFix)]
pub struct CardFixView {
    /// Its name.
    pub reference: String,
    /// Whether it is listed as exploited: `yes`, `no` or `unknown`.
    pub kev: String,
    /// The highest base score of any source, in tenths; `null`: nobody scored it.
    pub base_tenths: Option<u16>,
}

/// A document that speaks of what is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SpokenDocument)]
pub struct SpokenView {
    /// The advisory's id; `null`: it is a record of a feed or a catalogue.
    pub advisory_id: Option<String>,
    /// Its publisher; `null`: a record has none.
    pub publisher: Option<String>,
    /// Its publisher's id for it, or the name of the document of a feed.
    pub document: String,
    /// How it came here: the provider, file or bundle, or the feed.
    pub origin: String,
    /// When what is said now came in.
    pub received_at: String,
}

impl From<Spoken> for SpokenView {
    fn from(one: Spoken) -> Self {
        Self {
            advisory_id: one.advisory.map(|id| id.to_string()),
            publisher: said(&one.publisher),
            document: one.document,
            origin: one.origin,
            received_at: one.received_at.to_string(),
        }
    }
}

/// Everything that a signer must see, on one screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DecisionCard)]
pub struct CardView {
    /// The decision.
    pub decision: DecisionView,
    /// The hash that a signature must name.
    pub hash: String,
    /// `false`: what it is about changed; the next signature lets it lapse.
    pub unchanged: bool,
    /// The patch's title.
    pub title: Option<String>,
    /// The patch's restart, as its source says; `null`: not said, which is not "none".
    pub restart: Option<String>,
    /// What it fixes.
    pub fixes: Vec<CardFixView>,
    /// What suppliers say.
    pub supplier: Option<StandingView>,
    /// The statement that counts, with the supplier's own word and where it stands; `null`: none was received.
    pub said: Option<CompatibilityStatementView>,
    /// The documents that speak of it, with their publishers and how they came here.
    pub spoken: Vec<SpokenView>,
    /// How the patch stands in the baseline; `null`: nobody has decided anything.
    pub state: Option<String>,
    /// What blocks it.
    pub hold: Option<String>,
    /// The runs that it rests on.
    pub runs: Vec<super::test_record_views::RunView>,
    /// How many assets the baseline holds, or the exemption is on.
    pub assets: u64,
    /// How many it may hold, or may be on; something is missing to be sure.
    pub assets_unsure: u64,
    /// Where they stand.
    pub places: Vec<PlaceView>,
    /// How pressing it is on its assets; `null`: no vulnerability is known that it is about.
    pub stake: Option<StakeView>,
    /// What an exemption leaves uninstalled; `null`: it is no exemption.
    pub on_offer: Option<OffersView>,
    /// How the patch would be carried out; `null`: nothing is installed by it.
    pub carrying: Option<CarryingView>,
    /// The exemption.
    pub exemption: Option<super::exemption_views::ExemptionView>,
    /// Why the caller cannot sign; empty: they can.
    pub cannot_sign: Vec<String>,
    /// The people in whose name the caller can sign, because they lent their right.
    pub sign_for: Vec<String>,
}

/// How a patch would be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Carrying)]
pub struct CarryingView {
    /// The next window of each place, of the first eight.
    pub windows: Vec<PlaceWindowView>,
    /// Of how many assets the last backup is proven.
    pub backups_proven: u64,
    /// Of how many the last try failed.
    pub backups_failed: u64,
    /// Of how many nothing is known.
    pub backups_unknown: u64,
    /// How the work is done and undone, by kind of asset; empty: nobody has written it down.
    pub ways: Vec<WayView>,
}

/// The next window of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlaceWindow)]
pub struct PlaceWindowView {
    /// The site's name.
    pub site: Option<String>,
    /// The zone's name.
    pub zone: Option<String>,
    /// Its day at the site; `null`: none is ahead, or none is known.
    pub next: Option<String>,
    /// `next`, `none_ahead` or `unknown`.
    pub state: String,
}

/// How work of one kind is done and undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WayOfWork)]
pub struct WayView {
    /// The kind of asset; `null`: any.
    pub kind: Option<String>,
    /// Minutes of work.
    pub work_minutes: u32,
    /// Minutes to undo it.
    pub undo_minutes: u32,
    /// The way back in words; `null`: nobody has said.
    pub way_back: Option<String>,
}

impl From<Carrying> for CarryingView {
    fn from(one: Carrying) -> Self {
        let window = |one: PlaceWindow| {
            let (state, next) = match one.next {
                WindowFact::Next(day) => ("next", Some(day.to_string())),
                WindowFact::NoneAhead => ("none_ahead", None),
                WindowFact::Unknown => ("unknown", None),
            };
            let (site, zone) = (said(&one.site), said(&one.zone));
            PlaceWindowView { site, zone, next, state: state.to_owned() }
        };
        Self {
            windows: one.windows.into_iter().map(window).collect(),
            backups_proven: one.proven,
            backups_failed: one.failed,
            backups_unknown: one.unproven,
            ways: one.ways.into_iter().map(way).collect(),
        }
    }
}

/// How work of one kind looks.
pub(super) fn way(one: Way) -> WayView {
    let way_back = one.way_back.map(|back| match back {
        WayBack::Automatic { to } => format!("by itself, to {to}"),
        WayBack::ByHand { instruction } => format!("by hand: {instruction}"),
        WayBack::None { signed_by, reason } => format!("NO WAY BACK, signed by {signed_by}: {reason}"),
    });
    WayView {
        kind: one.kind.map(|kind| kind.word().to_owned()),
        work_minutes: one.work_minutes,
        undo_minutes: one.undo_minutes,
        way_back,
    }
}

/// Where assets stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AffectedPlace)]
pub struct PlaceView {
    /// The site's name; `null`: none that is known.
    pub site: Option<String>,
    /// The zone's name; `null`: none that is known.
    pub zone: Option<String>,
    /// How many belong for sure.
    pub assets: u64,
    /// How many may belong.
    pub unsure: u64,
    /// How many of all have a partner that can stand in.
    pub redundant: u64,
    /// The first of them, by tag.
    pub tags: Vec<String>,
}

impl From<AffectedPlace> for PlaceView {
    fn from(one: AffectedPlace) -> Self {
        Self {
            site: said(&one.site),
            zone: said(&one.zone),
            assets: one.assets,
            unsure: one.unsure,
            redundant: one.redundant,
            tags: one.tags,
        }
    }
}

/// A decision that the caller can sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WaitingDecision)]
pub struct WaitingView {
    /// The decision.
    pub decision: DecisionView,
    /// Why the caller cannot sign it in their own name; empty: they can.
    pub cannot_sign: Vec<String>,
    /// The people in whose name the caller can sign it.
    pub sign_for: Vec<String>,
}

impl From<Waiting> for WaitingView {
    fn from(one: Waiting) -> Self {
        Self { decision: one.kept.into(), cannot_sign: one.cannot_sign, sign_for: one.sign_for }
    }
}

impl From<Card> for CardView {
    fn from(card: Card) -> Self {
        Self {
            hash: hex(&card.hash.0),
            unchanged: card.unchanged,
            title: card.patch.as_ref().and_then(|patch| said(&patch.title)),
            restart: card.patch.as_ref().and_then(|patch| said(&patch.restart)),
            fixes: card
                .fixes
                .into_iter()
                .map(|one| CardFixView {
                    kev: one.kev.word().to_owned(),
                    base_tenths: one.max_base_tenths,
                    reference: one.reference,
                })
                .collect(),
            supplier: card.standing.as_ref().map(|one| StandingView::with(one, card.unheard.as_deref())),
            said: card.said.map(Into::into),
            spoken: card.spoken.into_iter().map(Into::into).collect(),
            state: card.entry.as_ref().map(|entry| entry.state.owner_state().word().to_owned()),
            hold: card.entry.and_then(|entry| entry.hold).map(|hold| hold.why),
            runs: card.runs.into_iter().map(Into::into).collect(),
            assets: card.assets,
            assets_unsure: card.assets_unsure,
            places: card.places.into_iter().map(Into::into).collect(),
            stake: card.stake.map(Into::into),
            on_offer: card.offers.map(Into::into),
            carrying: card.carrying.map(Into::into),
            exemption: card.exemption.map(Into::into),
            cannot_sign: card.cannot_sign,
            sign_for: card.sign_for,
            decision: card.kept.into(),
        }
    }
}
