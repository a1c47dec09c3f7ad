//! Lists: the parameters that every list takes, and the shape in which every list comes.

use holdpoint_app::store::page::{ListQuery, Page, Paged, Sort};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::Filter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::{Problem, ProblemCode};

/// How many items a list gives when nobody says.
const DEFAULT_LIMIT: u32 = 100;

/// How many items there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountView {
    /// The number.
    pub value: u64,
    /// Whether it was counted; otherwise there are at least as many.
    pub exact: bool,
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; `null`: this is the last.
    pub next: Option<String>,
    /// How many items the filter leaves on all pages together.
    pub count: CountView,
}

impl<T> List<T> {
    /// A list that always comes whole.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        let count = CountView { value: items.len() as u64, exact: true };
        Self { items, next: None, count }
    }

    /// One page of the store's, each item turned into its view.
    pub fn of<S>(page: Paged<S>, view: impl FnMut(S) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next: page.next,
            count: CountView { value: page.count.value, exact: page.count.exact },
        }
    }
}

/// The parameters of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Conditions that all hold: `zone:Z2 severity>=high firmware~"V2.9" -kind:plc seen<30d`, and free words.
    pub filter: Option<String>,
    /// A field to sort by; with `-` in front: from the highest.
    pub sort: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The parameters of a list that can be asked as of a moment.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatedListParams {
    /// Conditions that all hold: `zone:Z2 severity>=high firmware~"V2.9" -kind:plc seen<30d`, and free words.
    pub filter: Option<String>,
    /// A field to sort by; with `-` in front: from the highest.
    pub sort: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The moment of which the list speaks, as `2026-06-30T12:00:00Z` or `2026-06-30`; absent: now.
    pub as_of: Option<String>,
}

/// The moment alone, for single things that can be asked as of a moment.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatedParams {
    /// The moment of which the answer speaks, as `2026-06-30T12:00:00Z` or `2026-06-30`; absent: now.
    pub as_of: Option<String>,
}

/// The reason of a write, for the audit log.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteParams {
    /// Why, in a few words, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// No parameters at all.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

impl ListParams {
    /// The query for a use case, which cuts it down to the caller's sites.
    ///
    /// # Errors
    /// A [`Problem`] that names the parameter.
    pub fn query(self, now: Moment) -> Result<ListQuery, Problem> {
        DatedListParams {
            filter: self.filter,
            sort: self.sort,
            limit: self.limit,
            cursor: self.cursor,
            as_of: None,
        }
        .query(now)
    }
}

impl DatedListParams {
    /// The query for a use case, which cuts it down to the caller's sites.
    ///
    /// # Errors
    /// A [`Problem`] that names the parameter.
    pub fn query(self, now: Moment) -> Result<ListQuery, Problem> {
        let filter = Filter::parse(self.filter.as_deref().unwrap_or_default()).map_err(|error| {
            let text = format!("{error}");
            Problem::new(ProblemCode::Invalid, format!("the filter cannot be used: {text}"))
                .with("?filter", "filter", text)
        })?;
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=1000).contains(&limit) {
            return Err(invalid("?limit", "limit", format!("`{limit}` is no limit from 1 to 1000")));
        }
        let sort = self.sort.as_deref().filter(|text| !text.is_empty()).map(Sort::parse);
        let page = Page { limit, cursor: self.cursor };
        // Nobody sees anything until the use case has put the caller's reach in.
        let reach = Reach::Nowhere;
        Ok(ListQuery { filter, sort, page, as_of: moment(self.as_of.as_deref())?, now, reach })
    }
}

impl DatedParams {
    /// The moment; [`Moment::OPEN`] stands for now.
    ///
    /// # Errors
    /// A [`Problem`] when the text is no moment.
    pub fn moment(&self) -> Result<Moment, Problem> {
        moment(self.as_of.as_deref())
    }
}

/// Reads `as_of`; absent is [`Moment::OPEN`], which the store takes for now.
///
/// # Errors
/// A [`Problem`] when the text is no moment.
pub fn moment(text: Option<&str>) -> Result<Moment, Problem> {
    match text {
        None | Some("") => Ok(Moment::OPEN),
        Some(text) => text.parse().map_err(|error: holdpoint_domain::moment::NoMoment| {
            invalid("?as_of", "as-of", error.to_string())
        }),
    }
}

/// A request that cannot be understood at one place.
#[must_use]
pub fn invalid(pointer: &str, code: &str, detail: String) -> Problem {
    Problem::new(ProblemCode::Invalid, format!("{detail}; nothing was done")).with(pointer, code, detail)
}
