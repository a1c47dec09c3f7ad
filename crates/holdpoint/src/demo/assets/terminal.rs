//! What stands at the tank terminal, as somebody wrote it down there.

use super::{Fleet, fleet};

/// All rows of the tank terminal.
#[rustfmt::skip]
pub const ALL: &[Fleet] = &[
    fleet(("tt-srv", "server", "SRV", 2, "Terminal management"), ["HPE", "ProLiant DL360 Gen10", "P40401-B21"], &["U32 v2.62"]).on("Windows Server 2016", "10.0.14393.5648").redundant(),
    fleet(("tt-srv", "historian", "HIS", 1, "Tank historian"), ["HPE", "ProLiant DL360 Gen10", "P40401-B21"], &["U32 v2.62"]).on("Windows Server 2016", "10.0.14393.5648"),
    fleet(("tt-srv", "server", "SRV", 1, "Import station for media"), ["Dell", "PowerEdge R450", ""], &["1.10.3"]).on("Debian GNU/Linux", "11.9"),
    fleet(("tt-srv", "firewall", "FW", 1, "Firewall between servers and control"), ["Siemens", "SCALANCE S615", "6GK5615-0AA00-2AA2"], &["V7.1"]),
    fleet(("tt-srv", "switch", "SW", 2, "Server switch"), ["Moxa", "EDS-G508E", ""], &["6.4"]),
    fleet(("tt-sup", "scada", "SCADA", 2, "Terminal control server"), ["Yokogawa", "CENTUM VP", ""], &["R6.08.00"]).on("Windows Server 2016", "10.0.14393.5648").redundant(),
    fleet(("tt-sup", "workstation", "WS", 4, "Operator station"), ["Dell", "OptiPlex XE3", ""], &["1.22.0"]).on("Windows 10 Enterprise LTSC 2019", "10.0.17763.3650"),
    fleet(("tt-sup", "engineering-station", "ES", 1, "Engineering station"), ["Dell", "OptiPlex XE3", ""], &["1.22.0"]).on("Windows 10 Enterprise LTSC 2019", "10.0.17763.3650"),
    fleet(("tt-sup", "switch", "SW", 4, "Control network switch"), ["Yokogawa", "Vnet/IP layer 2 switch", ""], &[""]),
    fleet(("tt-farm", "plc", "PLC", 4, "Tank group controller"), ["Siemens", "SIMATIC S7-400 H V6", ""], &["V6.0.9"]).redundant(),
    fleet(("tt-farm", "plc", "PLC", 6, "Pump station controller"), ["Siemens", "SIMATIC S7-1500 CPU 1515-2 PN", "6ES7515-2AM02-0AB0"], &["V2.9.3", "V2.8.3"]),
    fleet(("tt-farm", "plc", "PLC", 4, "Pump controller"), ["Siemens", "S7-1500", ""], &["V2.9", ""]),
    fleet(("tt-farm", "rtu", "RTU", 4, "Shelter telecontrol"), ["Hitachi Energy", "RTU500 series CMU Firmware", ""], &["12.4.6", ""]),
    fleet(("tt-farm", "remote-io", "RIO", 12, "Tank input and output"), ["Siemens", "SIMATIC ET 200SP IM 155-6 PN ST", "6ES7155-6AU01-0BN0"], &["V4.1.2"]),
    fleet(("tt-farm", "gateway", "GW", 4, "Gauge gateway"), ["Moxa", "MGate MB3280 Series", ""], &["4.0", ""]),
    fleet(("tt-farm", "gateway", "GW", 2, "Serial server"), ["Moxa", "NPort 5110", ""], &[""]),
    fleet(("tt-farm", "hmi", "HMI", 4, "Pump panel"), ["Siemens", "SIMATIC HMI Comfort Panels", ""], &[""]),
    fleet(("tt-farm", "drive", "DRV", 6, "Pump drive"), ["ABB", "ACS880-01", "ACS880-01-246A-3"], &["2.60.0.2", ""]),
    fleet(("tt-farm", "power", "UPS", 4, "Shelter UPS"), ["Siemens", "SITOP UPS1600 10 A Ethernet/ PROFINET", "6EP4134-3AB00-2AY0"], &["V2.3.0", ""]),
    fleet(("tt-farm", "switch", "SW", 6, "Shelter switch"), ["Siemens", "SCALANCE XB208", "6GK5208-0BA00-2AB2"], &["V4.1", ""]),
    fleet(("tt-jetty", "plc", "PLC", 2, "Loading arm controller"), ["Rockwell Automation", "ControlLogix 5580", "1756-L81E"], &["32.013"]),
    fleet(("tt-jetty", "hmi", "HMI", 2, "Loading panel"), ["Rockwell Automation", "PanelView Plus 7", "2711P-T10C22D9P"], &["11.00.01"]),
    fleet(("tt-jetty", "camera", "CAM", 6, "Jetty camera"), ["Axis Communications", "AXIS Q1785-LE", "01161-001"], &["9.80.69"]),
    fleet(("tt-jetty", "wireless", "WL", 2, "Jetty access point"), ["Siemens", "SCALANCE W774-1 RJ45", "6GK5774-1FX00-0AA0"], &["V6.4.0"]),
    fleet(("tt-esd", "safety-controller", "SIS", 4, "Shutdown controller"), ["HIMA", "HIMax X-CPU 01", "985210201"], &["V6.14", "V7.22"]).redundant(),
    fleet(("tt-esd", "relay", "REL", 3, "Pump motor protection"), ["Schweitzer Engineering Laboratories", "SEL-710-5 Motor Protection Relay", "071050"], &["R301-V2", ""]),
    fleet(("tt-field", "instrument", "INS", 14, "Tank gauge"), ["Honeywell", "Enraf 990 SmartRadar FlexLine", ""], &["A1.10", ""]),
];
