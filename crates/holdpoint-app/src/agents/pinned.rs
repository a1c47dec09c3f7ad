//! How scripts run, as a person proposes it and as an image pins it.
//!
//! The surprise: the templates are the kept files of the patch. What a device would refuse to run, because the template has no such
//! parameter or does not allow the value, is not even written for signing.

use super::problem;
use crate::error::AppError;
use holdpoint_store::patch::KeptFile;
use holdpoint_store::{Reader, StoreError};
use holdpoint_wire::command::{ScriptRun, ScriptWork};
use holdpoint_wire::image::{Approved, Image};
use holdpoint_wire::message::{self, Message as _};
use holdpoint_wire::template::ScriptTemplate;
use holdpoint_wire::text::{AccountName, ArgumentText, Id};
use serde_json::json;
use std::collections::BTreeMap;

/// How the script of a patch runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedScript {
    /// The patch: `script NAME VERSION`.
    pub patch: String,
    /// The work.
    pub run: ProposedRun,
    /// What only looks whether it was well; `None`: a person reads the asset.
    pub check: Option<ProposedRun>,
    /// What takes it back; `None`: a person does.
    pub undo: Option<ProposedRun>,
}

/// One run of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedRun {
    /// The name of the template, which is a kept file of the patch.
    pub script: String,
    /// The account that it runs as, by a name that the devices know.
    pub account: String,
    /// After so long it is ended.
    pub time_limit_s: u32,
    /// The values of its parameters.
    pub arguments: BTreeMap<String, String>,
}

/// What the image pins of a patch's script.
pub(super) fn pin(
    r: &mut Reader<'_>,
    patch: &str,
    (kept, proposed): (&[KeptFile], &[ProposedScript]),
) -> Result<ScriptWork, AppError> {
    let mut said = proposed.iter().filter(|one| one.patch == patch);
    let (Some(said), None) = (said.next(), said.next()) else {
        let what = format!("it is not said, or said twice, how the script of `{patch}` runs");
        let remedy = "say it once: the template, the account, the time, every argument; its check and what takes it back, where there are such";
        return Err(problem("script", what, remedy));
    };
    let templates = templates(r, kept)?;
    let run = |one: &ProposedRun| filled(one, &templates);
    let work = ScriptWork {
        run: run(&said.run)?,
        check: said.check.as_ref().map(run).transpose()?,
        undo: said.undo.as_ref().map(run).transpose()?,
    };
    Ok(work)
}

/// The templates among the kept files, by their own names.
fn templates(r: &mut Reader<'_>, kept: &[KeptFile]) -> Result<BTreeMap<Id, ScriptTemplate>, AppError> {
    let mut found = BTreeMap::new();
    for file in kept {
        let remedy = "keep the templates alone at a script; its program is brought to the devices by a person or as a file";
        let none = |why: String| {
            problem("script-template", format!("`{}` is no template of a script: {why}", file.name), remedy)
        };
        if file.size_bytes > ScriptTemplate::LIMIT_BYTES as u64 {
            return Err(none(format!("it has {} bytes", file.size_bytes)));
        }
        let bytes = r.blob(&file.sha256)?;
        let bytes = bytes.ok_or_else(|| StoreError::damaged(format!("file `{}` is not kept", file.name)))?;
        let template: ScriptTemplate = message::read(&bytes).map_err(|why| none(why.to_string()))?;
        let name = template.name.clone();
        if found.insert(name.clone(), template).is_some() {
            return Err(none(format!("another kept file has the name `{name}` too")));
        }
    }
    Ok(found)
}

fn filled(one: &ProposedRun, templates: &BTreeMap<Id, ScriptTemplate>) -> Result<ScriptRun, AppError> {
    let bad = |why: String| problem("script", why, "correct it by the template");
    let text = |why: holdpoint_wire::text::BadText| bad(why.to_string());
    let script = Id::new(one.script.as_str()).map_err(text)?;
    let template = templates.get(&script).ok_or_else(|| {
        let what = format!("no kept file of the patch is a template with the name `{script}`");
        problem("script-template", what, "put it in with `holdpoint patch add-file`")
    })?;
    let mut arguments = BTreeMap::new();
    for (name, value) in &one.arguments {
        let value = ArgumentText::new(value.as_str()).map_err(text)?;
        arguments.insert(Id::new(name.as_str()).map_err(text)?, value);
    }
    template.fill(&arguments).map_err(|why| bad(format!("script `{script}`: {why}")))?;
    let account = AccountName::new(one.account.as_str()).map_err(text)?;
    let (script_hash, time_limit_s) = (template.hash(), one.time_limit_s);
    Ok(ScriptRun { script, script_hash, arguments, time_limit_s, account })
}

/// How an image says that scripts run, as people read it: they sign what they can read.
pub(super) fn shown(image: &Image) -> Vec<serde_json::Value> {
    let run = |one: &ScriptRun| {
        let values: Vec<String> =
            one.arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let ScriptRun { script, script_hash, time_limit_s, account, .. } = one;
        json!({
            "script": script, "arguments": values.join(" "), "account": account, "time_limit_s": time_limit_s, "sha256": script_hash
        })
    };
    let entry = |entry: &Approved| {
        let ScriptWork { run: work, check, undo } = entry.script.as_ref()?;
        let (check, undo) = (check.as_ref().map(run), undo.as_ref().map(run));
        Some(json!({ "patch": entry.patch, "run": run(work), "check": check, "undo": undo }))
    };
    image.entries.iter().filter_map(entry).collect()
}
