//! Software on the servers and stations: rows of a table, and one bill of materials.

use holdpoint_domain::Moment;
use serde_json::json;

/// The columns of a table of installed software.
pub const COLUMNS: &[&str] = &["asset_tag", "vendor", "product", "version", "purl", "cpe"];

/// Software: asset, vendor, product, version.
pub type Installed = [&'static str; 4];

/// What is installed at the coatings plant.
#[rustfmt::skip]
pub const COATINGS: &[Installed] = &[
    ["HC-HIS-01", "AVEVA", "Historian Server", "2023_P02"],
    ["HC-HIS-01", "Microsoft", "SQL Server 2019", "15.0.4322.2"],
    ["HC-SRV-01", "Microsoft", "Remote Desktop Services", "10.0.20348.2527"],
    ["HC-SRV-05", "Microsoft", "SQL Server 2017", "14.0.3456.2"],
    ["HC-SRV-06", "Moxa", "MXview One Series", "1.3.0"],
    ["HC-SCADA-01", "Siemens", "SIMATIC WinCC", "V7.5.2.10"],
    ["HC-SCADA-01", "Microsoft", "SQL Server 2016", "13.0.6300.2"],
    ["HC-SCADA-02", "Siemens", "SIMATIC WinCC", "V7.5.2.15"],
    ["HC-SCADA-02", "Microsoft", "SQL Server 2016", "13.0.6300.2"],
    ["HC-SCADA-03", "Rockwell Automation", "FactoryTalk View Site Edition", "13.0"],
    ["HC-SCADA-03", "Rockwell Automation", "FactoryTalk Linx", "6.31"],
    ["HC-ES-01", "Siemens", "SIMATIC STEP 7 V18", "V18 Update 1"],
    ["HC-ES-02", "Siemens", "SIMATIC STEP 7 V18", "V18 Update 4"],
    ["HC-ES-03", "Siemens", "SIMATIC STEP 7 V17", "V17 Update 6"],
    ["HC-ES-03", "Rockwell Automation", "Studio 5000 Logix Designer", "33.00.02"],
    ["HC-WS-01", "7-Zip", "7-Zip", "21.07"],
    ["HC-WS-02", "7-Zip", "7-Zip", "21.07"],
];

/// What is installed at the heat-and-power station.
#[rustfmt::skip]
pub const POWER: &[Installed] = &[
    ["BR-SRV-01", "PTC", "PTC Kepware KEPServerEX", "V6.14"],
    ["BR-SRV-02", "Inductive Automation", "Inductive Automation Ignition", "8.1.5"],
    ["BR-SRV-05", "Schneider Electric", "APC Easy UPS Online Monitoring Software", "v2.5-GA-01-22261"],
    ["BR-HIS-01", "AVEVA", "PI Web API", "2021 SP3"],
    ["BR-HIS-01", "AVEVA", "PI Server", "2018 SP3 Patch 4"],
    ["BR-HIS-02", "AVEVA", "PI Web API", ""],
    ["BR-HIS-02", "AVEVA", "PI Server", "2018 SP3 Patch 4"],
    ["BR-ES-01", "Schneider Electric", "EcoStruxure Control Expert", "15.2"],
    ["BR-ES-02", "Schneider Electric", "EcoStruxure Control Expert", "15.3"],
    ["BR-ES-01", "Honeywell", "Safety Builder", "R154.1"],
];

/// What is installed at the tank terminal.
#[rustfmt::skip]
pub const TERMINAL: &[Installed] = &[
    ["TT-SRV-01", "AVEVA", "AVEVA System Platform", "2020"],
    ["TT-SRV-02", "AVEVA", "AVEVA System Platform", "2020"],
    ["TT-HIS-01", "AVEVA", "Historian Server", "2020_R2"],
    ["TT-ES-01", "Siemens", "SIMATIC STEP 7 V17", "V17 Update 4"],
];

/// The asset that the bill of materials belongs to.
pub const BILL_ASSET: &str = "BR-SRV-02";

const LIBRARIES: &[[&str; 3]] = &[
    ["org.apache.logging.log4j", "log4j-core", "2.17.1"],
    ["org.bouncycastle", "bcprov-jdk15on", "1.69"],
    ["com.fasterxml.jackson.core", "jackson-databind", "2.12.6"],
    ["org.eclipse.jetty", "jetty-server", "9.4.43.v20210629"],
    ["com.google.guava", "guava", "30.1.1-jre"],
    ["org.python", "jython-standalone", "2.7.2"],
    ["org.xerial", "sqlite-jdbc", "3.36.0.3"],
];

/// The bill of materials of the visualisation's gateway, as its maker could hand it out.
pub fn bill_of_materials(made_at: Moment) -> Vec<u8> {
    let components: Vec<serde_json::Value> = LIBRARIES
        .iter()
        .map(|[group, name, version]| {
            json!({
                "type": "library", "group": group, "name": name, "version": version,
                "purl": format!("pkg:maven/{group}/{name}@{version}"),
            })
        })
        .collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"timestamp": made_at.to_string()},
        "components": components,
    });
    serde_json::to_vec_pretty(&bill).expect("a JSON value can be written")
}
