//! Closed vocabularies: enums whose values have one fixed word each, in the store, the API and the CLI.

/// A text that is none of the words of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {noun}; it must be one of: {allowed}")]
pub struct UnknownWord {
    /// The text, cut to 64 characters.
    pub text: String,
    /// What was expected.
    pub noun: &'static str,
    /// The words that are allowed, with commas.
    pub allowed: String,
}

/// Defines an enum with one fixed word a value: `ALL`, `word()`, `Display` and `FromStr`.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $noun:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All values, in their natural order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The fixed word of this value, the same in the store, the API and the CLI.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::words::UnknownWord> {
                $name::ALL.iter().copied().find(|value| value.word() == text).ok_or_else(|| {
                    $crate::words::UnknownWord {
                        text: text.chars().take(64).collect(),
                        noun: $noun,
                        allowed: $name::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }
    };
}
pub(crate) use vocabulary;
