//! An answer with three values.

/// No, unknown, yes; the order is the order of `or`, and the smaller is the `and`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Surely not.
    No,
    /// Nobody can say; never treat this as a no.
    Unknown,
    /// Surely.
    Yes,
}

impl Truth {
    /// Yes of no, no of yes; what is unknown stays so.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }

    /// `no`, `unknown` or `yes`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Yes => "yes",
        }
    }
}
