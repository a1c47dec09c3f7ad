//! `holdpoint paper …`: the signed papers that agents obey. Keys of people stay with people: `key` and `sign` need neither a
//! database nor a network.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::agents::{self, ImageProposal, ProposedPlace, RootProposal};
use holdpoint_app::edge::{OsRandom, Random as _};
use holdpoint_server::api::agent_views::PaperView;
use std::path::{Path, PathBuf};

/// Verbs on signed papers.
#[derive(Debug, Subcommand)]
pub enum PaperCommand {
    /// The newest root of each site and image of each class
    List,
    /// Make a key of a person; its file stays with that person, and the public half is printed
    Key(FileArgs),
    /// Write the next root of a site for people to sign
    Root(RootArgs),
    /// Write the next image of a class for people to sign
    Image(ImageArgs),
    /// Print what a paper says and who has signed it
    Show(FileArgs),
    /// Add a person's signature to a paper
    Sign(SignArgs),
    /// Take in a signed root or image; it is checked as a device checks it
    Put(FileArgs),
}

/// A file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The file
    pub file: PathBuf,
}

/// A paper and a key.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The paper; the signature is added to it
    pub file: PathBuf,
    /// The file with the person's key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A root.
#[derive(Debug, Args)]
pub struct RootArgs {
    /// The site, by id or name
    #[arg(long)]
    pub site: String,
    /// The public key of a person; repeat it for each
    #[arg(long = "image-key", value_name = "HEX", required = true)]
    pub image_keys: Vec<String>,
    /// How many of them must sign
    #[arg(long, default_value_t = 2)]
    pub threshold: usize,
    /// For how many days it holds
    #[arg(long, default_value_t = 730)]
    pub days: u32,
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// An image.
#[derive(Debug, Args)]
pub struct ImageArgs {
    /// The site, by id or name
    #[arg(long)]
    pub site: String,
    /// The class of devices
    #[arg(long, default_value = "default")]
    pub class: String,
    /// A patch that it approves besides those of the image before; repeat it for each
    #[arg(long = "patch", value_name = "NAME")]
    pub patches: Vec<String>,
    /// A patch of the image before that it approves no more; repeat it for each
    #[arg(long = "without", value_name = "NAME")]
    pub without: Vec<String>,
    /// Where the file of a patch `file NAME VERSION` is put, with its mode and owner; repeat it for each
    #[arg(long = "place", value_name = "PATCH=PATH,MODE,ACCOUNT:GROUP", value_parser = place)]
    pub places: Vec<ProposedPlace>,
    /// For how many days it holds
    #[arg(long, default_value_t = 90)]
    pub days: u32,
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// `file screen 2=/etc/plant/screen.conf,640,root:plant`.
fn place(text: &str) -> Result<ProposedPlace, String> {
    let form = || "write it as PATCH=PATH,MODE,ACCOUNT:GROUP".to_owned();
    let (patch, rest) = text.split_once('=').ok_or_else(form)?;
    let mut parts = rest.rsplitn(3, ',');
    let (Some(owner), Some(mode), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(form());
    };
    let mode = u32::from_str_radix(mode, 8).map_err(|_| format!("`{mode}` is no mode in octal digits"))?;
    Ok(ProposedPlace { patch: patch.to_owned(), path: path.to_owned(), mode, owner: owner.to_owned() })
}

/// Carries out a verb.
pub fn run(global: &Global, command: &PaperCommand) -> Result<Exit> {
    match command {
        PaperCommand::List => list(global),
        PaperCommand::Key(args) => key(global, &args.file),
        PaperCommand::Root(args) => {
            let app = open::app(global)?;
            let proposal = RootProposal {
                site: args.site.clone(),
                image_keys: args.image_keys.clone(),
                threshold: args.threshold,
                days: args.days,
            };
            write(&args.to, &agents::write(&agents::make_root(&app, &open::operator(), &proposal)?))
        }
        PaperCommand::Image(args) => {
            let app = open::app(global)?;
            let proposal = ImageProposal {
                site: args.site.clone(),
                class: args.class.clone(),
                patches: args.patches.clone(),
                without: args.without.clone(),
                places: args.places.clone(),
                days: args.days,
            };
            write(&args.to, &agents::write(&agents::make_image(&app, &open::operator(), &proposal)?))
        }
        PaperCommand::Show(args) => {
            let shown = agents::paper_text(&read(&args.file)?)?;
            output::value(global.output, &shown, || {
                serde_json::to_string_pretty(&shown).unwrap_or_default()
            })?;
            Ok(Exit::Done)
        }
        PaperCommand::Sign(args) => {
            let key = String::from_utf8(read(&args.key)?).context("the key's file holds no text")?;
            let signed = agents::sign_paper(&read(&args.file)?, &key)?;
            write(&args.file, &signed)?;
            told(global, &agents::paper_text(&signed)?)
        }
        PaperCommand::Put(args) => {
            let app = open::app(global)?;
            let kept = agents::put_paper(&app, &open::operator(), &read(&args.file)?, &global.reason)?;
            let view = PaperView::from(kept);
            output::value(global.output, &view, || {
                format!("{} {} of {} is kept, until {}", view.kind, view.version, view.site, view.expires_at)
            })?;
            Ok(Exit::Done)
        }
    }
}

/// Says who has signed, and of a root how many of the people that it names.
fn told(global: &Global, shown: &serde_json::Value) -> Result<Exit> {
    let signers: Vec<&str> =
        shown["signed_by"].as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect();
    let counted = &shown["counted"];
    let value = serde_json::json!({ "signed_by": signers, "counted": counted });
    output::value(global.output, &value, || {
        let by = format!("signed by {} keys: {}", signers.len(), signers.join(" "));
        let counts = if counted.is_null() {
            "Whether these keys count is said when the paper is put in: the root of the site names them."
                .to_owned()
        } else {
            format!(
                "Of the {} people that this root names, {} have signed it; it wants {}. A key that it does not name counts only \
                 if the root before names it.",
                counted["named"], counted["signed"], counted["wanted"]
            )
        };
        format!("{by}\n{counts}")
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<PaperView> =
        agents::standing(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(
        global.output,
        &listed,
        &["Site", "Kind", "Class", "Version", "Until", "Brought by"],
        |one| {
            vec![
                one.site.clone(),
                one.kind.clone(),
                one.class.clone(),
                one.version.to_string(),
                one.expires_at.clone(),
                one.put_by.clone(),
            ]
        },
    )?;
    Ok(Exit::Done)
}

fn key(global: &Global, file: &Path) -> Result<Exit> {
    let mut random = [0; 32];
    OsRandom.fill(&mut random);
    let (secret, public) = agents::person_key(&random);
    agents::write_secret_file(file, format!("{secret}\n").as_bytes())?;
    let shown = serde_json::json!({ "public_key": public });
    output::value(global.output, &shown, || public.clone())?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<Exit> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(Exit::Done)
}
