//! What a card says of the risk that is signed for: how pressing it is on its own assets, and what could be installed instead.

use crate::acting::{CVE, PATCH, exposed, feed, fixes, flaw, kev, known, proposal, statement};
use crate::support::{looked, worlds};
use holdpoint_app::approval::stake::{self, Stake};
use holdpoint_app::approval::{card, decisions, exemptions};
use holdpoint_app::statements;
use holdpoint_domain::access::Role;
use holdpoint_domain::exemption::What;
use holdpoint_domain::patch::PatchRecord;
use holdpoint_domain::patch_state::{OwnerState, SupplierState};
use holdpoint_domain::ranking::policy::Lane;

fn first(stake: &Stake) -> (&str, Lane, u64) {
    let line = stake.first.as_ref().expect("a finding stands open");
    (line.asset_tag.as_str(), line.lane, stake.counts.iter().map(|one| one.findings).sum())
}

#[test]
fn the_card_of_an_exemption_says_how_pressing_it_is_on_its_assets_and_what_is_on_offer() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        exposed(&world);
        // The same flaw on a server on which little hangs; the card of SRV-1 does not speak of it.
        world.import(
            "asset_tag,vendor,product,version,purl,cpe\n\
             SRV-2,,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n",
        );
        fixes(&world);
        feed(&world, &kev(11));
        let flaw = || What::Vulnerability(CVE.to_owned());
        let propose = |on: &str| {
            let on = exemptions::OnNamed::Asset(on.to_owned());
            exemptions::propose(&world.app, &engineer, &proposal(&world, flaw(), on)).unwrap()
        };
        let (one, asked) = propose("SRV-1");
        let shown = card::card(&world.app, &approver, &asked.id.to_string()).unwrap();
        let at_stake = shown.stake.as_ref().unwrap();
        assert_eq!(first(at_stake), ("SRV-1", Lane::Now, 1), "{}", world.engine);
        let line = at_stake.first.as_ref().unwrap();
        assert_eq!((line.max_base_tenths, line.exploited.word()), (Some(98), "yes"));
        assert!(at_stake.due().is_some(), "a clock runs");
        let offers = shown.offers.as_ref().unwrap();
        assert_eq!((offers.patches.len(), offers.more), (1, 0));
        let offer = &offers.patches[0];
        assert_eq!(
            (offer.patch.as_str(), offer.standing.state()),
            (PATCH, None),
            "nobody has said a word of it"
        );
        assert!(offer.decided.is_empty() && offer.ways.is_empty());

        let (_, elsewhere) = propose("SRV-3");
        let shown = card::card(&world.app, &approver, &elsewhere.id.to_string()).unwrap();
        let nothing = shown.stake.unwrap();
        assert!(
            nothing.first.is_none() && nothing.counts.is_empty(),
            "{}: it does not run there",
            world.engine
        );

        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-1,Acme,Historian,4.2,,\n");
        world.clock.advance_micros(1_000_000);
        let no = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::NotApproved);
        statements::enter(&world.app, &engineer, &no, "the bulletin").unwrap();
        let refused = decisions::Rejection {
            baseline: Some("Servers".to_owned()),
            patch: PATCH.to_owned(),
            source: holdpoint_app::approval::known::Source::Asked,
            reason: "the supplier says no".to_owned(),
        };
        decisions::reject(&world.app, &approver, &refused).unwrap();
        let (again, offers) = stake::of_exemption(&world.app, &engineer, &one.id.to_string()).unwrap();
        let again = again.unwrap();
        let offer = &offers.patches[0];
        assert_eq!(offer.standing.state(), Some(SupplierState::NotApproved), "{}", world.engine);
        assert_eq!(offer.decided, [("Servers".to_owned(), OwnerState::NotAuthorized, false)]);
        assert_eq!(first(&again).0, "SRV-1", "the exemption says the same as its card");
    }
}

#[test]
fn the_card_of_an_approval_says_how_pressing_what_it_fixes_is_on_all_of_its_assets() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        let runs =
            |tag: &str| format!("{tag},,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n");
        let rows = ["SRV-1", "SRV-2"].map(runs).concat();
        world.import(&format!("asset_tag,vendor,product,version,purl,cpe\n{rows}"));
        feed(&world, &flaw());
        fixes(&world);
        let asked = decisions::ask_authorise(&world.app, &engineer, &world.ask("Servers", PATCH, looked()));
        let shown = card::card(&world.app, &engineer, &asked.unwrap().id.to_string()).unwrap();
        let (tag, _, findings) = first(shown.stake.as_ref().unwrap());
        assert!(["SRV-1", "SRV-2"].contains(&tag), "{}: {tag}", world.engine);
        assert_eq!(findings, 2, "{}: of three servers two run it", world.engine);
        assert!(shown.offers.is_none(), "an approval leaves nothing uninstalled");
    }
}

#[test]
fn where_no_source_says_what_a_patch_fixes_the_card_does_not_say_that_nothing_stands_open() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        world.import(
            "asset_tag,vendor,product,version,purl,cpe\n\
             SRV-1,,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n",
        );
        feed(&world, &flaw());
        let record = PatchRecord { identifier: "KB5000009".into(), ..PatchRecord::of("Plant".into()) };
        known(&world, &record);
        let asked =
            decisions::ask_authorise(&world.app, &engineer, &world.ask("Servers", "KB5000009", looked()));
        let shown = card::card(&world.app, &engineer, &asked.unwrap().id.to_string()).unwrap();
        assert!(shown.fixes.is_empty() && shown.stake.is_none(), "{}: {:?}", world.engine, shown.stake);
    }
}
