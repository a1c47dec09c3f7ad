//! `holdpoint patch gather`, `holdpoint patch read-repository` and `holdpoint patch cover`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output;
use anyhow::Result;
use clap::{Args, ValueEnum};
use holdpoint_app::patches::repository::{self, NewReading, Repository};
use holdpoint_app::patches::{cover, vendor};
use holdpoint_server::api::patch_catalogue::{GatheredView, PatchCoverView};

/// A kind of repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RepositoryKind {
    /// Debian packages
    Apt,
    /// RPM packages
    Dnf,
}

/// Which repository.
#[derive(Debug, Args)]
pub struct RepositoryArgs {
    /// Its name here
    pub name: String,
    /// The folder of a mirror, or an https address
    pub place: String,
    /// What it holds
    #[arg(long, value_enum)]
    pub kind: RepositoryKind,
    /// apt: the suite, for example bookworm-security; `./` for a flat repository
    #[arg(long, default_value = "", value_name = "SUITE", hide_default_value = true)]
    pub suite: String,
    /// apt: the components; main when none is named, and none of a flat repository
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub component: Vec<String>,
    /// apt: the architecture
    #[arg(long, default_value = "amd64", value_name = "NAME")]
    pub architecture: String,
    /// The namespace of its packages, for example redhat; apt: only when the release file names another
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub namespace: String,
    /// The names of the distribution, for example rhel-9; apt: only with a namespace
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub distro: Vec<String>,
}

/// How many patches.
#[derive(Debug, Args)]
pub struct CoverArgs {
    /// The most patches that are printed
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
}

/// Brings the patches of advisories' fixes up to date.
pub fn gather(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let view = GatheredView::from(vendor::gather(&app, &open::operator(), &global.reason)?);
    output::value(global.output, &view, || {
        format!(
            "{} advisories that were held against the inventory: {} new, {} changed, {} unchanged, {} withdrawn patches",
            view.seen, view.new, view.changed, view.unchanged, view.withdrawn
        )
    })?;
    Ok(Exit::Done)
}

/// Reads a repository.
pub fn read(global: &Global, args: &RepositoryArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let repository = match args.kind {
        RepositoryKind::Apt => {
            let is_flat = args.suite == "." || args.suite.ends_with('/');
            let components = match (args.component.as_slice(), is_flat) {
                ([], false) => vec!["main".to_owned()],
                (named, _) => named.to_vec(),
            };
            Repository::Apt {
                suite: args.suite.clone(),
                components,
                architecture: args.architecture.clone(),
                distribution: repository::named(&args.namespace, &args.distro)?,
            }
        }
        RepositoryKind::Dnf => {
            Repository::Dnf { namespace: args.namespace.clone(), distros: args.distro.clone() }
        }
    };
    let new = NewReading { name: args.name.clone(), place: args.place.clone(), repository };
    let view = GatheredView::from(repository::read(&app, &open::operator(), &new, &global.reason)?);
    output::value(global.output, &view, || {
        let mut text = format!(
            "{} listed, {} of them of packages that the inventory has: {} new, {} changed, {} unchanged, {} withdrawn\n",
            view.seen, view.kept, view.new, view.changed, view.unchanged, view.withdrawn
        );
        for remark in &view.remarks {
            text.push_str(&format!("remark: {remark}\n"));
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

/// Says which patches to take first.
pub fn fewest(global: &Global, args: &CoverArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let view = PatchCoverView::of(cover::fewest(&app, &open::operator())?, args.limit);
    output::value(global.output, &view, || {
        let rows = view.patches.iter().map(|one| {
            vec![one.patch.clone(), one.closes.to_string(), one.closed.to_string(), one.assets.to_string()]
        });
        let table = match view.patches.is_empty() {
            false => output::table(&["Patch", "Closes", "Closed in all", "Missing on"], rows),
            true => nothing_closes(&view),
        };
        let left_out = match view.declined.as_slice() {
            [] => String::new(),
            declined => {
                format!(
                    "\nleft out, because they are declined everywhere: {}",
                    output::printable(&declined.join(", "))
                )
            }
        };
        format!(
            "{table}\n\n{} vulnerabilities on assets are open for certain; {} patches close {} of them, and no choice does it \
             with fewer than {}\n{} more may be there; they are not counted{left_out}",
            view.open, view.n_patches, view.closable, view.lower_bound, view.unknown
        )
    })?;
    Ok(Exit::Done)
}

/// Why there is no row.
fn nothing_closes(view: &PatchCoverView) -> String {
    if view.open == 0 {
        return "No row: no vulnerability is there for certain. What may be there is settled first, by versions and \
                answers to `review`."
            .to_owned();
    }
    "No row: of what is open for certain, no patch that is known here and missing for certain closes anything. Take in \
     catalogues (`feed import`, `patch gather`), or look at `finding list` for what documents advise instead."
        .to_owned()
}
