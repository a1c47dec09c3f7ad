//! Vendors that belong to one another, or did: acquired companies, brands, divisions.
//!
//! Such a pair is never one vendor for sure: a company keeps several makers' products apart, and names move over the
//! years. It is a reason to ask. The surprise: the table is read in both directions, and one step far only.

/// (key, key, what is between them), each pair once.
const RELATED: &[(&str, &str, &str)] = &[
    ("3s", "codesys", "3S-Smart Software Solutions is the former name of CODESYS"),
    ("ab", "rockwell automation", "`AB` is short for Allen-Bradley, a brand of Rockwell Automation"),
    ("abb", "b r industrial automation", "B&R belongs to ABB"),
    ("abb", "elsag bailey", "Elsag Bailey became a part of ABB"),
    ("abb", "hitachi energy", "Hitachi Energy was ABB Power Grids"),
    ("abbott", "st jude medical", "St. Jude Medical belongs to Abbott"),
    ("abbott laboratories", "st jude medical", "St. Jude Medical belongs to Abbott"),
    ("advantech", "b b smartworx", "B+B SmartWorx belongs to Advantech"),
    ("anybus", "hms industrial networks", "Anybus is a brand of HMS"),
    ("automated logic", "carrier", "Automated Logic belongs to Carrier"),
    ("aveva", "indusoft", "InduSoft became a part of AVEVA"),
    ("aveva", "invensys", "software of Invensys became AVEVA's"),
    ("aveva", "osisoft", "OSIsoft belongs to AVEVA"),
    ("aveva", "schneider electric", "AVEVA belongs to Schneider Electric"),
    ("aveva", "wonderware", "Wonderware is a brand of AVEVA"),
    ("avocent", "vertiv", "Avocent belongs to Vertiv"),
    ("avtec", "motorola solutions", "Avtec belongs to Motorola Solutions"),
    ("baker hughes", "bently nevada", "Bently Nevada belongs to Baker Hughes"),
    ("baxter", "hillrom", "Hillrom belongs to Baxter"),
    ("becton dickinson", "carefusion", "CareFusion belongs to BD"),
    ("belden", "garrettcom", "GarrettCom is a brand of Belden"),
    ("belden", "hirschmann", "Hirschmann is a brand of Belden"),
    ("belden", "prosoft technology", "ProSoft Technology belongs to Belden"),
    ("belden", "tofino security", "Tofino is a brand of Belden"),
    ("bently nevada", "general electric", "Bently Nevada was a part of GE"),
    ("bristol babcock", "emerson", "Bristol Babcock belongs to Emerson"),
    ("carrier", "interlogix", "Interlogix belonged to Carrier"),
    ("carrier", "lenels2", "LenelS2 belonged to Carrier"),
    ("cks", "johnson controls", "CKS belongs to Johnson Controls"),
    ("cooper industries", "eaton", "Cooper Industries belongs to Eaton"),
    ("deltav", "emerson", "DeltaV is a brand of Emerson"),
    ("eaton", "moeller", "Moeller belongs to Eaton"),
    ("emerson", "fisher rosemount", "Fisher-Rosemount became Emerson Process Management"),
    ("emerson", "ge intelligent platforms", "Intelligent Platforms went from GE to Emerson"),
    ("emerson", "general electric", "Intelligent Platforms went from GE to Emerson"),
    ("emerson", "rosemount", "Rosemount is a brand of Emerson"),
    ("emerson", "westinghouse", "Ovation came from Westinghouse to Emerson"),
    ("eurotherm", "schneider electric", "Eurotherm belonged to Schneider Electric"),
    ("ewon", "hms industrial networks", "Ewon is a brand of HMS"),
    ("exacq technologies", "johnson controls", "Exacq belongs to Johnson Controls"),
    ("foxboro", "schneider electric", "Foxboro is a brand of Schneider Electric"),
    ("ge digital", "general electric", "GE Digital was a part of GE"),
    ("ge fanuc", "emerson", "GE Fanuc became GE Intelligent Platforms, which went to Emerson"),
    ("ge fanuc", "general electric", "GE Fanuc became a part of GE"),
    ("ge healthcare", "general electric", "GE HealthCare was a part of GE"),
    ("ge intelligent platforms", "general electric", "Intelligent Platforms was a part of GE"),
    ("ge vernova", "general electric", "GE Vernova was a part of GE"),
    ("gilbarco veeder root", "orpak", "Orpak belongs to Gilbarco Veeder-Root"),
    ("hitachi", "hitachi energy", "Hitachi Energy belongs to Hitachi"),
    ("hms industrial networks", "ixxat", "Ixxat is a brand of HMS"),
    ("honeywell", "matrikon", "Matrikon belongs to Honeywell"),
    ("honeywell", "matrikonopc", "Matrikon belongs to Honeywell"),
    ("honeywell", "tridium", "Tridium belongs to Honeywell"),
    ("iconics", "mitsubishi electric", "ICONICS belongs to Mitsubishi Electric"),
    ("innominate security technologies", "phoenix contact", "Innominate became a part of Phoenix Contact"),
    ("invensys", "schneider electric", "Invensys became a part of Schneider Electric"),
    ("johnson controls", "kantech", "Kantech belongs to Johnson Controls"),
    ("johnson controls", "qolsys", "Qolsys belongs to Johnson Controls"),
    ("johnson controls", "sensormatic electronics", "Sensormatic belongs to Johnson Controls"),
    ("johnson controls", "software house", "Software House is a brand of Johnson Controls"),
    ("johnson controls", "tyco", "Tyco became a part of Johnson Controls"),
    ("kepware", "ptc", "Kepware was bought by PTC"),
    ("magelis", "schneider electric", "Magelis is a brand of Schneider Electric"),
    ("mitsubishi electric", "mitsubishi electric india", "the one is a company of the other"),
    ("modicon", "schneider electric", "Modicon is a brand of Schneider Electric"),
    ("phoenix", "phoenix contact", "`Phoenix` may be short for Phoenix Contact"),
    ("pro face", "schneider electric", "Pro-face is a brand of Schneider Electric"),
    ("proface", "schneider electric", "Pro-face is a brand of Schneider Electric"),
    ("ruggedcom", "siemens", "RUGGEDCOM is a brand of Siemens"),
    ("schneider electric", "square d", "Square D is a brand of Schneider Electric"),
    ("schneider electric", "telemecanique", "Telemecanique was a brand of Schneider Electric"),
    ("schneider electric", "triconex", "Triconex is a brand of Schneider Electric"),
    ("schneider electric", "wonderware", "Wonderware came from Schneider Electric to AVEVA"),
    ("siemens", "siemens healthineers", "Siemens Healthineers belongs to Siemens"),
    ("siemens", "simatic", "SIMATIC is a brand of Siemens"),
];

/// The vendors that a vendor belongs to, or that belong to it, now or in the past; keys as [`super::vendor_alias`]
/// gives them.
pub fn related_vendors(key: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    RELATED.iter().filter_map(move |(one, other, _)| {
        if *one == key {
            Some(*other)
        } else if *other == key {
            Some(*one)
        } else {
            None
        }
    })
}

/// What is between two vendors, a clause; `None` when nothing is known.
pub fn relation_of_vendors(one: &str, other: &str) -> Option<&'static str> {
    let found = RELATED.iter().find(|(a, b, _)| (*a, *b) == (one, other) || (*a, *b) == (other, one));
    found.map(|(_, _, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::super::{vendor_alias, vendor_key};
    use super::*;

    #[test]
    fn every_vendor_in_the_table_is_in_its_normal_form() {
        for (one, other, why) in RELATED {
            for key in [one, other] {
                assert_eq!(vendor_key(key), *key);
                assert_eq!(vendor_alias(key), *key, "an alias is one vendor already");
            }
            assert!(!why.is_empty() && one != other);
            assert_eq!(relation_of_vendors(other, one), relation_of_vendors(one, other));
            assert!(related_vendors(one).any(|related| related == *other));
        }
        assert_eq!(relation_of_vendors("moxa", "siemens"), None);
    }
}
