//! Files of others into OpenPGP blocks: binary, or armoured text, one block or several.
//!
//! The surprise: people write things around armour (names, mail headers) and put several blocks into one
//! file; what stands between blocks is not looked at.

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Blocks<'a> {
    /// OpenPGP packets as they are.
    Binary(&'a [u8]),
    /// Armoured blocks of the kind that was asked for, each from its `BEGIN` to its `END` line.
    Armoured(Vec<&'a [u8]>),
    /// Nothing of that kind; perhaps armoured blocks of another one.
    Other,
}

/// Most blocks of one file.
pub(super) const MOST_BLOCKS: usize = 64;

const DASHES: &[u8] = b"-----";

/// Finds the blocks `-----BEGIN PGP <kind>-----`; at most [`MOST_BLOCKS`] and one, so that too many shows.
pub(super) fn blocks<'a>(bytes: &'a [u8], kind: &str) -> Blocks<'a> {
    if bytes.first().is_some_and(|first| first & 0x80 != 0) && !bytes.starts_with(b"\xEF\xBB\xBF") {
        return Blocks::Binary(bytes);
    }
    let begin = [DASHES, b"BEGIN PGP ", kind.as_bytes(), DASHES].concat();
    let end = [DASHES, b"END PGP ", kind.as_bytes(), DASHES].concat();
    let mut found = Vec::new();
    let mut rest = bytes;
    while found.len() <= MOST_BLOCKS {
        let Some(from) = find(rest, &begin) else { break };
        let block = rest.get(from..).unwrap_or_default();
        let length = find(block, &end).map_or(block.len(), |at| at + end.len());
        let (block, behind) = block.split_at(length);
        found.push(block);
        rest = behind;
    }
    if found.is_empty() { Blocks::Other } else { Blocks::Armoured(found) }
}

/// Whether the file holds an armoured block of this kind.
pub(super) fn holds(bytes: &[u8], kind: &str) -> bool {
    find(bytes, &[DASHES, b"BEGIN PGP ", kind.as_bytes(), DASHES].concat()).is_some()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
