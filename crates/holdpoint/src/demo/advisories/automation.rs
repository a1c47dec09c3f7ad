//! Advisories on controllers, operator panels, drives and the programs around them.

use super::{Advisory, exactly, flaw, ordered, range};

/// Advisories on automation.
pub const ALL: &[Advisory] = &[
    Advisory {
        number: 1,
        days: 21,
        vendor: "Siemens",
        title: "S7-1500: pages of the web server can be read without signing in",
        about: "The web server of several S7-1500 controllers gives away information before anybody has signed \
                in. Newer hardware gets a firmware; older hardware stays as it is.",
        workaround: "Switch the web server off, or let only the engineering station reach it.",
        products: &[
            ordered(
                "SIMATIC S7-1500 CPU 1513-1 PN (6ES7513-1AM03-0AB0)",
                &["6ES7513-1AM03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1513-1 PN (6ES7513-1AL02-0AB0)",
                &["6ES7513-1AL02-0AB0"],
                "vers:all/*",
                None,
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1515-2 PN (6ES7515-2AN03-0AB0)",
                &["6ES7515-2AN03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1515-2 PN (6ES7515-2AM02-0AB0)",
                &["6ES7515-2AM02-0AB0"],
                "vers:all/*",
                None,
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1515F-2 PN (6ES7515-2FN03-0AB0)",
                &["6ES7515-2FN03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1516-3 PN/DP (6ES7516-3AP03-0AB0)",
                &["6ES7516-3AP03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
        ],
        flaws: &[flaw("CVE-2024-46887", 288, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3)],
    },
    Advisory {
        number: 2,
        days: 20,
        vendor: "Siemens",
        title: "S7-1200 and S7-1500: a link can lead from the controller's page to a foreign site",
        about: "The web server forwards to an address that stands in the link itself. Whoever follows a prepared \
                link believes to be on the controller and is not.",
        workaround: "Type the controller's address yourself; do not follow links to it out of mails.",
        products: &[
            ordered(
                "SIMATIC S7-1200 CPU 1214C DC/DC/DC (6ES7214-1AG40-0XB0)",
                &["6ES7214-1AG40-0XB0"],
                "vers:all/*",
                None,
            ),
            ordered(
                "SIMATIC S7-1200 CPU 1215C DC/DC/DC (6ES7215-1AG40-0XB0)",
                &["6ES7215-1AG40-0XB0"],
                "vers:all/*",
                None,
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1513-1 PN (6ES7513-1AM03-0AB0)",
                &["6ES7513-1AM03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
            ordered(
                "SIMATIC S7-1500 CPU 1516-3 PN/DP (6ES7516-3AP03-0AB0)",
                &["6ES7516-3AP03-0AB0"],
                "vers:all/<V3.1.4",
                Some("V3.1.4"),
            ),
        ],
        flaws: &[flaw("CVE-2024-46886", 601, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:N/I:L/A:N", 4.7)],
    },
    Advisory {
        number: 3,
        days: 57,
        vendor: "Siemens",
        title: "S7-400: crafted packets to port 102 stop the controller",
        about: "Packets to port 102 put the controller into its defect state, from which only a restart brings it \
                back. Only controllers with a PROFINET port can be mended by firmware.",
        workaround: "Let only known stations reach port 102 of the controller.",
        products: &[
            ordered(
                "SIMATIC S7-400 CPU 414-3 PN/DP V7 (6ES7414-3EM07-0AB0)",
                &["6ES7414-3EM07-0AB0"],
                "vers:all/<V7.0.3",
                Some("V7.0.3"),
            ),
            ordered(
                "SIMATIC S7-400 CPU 416-3 PN/DP V7 (6ES7416-3ES07-0AB0)",
                &["6ES7416-3ES07-0AB0"],
                "vers:all/<V7.0.3",
                Some("V7.0.3"),
            ),
            range(
                "SIMATIC S7-400 H V6 CPU family (incl. SIPLUS variants)",
                "vers:all/<V6.0.10",
                Some("V6.0.10"),
            ),
        ],
        flaws: &[flaw("CVE-2021-40368", 119, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5)],
    },
    Advisory {
        number: 4,
        days: 52,
        vendor: "Siemens",
        title: "Operator panels: malformed requests make a panel restart",
        about: "Panels do not check certain requests and restart when they get them. Operators lose the picture \
                for about two minutes.",
        workaround: "Keep panels in a network segment that only controllers share.",
        products: &[
            range("SIMATIC HMI Comfort Panels", "< V17 Update 4", Some("V17 Update 4")),
            range("SIMATIC HMI KTP Mobile Panels", "< V17 Update 4", Some("V17 Update 4")),
            ordered(
                "SIMATIC HMI KTP1200 Basic (6AV2123-2MB03-0AX0)",
                &["6AV2123-2MB03-0AX0"],
                "< V17 Update 5",
                Some("V17 Update 5"),
            ),
        ],
        flaws: &[flaw("CVE-2022-40227", 20, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5)],
    },
    Advisory {
        number: 5,
        days: 44,
        vendor: "Siemens",
        title: "WinCC: local accounts can change the runtime's files",
        about: "The installation leaves files open to every local account. Somebody who can sign in at the server \
                can get higher rights.",
        workaround: "Take interactive sign-in away from everybody who does not run the server.",
        products: &[range("SIMATIC WinCC", "vers:all/<V7.5.2.13", Some("V7.5.2.13"))],
        flaws: &[flaw("CVE-2023-30897", 732, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8)],
    },
    Advisory {
        number: 6,
        days: 33,
        vendor: "Siemens",
        title: "STEP 7: opening a foreign project can run code",
        about: "Project files are read in a way that lets them bring code along. It takes an engineer who opens a \
                file of somebody else.",
        workaround: "Open projects from your own archive only.",
        products: &[
            range("SIMATIC STEP 7 V17", "vers:all/*", None),
            range("SIMATIC STEP 7 V18", "<V18_Update_2", Some("V18 Update 2")),
        ],
        flaws: &[flaw("CVE-2022-45147", 502, "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8)],
    },
    Advisory {
        number: 7,
        days: 16,
        vendor: "Rockwell Automation",
        title: "Logix controllers: a flood of requests leads to a fault that needs a restart",
        about: "Memory runs full when many requests come in, and the controller goes to a major fault. Releases \
                of one main version are concerned.",
        workaround: "Let only known stations reach the controller's Ethernet port.",
        products: &[
            range("ControlLogix 5580", ">v33.011|<v33.015", Some("v33.015")),
            range("GuardLogix 5580", ">v33.011|<v33.015", Some("v33.015")),
            range("CompactLogix 5380", ">v33.011|<v33.015", Some("v33.015")),
            exactly("1756-EN4TR", "v3.002", Some("v4.001")),
        ],
        flaws: &[flaw("CVE-2024-8626", 400, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H", 8.6)],
    },
    Advisory {
        number: 8,
        days: 29,
        vendor: "Rockwell Automation",
        title: "Logix controllers: a malformed fragmented packet leads to a major fault",
        about: "One release of the firmware does not survive a certain packet. The programme has to be loaded \
                again afterwards.",
        workaround: "Keep traffic of other networks away from the controller.",
        products: &[
            exactly("ControlLogix 5580", "V35.011", Some("V35.013")),
            exactly("CompactLogix 5380", "V35.011", Some("V35.013")),
            exactly("1756-EN4TR", "V5.001", Some("V6.001")),
        ],
        flaws: &[flaw("CVE-2024-3493", 20, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H", 8.6)],
    },
    Advisory {
        number: 9,
        days: 9,
        vendor: "Rockwell Automation",
        title: "Logix controllers: a crafted time message stops the controller",
        about: "A message of the time protocol that is not well formed stops the controller. Three main versions \
                have a mended release each, and the document names them in one breath.",
        workaround: "Block UDP ports 319 and 320 on the way to the controller if its clock is not set from there.",
        products: &[
            range("CompactLogix 5380 (5069 - L3z)", "<v36.011_v35.013_v34.014", None),
            range("ControlLogix 5580 (1756 - L8z)", "<v36.011_v35.013_v34.014", None),
            range("GuardLogix 5580 (1756 - L8z)", "<v36.011_v35.013_v34.014", None),
        ],
        flaws: &[flaw("CVE-2024-7515", 20, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H", 8.6)],
    },
    Advisory {
        number: 10,
        days: 38,
        vendor: "Rockwell Automation",
        title: "PowerFlex 527: packets of the wrong size stop the drive",
        about: "The drive does not check the size of what it gets and stops. It has to be switched off and on \
                by hand; there is no mended firmware.",
        workaround: "Separate the drive's network, and switch its web page off.",
        products: &[range("PowerFlex 527", ">=v2.001.x", None)],
        flaws: &[
            flaw("CVE-2024-2425", 120, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
            flaw("CVE-2024-2427", 400, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
        ],
    },
    Advisory {
        number: 11,
        days: 48,
        vendor: "Rockwell Automation",
        title: "FactoryTalk View ME: a library can be made to load foreign code on a panel",
        about: "Somebody on the panel's network can put a file onto it and have it run. Panels with PanelView \
                Plus hardware carry this software.",
        workaround: "Install the vendor's patch for 12.0 and 13.0; let only the engineering station reach the panel.",
        products: &[
            exactly("FactoryTalk View Machine Edition", "v13.0", None),
            range("FactoryTalk View Machine Edition", "<= 12.0", None),
        ],
        flaws: &[flaw("CVE-2023-2071", 20, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)],
    },
    Advisory {
        number: 12,
        days: 2,
        vendor: "Rockwell Automation",
        title: "FactoryTalk View SE: commands can be run on the server from the network",
        about: "Several flaws together let somebody without an account run commands on the server. Treat it as \
                urgent where the server can be reached from outside its zone.",
        workaround: "Let only clients of the same zone reach the server, and watch its event log.",
        products: &[range("FactoryTalk View Site Edition", "12.0|13.0|14.0", None)],
        flaws: &[flaw("CVE-2024-45824", 77, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)],
    },
    Advisory {
        number: 13,
        days: 41,
        vendor: "Schneider Electric",
        title: "Modicon M340 and M580: a crafted project file can stop or take over the controller",
        about: "A project that was prepared by somebody else can run code when it is loaded into the controller. \
                The order numbers are given as patterns.",
        workaround: "Protect the project with a password and load it from your own archive only.",
        products: &[
            ordered("Modicon M340 CPU (part numbers BMXP34*)", &["BMXP34*"], "< SV3.51", Some("SV3.51")),
            ordered(
                "Modicon M580 CPU (part numbers BMEP* and BMEH*)",
                &["BMEP*", "BMEH*"],
                "< SV4.10",
                Some("SV4.10"),
            ),
            range("EcoStruxure Control Expert", "< 15.3", Some("15.3")),
        ],
        flaws: &[flaw("CVE-2022-45788", 754, "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.5)],
    },
    Advisory {
        number: 14,
        days: 36,
        vendor: "WAGO",
        title: "WAGO controllers: an administrator can read files of the system",
        about: "The web page for administration gives out files that it should not. It takes an account with the \
                highest rights.",
        workaround: "Switch the web page off after commissioning.",
        products: &[
            range("PFC200", ">FW16_up_to_and_including_FW26", Some("FW27")),
            range("PFC100", ">FW16_up_to_and_including_FW26", Some("FW27")),
            range("Edge Controller", ">FW18_up_to_and_including_FW26", Some("FW27")),
        ],
        flaws: &[flaw("CVE-2023-4089", 610, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:N/A:N", 2.7)],
    },
    Advisory {
        number: 15,
        days: 55,
        vendor: "Omron",
        title: "NJ and NX controllers: a function for developers opens the controller",
        about: "Whoever can listen to the engineering software can use a hidden function and run programmes on \
                the controller.",
        workaround: "Use the secure connection between software and controller, and keep others off that network.",
        products: &[
            range("NJ/NX-series Machine Automation Controllers", "<= 1.28", Some("1.29")),
            range("NJ/NX-series Machine Automation Controllers", "<= 1.48", Some("1.50")),
        ],
        flaws: &[flaw("CVE-2022-33971", 489, "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:H/A:H", 8.3)],
    },
    Advisory {
        number: 16,
        days: 26,
        vendor: "Mitsubishi Electric",
        title: "GOT2000: connections of the panel's file service can be foretold and taken over",
        about: "The panel picks the next connection in a way that can be foretold. Somebody on the network can cut \
                in and change what is transferred.",
        workaround: "Switch the file service of the panel off where nobody uses it.",
        products: &[
            range("GOT2000 Series, GT21 model", "<= 01.49.000", Some("01.50.000")),
            range("GOT SIMPLE, GS21 model", "<= 01.49.000", Some("01.50.000")),
        ],
        flaws: &[flaw("CVE-2023-3373", 342, "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:H/A:L", 5.9)],
    },
    Advisory {
        number: 17,
        days: 47,
        vendor: "Mitsubishi Electric",
        title: "MELSEC iQ-R: crafted packets stop the Ethernet interface",
        about: "The Ethernet part of the controller stops when it gets crafted packets; a restart brings it back.",
        workaround: "Let only known stations reach the controller.",
        products: &[
            range("MELSEC iQ-R RJ71EN71", "<= 65 ", Some("66")),
            range("MELSEC iQ-R  R04/08/16/32/120ENCPU", "<= 65 ", Some("66")),
        ],
        flaws: &[flaw("CVE-2022-40265", 20, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H", 8.6)],
    },
    Advisory {
        number: 18,
        days: 5,
        vendor: "Honeywell",
        title: "Experion: crafted messages overwrite memory of servers and controllers",
        about: "The protocol between servers and controllers is not checked well enough. Somebody on the process \
                network can stop or take over both.",
        workaround: "Keep the process network closed; let nothing but Experion nodes onto it.",
        products: &[
            range("Experion PKS", "< R520.2", Some("R520.2")),
            range("Experion LX", "< R520.2", Some("R520.2")),
        ],
        flaws: &[flaw("CVE-2023-23585", 122, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)],
    },
    Advisory {
        number: 19,
        days: 50,
        vendor: "Honeywell",
        title: "Safety Manager: logic can be changed without proof of who does it",
        about: "The safety controller takes commands without asking who sends them. The key switch in its run \
                position stops them.",
        workaround: "Keep the key switch in its run position, and lock the cabinet.",
        products: &[range("Safety Manager", "vers:all/*", None)],
        flaws: &[
            flaw("CVE-2022-30313", 306, "CVSS:3.0/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:L", 7.3),
            flaw("CVE-2022-30315", 345, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 7.5),
        ],
    },
    Advisory {
        number: 20,
        days: 12,
        vendor: "Yokogawa",
        title: "CENTUM VP: programme files of the station can be replaced",
        about: "A station looks for its programmes also where ordinary accounts can write. Three main releases are \
                concerned; one of them gets no update any more.",
        workaround: "Take the right to write to the installation folder away from ordinary accounts.",
        products: &[
            range("CENTUM VP", ">=R5.01.00|<=R5.04.20", None),
            range("CENTUM VP", ">=R6.01.00|<=R6.11.10", Some("R6.11.12")),
        ],
        flaws: &[flaw("CVE-2024-5650", 284, "CVSS:3.0/AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H", 8.5)],
    },
];
