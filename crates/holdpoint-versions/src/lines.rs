//! Lines of builds that a maker keeps side by side: the higher number of one holds nothing of another.
//!
//! Of Microsoft it is known. SQL Server has a line that only gets security fixes (GDR) and one with cumulative updates, and each
//! cumulative update of Exchange is one; Office 2016 from an installer has `16.0.5439.1000`, and Office that comes with a click has
//! `16.0.12527.22286`. The surprise: the name does not tell them apart, since `Office 2016` is either, so the numbers must.

/// How the builds of a product are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lines {
    /// Security fixes for the first release beside cumulative updates.
    SqlServer,
    /// One line for each cumulative update.
    Exchange,
    /// The releases of 2016, of 2019 and by subscription all begin with `16.0`.
    SharePoint,
    /// What an installer brought beside what comes with a click; of the latter each channel has builds of its own.
    Office,
}

/// Programs that are of Office, by a word of their names.
const OFFICE: [&str; 12] = [
    "office",
    "365",
    "excel",
    "word",
    "outlook",
    "powerpoint",
    "access",
    "publisher",
    "visio",
    "project",
    "onenote",
    "skype for business",
];
/// The first third number of Office that comes with a click; an installer's are below.
const CLICK: u32 = 6000;
/// The first third number of SharePoint by subscription.
const SUBSCRIPTION: u32 = 14_000;
/// From this release of SQL Server on the thousands of the third number tell its lines apart.
const THOUSANDS: u32 = 14;

impl Lines {
    /// The lines of a product; `None`: it is not known to have any.
    #[must_use]
    pub fn of(vendor: &str, product: &str) -> Option<Self> {
        let maker = if vendor.trim().is_empty() { product } else { vendor };
        if has(maker, "microsoft") { Self::of_microsoft(product) } else { None }
    }

    /// The lines of a product that is known to be Microsoft's.
    #[must_use]
    pub fn of_microsoft(product: &str) -> Option<Self> {
        if has(product, "sql server") {
            Some(Self::SqlServer)
        } else if has(product, "exchange server") {
            Some(Self::Exchange)
        } else if has(product, "sharepoint") {
            Some(Self::SharePoint)
        } else {
            OFFICE.iter().any(|word| has(product, word)).then_some(Self::Office)
        }
    }

    /// Whether two builds of one release are of two lines.
    #[must_use]
    pub fn are_apart(self, one: &str, other: &str) -> bool {
        let (Some([first, second, one, _]), Some([others_first, others_second, other, _])) =
            (numbers(one), numbers(other))
        else {
            return false;
        };
        if (first, second) != (others_first, others_second) {
            return false;
        }
        match self {
            Self::SqlServer if first >= THOUSANDS => one / 1000 != other / 1000,
            Self::SqlServer | Self::Exchange => one != other,
            Self::SharePoint => {
                first == 16 && (one < CLICK, one < SUBSCRIPTION) != (other < CLICK, other < SUBSCRIPTION)
            }
            Self::Office => first == 16 && one != other && (one >= CLICK || other >= CLICK),
        }
    }
}

/// The four numbers of a build.
fn numbers(text: &str) -> Option<[u32; 4]> {
    let mut parts = text.trim().split('.').map(|part| part.parse().ok());
    let four = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(four)
}

fn has(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_known_of_microsofts_products_only() {
        for (vendor, product, lines) in [
            ("Microsoft", "SQL Server 2019 (GDR)", Some(Lines::SqlServer)),
            ("", "Microsoft SQL Server 2019", Some(Lines::SqlServer)),
            ("Microsoft Corporation", "Exchange Server 2016", Some(Lines::Exchange)),
            ("microsoft", "SharePoint Enterprise Server 2016", Some(Lines::SharePoint)),
            ("Microsoft", "Excel 2016 (64-bit edition)", Some(Lines::Office)),
            ("Microsoft", "365 Apps for Enterprise", Some(Lines::Office)),
            ("Microsoft", "Windows 10", None),
            ("", "SQL Server 2019", None),
            ("Acme", "Office Tool for Microsoft", None),
            ("", "", None),
        ] {
            assert_eq!(Lines::of(vendor, product), lines, "{vendor} {product}");
        }
    }

    #[test]
    fn builds_of_two_lines_are_apart_and_of_one_are_not() {
        for (lines, one, other) in [
            (Lines::SqlServer, "15.0.2110.4", "15.0.4053.23"),
            (Lines::SqlServer, "13.0.4259.0", "13.0.4411.0"),
            (Lines::Exchange, "15.02.1258.032", "15.2.1544.4"),
            (Lines::SharePoint, "16.0.5439.1000", "16.0.10417.20041"),
            (Lines::SharePoint, "16.0.10417.20041", "16.0.17928.20086"),
            (Lines::Office, "16.0.5439.1000", "16.0.12527.22286"),
            (Lines::Office, "16.0.12527.22286", "16.0.10408.20002"),
        ] {
            assert!(lines.are_apart(one, other) && lines.are_apart(other, one), "{one} {other}");
        }
        for (lines, one, other) in [
            (Lines::SqlServer, "15.0.2110.4", "15.0.2080.9"),
            (Lines::SqlServer, "15.0.2110.4", "14.0.3465.1"),
            (Lines::Exchange, "15.02.1258.032", "15.2.1258.34"),
            (Lines::SharePoint, "16.0.5439.1000", "16.0.5443.1000"),
            (Lines::Office, "16.0.5439.1000", "16.0.5443.1000"),
            (Lines::Office, "16.0.12527.22286", "16.0.12527.20000"),
            (Lines::Office, "15.0.5439.1000", "15.0.6001.1000"),
            (Lines::Office, "16.0.5439", "16.0.12527"),
        ] {
            assert!(!lines.are_apart(one, other), "{one} {other}");
        }
    }
}
