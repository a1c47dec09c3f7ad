//! The weaknesses that occur in the demo's advisories: the catalogue's name, and what it means in our own words.

/// A weakness.
#[derive(Debug, Clone, Copy)]
pub struct Weakness {
    /// The name in the CWE catalogue, which a document has to give to the letter.
    pub name: &'static str,
    /// What it means for the owner of a plant.
    pub sentence: &'static str,
}

const fn weakness(name: &'static str, sentence: &'static str) -> Weakness {
    Weakness { name, sentence }
}

const KNOWN: &[(u16, Weakness)] = &[
    (287, weakness("Improper Authentication", "A client says that it is signed in, and is believed.")),
    (
        372,
        weakness(
            "Incomplete Internal State Distinction",
            "Messages in an odd order confuse the device; it stops.",
        ),
    ),
    (20, weakness("Improper Input Validation", "A malformed message is not refused and stops the device.")),
    (24, weakness("Path Traversal: '../filedir'", "A crafted path reads files outside the served folder.")),
    (
        77,
        weakness(
            "Improper Neutralization of Special Elements used in a Command ('Command Injection')",
            "Text from the network ends up in a command line and is run.",
        ),
    ),
    (
        78,
        weakness(
            "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')",
            "Text from the network is handed to the operating system and run with its rights.",
        ),
    ),
    (
        79,
        weakness(
            "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')",
            "Script of an attacker runs in the browser of whoever opens the device's web page.",
        ),
    ),
    (
        89,
        weakness(
            "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')",
            "A crafted link makes the database run statements of an attacker.",
        ),
    ),
    (
        119,
        weakness(
            "Improper Restriction of Operations within the Bounds of a Memory Buffer",
            "A crafted packet damages memory, and the controller goes to its defect state.",
        ),
    ),
    (
        120,
        weakness(
            "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')",
            "A packet that is longer than expected stops the device until it is restarted.",
        ),
    ),
    (122, weakness("Heap-based Buffer Overflow", "A crafted message overwrites memory and may run code.")),
    (
        158,
        weakness(
            "Improper Neutralization of Null Byte or NUL Character",
            "What follows a certain character in a password does not count.",
        ),
    ),
    (
        284,
        weakness("Improper Access Control", "A file can be replaced by somebody who should not be able to."),
    ),
    (
        288,
        weakness(
            "Authentication Bypass Using an Alternate Path or Channel",
            "Pages that need a sign-in can be read on another way without one.",
        ),
    ),
    (
        306,
        weakness(
            "Missing Authentication for Critical Function",
            "A function that changes the device asks nobody who they are.",
        ),
    ),
    (
        316,
        weakness(
            "Cleartext Storage of Sensitive Information in Memory",
            "Passwords can be read out of the memory of a running program.",
        ),
    ),
    (
        319,
        weakness(
            "Cleartext Transmission of Sensitive Information",
            "Passwords cross the network where anybody on the same wire can read them.",
        ),
    ),
    (326, weakness("Inadequate Encryption Strength", "Ciphers that can be broken today are still offered.")),
    (
        342,
        weakness(
            "Predictable Exact Value from Previous Values",
            "Connections can be taken over because the next one can be foretold.",
        ),
    ),
    (
        345,
        weakness(
            "Insufficient Verification of Data Authenticity",
            "Data are taken without proof of their origin.",
        ),
    ),
    (
        400,
        weakness(
            "Uncontrolled Resource Consumption",
            "Enough requests use up what the device has; it stops.",
        ),
    ),
    (
        436,
        weakness(
            "Interpretation Conflict",
            "Two parts of the device disagree about a session, and it restarts.",
        ),
    ),
    (
        434,
        weakness(
            "Unrestricted Upload of File with Dangerous Type",
            "A file of the wrong kind can be put onto the device.",
        ),
    ),
    (489, weakness("Active Debug Code", "A function for developers was left in and opens the controller.")),
    (
        502,
        weakness(
            "Deserialization of Untrusted Data",
            "A crafted file or message runs code when it is opened.",
        ),
    ),
    (
        522,
        weakness(
            "Insufficiently Protected Credentials",
            "Stored passwords can be recovered by whoever gets the file.",
        ),
    ),
    (
        601,
        weakness(
            "URL Redirection to Untrusted Site ('Open Redirect')",
            "A link to the device's page leads to a foreign site.",
        ),
    ),
    (
        610,
        weakness(
            "Externally Controlled Reference to a Resource in Another Sphere",
            "Somebody with high rights reads files that should stay hidden even from them.",
        ),
    ),
    (
        611,
        weakness(
            "Improper Restriction of XML External Entity Reference",
            "An imported file can make the server read its own files and send them away.",
        ),
    ),
    (
        732,
        weakness(
            "Incorrect Permission Assignment for Critical Resource",
            "Every local account can change files that the program trusts.",
        ),
    ),
    (
        754,
        weakness(
            "Improper Check for Unusual or Exceptional Conditions",
            "A rare state is not handled and leads to a stop or to foreign code.",
        ),
    ),
    (
        770,
        weakness(
            "Allocation of Resources Without Limits or Throttling",
            "Connections without limit stop the service.",
        ),
    ),
    (787, weakness("Out-of-bounds Write", "A crafted message writes outside its place in memory.")),
    (
        799,
        weakness(
            "Improper Control of Interaction Frequency",
            "Requests in quick succession stop the device.",
        ),
    ),
    (863, weakness("Incorrect Authorization", "An account can do more than its role allows.")),
    (
        924,
        weakness(
            "Improper Enforcement of Message Integrity During Transmission in a Communication Channel",
            "An answer of the sign-in server can be forged by somebody between it and the device.",
        ),
    ),
    (
        1242,
        weakness(
            "Inclusion of Undocumented Features or Chicken Bits",
            "An undocumented function lets an administrator put the relay out of service.",
        ),
    ),
    (
        1284,
        weakness(
            "Improper Validation of Specified Quantity in Input",
            "A length that is not checked gives away memory.",
        ),
    ),
];

/// The weakness with this number.
pub fn of(number: u16) -> Weakness {
    KNOWN
        .iter()
        .find(|(known, _)| *known == number)
        .map(|(_, weakness)| *weakness)
        .expect("every number that the advisories use stands in the table; a test looks")
}
