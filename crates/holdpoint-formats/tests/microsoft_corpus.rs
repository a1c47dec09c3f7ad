//! Microsoft's real files: all are read, and what they say is what a person reads in them.
//!
//! Needs the corpus; says plainly when it is absent.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken corpus should stop the test where it breaks")]

mod csaf_data;

use holdpoint_domain::patch::{PatchClass, PatchRecord, PatchReference};
use holdpoint_formats::microsoft::{Limits, MicrosoftFile, Shape, read, shape_of};

fn file(path: &str) -> Option<(Shape, MicrosoftFile)> {
    let path = csaf_data::corpus(&format!("microsoft/{path}"), "reading of Microsoft's files")?;
    let bytes = std::fs::read(&path).unwrap();
    let shape = shape_of(&bytes).unwrap_or_else(|| panic!("{}: no shape", path.display()));
    let parsed =
        read(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for warning in &parsed.warnings {
        println!("{}: {warning}", path.display());
    }
    Some((shape, parsed.value))
}

fn kb(number: &str) -> PatchReference {
    PatchReference::Identifier(number.to_owned())
}

fn of<'a>(patches: &'a [PatchRecord], number: &str) -> &'a PatchRecord {
    patches.iter().find(|patch| patch.identifier == number).unwrap()
}

#[test]
fn a_month_of_2016_names_articles_by_product() {
    let Some((shape, file)) = file("cvrf/cvrf/2016-Apr") else { return };
    assert_eq!((shape, file.id.as_str()), (Shape::CvrfXml, "2016-Apr"));
    let windows_10 = of(&file.patches, "KB3147461");
    assert_eq!(windows_10.products, ["Windows 10 for x64-based Systems"]);
    assert_eq!(windows_10.supersedes, [kb("KB3140745")]);
    assert_eq!((windows_10.restart.as_str(), windows_10.class), ("Yes", PatchClass::Security));
    assert_eq!(windows_10.fixes, ["CVE-2016-0088"]);
    let others: Vec<&PatchRecord> =
        file.patches.iter().filter(|patch| patch.identifier == "KB3135456").collect();
    let products: usize = others.iter().map(|patch| patch.products.len()).sum();
    assert_eq!(products, 5);
    assert!(others.iter().all(|patch| patch.supersedes == [kb("KB3087088")]));
    assert_eq!(file.vulnerabilities.len(), 1);
    assert!(!file.vulnerabilities[0].description.contains('<'));
}

#[test]
fn a_month_of_2024_has_fixed_builds() {
    let Some((_, file)) = file("cvrf/cvrf/2024-Mar") else { return };
    assert_eq!(of(&file.patches, "KB5036451").fixed_build, "7.0.17");
    assert_eq!(of(&file.patches, "KB5036452").fixed_build, "8.0.3");
    assert_eq!(file.patches.iter().filter(|patch| patch.identifier.is_empty()).count(), 4);
    let vulnerability = &file.vulnerabilities[0];
    assert_eq!(vulnerability.reference, "CVE-2024-21392");
    assert_eq!(vulnerability.cwes, ["CWE-400"]);
    assert_eq!(vulnerability.scores.len(), 1);
    assert_eq!(vulnerability.scores[0].base_tenths, Some(75));
}

#[test]
fn csaf_and_vex_name_their_fixed_builds() {
    let Some((shape, edge)) = file("csaf/2025/msrc_cve-2025-29795.json") else { return };
    assert_eq!(shape, Shape::Csaf);
    assert_eq!(edge.patches.len(), 1);
    assert_eq!(edge.patches[0].fixed_build, "1.3.195.45");
    assert_eq!(edge.patches[0].products, ["Microsoft Edge Update Setup"]);
    assert_eq!(edge.patches[0].classification, "Security Update");
    let (_, vex) = file("vex/2025/msrc_cve-2025-26465.json").unwrap();
    assert!(vex.patches.iter().any(|patch| patch.products == ["openssh on Azure Linux 3.0"]), "{vex:#?}");
    for other in ["csaf/2025/msrc_cve-2025-29806.json", "vex/2025/msrc_cve-2025-25186.json"] {
        assert!(!file(other).unwrap().1.patches.is_empty());
    }
}

#[test]
fn every_catalogue_record_names_what_it_replaces() {
    let Some(folder) = csaf_data::corpus("microsoft/update-catalog", "reading of the update catalogue")
    else {
        return;
    };
    let mut n = 0;
    for path in csaf_data::json_files(&folder) {
        let name = format!("update-catalog/{}", path.file_name().unwrap().to_str().unwrap());
        let (shape, file) = file(&name).unwrap();
        assert_eq!((shape, file.patches.len()), (Shape::Catalogue, 1));
        n += 1;
    }
    assert_eq!(n, 8);
    let (_, may) = file("update-catalog/0b97c243-5833-4bf3-bcf8-77063e53c42a.json").unwrap();
    let may = &may.patches[0];
    assert_eq!(may.identifier, "KB5026372");
    // Eighteen titles name seventeen articles: one is there twice, once with the ending `UUP`.
    assert_eq!(may.supersedes.len(), 17);
    assert_eq!(may.superseded_by, [kb("KB5026446")]);
    assert_eq!(may.products, ["Windows 11 Version 22H2 for arm64-based Systems"]);
    assert_eq!((may.architecture.as_str(), may.class), ("arm64", PatchClass::SecurityCritical));
    assert_eq!(may.released.unwrap().to_string(), "2023-05-09T00:00:00Z");
}

#[test]
fn both_eras_of_the_bulletin_workbook_are_read() {
    let Some((shape, new)) = file("bulletin/BulletinSearch.xlsx") else { return };
    assert_eq!((shape, new.patches.len()), (Shape::Bulletin, 1));
    let flash = &new.patches[0];
    assert_eq!((flash.identifier.as_str(), flash.bulletin.as_str()), ("KB4014329", "MS17-023"));
    assert_eq!(flash.supersedes, [kb("KB4010250")]);
    assert_eq!(flash.products, ["Adobe Flash Player on Windows 10 Version 1511 for x64-based Systems"]);
    assert_eq!(flash.released.unwrap().to_string(), "2017-03-14T00:00:00Z");
    let (_, old) = file("bulletin/BulletinSearch2001-2008.xlsx").unwrap();
    let xml = &old.patches[0];
    assert_eq!((xml.identifier.as_str(), xml.bulletin.as_str()), ("KB955069", "MS08-069"));
    assert_eq!(xml.supersedes, [kb("KB936021")]);
    assert_eq!(xml.fixes, ["CVE-2007-0099", "CVE-2008-4029", "CVE-2008-4033"]);
    assert_eq!((xml.restart.as_str(), xml.severity.as_str()), ("Maybe", "Critical"));
}

#[test]
fn the_offline_scan_file_is_joined_with_its_metadata() {
    let Some((shape, scan)) = file("wsusscn2/wsusscn2.cab") else { return };
    assert_eq!((shape, scan.patches.len()), (Shape::Scan, 4));
    let oldest = of(&scan.patches, "KB654321");
    assert_eq!(oldest.update_id, "0a51549b-4e86-4a26-97d4-9e3567f24ea1");
    assert_eq!(oldest.superseded_by, [kb("KB765432")]);
    assert_eq!(
        oldest.supersedes,
        [PatchReference::UpdateId("022f39ad-6b5c-4f5a-8667-b25f2f3f0069".to_owned())]
    );
    assert_eq!(oldest.products, ["Windows Server 2012 R2"]);
    let middle = of(&scan.patches, "KB765432");
    assert_eq!(middle.superseded_by, [kb("KB876543")]);
    assert!(middle.supersedes.len() > 100, "{}", middle.supersedes.len());
    assert_eq!(middle.architecture, "x64");
    let nameless = scan.patches.iter().find(|patch| patch.identifier.is_empty()).unwrap();
    assert_eq!(nameless.classification, "Security Updates");
}
