//! Test environments, plans, runs and their attachments. The bytes of an attachment lie among the blobs.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, BaselineId, EnvironmentId, SiteId, TestRunId};
use holdpoint_domain::signature::Person;
use holdpoint_domain::test_record::{
    Differences, Environment, EvidenceKind, Place, Step, StepOutcome, TestRun,
};
use serde::{Deserialize, Serialize};

const COLUMNS: &str = "t.id, t.patch, b.id, t.kind, t.environment_id, t.assets, t.plan, t.state, t.tester_name, \
    t.tester_account, t.began_at, t.ended_at, t.steps, b.name, COALESCE(v.name, ''), COALESCE(v.differences, ''), \
    (SELECT COUNT(*) FROM test_attachment a WHERE a.run_no = t.number), t.plan_version";
const TABLES: &str = "test_run t JOIN baseline b ON b.number = t.baseline_no \
    LEFT JOIN test_environment v ON v.id = t.environment_id";

crate::statements! {
    ENVIRONMENTS = "SELECT id, name, represents, differences FROM test_environment ORDER BY name";
    PUT_ENVIRONMENT = "INSERT INTO test_environment (number, id, name, represents, differences, author, created_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM test_environment), $1, $2, $3, $4, $5, $6)";
    PLANS = "SELECT name, site_id, steps, version, author, created_at FROM test_plan ORDER BY name";
    FORMER_PLANS = "SELECT name, site_id, steps, version, author, created_at FROM test_plan_former
        ORDER BY name, version DESC";
    KEEP_PLAN = "INSERT INTO test_plan_former (name, version, site_id, steps, author, created_at)
        SELECT name, version, site_id, steps, author, created_at FROM test_plan WHERE name = $1";
    PUT_PLAN = "INSERT INTO test_plan (number, name, steps, author, created_at, site_id, version)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM test_plan), $1, $2, $3, $4, $5, 1)
        ON CONFLICT (name) DO UPDATE SET steps = excluded.steps, author = excluded.author,
            created_at = excluded.created_at, site_id = excluded.site_id, version = test_plan.version + 1";
    ONE = "SELECT t.id, t.patch, b.id, t.kind, t.environment_id, t.assets, t.plan, t.state, t.tester_name,
            t.tester_account, t.began_at, t.ended_at, t.steps, b.name, COALESCE(v.name, ''),
            COALESCE(v.differences, ''), (SELECT COUNT(*) FROM test_attachment a WHERE a.run_no = t.number),
            t.plan_version FROM test_run t JOIN baseline b ON b.number = t.baseline_no
        LEFT JOIN test_environment v ON v.id = t.environment_id WHERE t.id = $1";
    OF_PATCH = "SELECT t.id, t.patch, b.id, t.kind, t.environment_id, t.assets, t.plan, t.state, t.tester_name,
            t.tester_account, t.began_at, t.ended_at, t.steps, b.name, COALESCE(v.name, ''),
            COALESCE(v.differences, ''), (SELECT COUNT(*) FROM test_attachment a WHERE a.run_no = t.number),
            t.plan_version FROM test_run t JOIN baseline b ON b.number = t.baseline_no
        LEFT JOIN test_environment v ON v.id = t.environment_id WHERE t.patch = $1 AND b.id = $2 ORDER BY t.number";
    PUT = "INSERT INTO test_run (number, id, patch, baseline_no, kind, environment_id, assets, plan, state, tester_name,
            tester_account, began_at, ended_at, steps, plan_version)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM test_run), $1, $2, (SELECT number FROM baseline WHERE id = $3),
            $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, steps = excluded.steps";
    ATTACHMENTS = "SELECT a.name, a.sha256, a.size_bytes, a.added_by, a.added_at FROM test_attachment a
        JOIN test_run t ON t.number = a.run_no WHERE t.id = $1 ORDER BY a.place";
    PUT_ATTACHMENT = "INSERT INTO test_attachment (run_no, place, name, sha256, size_bytes, added_by, added_at)
        SELECT t.number, (SELECT COALESCE(MAX(a.place), 0) + 1 FROM test_attachment a WHERE a.run_no = t.number),
            $2, $3, $4, $5, $6 FROM test_run t WHERE t.id = $1";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("patch", "t.patch").required(),
    FilterField::text("baseline", "b.name").required(),
    FilterField::word("kind", "t.kind", &["bench", "pilot"]),
    FilterField::text("environment", "v.name"),
    FilterField::text("plan", "t.plan"),
    FilterField::word("state", "t.state", &["aborted", "failed", "running", "passed"]),
    FilterField::text("tester", "t.tester_name"),
    FilterField::time("began", "t.began_at").required(),
    FilterField::time("ended", "t.ended_at"),
];

/// The list of runs.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "test run",
    fields: FIELDS,
    words: &["t.patch", "b.name", "t.plan", "t.tester_name"],
    unique: "t.number",
    default_sort: ("began", Direction::Descending),
};

/// What of the runs a person may see.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, "b.site_id", 1);
    (format!("(b.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: TABLES, condition: &within.0, params: within.1.clone() }
}

/// A run as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    /// The run.
    pub run: TestRun,
    /// Its baseline's name.
    pub baseline: String,
    /// Its environment's name; empty: a pilot.
    pub environment: String,
    /// How that differs from production.
    pub differences: Option<Differences>,
    /// How many attachments it has.
    pub attachments: u64,
}

/// A file that belongs to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// The hash of its bytes.
    pub sha256: [u8; 32],
    /// Its size.
    pub size_bytes: u64,
    /// Who put it in.
    pub added_by: String,
    /// When.
    pub added_at: Moment,
}

/// A plan: pairs of what is done and what must be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPlan {
    /// Its name.
    pub name: String,
    /// The site that it is for; `None`: all sites.
    pub site: Option<SiteId>,
    /// Its steps.
    pub steps: Vec<(String, String)>,
}

/// A version of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPlan {
    /// The plan.
    pub plan: TestPlan,
    /// Which version, from 1.
    pub version: u64,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Moment,
}

#[derive(Serialize, Deserialize)]
struct StoredStep {
    action: String,
    expected: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<StoredOutcome>,
}

#[derive(Serialize, Deserialize)]
struct StoredOutcome {
    result: String,
    note: String,
    by: [String; 2],
    at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredDifferences {
    Known(Vec<String>),
    NoneFound { by: String },
}

impl Reader<'_> {
    /// All test environments, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn test_environments(&mut self) -> Result<Vec<Environment>, StoreError> {
        self.query(ENVIRONMENTS, params![], |row| {
            let represents: Vec<String> = read_json(row, 2)?;
            let ids = represents.iter().map(|id| id.parse::<BaselineId>());
            Ok(Environment {
                id: row.get(0)?,
                name: row.get(1)?,
                represents: ids
                    .collect::<Result<_, _>>()
                    .map_err(|why: holdpoint_domain::id::NoId| row.damaged(2, &why.to_string()))?,
                differences: differences(row, 3)?,
            })
        })
    }

    /// All plans, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn test_plans(&mut self) -> Result<Vec<KeptPlan>, StoreError> {
        self.query(PLANS, params![], kept_plan)
    }

    /// The versions of plans that were written anew since, by name, the latest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn former_test_plans(&mut self) -> Result<Vec<KeptPlan>, StoreError> {
        self.query(FORMER_PLANS, params![], kept_plan)
    }

    /// A run.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn test_run(&mut self, id: TestRunId) -> Result<Option<RunLine>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// The runs of a patch for a baseline, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn test_runs_of(&mut self, patch: &str, baseline: BaselineId) -> Result<Vec<RunLine>, StoreError> {
        self.query(OF_PATCH, params![patch, baseline], line)
    }

    /// Runs, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn test_run_list(&mut self, query: &ListQuery) -> Result<Paged<RunLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// The attachments of a run.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn test_attachments(&mut self, run: TestRunId) -> Result<Vec<Attachment>, StoreError> {
        self.query(ATTACHMENTS, params![run], |row| {
            Ok(Attachment {
                name: row.get(0)?,
                sha256: row.get(1)?,
                size_bytes: row.get(2)?,
                added_by: row.get(3)?,
                added_at: row.get(4)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps a test environment.
    ///
    /// # Errors
    /// When its name is taken or the database fails.
    pub fn put_test_environment(&mut self, new: &Environment, author: &str) -> Result<(), StoreError> {
        let represents: Vec<String> = new.represents.iter().map(ToString::to_string).collect();
        let differences = match &new.differences {
            Differences::Known(all) => StoredDifferences::Known(all.clone()),
            Differences::NoneFound { by } => StoredDifferences::NoneFound { by: by.clone() },
        };
        let at = self.at();
        self.exec(
            PUT_ENVIRONMENT,
            params![
                new.id,
                &*storable(&new.name),
                write_json(&represents),
                &*storable(&write_json(&differences)),
                &*storable(author),
                at,
            ],
        )?;
        Ok(())
    }

    /// Keeps a plan; one of the same name gets its next version, and runs keep the steps that they began with.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_test_plan(&mut self, plan: &TestPlan, author: &str) -> Result<(), StoreError> {
        let at = self.at();
        let steps = write_json(&plan.steps);
        let name = storable(&plan.name);
        self.exec(KEEP_PLAN, params![&*name])?;
        self.exec(PUT_PLAN, params![&*name, &*storable(&steps), &*storable(author), at, plan.site])?;
        Ok(())
    }

    /// Keeps a run: a new one, or what was recorded in it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_test_run(&mut self, run: &TestRun) -> Result<(), StoreError> {
        let (environment, assets): (Option<EnvironmentId>, &[AssetId]) = match &run.place {
            Place::Bench(id) => (Some(*id), &[]),
            Place::Pilot(assets) => (None, assets),
        };
        let assets: Vec<String> = assets.iter().map(ToString::to_string).collect();
        let steps: Vec<StoredStep> = run.steps.iter().map(stored_step).collect();
        self.exec(
            PUT,
            params![
                run.id,
                &*storable(&run.patch),
                run.baseline,
                run.place.kind().word(),
                environment,
                write_json(&assets),
                &*storable(&run.plan),
                run.state.word(),
                &*storable(&run.tester.name),
                &*storable(&run.tester.account),
                run.began_at,
                run.ended_at,
                &*storable(&write_json(&steps)),
                run.plan_version,
            ],
        )?;
        Ok(())
    }

    /// Keeps an attachment, whose bytes were stored before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_test_attachment(&mut self, run: TestRunId, new: &Attachment) -> Result<(), StoreError> {
        self.exec(
            PUT_ATTACHMENT,
            params![
                run,
                &*storable(&new.name),
                &new.sha256,
                new.size_bytes,
                &*storable(&new.added_by),
                new.added_at
            ],
        )?;
        Ok(())
    }
}

fn stored_step(step: &Step) -> StoredStep {
    StoredStep {
        action: step.action.clone(),
        expected: step.expected.clone(),
        outcome: step.outcome.as_ref().map(|outcome| StoredOutcome {
            result: outcome.result.word().to_owned(),
            note: outcome.note.clone(),
            by: [outcome.by.account.clone(), outcome.by.name.clone()],
            at: outcome.at.micros(),
        }),
    }
}

fn differences(row: &Row<'_>, index: usize) -> Result<Differences, StoreError> {
    Ok(match read_json::<StoredDifferences>(row, index)? {
        StoredDifferences::Known(all) => Differences::Known(all),
        StoredDifferences::NoneFound { by } => Differences::NoneFound { by },
    })
}

fn kept_plan(row: &Row<'_>) -> Result<KeptPlan, StoreError> {
    Ok(KeptPlan {
        plan: TestPlan { name: row.get(0)?, site: row.get(1)?, steps: read_json(row, 2)? },
        version: row.get(3)?,
        author: row.get(4)?,
        at: row.get(5)?,
    })
}

fn line(row: &Row<'_>) -> Result<RunLine, StoreError> {
    let kind: EvidenceKind = row.word(3)?;
    let environment: Option<EnvironmentId> = row.get(4)?;
    let assets: Vec<String> = read_json(row, 5)?;
    let place = match (kind, environment) {
        (EvidenceKind::Bench, Some(id)) => Place::Bench(id),
        (EvidenceKind::Bench, None) => return Err(row.damaged(4, "a run in no environment")),
        (EvidenceKind::Pilot, _) => {
            let ids = assets.iter().map(|id| id.parse::<AssetId>()).collect::<Result<_, _>>();
            Place::Pilot(ids.map_err(|why| row.damaged(5, &why.to_string()))?)
        }
    };
    let steps: Vec<StoredStep> = read_json(row, 12)?;
    let steps = steps.into_iter().map(|step| {
        let outcome = step.outcome.map(|outcome| {
            let [account, name] = outcome.by;
            let result = outcome
                .result
                .parse()
                .map_err(|why: holdpoint_domain::words::UnknownWord| row.damaged(12, &why.to_string()))?;
            let at = Moment::from_micros(outcome.at);
            Ok::<_, StoreError>(StepOutcome { result, note: outcome.note, by: Person { account, name }, at })
        });
        Ok(Step { action: step.action, expected: step.expected, outcome: outcome.transpose()? })
    });
    let said: String = row.get(15)?;
    Ok(RunLine {
        run: TestRun {
            id: row.get(0)?,
            patch: row.get(1)?,
            baseline: row.get(2)?,
            place,
            plan: row.get(6)?,
            plan_version: row.get(17)?,
            steps: steps.collect::<Result<_, StoreError>>()?,
            state: row.word(7)?,
            tester: Person { name: row.get(8)?, account: row.get(9)? },
            began_at: row.get(10)?,
            ended_at: row.get(11)?,
        },
        baseline: row.get(13)?,
        environment: row.get(14)?,
        differences: if said.is_empty() { None } else { Some(differences(row, 15)?) },
        attachments: row.get(16)?,
    })
}
