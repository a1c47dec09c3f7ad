//! Patches that a person writes down here: files of the plant's own that agents put in place, and scripts on the devices that they run.
//!
//! The surprise: nothing is said here of where a file goes or how a script runs. That stands in the image, which people sign away from this
//! server.

use crate::App;
use crate::access_check::Caller;
use crate::agents::{is_file, is_script};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::is_cve;
use holdpoint_domain::patch::{PatchClass, PatchRecord, PatchSource};
use holdpoint_store::patch::NewPatches;
use serde_json::json;

/// A patch to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPatch {
    /// Its name: `file NAME VERSION` or `script NAME VERSION`.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// What kind of change it is.
    pub class: PatchClass,
    /// The vulnerabilities that it fixes.
    pub fixes: Vec<String>,
}

fn bad(what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid("own-patch", what, "the patch was not written down", remedy)
}

/// Writes a patch down, or says anew what is known of it.
///
/// # Errors
/// [`AppError::Invalid`] for a name of another form, or without title and publisher; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(app: &App, caller: &Caller, new: &NewPatch, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let name = new.name.trim();
    if !(is_file(name) || is_script(name)) || name.len() > 200 || name.chars().any(char::is_control) {
        let what = format!(
            "`{}` is no name of a file or a script with its version",
            name.chars().take(80).collect::<String>()
        );
        let remedy = "write it as `file NAME VERSION` or `script NAME VERSION`, each without blanks, a script's of letters, digits and `. _ + -`; packages and advisories are read from their sources";
        return Err(bad(what, remedy));
    }
    let (title, publisher) = (new.title.trim(), new.publisher.trim());
    let is_short = |text: &str| !text.is_empty() && text.chars().count() <= 200;
    if !is_short(title) || !is_short(publisher) {
        return Err(bad("title and publisher have 1 to 200 characters", "say what it is, and whose it is"));
    }
    let record = PatchRecord {
        identifier: name.to_owned(),
        title: title.to_owned(),
        class: new.class,
        fixes: cves(&new.fixes)?,
        ..PatchRecord::of(publisher.to_owned())
    };
    app.store().change(&app.intent(caller, "patch.add", reason), |c| {
        let (at, records) = (c.at(), [&record]);
        let counts = c.put_patches(
            &[NewPatches { source: PatchSource::Person, document: name, records: &records }],
            at,
        )?;
        if counts.new + counts.changed == 0 {
            c.nothing_to_do();
            return Ok(());
        }
        c.about("patch", name);
        c.detail("title", json!(title));
        c.detail("publisher", json!(publisher));
        c.detail("class", json!(new.class.word()));
        c.detail("fixes", json!(record.fixes));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// The numbers of vulnerabilities, in capitals.
fn cves(said: &[String]) -> Result<Vec<String>, AppError> {
    const MOST: usize = 200;
    if said.len() > MOST {
        return Err(bad(format!("more than {MOST} vulnerabilities"), "name the graver ones"));
    }
    let one = |text: &String| {
        let name = text.trim().to_uppercase();
        // The year has four digits, and no list counts further than twelve.
        if is_cve(&name) && name.len() <= "CVE-2026-123456789012".len() {
            Ok(name)
        } else {
            Err(bad(format!("`{name}` is no number of a vulnerability"), "write CVE-YEAR-NUMBER"))
        }
    };
    said.iter().map(one).collect()
}
