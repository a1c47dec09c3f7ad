//! Vendors that are certainly one company under several names.
//!
//! Only renamings and spellings are listed, never a parent for its brands: a wrong alias would merge products.

/// (key of another name, key of the name that counts), sorted by the first.
const ALIASES: &[(&str, &str)] = &[
    ("3s smart software", "codesys"),
    ("3s smart software solutions", "codesys"),
    ("a b", "rockwell automation"),
    ("abb power grids", "hitachi energy"),
    ("acoustic technology inc ati systems", "acoustic technology"),
    ("allen bradley", "rockwell automation"),
    ("allen bradley rockwell automation", "rockwell automation"),
    ("allen bradly", "rockwell automation"),
    ("allenbradley", "rockwell automation"),
    ("allenbradley rockwell automation", "rockwell automation"),
    ("apc by schneider electric", "schneider electric"),
    ("automated logic corporation alc", "automated logic"),
    ("automation direct", "automationdirect"),
    ("aveva software", "aveva"),
    ("b and r", "b r industrial automation"),
    ("b braun medical", "b braun"),
    ("b r", "b r industrial automation"),
    ("b r automation", "b r industrial automation"),
    ("b r industrie elektronik", "b r industrial automation"),
    ("b und r", "b r industrial automation"),
    ("bachmann", "bachmann electronic"),
    ("bd", "becton dickinson"),
    ("beckhoff automation", "beckhoff"),
    ("becton dickinson and company bd", "becton dickinson"),
    ("belden hirschmann", "hirschmann"),
    ("bernecker rainer", "b r industrial automation"),
    ("carrier lenels2", "lenels2"),
    ("cisco systems", "cisco"),
    ("codesys group", "codesys"),
    ("control by web", "controlbyweb"),
    ("dahua", "dahua technology"),
    ("digi", "digi international"),
    ("dover fueling solutions dfs", "dover fueling solutions"),
    ("draeger", "drager"),
    ("dragerwerk", "drager"),
    ("emerson automation solutions", "emerson"),
    ("emerson electric", "emerson"),
    ("emerson process", "emerson"),
    ("emerson process management", "emerson"),
    ("fr sauter", "sauter controls"),
    ("franklin fueling", "franklin fueling systems"),
    ("franklin fueling system", "franklin fueling systems"),
    ("ge", "general electric"),
    ("ge health care", "ge healthcare"),
    ("gehealthcare", "ge healthcare"),
    ("general electric ge", "general electric"),
    ("general electric healthcare", "ge healthcare"),
    ("generalelectric", "general electric"),
    ("geutebr ck", "geutebruck"),
    ("geutebrueck", "geutebruck"),
    ("grundfos pumps", "grundfos"),
    ("hangzhou hikvision digital technology", "hikvision"),
    ("hangzhou xiongmai technology", "xiongmai technology"),
    ("hill rom", "hillrom"),
    ("hima paul hildebrandt", "hima"),
    ("hirschmann automation and control", "hirschmann"),
    ("hirschmann automation and control gmbh belden", "hirschmann"),
    ("hitachi abb", "hitachi energy"),
    ("hitachi abb power grids", "hitachi energy"),
    ("hitachienergy", "hitachi energy"),
    ("hms networks", "hms industrial networks"),
    ("honeywell international", "honeywell"),
    ("honeywell process solutions", "honeywell"),
    ("johnson controls international", "johnson controls"),
    ("johnsoncontrols", "johnson controls"),
    ("keysight", "keysight technologies"),
    ("lcds", "lcds leao consultoria e desenvolvimento de sistemas"),
    ("loytec electronics", "loytec"),
    ("ls electric ls industrial systems lsis", "ls electric"),
    ("ls industrial systems", "ls electric"),
    ("ls industrial systems lsis", "ls electric"),
    ("lsis", "ls electric"),
    ("microsoft windows", "microsoft"),
    ("mitsubishi", "mitsubishi electric"),
    ("mitsubishi electric automation", "mitsubishi electric"),
    ("mitsubishielectric", "mitsubishi electric"),
    ("mobile industrial robots mir", "mobile industrial robots"),
    ("moxa systems", "moxa"),
    ("moxa technologies", "moxa"),
    ("myscada technologies", "myscada"),
    ("national instruments corp ni", "national instruments"),
    ("national renewable energy laboratory nrel", "national renewable energy laboratory"),
    ("natus medical inc natus", "natus medical"),
    ("ni", "national instruments"),
    ("object computing inc oci", "object computing"),
    ("omron industrial automation", "omron"),
    ("open design alliance oda", "open design alliance"),
    ("osi soft", "osisoft"),
    ("pepperl und fuchs", "pepperl fuchs"),
    ("phillips", "philips"),
    ("phoenix contact electronics", "phoenix contact"),
    ("phoenixcontact", "phoenix contact"),
    ("pilz gmbh co kg pilz", "pilz"),
    ("prominent dosiertechnik", "prominent"),
    ("psi gridconnect gmbh formerly psi nentec gmbh", "psi gridconnect"),
    ("psi nentec", "psi gridconnect"),
    ("real time automation rta", "real time automation"),
    ("real time innovations rti", "real time innovations"),
    ("red lion controls", "red lion"),
    ("rockwell", "rockwell automation"),
    ("rockwell automation allen bradley", "rockwell automation"),
    ("rockwell software", "rockwell automation"),
    ("rockwellautomation", "rockwell automation"),
    ("sauter", "sauter controls"),
    ("schneider", "schneider electric"),
    ("schneider electric automation", "schneider electric"),
    ("schneider electric industries", "schneider electric"),
    ("schneider electric software", "schneider electric"),
    ("schneider electric usa", "schneider electric"),
    ("schneiderelectric", "schneider electric"),
    ("schweitzer engineering laboratories inc sel", "schweitzer engineering laboratories"),
    ("sel", "schweitzer engineering laboratories"),
    ("sel schweitzer engineering laboratories", "schweitzer engineering laboratories"),
    ("siemens digital industries", "siemens"),
    ("siemens industrial automation", "siemens"),
    ("siemens industry", "siemens"),
    ("sma", "sma solar technology"),
    ("synergy systems solutions sss", "synergy systems solutions"),
    ("trihedral engineering", "trihedral"),
    ("wago kontakttechnik", "wago"),
    ("weidmuller", "weidmueller"),
    ("westermo network technologies", "westermo"),
    ("wibu", "wibu systems"),
    ("xiongmai", "xiongmai technology"),
    ("yaskawa electric", "yaskawa"),
    ("yokogawa electric", "yokogawa"),
    ("zhejiang dahua technology", "dahua technology"),
];

/// The vendor key that counts for a vendor key: itself, unless it is a sure alias of another.
pub fn vendor_alias(key: &str) -> &str {
    ALIASES.binary_search_by(|(alias, _)| (*alias).cmp(key)).map_or(key, |at| ALIASES[at].1)
}

#[cfg(test)]
mod tests {
    use super::super::vendor_key;
    use super::*;

    #[test]
    fn every_alias_is_a_vendor_key_and_leads_nowhere_else() {
        assert!(ALIASES.is_sorted(), "the table is searched by halves");
        for (alias, name) in ALIASES {
            assert_eq!(vendor_key(name), *name, "{name} is not in its normal form");
            assert_eq!(vendor_alias(name), *name, "{alias} leads to an alias");
        }
    }

    #[test]
    fn spellings_of_one_vendor_have_one_name() {
        for text in ["Rockwell", "Rockwell Automation ", "ROCKWELL AUTOMATION, INC."] {
            assert_eq!(vendor_alias(&vendor_key(text)), "rockwell automation");
        }
        assert_eq!(vendor_alias(&vendor_key("General Electric (GE)")), "general electric");
    }
}
