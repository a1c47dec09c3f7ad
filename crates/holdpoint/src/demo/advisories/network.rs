//! Advisories on switches, routers, gateways, servers' software and remote access.

use super::{Advisory, exactly, flaw, ordered, range};

/// Advisories on networks and servers.
pub const ALL: &[Advisory] = &[
    Advisory {
        number: 21,
        days: 1,
        vendor: "Siemens",
        title: "Network devices: answers of a RADIUS server can be forged",
        about: "Whoever sits between a device and its RADIUS server can turn a refusal into a permission. Switches, \
                routers and access points are concerned as long as they use RADIUS for sign-in.",
        workaround: "Use local accounts until a firmware is out, or carry RADIUS through a protected tunnel.",
        products: &[
            ordered("SCALANCE XB208 (PN) (6GK5208-0BA00-2AB2)", &["6GK5208-0BA00-2AB2"], "vers:all/*", None),
            ordered("SCALANCE XC208 (6GK5208-0BA00-2AC2)", &["6GK5208-0BA00-2AC2"], "vers:all/*", None),
            ordered(
                "SCALANCE S615 LAN-Router (6GK5615-0AA00-2AA2)",
                &["6GK5615-0AA00-2AA2"],
                "vers:all/*",
                None,
            ),
            ordered("SCALANCE W774-1 RJ45 (6GK5774-1FX00-0AA0)", &["6GK5774-1FX00-0AA0"], "vers:all/*", None),
            range("RUGGEDCOM ROX RX1500", "vers:all/*", None),
        ],
        flaws: &[flaw("CVE-2024-3596", 924, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", 9.0)],
    },
    Advisory {
        number: 22,
        days: 54,
        vendor: "Siemens",
        title: "SCALANCE S615: a length that is not checked gives away memory",
        about: "The service for time answers with more than it should when it is asked in a certain way. It takes \
                an account with high rights.",
        workaround: "Give the router's administration to few people.",
        products: &[
            ordered("SCALANCE S615 (6GK5615-0AA00-2AA2)", &["6GK5615-0AA00-2AA2"], "<V8.0", Some("V8.0")),
            ordered("SCALANCE S615 EEC (6GK5615-0AA01-2AA2)", &["6GK5615-0AA01-2AA2"], "<V8.0", Some("V8.0")),
        ],
        flaws: &[flaw("CVE-2022-46143", 1284, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:N/A:N", 2.7)],
    },
    Advisory {
        number: 23,
        days: 58,
        vendor: "Siemens",
        title: "RUGGEDCOM ROX: an administrator can run commands of the system",
        about: "A field of the command line interface ends up in a shell. An administrator of the device can so \
                become its owner.",
        workaround: "Give the administration of the routers to few people.",
        products: &[
            range("RUGGEDCOM ROX RX1500", "< 2.15.1", Some("2.15.1")),
            range("RUGGEDCOM ROX RX1510", "< 2.15.1", Some("2.15.1")),
            range("RUGGEDCOM ROX RX1400", "< 2.15.1", Some("2.15.1")),
        ],
        flaws: &[flaw("CVE-2022-29560", 77, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 7.2)],
    },
    Advisory {
        number: 24,
        days: 31,
        vendor: "Siemens",
        title: "Communication processors for ET 200SP: weak encryption of a library",
        about: "A library in the processor encrypts some blocks of data badly. Several flaws of this library were \
                mended together.",
        workaround: "Reach the processor through a protected network only.",
        products: &[
            ordered(
                "SIMATIC CP 1542SP-1 (6GK7542-6UX00-0XE0)",
                &["6GK7542-6UX00-0XE0"],
                "<V2.3",
                Some("V2.3"),
            ),
            ordered(
                "SIMATIC CP 1543SP-1 (6GK7543-6WX00-0XE0)",
                &["6GK7543-6WX00-0XE0"],
                "<V2.3",
                Some("V2.3"),
            ),
        ],
        flaws: &[flaw("CVE-2022-2097", 326, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3)],
    },
    Advisory {
        number: 25,
        days: 45,
        vendor: "Rockwell Automation",
        title: "Stratix switches: an odd SSH session makes the switch restart",
        about: "The switches carry the operating system of another vendor and its flaws. An account with low rights \
                can end a session in a way that restarts the switch.",
        workaround: "Let only the network's own people reach the switches.",
        products: &[
            range("Stratix 5800", "<16.12.01", Some("16.12.01")),
            range("Stratix 5400", "<15.2{7}E2", Some("15.2(7)E2")),
        ],
        flaws: &[flaw("CVE-2020-3200", 436, "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:N/I:N/A:H", 7.7)],
    },
    Advisory {
        number: 26,
        days: 39,
        vendor: "Moxa",
        title: "NPort 5110: crafted packets stop the serial device server",
        about: "The device does not check where it writes; crafted packets stop it until it is switched off and on.",
        workaround: "Let only the stations that use the serial line reach the device.",
        products: &[exactly("NPort 5110", "2.1", None)],
        flaws: &[
            flaw("CVE-2022-2043", 787, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
            flaw("CVE-2022-2044", 787, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:H", 8.2),
        ],
    },
    Advisory {
        number: 27,
        days: 56,
        vendor: "Moxa",
        title: "MGate gateways: passwords cross the network readable",
        about: "The program for administration sends the password as it is. Whoever listens can administer the \
                gateway.",
        workaround: "Administer the gateways at the cabinet, over a cable of your own.",
        products: &[
            range("MGate MB3180 Series", "<= 2.2", None),
            range("MGate MB3280 Series", "<= 4.1", None),
            range("MGate MB3480 Series", "<= 3.2", None),
        ],
        flaws: &[flaw("CVE-2021-4161", 319, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)],
    },
    Advisory {
        number: 28,
        days: 18,
        vendor: "Moxa",
        title: "MXview One: files of the server can be read from the network",
        about: "An account with low rights reads any file of the server, passwords of the database included.",
        workaround: "Let only the network's own people reach the server.",
        products: &[range("MXview One Series", "<=1.4.0", Some("1.4.1"))],
        flaws: &[flaw("CVE-2024-6786", 24, "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N", 6.5)],
    },
    Advisory {
        number: 29,
        days: 24,
        vendor: "Westermo",
        title: "Lynx switches: requests in quick succession stop the switch",
        about: "The web page sends passwords readable and cannot cope with many requests at once. There is no \
                mended firmware yet.",
        workaround: "Use the encrypted page only, and let only the network's own people reach it.",
        products: &[exactly("L210-F2G Lynx", "4.21.0", None)],
        flaws: &[
            flaw("CVE-2024-37183", 319, "CVSS:3.1/AV:A/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N", 5.7),
            flaw("CVE-2024-35246", 799, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
        ],
    },
    Advisory {
        number: 30,
        days: 43,
        vendor: "Phoenix Contact",
        title: "TC ROUTER: a prepared link runs script in the administrator's browser",
        about: "The router's web page shows text of a link as it came. Whoever follows the link while signed in \
                gives the router away.",
        workaround: "Do not open other pages while you are signed in at the router.",
        products: &[
            range("TC ROUTER 3002T-4G", "< 2.07.2", Some("2.07.2")),
            range("CLOUD CLIENT 1101T-TX/TX", "< 2.06.10", Some("2.06.10")),
        ],
        flaws: &[flaw("CVE-2023-3526", 79, "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6)],
    },
    Advisory {
        number: 31,
        days: 15,
        vendor: "HMS Networks",
        title: "Ewon Flexy 202: stored passwords can be recovered",
        about: "The gateway keeps passwords in a form that can be undone. Whoever gets a backup gets them.",
        workaround: "Store backups encrypted, and change the passwords after you handed one out.",
        products: &[exactly("EWON FLEXY 202", "Firmware__14.2s0", Some("14.9s2"))],
        flaws: &[flaw("CVE-2024-7755", 522, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N", 8.2)],
    },
    Advisory {
        number: 32,
        days: 13,
        vendor: "AVEVA",
        title: "Historian: a link can make the database run foreign statements",
        about: "The web server of the historian puts text of a link into a statement. It takes a user who follows a \
                prepared link while signed in.",
        workaround: "Take people out of the group that may use the web server and does not need it.",
        products: &[
            exactly("Historian Server", "2023_R2", Some("2023 R2 P01")),
            range("Historian Server", ">=2023|<2023_P03", Some("2023 R2 P01")),
            range("Historian Server", ">=2020|<2020_R2_SP1_P01", Some("2023 R2 P01")),
        ],
        flaws: &[flaw("CVE-2024-6456", 89, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N", 8.1)],
    },
    Advisory {
        number: 33,
        days: 27,
        vendor: "AVEVA",
        title: "PI Web API: an imported display can run code on the server",
        about: "A display that is imported can bring code along, which runs with the rights of whoever imports it.",
        workaround: "Import displays of your own people only.",
        products: &[range("PI Web API", "<=2023", Some("2023 SP1"))],
        flaws: &[flaw("CVE-2024-3468", 502, "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:U/C:H/I:H/A:L", 7.6)],
    },
    Advisory {
        number: 34,
        days: 53,
        vendor: "AVEVA",
        title: "System Platform: passwords can be read out of memory",
        about: "A running program keeps passwords readable in its memory. It takes an account on the same machine.",
        workaround: "Take interactive sign-in away from everybody who does not run the machine.",
        products: &[
            exactly("AVEVA System Platform", "2020", Some("2020 P01")),
            exactly("AVEVA System Platform", "2020 R2 P01", None),
        ],
        flaws: &[flaw("CVE-2022-0835", 316, "CVSS:3.0/AV:L/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:L", 8.1)],
    },
    Advisory {
        number: 35,
        days: 19,
        vendor: "PTC",
        title: "KEPServerEX: connections without limit stop the server",
        about: "The server takes every connection until nothing is left. Values from the plant stop to arrive.",
        workaround: "Let only known clients reach the server.",
        products: &[
            exactly("PTC Kepware KEPServerEX", "V6", None),
            exactly("PTC Kepware ThingWorx Kepware Server", "V6", None),
        ],
        flaws: &[flaw("CVE-2024-6098", 770, "CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H", 5.3)],
    },
    Advisory {
        number: 36,
        days: 35,
        vendor: "Inductive Automation",
        title: "Ignition: an imported file can make the gateway read its own files",
        about: "The import of a project reads files that are named inside it. It takes an account that may import.",
        workaround: "Import projects of your own people only.",
        products: &[
            range("Inductive Automation Ignition", ">= 8.1 | < 8.1.8", Some("8.1.9")),
            range("Inductive Automation Ignition", ">= 7.9 | < 7.9.21", Some("7.9.21")),
        ],
        flaws: &[flaw("CVE-2022-1704", 611, "CVSS:3.0/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:N/A:L", 7.6)],
    },
];

/// An advisory that arrives damaged and ends in quarantine.
pub const DAMAGED: Advisory = Advisory {
    number: 44,
    days: 23,
    vendor: "Red Lion",
    title: "Crimson: passwords can be cut short by one character",
    about: "A password with a certain character in it is cut off there, and the rest does not count.",
    workaround: "Choose passwords of letters and digits.",
    products: &[range("Crimson", "<=3.2.0053.18", Some("3.2.0063"))],
    flaws: &[flaw("CVE-2023-5719", 158, "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.8)],
};
