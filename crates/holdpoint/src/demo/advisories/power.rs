//! Advisories on protection relays, remote terminal units, station control and power supplies.

use super::{Advisory, Listed, exactly, flaw, ordered, range};

/// Advisories on power devices.
pub const ALL: &[Advisory] = &[
    Advisory {
        number: 37,
        days: 23,
        vendor: "Siemens",
        title: "SIPROTEC 5: weak ciphers between relay and engineering software",
        about: "Relays still offer ciphers that can be broken. Which firmware mends it depends on the processor \
                of the relay, which stands behind its name.",
        workaround: "Connect the engineering software at the front of the relay only.",
        products: &[
            range("SIPROTEC 5 7SJ82 (CP150)", "<V9.65", Some("V9.65")),
            range("SIPROTEC 5 7SJ82 (CP100)", "<V8.89", Some("V8.89")),
            range("SIPROTEC 5 7SJ85 (CP300)", "<V9.65", Some("V9.65")),
            range("SIPROTEC 5 7SA86 (CP300)", "<V9.65", Some("V9.65")),
            range("SIPROTEC 5 7SA86 (CP200)", "vers:all/*", None),
        ],
        flaws: &[flaw("CVE-2024-38867", 326, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9)],
    },
    Advisory {
        number: 38,
        days: 30,
        vendor: "Siemens",
        title: "SITOP UPS1600: a time service inside writes where it should not",
        about: "The library that sets the clock can be led to write outside its place. An attacker has to give the \
                time to the device.",
        workaround: "Set the clock from a server inside the plant, or not at all.",
        products: &[
            ordered(
                "SITOP UPS1600 10 A Ethernet/ PROFINET (6EP4134-3AB00-2AY0)",
                &["6EP4134-3AB00-2AY0"],
                "<V2.5.4",
                Some("V2.5.4"),
            ),
            ordered(
                "SITOP UPS1600 20 A Ethernet/ PROFINET (6EP4136-3AB00-2AY0)",
                &["6EP4136-3AB00-2AY0"],
                "<V2.5.4",
                Some("V2.5.4"),
            ),
            ordered(
                "SITOP UPS1600 40 A Ethernet/ PROFINET (6EP4137-3AB00-2AY0)",
                &["6EP4137-3AB00-2AY0"],
                "<V2.5.4",
                Some("V2.5.4"),
            ),
        ],
        flaws: &[flaw("CVE-2023-26552", 787, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L", 5.6)],
    },
    Advisory {
        number: 39,
        days: 7,
        vendor: "Hitachi Energy",
        title: "RTU500: files of the wrong kind can be uploaded and stop the unit",
        about: "Somebody with an account can upload a file that the unit then runs or stumbles over. Each main \
                release has its own mended version.",
        workaround: "Keep the upload function to the two people who need it.",
        products: &[
            range("RTU500 series CMU Firmware", ">=12.7.1|<=12.7.6", Some("12.7.7")),
            range("RTU500 series CMU Firmware", ">=13.2.1|<=13.2.6", Some("13.2.7")),
        ],
        flaws: &[
            flaw("CVE-2024-1531", 434, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:L/I:L/A:H", 8.2),
            flaw("CVE-2024-1532", 434, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:N/I:N/A:H", 6.8),
        ],
    },
    Advisory {
        number: 40,
        days: 40,
        vendor: "Hitachi Energy",
        title: "Relion 670 and 650: an update package is not checked well enough",
        about: "A relay takes an update package whose signature was not checked to the end. It takes an account \
                that may update.",
        workaround: "Switch the tool for updates off between updates.",
        products: &[
            exactly("Relion 670 series", "2.2.2", None),
            exactly("Relion 670 series", "2.2.3", None),
            range("Relion 670/650 series", "2.2.5", None),
        ],
        flaws: &[flaw("CVE-2022-3864", 345, "CVSS:3.0/AV:N/AC:L/PR:H/UI:R/S:U/C:N/I:N/A:H", 4.5)],
    },
    Advisory {
        number: 41,
        days: 51,
        vendor: "Hitachi Energy",
        title: "MicroSCADA: an account can do more than its role allows",
        about: "A part of another vendor inside the station computer does not look at roles. Two releases are \
                concerned.",
        workaround: "Take interactive sign-in away from everybody who does not run the station computer.",
        products: &[
            range("SYS600", "9.4 | FP2  Hotfix 5", Some("10.2")),
            range("SYS600", "10.1.1", Some("10.2")),
        ],
        flaws: &[flaw("CVE-2011-1207", 863, "CVSS:3.0/AV:L/AC:H/PR:L/UI:R/S:U/C:H/I:H/A:H", 6.7)],
    },
    Advisory {
        number: 42,
        days: 11,
        vendor: "Schweitzer Engineering Laboratories",
        title: "SEL-700 relays: an undocumented function puts a relay out of service",
        about: "A function that no manual names lets an administrator stop the relay. Settings stay as they are.",
        workaround: "Give the highest password of the relays to few people.",
        products: &[
            range("SEL-751 Feeder Protection Relay", ">=R101-V0|<R302-V3", Some("R302-V3")),
            range("SEL-710-5 Motor Protection Relay", ">=R100-V0|<R302-V1", Some("R302-V1")),
        ],
        flaws: &[flaw("CVE-2024-2103", 1242, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:N/I:H/A:H", 6.5)],
    },
    Advisory {
        number: 43,
        days: 34,
        vendor: "Schneider Electric",
        title: "Easy UPS monitoring: functions of the server ask nobody who they are",
        about: "Settings of the monitoring server can be changed from the network without an account, and commands \
                can be run on it. It is known how to do it.",
        workaround: "Let only the administrators' machines reach the monitoring server.",
        products: &[range("APC Easy UPS Online Monitoring Software", "<=v2.5-GA-01-22261", Some("v2.6-GA"))],
        flaws: &[
            flaw("CVE-2023-29411", 306, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            flaw("CVE-2023-29412", 78, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ],
    },
    Advisory {
        number: 45,
        days: 17,
        vendor: "ABB",
        title: "SPIET800 and PNI800: crafted messages stop the interface to the control system",
        about: "The interfaces lose track of their state when messages come in an order that they do not expect. \
                Their releases are named by letters, which have no order that everybody knows.",
        workaround: "Let only the control system reach the interface.",
        products: &[range("PNI800", "<=A_B", None), range("SPIET800", "<=A_B", Some("A_C"))],
        flaws: &[
            flaw("CVE-2021-22285", 372, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
            flaw("CVE-2021-22288", 400, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
        ],
    },
    Advisory {
        number: 46,
        days: 37,
        vendor: "Hitachi Energy",
        title: "XMC20: sign-in over SSH can be skipped",
        about: "A library lets a client say that it is signed in, and believes it. Releases of the multiplexer are \
                given as names of files.",
        workaround: "Let only the network's own people reach the multiplexer's management address.",
        products: &[
            range("XMC20 R6 using COGE5", "< co5ne_r2d14_03.esw", Some("co5ne_r2d14_03.esw")),
            range("XMC20 R4 using COGE5", "<co5ne_r1h07_12.esw", Some("co5ne_r1h07_12.esw")),
        ],
        flaws: &[flaw("CVE-2018-10933", 287, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1)],
    },
];

/// Advisory 39 as it stands a day later, under the same version number: the publisher added releases in silence.
pub const RTU500_GROWN: &[Listed] = &[
    range("RTU500 series CMU Firmware", ">=12.4.1|<=12.4.11", None),
    range("RTU500 series CMU Firmware", ">=12.6.1|<=12.6.9", None),
    range("RTU500 series CMU Firmware", ">=12.7.1|<=12.7.6", Some("12.7.7")),
    range("RTU500 series CMU Firmware", ">=13.2.1|<=13.2.6", Some("13.2.7")),
];
