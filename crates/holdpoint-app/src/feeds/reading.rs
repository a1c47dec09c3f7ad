//! From a kind of feed to its parser, and from what the parser gives to the store's words.
//!
//! Whoever adds a kind adds one arm here. The surprise: [`catalogue`] parses inside the change that writes, so that a
//! feed of 250 MB is never in memory as records; it does nothing but read and write through that change, because the
//! change may run twice.

use super::pieces::Piece;
use crate::error::AppError;
use crate::patches;
use holdpoint_connectors::unpack::{Packing, Unpacked};
use holdpoint_domain::intelligence::{EpssScore, FeedKind, VexStatement, VulnerabilityRecord};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use holdpoint_formats::intelligence::{
    StreamError, StreamLimits, cve, cyclonedx_vex, debian, epss, kev, nvd, openvex, osv, redhat, vex,
};
use holdpoint_store::feed::RecordCounts;
use holdpoint_store::vulnerability_record::{EpssEdition, KevEdition};
use holdpoint_store::{Change, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// Records that are written at once.
const CHUNK: usize = 2_000;
/// The most bytes of one unpacked document: KEV has below 2 MiB, the largest VEX documents of distributors some ten.
const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;
/// The most bytes of the scores of a day; 300,000 lines have 12 MiB.
const MAX_SCORES_BYTES: u64 = 512 * 1024 * 1024;

/// Which edition a file is, by its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Edition {
    /// Its version or day; empty when it says nothing.
    pub(super) name: String,
    /// The moment of it.
    pub(super) at: Option<Moment>,
}

/// A catalogue that was read and written.
#[derive(Debug)]
pub(super) struct ReadCatalogue {
    pub(super) counts: RecordCounts,
    pub(super) edition: Edition,
    pub(super) warnings: Vec<Warning>,
}

/// A document of one thing.
#[derive(Debug)]
pub(super) enum Document {
    /// Records of vulnerabilities.
    Records(Vec<VulnerabilityRecord>),
    /// A VEX document.
    Vex(Vex),
}

/// A VEX document with what it is known by.
#[derive(Debug)]
pub(super) struct Vex {
    pub(super) identity: String,
    pub(super) author: String,
    pub(super) edition: String,
    pub(super) raw_sha256: [u8; 32],
    pub(super) statements: Vec<VexStatement>,
}

/// Reads a whole catalogue into the change.
///
/// # Errors
/// [`AppError::Invalid`] when it cannot be read to its end; [`AppError::Store`]. Nothing of it counts then.
pub(super) fn catalogue(
    c: &mut Change<'_>,
    kind: FeedKind,
    bytes: &[u8],
    at: Moment,
) -> Result<ReadCatalogue, AppError> {
    match kind {
        FeedKind::Nvd => nvd_feed(c, bytes, at),
        FeedKind::Kev => kev_catalogue(c, bytes, at),
        FeedKind::Epss => epss_day(c, bytes),
        FeedKind::Debian => debian_tracker(c, bytes, at),
        FeedKind::Msrc | FeedKind::MicrosoftCatalogue | FeedKind::WsusScan => microsoft(c, kind, bytes, at),
        FeedKind::Cve | FeedKind::Osv | FeedKind::RedHat | FeedKind::CyclonedxVex | FeedKind::OpenVex => {
            Err(AppError::Invalid(not_read_yet(kind)))
        }
    }
}

/// One of Microsoft's files: patches, and for a month of CVRF vulnerabilities besides.
fn microsoft(
    c: &mut Change<'_>,
    kind: FeedKind,
    bytes: &[u8],
    at: Moment,
) -> Result<ReadCatalogue, AppError> {
    let held;
    let bytes = match Packing::of(bytes) {
        Packing::Gzip => {
            held = unpacked(bytes).map_err(AppError::Invalid)?;
            held.as_slice()
        }
        Packing::None | Packing::Zip | Packing::Cabinet => bytes,
    };
    let parsed = patches::taking::read(kind, bytes).map_err(AppError::Invalid)?;
    let edition = Edition { name: parsed.value.id.clone(), at: parsed.value.changed };
    let counts = patches::taking::put(c, kind, &parsed.value, at)?;
    Ok(ReadCatalogue { counts, edition, warnings: parsed.warnings })
}

/// Reads a document of one thing.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn document(kind: FeedKind, piece: &Piece) -> Result<Parsed<Document>, Rejected> {
    let bytes = unpacked(&piece.bytes)?;
    match kind {
        FeedKind::Cve => records(cve::parse(&bytes)?),
        FeedKind::Osv => records(osv::parse(&bytes)?),
        FeedKind::RedHat => {
            let parsed = redhat::parse(&bytes)?;
            Ok(Parsed { value: Document::Records(parsed.value), warnings: parsed.warnings })
        }
        FeedKind::OpenVex => Ok(statements(openvex::parse(&bytes)?, piece)),
        FeedKind::CyclonedxVex => Ok(statements(cyclonedx_vex::parse(&bytes, &[])?, piece)),
        FeedKind::Kev
        | FeedKind::Epss
        | FeedKind::Nvd
        | FeedKind::Debian
        | FeedKind::Msrc
        | FeedKind::MicrosoftCatalogue
        | FeedKind::WsusScan => Err(not_read_yet(kind)),
    }
}

/// Whether a file is meant to be JSON and is none: cut off, for example.
pub(super) fn is_broken(piece: &Piece) -> bool {
    let named = piece.name.to_lowercase();
    let json = named.ends_with(".json") || named.ends_with(".json.gz");
    json && unpacked(&piece.bytes)
        .map_or(true, |bytes| serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err())
}

/// A document without an identity of its own is known by its name.
fn statements(parsed: Parsed<vex::VexDocument>, piece: &Piece) -> Parsed<Document> {
    let document = parsed.value;
    let identity = if document.identity.is_empty() { piece.name.clone() } else { document.identity };
    let vex = Vex {
        identity,
        author: document.author,
        edition: document.edition,
        raw_sha256: Sha256::digest(&piece.bytes).into(),
        statements: document.statements,
    };
    Parsed { value: Document::Vex(vex), warnings: parsed.warnings }
}

fn records(parsed: Parsed<VulnerabilityRecord>) -> Result<Parsed<Document>, Rejected> {
    Ok(Parsed { value: Document::Records(vec![parsed.value]), warnings: parsed.warnings })
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Rejected> {
    Unpacked::new(bytes, MAX_DOCUMENT_BYTES).whole().map_err(|error| not_unpacked(&error))
}

fn not_unpacked(error: &std::io::Error) -> Rejected {
    Rejected::new(
        "not-unpacked",
        format!("it is packed and cannot be unpacked: {error}"),
        "nothing of it was taken; what was here before stays",
        "fetch it again",
    )
}

fn ended<E>(error: StreamError<E>) -> AppError
where
    AppError: From<E>,
{
    match error {
        StreamError::Rejected(rejected) => AppError::Invalid(Rejected {
            // Records before the place were read; the change that wrote them is undone.
            meaning: "nothing of the file was stored, also nothing of what stands before that place; what was here \
                      before stays"
                .to_owned(),
            ..rejected
        }),
        StreamError::Stopped(error) => error.into(),
    }
}

fn nvd_feed(c: &mut Change<'_>, bytes: &[u8], at: Moment) -> Result<ReadCatalogue, AppError> {
    let limits = StreamLimits::default();
    let reader = Unpacked::new(bytes, limits.bytes);
    let mut counts = RecordCounts::default();
    let mut chunk: Vec<VulnerabilityRecord> = Vec::with_capacity(CHUNK);
    let read = nvd::visit_records(reader, limits, |record| {
        chunk.push(record);
        if chunk.len() == CHUNK {
            counts.add(c.put_records(FeedKind::Nvd, &chunk, at)?);
            chunk.clear();
        }
        Ok::<_, StoreError>(())
    })
    .map_err(ended)?;
    counts.add(c.put_records(FeedKind::Nvd, &chunk, at)?);
    let stamp = read.value.head("timestamp").unwrap_or_default().to_owned();
    let edition = Edition { at: stamp_moment(&stamp), name: stamp };
    Ok(ReadCatalogue { counts, edition, warnings: read.warnings })
}

/// The tracker always comes whole, so what is not in it any more is taken out.
fn debian_tracker(c: &mut Change<'_>, bytes: &[u8], at: Moment) -> Result<ReadCatalogue, AppError> {
    let bytes = Unpacked::new(bytes, MAX_SCORES_BYTES)
        .whole()
        .map_err(|error| AppError::Invalid(not_unpacked(&error)))?;
    let parsed = debian::parse(&bytes).map_err(AppError::Invalid)?;
    let mut counts = RecordCounts::default();
    for chunk in parsed.value.chunks(CHUNK) {
        counts.add(c.put_records(FeedKind::Debian, chunk, at)?);
    }
    let keep: BTreeSet<String> = parsed.value.into_iter().map(|record| record.reference).collect();
    counts.withdrawn += c.keep_only_records(FeedKind::Debian, &keep)?;
    Ok(ReadCatalogue { counts, edition: Edition::default(), warnings: parsed.warnings })
}

/// NVD writes its time stamps in UTC without saying so.
fn stamp_moment(text: &str) -> Option<Moment> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

fn kev_catalogue(c: &mut Change<'_>, bytes: &[u8], at: Moment) -> Result<ReadCatalogue, AppError> {
    let bytes = unpacked(bytes).map_err(AppError::Invalid)?;
    let parsed = kev::parse(&bytes).map_err(AppError::Invalid)?;
    let catalogue = parsed.value;
    let edition = Edition { name: catalogue.version, at: catalogue.released };
    let counts = if is_older(c, FeedKind::Kev, &edition)? {
        let read = catalogue.entries.len() as u64;
        RecordCounts { read, older: read, ..RecordCounts::default() }
    } else {
        c.put_kev(KevEdition { entries: &catalogue.entries, received_at: at })?
    };
    Ok(ReadCatalogue { counts, edition, warnings: parsed.warnings })
}

fn epss_day(c: &mut Change<'_>, bytes: &[u8]) -> Result<ReadCatalogue, AppError> {
    let reader = Unpacked::new(bytes, MAX_SCORES_BYTES);
    let mut scores: Vec<EpssScore> = Vec::new();
    let read = epss::visit(reader, |score| {
        scores.push(score);
        Ok::<_, Infallible>(())
    });
    let parsed = read.map_err(|error| match error {
        StreamError::Rejected(rejected) => AppError::Invalid(rejected),
        StreamError::Stopped(never) => match never {},
    })?;
    let (day, model) = (parsed.value.day, parsed.value.model);
    if day.is_empty() {
        return Err(AppError::Invalid(Rejected::new(
            "epss-without-day",
            "the file does not say of which day its scores are",
            "nothing of it was taken; what was here before stays",
            "take the file as FIRST publishes it, with its first line",
        )));
    }
    let mut warnings = parsed.warnings;
    let scores = once_each(scores, &mut warnings);
    let edition = Edition { at: day.parse().ok(), name: day };
    let counts = if is_older(c, FeedKind::Epss, &edition)? {
        let read = scores.len() as u64;
        RecordCounts { read, older: read, ..RecordCounts::default() }
    } else {
        c.put_epss(EpssEdition { scores: &scores, day: &edition.name, model: &model })?
    };
    Ok(ReadCatalogue { counts, edition, warnings })
}

/// Each CVE once. Of several scores the highest counts, with a remark.
fn once_each(mut scores: Vec<EpssScore>, warnings: &mut Vec<Warning>) -> Vec<EpssScore> {
    scores.sort_by(|one, other| {
        (&one.cve, other.probability_ppm).cmp(&(&other.cve, one.probability_ppm)) //
    });
    let mut kept: Vec<EpssScore> = Vec::with_capacity(scores.len());
    for score in scores {
        match kept.last() {
            Some(last) if last.cve == score.cve => {
                let text =
                    format!("`{}` stands in the file more than once; its highest score counts", score.cve);
                warnings.push(Warning::new("epss-twice", score.cve, text));
            }
            Some(_) | None => kept.push(score),
        }
    }
    kept
}

/// Whether what is here is of a later edition than this.
fn is_older(c: &mut Change<'_>, kind: FeedKind, edition: &Edition) -> Result<bool, StoreError> {
    let here = c.feed_standings()?.into_iter().find(|content| content.kind == kind);
    Ok(here.is_some_and(|content| edition.at.is_some() && content.edition_at > edition.at))
}

/// What is said of a kind that no parser of this program reads.
pub(super) fn not_read_yet(kind: FeedKind) -> Rejected {
    Rejected::new(
        "kind-not-read",
        format!("files of the kind `{kind}` are not read by this version"),
        "it was not taken in; what was here before stays",
        "keep the file, and import it with a later version",
    )
}
