//! Who may call what: one row for every endpoint of the API.
//!
//! The gate (`gate`) looks here before a handler runs and before a body is read; an endpoint without a row is
//! refused to everybody. What may be called without signing in is pinned by a test and may only become less.
//! Not here: which sites a permission reaches; the use cases keep to that.

use axum::http::Method;
use holdpoint_domain::access::Permission;
use holdpoint_domain::access::Permission::{
    Approve, ReadAudit, ReadPeople, ReadPlant, RecordTest, WriteAdvisories, WriteDecisions, WriteInventory,
    WriteMatches, WritePeople, WritePlans, WriteRules, WriteSettings,
};

/// What an endpoint asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing at all.
    Public {
        /// Why nobody is harmed by that.
        why: &'static str,
    },
    /// To be signed in or to hold a token; the use case does the rest.
    SignedIn,
    /// This permission, at least for one site.
    Needs(Permission),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Method in capitals.
    pub method: &'static str,
    /// Path with its placeholders, as the API's description writes it.
    pub path: &'static str,
    /// What is asked.
    pub access: Access,
}

const fn rule(method: &'static str, path: &'static str, access: Access) -> Rule {
    Rule { method, path, access }
}

const fn public(method: &'static str, path: &'static str, why: &'static str) -> Rule {
    rule(method, path, Access::Public { why })
}

const fn needs(method: &'static str, path: &'static str, permission: Permission) -> Rule {
    rule(method, path, Access::Needs(permission))
}

const fn signed_in(method: &'static str, path: &'static str) -> Rule {
    rule(method, path, Access::SignedIn)
}

/// The table.
pub const RULES: &[Rule] = &[
    public("GET", "/api/v1/setup", "says only whether the first administrator is still missing"),
    public("POST", "/api/v1/setup", "needs the one-time secret that the program printed, and works once"),
    public("POST", "/api/v1/session", "this is where people sign in; tries are limited"),
    public("DELETE", "/api/v1/session", "ends the caller's own session; harmless without one"),
    public("GET", "/api/v1/openapi.json", "the description of the API is in the source code anyway"),
    public("GET", "/api/v1/problems", "the words of the error codes; no data"),
    signed_in("GET", "/api/v1/session"),
    signed_in("GET", "/api/v1/sessions"),
    signed_in("DELETE", "/api/v1/sessions/{id}"),
    signed_in("GET", "/api/v1/tokens"),
    signed_in("POST", "/api/v1/tokens"),
    signed_in("DELETE", "/api/v1/tokens/{id}"),
    // One's own password, with the old one; another's needs write-people, which the use case asks for.
    signed_in("POST", "/api/v1/users/{id}/password"),
    needs("GET", "/api/v1/users", ReadPeople),
    needs("POST", "/api/v1/users", WritePeople),
    needs("PATCH", "/api/v1/users/{id}", WritePeople),
    needs("PUT", "/api/v1/users/{id}/grants", WritePeople),
    needs("GET", "/api/v1/status", ReadPlant),
    needs("GET", "/api/v1/sites", ReadPlant),
    needs("GET", "/api/v1/agents", ReadPlant),
    needs("POST", "/api/v1/agents/{asset}/revoke", WriteInventory),
    needs("POST", "/api/v1/assets/{id}/enrol", WriteInventory),
    needs("GET", "/api/v1/controllers", ReadPlant),
    needs("POST", "/api/v1/controllers/{name}/accept", WriteInventory),
    needs("POST", "/api/v1/controllers/{name}/refuse", WriteInventory),
    needs("GET", "/api/v1/papers", ReadPlant),
    needs("POST", "/api/v1/papers", WriteSettings),
    needs("POST", "/api/v1/papers/root", WriteSettings),
    needs("POST", "/api/v1/papers/image", ReadPlant),
    needs("GET", "/api/v1/advisories", ReadPlant),
    needs("POST", "/api/v1/advisories:import", WriteAdvisories),
    needs("GET", "/api/v1/advisories/{id}", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/products", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/revisions", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/raw", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/impact", ReadPlant),
    needs("DELETE", "/api/v1/advisories/{id}", WriteAdvisories),
    needs("POST", "/api/v1/advisories/{id}/restore", WriteAdvisories),
    needs("GET", "/api/v1/advisories/{id}/difference", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/assets", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/matched-products", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/statistics", ReadPlant),
    needs("GET", "/api/v1/advisories/{id}/comments", ReadPlant),
    // Whoever approves, or takes advisories in, may comment; a comment is its author's. The use case asks for that.
    signed_in("POST", "/api/v1/advisories/{id}/comments"),
    needs("GET", "/api/v1/comments/{id}", ReadPlant),
    signed_in("PATCH", "/api/v1/comments/{id}"),
    signed_in("DELETE", "/api/v1/comments/{id}"),
    needs("POST", "/api/v1/advisories:fetch", WriteAdvisories),
    needs("GET", "/api/v1/advisories:deleted", ReadPlant),
    needs("POST", "/api/v1/advisories:mark", ReadPlant),
    needs("GET", "/api/v1/assets/{id}/advisories", ReadPlant),
    needs("GET", "/api/v1/products", ReadPlant),
    needs("GET", "/api/v1/products/{id}/advisories", ReadPlant),
    needs("GET", "/api/v1/remediations", ReadPlant),
    needs("GET", "/api/v1/remediations:history", ReadPlant),
    needs("POST", "/api/v1/remediations:preview", WriteMatches),
    needs("POST", "/api/v1/remediations:set", WriteMatches),
    needs("GET", "/api/v1/remediations:findings", ReadPlant),
    needs("GET", "/api/v1/findings", ReadPlant),
    needs("GET", "/api/v1/findings/{id}", ReadPlant),
    needs("GET", "/api/v1/findings/{id}/priority", ReadPlant),
    needs("POST", "/api/v1/findings/{id}/overrides", WriteMatches),
    needs("POST", "/api/v1/overrides/{id}/confirm", Approve),
    needs("POST", "/api/v1/overrides/{id}/end", WriteMatches),
    needs("POST", "/api/v1/overrides/{id}/keep", Approve),
    needs("POST", "/api/v1/findings:preview", WriteDecisions),
    needs("POST", "/api/v1/findings:decide", WriteDecisions),
    needs("POST", "/api/v1/findings:undo", WriteDecisions),
    needs("GET", "/api/v1/clocks", ReadPlant),
    needs("GET", "/api/v1/functions", ReadPlant),
    needs("PUT", "/api/v1/functions", WriteInventory),
    needs("GET", "/api/v1/functions/{id}", ReadPlant),
    needs("DELETE", "/api/v1/functions/{id}", WriteInventory),
    needs("GET", "/api/v1/zones:criticality", ReadPlant),
    needs("PUT", "/api/v1/zones/{id}/criticality", WriteInventory),
    needs("PUT", "/api/v1/zones/{id}/exposure", WriteInventory),
    needs("GET", "/api/v1/lowerings", ReadPlant),
    needs("POST", "/api/v1/lowerings/{id}/agree", Approve),
    needs("POST", "/api/v1/lowerings:agree", Approve),
    // The second person, or whoever said less; the use case asks for that.
    signed_in("POST", "/api/v1/lowerings/{id}/refuse"),
    needs("GET", "/api/v1/runs", ReadPlant),
    needs("POST", "/api/v1/runs", WriteMatches),
    needs("GET", "/api/v1/runs/{id}", ReadPlant),
    needs("GET", "/api/v1/runs:news", ReadPlant),
    needs("GET", "/api/v1/baselines", ReadPlant),
    needs("POST", "/api/v1/baselines", WriteDecisions),
    needs("GET", "/api/v1/baselines/{id}", ReadPlant),
    needs("POST", "/api/v1/baselines/{id}/force", Approve),
    needs("GET", "/api/v1/baselines/{id}/entries", ReadPlant),
    needs("GET", "/api/v1/baseline-entries", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/patches", ReadPlant),
    // A hold needs write-decisions, posting and refusing need approve; the use case asks for that.
    needs("POST", "/api/v1/baselines/{id}/patches", WriteDecisions),
    needs("GET", "/api/v1/baselines/{id}/patches/{patch}", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/compliance", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/deviations", ReadPlant),
    needs("GET", "/api/v1/assets/{id}/baseline", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/standing", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/csv", ReadPlant),
    needs("GET", "/api/v1/baselines/{id}/patches/{patch}/needed", ReadPlant),
    needs("GET", "/api/v1/decisions:waiting", ReadPlant),
    needs("GET", "/api/v1/decisions", ReadPlant),
    needs("GET", "/api/v1/decisions/{id}", ReadPlant),
    needs("POST", "/api/v1/decisions:approve", WriteDecisions),
    needs("POST", "/api/v1/decisions:standard", WriteDecisions),
    // In a baseline a no is an approver's own; a decline everywhere is asked for. The use case asks for the one or the other.
    needs("POST", "/api/v1/decisions:reject", ReadPlant),
    // Whoever approves, or was lent the right, signs; an author takes back what they asked for. The use case asks for that.
    needs("POST", "/api/v1/decisions:sign", ReadPlant),
    needs("POST", "/api/v1/decisions/{id}/answer", ReadPlant),
    needs("GET", "/api/v1/approval-policy", ReadPlant),
    needs("GET", "/api/v1/policies", ReadPlant),
    needs("GET", "/api/v1/policies/{kind}", ReadPlant),
    needs("GET", "/api/v1/policies/{kind}/diff", ReadPlant),
    needs("GET", "/api/v1/policies/{kind}/revisions/{number}", ReadPlant),
    needs("GET", "/api/v1/policy-revisions", ReadPlant),
    needs("POST", "/api/v1/policies:check", ReadPlant),
    needs("POST", "/api/v1/policies:dry-run", ReadPlant),
    needs("GET", "/api/v1/policies:export", ReadPlant),
    needs("GET", "/api/v1/policies:cycle", ReadPlant),
    needs("GET", "/api/v1/policy-reviews", ReadPlant),
    needs("POST", "/api/v1/policy-reviews/{number}/close", WriteDecisions),
    // Whoever decides at the place or runs the installation writes; another person who may approve publishes or rejects, and
    // an author takes back what they wrote. The use case asks for that.
    signed_in("POST", "/api/v1/policies"),
    signed_in("POST", "/api/v1/policies:import"),
    signed_in("POST", "/api/v1/policies/{kind}/revisions/{number}/publish"),
    signed_in("POST", "/api/v1/policies/{kind}/revisions/{number}/reject"),
    // One's own notices; the use case looks whose they are.
    needs("GET", "/api/v1/notices", ReadPlant),
    needs("POST", "/api/v1/notices/{id}/read", ReadPlant),
    needs("GET", "/api/v1/delegations", ReadPlant),
    needs("POST", "/api/v1/delegations", Approve),
    // Either of the two persons may end it; the use case asks for that.
    needs("POST", "/api/v1/delegations/{id}/revoke", ReadPlant),
    needs("GET", "/api/v1/test-environments", ReadPlant),
    needs("POST", "/api/v1/test-environments", RecordTest),
    needs("GET", "/api/v1/test-plans", ReadPlant),
    needs("POST", "/api/v1/test-plans", RecordTest),
    needs("GET", "/api/v1/test-runs", ReadPlant),
    needs("POST", "/api/v1/test-runs", RecordTest),
    needs("GET", "/api/v1/test-runs/{id}", ReadPlant),
    needs("POST", "/api/v1/test-runs/{id}/steps", RecordTest),
    needs("POST", "/api/v1/test-runs/{id}/abort", RecordTest),
    needs("POST", "/api/v1/test-runs/{id}/files", RecordTest),
    needs("GET", "/api/v1/test-runs/{id}/files/{place}", ReadPlant),
    needs("GET", "/api/v1/controls", ReadPlant),
    needs("GET", "/api/v1/exemptions", ReadPlant),
    needs("POST", "/api/v1/exemptions", WriteDecisions),
    needs("GET", "/api/v1/exemptions/{id}", ReadPlant),
    needs("POST", "/api/v1/exemptions/{id}/controls", RecordTest),
    needs("POST", "/api/v1/exemptions/{id}/close", WriteDecisions),
    needs("POST", "/api/v1/exemptions/{id}/residual", Approve),
    needs("POST", "/api/v1/exemptions/{id}/controls/{control}/files", RecordTest),
    needs("GET", "/api/v1/exemptions/{id}/files/{place}", ReadPlant),
    needs("POST", "/api/v1/exemptions/{id}/ask-again", WriteDecisions),
    needs("POST", "/api/v1/exemptions/{id}/compare", ReadPlant),
    needs("GET", "/api/v1/windows", ReadPlant),
    needs("POST", "/api/v1/windows", WritePlans),
    needs("GET", "/api/v1/windows:find-slot", ReadPlant),
    needs("GET", "/api/v1/windows/{id}", ReadPlant),
    needs("PUT", "/api/v1/windows/{id}", WritePlans),
    needs("POST", "/api/v1/windows/{id}/end", WritePlans),
    needs("GET", "/api/v1/windows/{id}/occurrences", ReadPlant),
    needs("GET", "/api/v1/transfers", ReadPlant),
    needs("GET", "/api/v1/transfers:age", ReadPlant),
    needs("GET", "/api/v1/transfers:approvals", ReadPlant),
    needs("GET", "/api/v1/transfers:kept", ReadPlant),
    // What others wrote leaves this server for somebody's machine, as files of patches do.
    needs("GET", "/api/v1/transfers:kept-file", WriteAdvisories),
    needs("GET", "/api/v1/transfers:waiting", ReadPlant),
    needs("POST", "/api/v1/transfers:place", WriteAdvisories),
    needs("GET", "/api/v1/transfer-overrides", ReadPlant),
    needs("POST", "/api/v1/transfers/{id}/override", WriteAdvisories),
    needs("POST", "/api/v1/transfer-overrides/{id}/agree", Approve),
    needs("POST", "/api/v1/transfer-overrides/{id}/decline", Approve),
    needs("GET", "/api/v1/work-orders", ReadPlant),
    needs("POST", "/api/v1/work-orders", WritePlans),
    needs("POST", "/api/v1/work-orders:tell", WritePlans),
    needs("POST", "/api/v1/work-orders:bundle", WritePlans),
    needs("POST", "/api/v1/work-orders:import", WritePlans),
    needs("GET", "/api/v1/work-orders/{id}", ReadPlant),
    needs("POST", "/api/v1/work-orders/{id}/begin", WritePlans),
    needs("POST", "/api/v1/work-orders/{id}/observe", WritePlans),
    needs("POST", "/api/v1/work-orders/{id}/void", WritePlans),
    needs("POST", "/api/v1/work-orders/{id}/files", WritePlans),
    needs("GET", "/api/v1/work-orders/{id}/files/{place}", ReadPlant),
    needs("POST", "/api/v1/windows:import", WritePlans),
    needs("GET", "/api/v1/windows:ics", ReadPlant),
    // One's own addresses; another's need read-people and write-people, which the use case asks for.
    signed_in("GET", "/api/v1/calendar-addresses"),
    signed_in("POST", "/api/v1/calendar-addresses"),
    signed_in("DELETE", "/api/v1/calendar-addresses/{id}"),
    needs("GET", "/api/v1/calendar", ReadPlant),
    needs("GET", "/api/v1/redundancy-groups", ReadPlant),
    needs("PUT", "/api/v1/redundancy-groups", WritePlans),
    needs("GET", "/api/v1/work-profiles", ReadPlant),
    // Who plans writes a way back; that there is none is written by who approves. The use case asks for the one or the other.
    signed_in("PUT", "/api/v1/work-profiles"),
    needs("GET", "/api/v1/work-observations", ReadPlant),
    needs("POST", "/api/v1/work-observations", WritePlans),
    needs("GET", "/api/v1/sites/{id}/planning-rules", ReadPlant),
    needs("PUT", "/api/v1/sites/{id}/planning-rules", WritePlans),
    needs("GET", "/api/v1/plans", ReadPlant),
    needs("POST", "/api/v1/plans:propose", WritePlans),
    needs("GET", "/api/v1/plans/{id}", ReadPlant),
    needs("POST", "/api/v1/plans/{id}/again", WritePlans),
    needs("GET", "/api/v1/plans/{id}/steps", ReadPlant),
    needs("GET", "/api/v1/plans/{id}/waits", ReadPlant),
    needs("GET", "/api/v1/plans/{id}/check", ReadPlant),
    needs("GET", "/api/v1/plans/{id}/text", ReadPlant),
    needs("GET", "/api/v1/plans/{id}/change-record", ReadPlant),
    needs("GET", "/api/v1/plans/{id}/change-record/{shape}", ReadPlant),
    needs("POST", "/api/v1/change-records", WritePlans),
    needs("POST", "/api/v1/plans/{id}/submit", WritePlans),
    needs("POST", "/api/v1/plans/{id}/release", Approve),
    needs("POST", "/api/v1/plans/{id}/reject", Approve),
    needs("POST", "/api/v1/plans/{id}/withdraw", WritePlans),
    needs("GET", "/api/v1/deployments", ReadPlant),
    needs("GET", "/api/v1/deployments/{id}", ReadPlant),
    needs("GET", "/api/v1/deployments/{id}/steps", ReadPlant),
    needs("GET", "/api/v1/deployments/{id}/steps/{number}", ReadPlant),
    // A hold point is opened by whom the plan names, everything else is said by whoever may plan. The use case asks for that.
    needs("POST", "/api/v1/deployments/{id}/steps/{number}/say", ReadPlant),
    needs("POST", "/api/v1/deployments/{id}/begin", WritePlans),
    needs("POST", "/api/v1/deployments/{id}/pause", WritePlans),
    needs("POST", "/api/v1/deployments/{id}/resume", WritePlans),
    needs("POST", "/api/v1/deployments/{id}/end", WritePlans),
    needs("POST", "/api/v1/deployments/{id}/lift", WritePlans),
    needs("POST", "/api/v1/deployments/{id}/lift/agree", Approve),
    // Whoever asked may take it back, whoever may approve refuses it: the use case asks for one of the two.
    signed_in("POST", "/api/v1/deployments/{id}/lift/refuse"),
    needs("GET", "/api/v1/deployment-steps", ReadPlant),
    needs("GET", "/api/v1/verifications", ReadPlant),
    needs("GET", "/api/v1/deployments/{id}/checks", ReadPlant),
    needs("POST", "/api/v1/deployments/{id}/checks", WritePlans),
    needs("DELETE", "/api/v1/deployments/{id}/checks/{number}", WritePlans),
    needs("GET", "/api/v1/drift", ReadPlant),
    needs("POST", "/api/v1/drift/{number}/settle", WritePlans),
    needs("POST", "/api/v1/assets/{id}/look", WritePlans),
    needs("GET", "/api/v1/assets/{id}/restore-tests", ReadPlant),
    needs("POST", "/api/v1/assets/{id}/restore-tests", WritePlans),
    needs("GET", "/api/v1/assets/{id}/line", ReadPlant),
    needs("PUT", "/api/v1/assets/{id}/line", WriteInventory),
    needs("DELETE", "/api/v1/assets/{id}/line", WriteInventory),
    needs("GET", "/api/v1/asset-lines", ReadPlant),
    needs("POST", "/api/v1/asset-lines:show-key", WriteInventory),
    needs("GET", "/api/v1/asset-lines:login-key", WriteInventory),
    needs("GET", "/api/v1/expressions", ReadPlant),
    needs("GET", "/api/v1/quarantine", ReadPlant),
    needs("POST", "/api/v1/quarantine/{id}/release", WriteAdvisories),
    needs("GET", "/api/v1/providers", ReadPlant),
    needs("POST", "/api/v1/providers", WriteSettings),
    needs("PATCH", "/api/v1/providers/{id}", WriteSettings),
    needs("DELETE", "/api/v1/providers/{id}", WriteSettings),
    needs("POST", "/api/v1/providers/{id}/check", WriteAdvisories),
    needs("GET", "/api/v1/checks", ReadPlant),
    needs("GET", "/api/v1/feeds", ReadPlant),
    needs("POST", "/api/v1/feeds", WriteSettings),
    needs("POST", "/api/v1/feeds:import", WriteAdvisories),
    needs("PATCH", "/api/v1/feeds/{id}", WriteSettings),
    needs("DELETE", "/api/v1/feeds/{id}", WriteSettings),
    needs("POST", "/api/v1/feeds/{id}/check", WriteAdvisories),
    needs("GET", "/api/v1/vex-authors", ReadPlant),
    needs("POST", "/api/v1/vex-authors", WriteSettings),
    needs("DELETE", "/api/v1/vex-authors/{author}", WriteSettings),
    needs("GET", "/api/v1/feed-checks", ReadPlant),
    needs("GET", "/api/v1/feed-contents", ReadPlant),
    needs("GET", "/api/v1/vulnerabilities", ReadPlant),
    needs("GET", "/api/v1/vulnerabilities/{reference}", ReadPlant),
    needs("GET", "/api/v1/vulnerabilities/{reference}/assets", ReadPlant),
    needs("GET", "/api/v1/assets/{id}/vulnerabilities", ReadPlant),
    needs("GET", "/api/v1/assets/{id}/vulnerabilities/{reference}", ReadPlant),
    needs("GET", "/api/v1/assets", ReadPlant),
    needs("POST", "/api/v1/assets:import", WriteInventory),
    needs("GET", "/api/v1/assets:unmatched", ReadPlant),
    needs("GET", "/api/v1/assets:unmatched-reasons", ReadPlant),
    needs("GET", "/api/v1/assets/{id}", ReadPlant),
    needs("PATCH", "/api/v1/assets/{id}", WriteInventory),
    needs("GET", "/api/v1/assets/{id}/history", ReadPlant),
    needs("GET", "/api/v1/mappings", ReadPlant),
    needs("PUT", "/api/v1/mappings", WriteInventory),
    needs("DELETE", "/api/v1/mappings/{id}", WriteInventory),
    needs("GET", "/api/v1/matches", ReadPlant),
    needs("GET", "/api/v1/matches/{id}/explanation", ReadPlant),
    needs("GET", "/api/v1/review", ReadPlant),
    needs("GET", "/api/v1/review/{key}", ReadPlant),
    needs("POST", "/api/v1/review/{key}/confirm", WriteRules),
    needs("POST", "/api/v1/review/{key}/reject", WriteRules),
    needs("POST", "/api/v1/review:decide", WriteRules),
    needs("GET", "/api/v1/review:policy", ReadPlant),
    needs("PUT", "/api/v1/review:policy", WriteSettings),
    needs("GET", "/api/v1/rules", ReadPlant),
    needs("POST", "/api/v1/rules", WriteRules),
    needs("GET", "/api/v1/rules/{id}", ReadPlant),
    needs("POST", "/api/v1/rules/{id}/withdraw", WriteRules),
    needs("POST", "/api/v1/rules/{id}/agree", WriteRules),
    needs("POST", "/api/v1/rules/{id}/decline", WriteRules),
    needs("GET", "/api/v1/rules:replay", ReadPlant),
    needs("GET", "/api/v1/rules:export", ReadPlant),
    needs("POST", "/api/v1/rules:import", WriteRules),
    needs("GET", "/api/v1/patches", ReadPlant),
    needs("GET", "/api/v1/patches/{id}", ReadPlant),
    needs("GET", "/api/v1/patches/{id}/files", ReadPlant),
    needs("POST", "/api/v1/patches/{id}/files", WriteAdvisories),
    needs("GET", "/api/v1/patches/{id}/files/{number}", WriteAdvisories),
    needs("GET", "/api/v1/patches:matrix", ReadPlant),
    needs("GET", "/api/v1/patches:cover", ReadPlant),
    needs("POST", "/api/v1/patches", WriteAdvisories),
    needs("POST", "/api/v1/patches:gather", WriteAdvisories),
    // It names a folder of this machine or an address to be fetched, as feeds do.
    needs("POST", "/api/v1/patches:read-repository", WriteSettings),
    needs("GET", "/api/v1/statements", ReadPlant),
    // Whoever takes documents in, or signs decisions, may enter what a supplier said and ask it. The use case asks for that.
    signed_in("POST", "/api/v1/statements"),
    needs("POST", "/api/v1/statements:import", WriteAdvisories),
    // Whoever may enter one.
    signed_in("POST", "/api/v1/statements/{id}/confirm"),
    needs("GET", "/api/v1/statements/{id}", ReadPlant),
    needs("GET", "/api/v1/statements:words", ReadPlant),
    // Whoever writes rules, or signs decisions, may say how a supplier's words are read; what becomes milder takes the latter.
    signed_in("POST", "/api/v1/statements:explain"),
    needs("GET", "/api/v1/statements:lag", ReadPlant),
    // Whose yes counts for a vendor; the use case asks for the right on all sites.
    needs("GET", "/api/v1/speakers", ReadPlant),
    needs("POST", "/api/v1/speakers", Approve),
    needs("DELETE", "/api/v1/speakers", Approve),
    needs("GET", "/api/v1/statement-documents", ReadPlant),
    needs("GET", "/api/v1/statement-mappings", ReadPlant),
    signed_in("PUT", "/api/v1/statement-mappings"),
    needs("GET", "/api/v1/questions", ReadPlant),
    signed_in("POST", "/api/v1/questions"),
    needs("GET", "/api/v1/questions/{id}", ReadPlant),
    signed_in("POST", "/api/v1/questions/{id}/notes"),
    signed_in("POST", "/api/v1/questions/{id}/answer"),
    needs("GET", "/api/v1/suppliers", ReadPlant),
    needs("GET", "/api/v1/assets/{id}/patches", ReadPlant),
    needs("GET", "/api/v1/vulnerabilities/{cve}/patches", ReadPlant),
    needs("GET", "/api/v1/audit", ReadAudit),
    needs("GET", "/api/v1/audit/{sequence}", ReadAudit),
    needs("POST", "/api/v1/audit:verify", ReadAudit),
    needs("GET", "/api/v1/audit:export", ReadAudit),
];

/// The row for a method and a path with placeholders. `HEAD` is asked as `GET`.
#[must_use]
pub fn access_of(method: &Method, path: &str) -> Option<Access> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    RULES.iter().find(|rule| rule.method == method && rule.path == path).map(|rule| rule.access)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taking a line away is always right. Adding one needs a reason that convinces a stranger.
    const PUBLIC_MAY_ONLY_SHRINK: &[&str] = &[
        "DELETE /api/v1/session",
        "GET /api/v1/openapi.json",
        "GET /api/v1/problems",
        "GET /api/v1/setup",
        "POST /api/v1/session",
        "POST /api/v1/setup",
    ];

    #[test]
    fn what_is_public_is_this_list() {
        let mut public: Vec<String> = RULES
            .iter()
            .filter(|rule| matches!(rule.access, Access::Public { .. }))
            .map(|rule| format!("{} {}", rule.method, rule.path))
            .collect();
        public.sort();
        assert_eq!(public, PUBLIC_MAY_ONLY_SHRINK);
    }

    #[test]
    fn no_endpoint_has_two_rows() {
        for (index, one) in RULES.iter().enumerate() {
            let twice = RULES[index + 1..].iter().any(|r| r.method == one.method && r.path == one.path);
            assert!(!twice, "{} {}", one.method, one.path);
        }
    }
}
