//! Vendors that are certainly one company under several names.
//!
//! Only renamings and spellings are listed, never a parent for its brands: a wrong alias would merge products.

/// (key of another name, key of the name that counts), sorted by the first.
const ALIASES: &[(&str, &str)] = &[
    ("3s smart software", "codesys"),
    ("3s smart software solutions", "codesys"),
    ("abb power grids", "hitachi energy"),
    ("allen bradley", "rockwell automation"),
    ("automated logic corporation alc", "automated logic"),
    ("automation direct", "automationdirect"),
    ("aveva software", "aveva"),
    ("b r", "b r industrial automation"),
    ("bd", "becton dickinson"),
    ("becton dickinson and company bd", "becton dickinson"),
    ("control by web", "controlbyweb"),
    ("digi", "digi international"),
    ("dover fueling solutions dfs", "dover fueling solutions"),
    ("ge", "general electric"),
    ("general electric ge", "general electric"),
    ("hitachi abb power grids", "hitachi energy"),
    ("microsoft windows", "microsoft"),
    ("mobile industrial robots mir", "mobile industrial robots"),
    ("national instruments corp ni", "national instruments"),
    ("national renewable energy laboratory nrel", "national renewable energy laboratory"),
    ("natus medical inc natus", "natus medical"),
    ("object computing inc oci", "object computing"),
    ("open design alliance oda", "open design alliance"),
    ("phillips", "philips"),
    ("phoenixcontact", "phoenix contact"),
    ("pilz gmbh co kg pilz", "pilz"),
    ("real time automation rta", "real time automation"),
    ("real time innovations rti", "real time innovations"),
    ("rockwell", "rockwell automation"),
    ("sauter", "sauter controls"),
    ("schneider", "schneider electric"),
    ("schneider electric software", "schneider electric"),
    ("schweitzer engineering laboratories inc sel", "schweitzer engineering laboratories"),
    ("sel", "schweitzer engineering laboratories"),
    ("weidmuller", "weidmueller"),
    ("wibu", "wibu systems"),
];

/// The vendor key that counts for a vendor key: itself, unless it is a sure alias of another.
pub fn vendor_alias(key: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == key).map_or(key, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::super::vendor_key;
    use super::*;

    #[test]
    fn every_alias_is_a_vendor_key_and_leads_nowhere_else() {
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
