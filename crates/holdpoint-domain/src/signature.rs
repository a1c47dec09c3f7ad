//! Signatures: who put their name under what was shown, and who may not.
//!
//! Four eyes live here and not in a dialog: whoever asked or tested cannot sign, one person signs once, and a delegate
//! counts as both persons. The surprise: two persons are two *accounts*, so the machine's own command line, which has no
//! account, signs nothing.

use crate::Rejected;
use crate::moment::Moment;
use std::collections::BTreeSet;

/// A person, by account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The account's key: `person:…`.
    pub account: String,
    /// The name, for people.
    pub name: String,
}

impl Person {
    /// Whether an account of a person stands behind it, and not a console or a job.
    #[must_use]
    pub fn has_account(&self) -> bool {
        self.account.strip_prefix("person:").is_some_and(|id| !id.is_empty())
    }
}

/// The hash of what was shown to the one who signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardHash(pub [u8; 32]);

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who signed.
    pub by: Person,
    /// For whom, when the right was delegated.
    pub on_behalf_of: Option<Person>,
    /// When.
    pub at: Moment,
    /// What they wrote beside it; may be empty.
    pub note: String,
    /// What was shown.
    pub shown: CardHash,
}

impl Signature {
    /// The accounts that this signature uses up.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        let behalf = self.on_behalf_of.as_ref().map(|person| person.account.as_str());
        std::iter::once(self.by.account.as_str()).chain(behalf)
    }
}

/// Those who may not sign: the author of the request and everybody who tested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Barred {
    /// The author's account.
    pub author: String,
    /// The testers' accounts.
    pub testers: BTreeSet<String>,
}

/// Signatures under one thing: all of different persons, none of whom asked for it or tested it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signatures(Vec<Signature>);

impl Signatures {
    /// Checks kept signatures again, as if each were given now.
    ///
    /// # Errors
    /// As [`Signatures::with`].
    pub fn checked(all: Vec<Signature>, barred: &Barred) -> Result<Self, Rejected> {
        all.into_iter().try_fold(Self::default(), |signed, next| signed.with(next, barred))
    }

    /// With one more.
    ///
    /// # Errors
    /// A refusal in words when the signer is nobody, asked, tested, or has signed.
    pub fn with(mut self, next: Signature, barred: &Barred) -> Result<Self, Rejected> {
        let persons = std::iter::once(&next.by).chain(next.on_behalf_of.as_ref());
        for person in persons {
            if !person.has_account() {
                return Err(refused(
                    "no-person",
                    format!("`{}` is no account of a person", person.name),
                    SIGN_IN,
                ));
            }
            if person.account == barred.author {
                let what = format!("`{}` asked for this decision and cannot sign it", person.name);
                return Err(refused("four-eyes-author", what, ASK_ANOTHER));
            }
            if barred.testers.contains(&person.account) {
                let what = format!("`{}` tested this and cannot sign it", person.name);
                return Err(refused("four-eyes-tester", what, ASK_ANOTHER));
            }
            if self.0.iter().flat_map(Signature::accounts).any(|account| account == person.account) {
                let what = format!("`{}` has signed this already", person.name);
                return Err(refused("signed-already", what, ASK_ANOTHER));
            }
        }
        if next.on_behalf_of.as_ref().is_some_and(|person| person.account == next.by.account) {
            return Err(refused(
                "own-delegate",
                "nobody is their own delegate".to_owned(),
                "sign for yourself",
            ));
        }
        self.0.push(next);
        Ok(self)
    }

    /// The signatures, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[Signature] {
        &self.0
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

const ASK_ANOTHER: &str = "ask another person with the permission `approve`";
const SIGN_IN: &str = "sign in with an account of your own";

/// A refusal that changed nothing.
pub(crate) fn refused(code: &str, what: impl Into<String>, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing was changed", remedy)
}

/// A text that a person had to write: trimmed, 3 to 2,000 characters.
///
/// # Errors
/// A refusal that names what is missing.
pub fn written(what: &str, text: &str) -> Result<String, Rejected> {
    let text = text.trim();
    if (3..=2_000).contains(&text.chars().count()) && !text.contains('\0') {
        return Ok(text.to_owned());
    }
    Err(refused("text", format!("the {what} needs 3 to 2,000 characters"), "write it down in a sentence"))
}

/// A right to sign that one person lent to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Whose right it is.
    pub from: Person,
    /// Who may use it.
    pub to: Person,
    /// From when.
    pub from_at: Moment,
    /// Until when; a delegation without an end does not exist.
    pub until: Moment,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
}

impl Delegation {
    /// Makes one.
    ///
    /// # Errors
    /// A refusal when the persons are one, an account is missing, or the end is over or too far away.
    pub fn new(
        from: Person,
        to: Person,
        at: Moment,
        until: Moment,
        most_days: u32,
    ) -> Result<Self, Rejected> {
        if !from.has_account() || !to.has_account() || from.account == to.account {
            let what = "a delegation needs two persons with accounts of their own";
            return Err(refused("delegation", what, SIGN_IN));
        }
        if until <= at || until.since(at) > days(most_days) {
            let what = format!("a delegation ends after now and within {most_days} days");
            return Err(refused("delegation-end", what, "name an earlier end; it can be renewed"));
        }
        Ok(Self { from, to, from_at: at, until, revoked_at: None })
    }

    /// Whether it holds at that moment.
    #[must_use]
    pub fn holds_at(&self, at: Moment) -> bool {
        self.from_at <= at && at < self.until && self.revoked_at.is_none_or(|end| at < end)
    }
}

/// That many days in microseconds.
#[must_use]
pub const fn days(n: u32) -> i64 {
    n as i64 * 86_400_000_000
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn person(name: &str) -> Person {
        Person { account: format!("person:{name}"), name: name.to_owned() }
    }

    pub(crate) fn by(name: &str) -> Signature {
        Signature {
            by: person(name),
            on_behalf_of: None,
            at: Moment::from_micros(1),
            note: String::new(),
            shown: CardHash([0; 32]),
        }
    }

    fn barred() -> Barred {
        Barred { author: "person:author".to_owned(), testers: BTreeSet::from(["person:tester".to_owned()]) }
    }

    fn code(result: Result<Signatures, Rejected>) -> String {
        result.map_or_else(|refusal| refusal.code, |_| "signed".to_owned())
    }

    #[test]
    fn neither_author_nor_tester_nor_the_same_person_twice_can_sign() {
        let barred = barred();
        let one = Signatures::default().with(by("a"), &barred).expect("the first signs");
        assert_eq!(code(one.clone().with(by("author"), &barred)), "four-eyes-author");
        assert_eq!(code(one.clone().with(by("tester"), &barred)), "four-eyes-tester");
        assert_eq!(code(one.clone().with(by("a"), &barred)), "signed-already");
        let console = Signature {
            by: Person { account: "operator:root".to_owned(), name: "root".to_owned() },
            ..by("x")
        };
        assert_eq!(code(one.clone().with(console, &barred)), "no-person");
        assert_eq!(code(one.with(by("b"), &barred)), "signed");
    }

    #[test]
    fn a_delegate_counts_as_both_persons() {
        let barred = barred();
        let lent = |to: &str, from: &str| Signature { on_behalf_of: Some(person(from)), ..by(to) };
        let sign = |next| Signatures::default().with(next, &barred);
        assert_eq!(
            code(sign(lent("a", "author"))),
            "four-eyes-author",
            "the author cannot lend the right to sign"
        );
        assert_eq!(code(sign(lent("tester", "a"))), "four-eyes-tester");
        assert_eq!(code(sign(lent("a", "a"))), "own-delegate");
        let one = sign(lent("b", "a")).expect("a delegate signs");
        assert_eq!(code(one.clone().with(by("a"), &barred)), "signed-already");
        assert_eq!(code(one.with(by("b"), &barred)), "signed-already");
    }

    #[test]
    fn a_delegation_has_two_persons_and_an_end() {
        let at = Moment::from_micros(0);
        let until = at.plus_micros(days(3));
        let made = Delegation::new(person("a"), person("b"), at, until, 30).expect("it is made");
        assert!(made.holds_at(at));
        assert!(!made.holds_at(until), "the end does not belong to it");
        assert!(Delegation::new(person("a"), person("a"), at, until, 30).is_err());
        assert!(Delegation::new(person("a"), person("b"), at, at, 30).is_err());
        assert!(Delegation::new(person("a"), person("b"), at, until, 2).is_err());
        let revoked = Delegation { revoked_at: Some(at.plus_micros(1)), ..made };
        assert!(!revoked.holds_at(at.plus_micros(2)));
    }
}
