//! One test for each way to make a device do what it should not; each names the rule that stops it.

mod parts;

use holdpoint_wire::admit::{Admitted, Occasion, admit, open_image};
use holdpoint_wire::command::{Command, CommandName, FileWork, RestartWork, ScriptRun, ScriptWork, StopWork};
use holdpoint_wire::envelope::{Envelope, KeySet, PublicKey, open, sign, sign_more};
use holdpoint_wire::image::{Image, Owner, Place};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::order::{Order, WayBack, Window};
use holdpoint_wire::refusal::Refusal;
use holdpoint_wire::root::{self, Root};
use holdpoint_wire::text::{AccountName, ArgumentText, FilePath, Hash, Id, Words};
use std::collections::BTreeMap;

use parts::{Keys, NOW, device, id, image, keys, order};

/// What the device answers to this order, signed by the server, with this image.
fn answer(order: &Order, image: Option<&Image>) -> Result<Admitted, Refusal> {
    let keys = keys();
    admit(&sign(order, &[&keys.server]), image, &device(&keys), Occasion::Receipt, NOW)
}

#[track_caller]
fn refused_by(rule: &str, result: Result<impl std::fmt::Debug, Refusal>) {
    let refusal = result.expect_err("it must be refused");
    assert_eq!(refusal.rule(), rule, "{refusal}");
    let words = refusal.to_string();
    assert!(words.split(['.', ':', ';']).count() >= 2, "it says what happened and what it means: {words}");
}

#[test]
fn a_right_order_is_obeyed_and_only_inside_its_window() {
    let device = device(&keys());
    let admitted = answer(&order(), Some(&image())).expect("nothing is wrong with it");
    assert_eq!(admitted.order(), &order());
    assert_eq!(admitted.may_start(&device, NOW), Ok(()));
    refused_by("not_yet", admitted.may_start(&device, NOW.plus_seconds(-61)));
    refused_by("too_late", admitted.may_start(&device, NOW.plus_seconds(601)));
    refused_by("expired", admitted.may_start(&device, NOW.plus_seconds(8 * 86_400)));
}

#[test]
fn an_order_for_another_device_or_site_is_refused() {
    refused_by("wrong_target", answer(&Order { asset: id("hmi-8"), ..order() }, Some(&image())));
    refused_by("wrong_site", answer(&Order { site: id("sued"), ..order() }, Some(&image())));
}

#[test]
fn an_order_that_was_seen_or_is_older_than_one_that_was_is_refused() {
    refused_by("counter_replayed", answer(&Order { counter: 40, ..order() }, Some(&image())));
    refused_by("counter_replayed", answer(&Order { counter: 3, ..order() }, Some(&image())));
}

#[test]
fn an_order_that_the_device_holds_is_looked_at_again_without_its_counter() {
    let (keys, mut device) = (keys(), device(&keys()));
    device.seen.counter = 41;
    let envelope = sign(&order(), &[&keys.server]);
    refused_by("counter_replayed", admit(&envelope, Some(&image()), &device, Occasion::Receipt, NOW));
    assert!(admit(&envelope, Some(&image()), &device, Occasion::Held, NOW).is_ok());
    let withdrawn = Image { entries: vec![], image_version: 8, ..image() };
    refused_by("patch_not_approved", admit(&envelope, Some(&withdrawn), &device, Occasion::Held, NOW));
}

#[test]
fn times_that_do_not_hold_are_refused() {
    let (keys, device) = (keys(), device(&keys()));
    let at = |now: Moment, order: &Order| {
        admit(&sign(order, &[&keys.server]), Some(&image()), &device, Occasion::Receipt, now)
    };
    refused_by("clock_went_back", at(NOW.plus_seconds(-3_600), &order()));
    let ahead = Order { issued_at: NOW.plus_seconds(1_000), ..order() };
    refused_by("clock_behind", at(NOW, &ahead));
    refused_by("expired", at(NOW.plus_seconds(8 * 86_400), &order()));
    refused_by(
        "expired",
        at(NOW.plus_seconds(91 * 86_400), &Order { expires_at: Moment(i64::MAX), ..order() }),
    );
}

#[test]
fn a_stolen_server_key_chooses_only_among_what_is_approved() {
    let mut other_file = order();
    other_file.artifacts[0].sha256 = Hash::of(b"a bad package");
    let Command::Deb(work) = &mut other_file.command else { unreachable!("the order installs packages") };
    work.packages[0].install = Hash::of(b"a bad package");
    refused_by("hash_not_in_image", answer(&other_file, Some(&image())));

    let mut other_size = order();
    other_size.artifacts[0].size_bytes += 1;
    refused_by("hash_not_in_image", answer(&other_size, Some(&image())));

    refused_by("patch_not_approved", answer(&Order { patch: id("other"), ..order() }, Some(&image())));
    refused_by("no_image", answer(&order(), None));
    refused_by("image_too_old", answer(&Order { image_version: 8, ..order() }, Some(&image())));

    let server = keys().server;
    let own_image = sign(&Image { image_version: 9, ..image() }, &[&server]);
    refused_by("unknown_key", open_image(&own_image, &device(&keys()), NOW));
}

#[test]
fn a_stolen_server_key_puts_no_file_where_people_did_not_approve_it() {
    let name = |text: &str| AccountName::new(text).expect("a name");
    let path = |text: &str| FilePath::new(text).expect("a path");
    let owner = Owner { user: name("root"), group: name("plant") };
    let artifact = order().artifacts.swap_remove(0);
    let work = FileWork {
        path: path("/etc/plant/screen.conf"),
        from: None,
        install: artifact.sha256.clone(),
        mode: 0o640,
        owner: owner.clone(),
    };
    let ordered = |work: FileWork| {
        let order = Order {
            command: Command::File(work),
            artifacts: vec![artifact.clone()],
            way_back: WayBack::Kept,
            ..order()
        };
        move |image: &Image| answer(&order, Some(image))
    };
    let mut approved = image();
    approved.entries[0].commands.push(CommandName::File);
    // The file alone is not enough: an image of before there were places approves none.
    refused_by("place_not_approved", ordered(work.clone())(&approved));
    let place = Place {
        path: work.path.clone(),
        install: work.install.clone(),
        mode: work.mode,
        owner: owner.clone(),
    };
    approved.entries[0].place = Some(place.clone());
    assert!(ordered(work.clone())(&approved).is_ok());
    // What lies there before is the device's to compare.
    assert!(ordered(FileWork { from: Some(Hash::of(b"old")), ..work.clone() })(&approved).is_ok());
    for other in [
        FileWork { path: path("/etc/shadow"), ..work.clone() },
        FileWork { mode: 0o666, ..work.clone() },
        FileWork { owner: Owner { user: name("operator"), ..owner.clone() }, ..work.clone() },
        FileWork { owner: Owner { group: name("root"), ..owner.clone() }, ..work.clone() },
    ] {
        refused_by("place_not_approved", ordered(other)(&approved));
    }
    // Another file of the same patch is another one.
    approved.entries[0].place = Some(Place { install: Hash::of(b"another"), ..place.clone() });
    refused_by("place_not_approved", ordered(work)(&approved));
    let written = message::write(&approved);
    assert!(message::read::<Image>(&written).is_err(), "its file is none of the patch");
    approved.entries[0].place = Some(Place { mode: 0o4755, ..place });
    assert!(message::read::<Image>(&message::write(&approved)).is_err(), "nobody signs a set-user-id file");
}

/// `flush`, its check and what takes it back, each with one argument.
fn flush() -> ScriptWork {
    let run = |script: &str, mode: &str| ScriptRun {
        script: id(script),
        script_hash: Hash::of(script.as_bytes()),
        arguments: BTreeMap::from([(id("mode"), ArgumentText::new(mode).expect("an argument"))]),
        time_limit_s: 60,
        account: AccountName::new("plant").expect("a name"),
    };
    ScriptWork {
        run: run("flush", "soft"),
        check: Some(run("flush", "look")),
        undo: Some(run("unflush", "soft")),
    }
}

fn flushed(work: ScriptWork) -> Order {
    Order { command: Command::Script(work), artifacts: vec![], way_back: WayBack::Kept, ..order() }
}

/// An image that names the scripts of [`flush`] and does not say how they run.
fn unpinned() -> Image {
    let mut image = image();
    image.entries[0].commands.push(CommandName::Script);
    image.entries[0].scripts = vec![Hash::of(b"flush"), Hash::of(b"unflush")];
    image
}

#[test]
fn a_stolen_server_key_runs_no_script_in_another_way_than_people_approved() {
    let ordered = |work: ScriptWork, image: &Image| answer(&flushed(work), Some(image));
    refused_by("command_not_approved", ordered(flush(), &image()));
    let mut approved = unpinned();
    approved.entries[0].scripts.pop();
    refused_by("template_not_approved", ordered(flush(), &approved));
    // An image of before runs were pinned names scripts and says nothing of arguments: it lets none run.
    approved = unpinned();
    refused_by("run_not_pinned", ordered(flush(), &approved));
    assert_eq!(approved.unpinned(), Some(&approved.entries[0].patch));
    approved.entries[0].script = Some(flush());
    assert_eq!(approved.unpinned(), None);
    assert!(ordered(flush(), &approved).is_ok());
    let with = |change: fn(&mut ScriptRun)| {
        let mut work = flush();
        change(&mut work.run);
        work
    };
    for other in [
        with(|run| {
            *run.arguments.values_mut().next().expect("one") = ArgumentText::new("hard").expect("one")
        }),
        with(|run| drop(run.arguments.insert(id("more"), ArgumentText::new("yes").expect("one")))),
        with(|run| run.time_limit_s = 86_400),
        with(|run| run.account = AccountName::new("root").expect("a name")),
        with(|run| run.script = id("other")),
        ScriptWork { check: None, ..flush() },
        ScriptWork { run: flush().undo.expect("one"), undo: Some(flush().run), ..flush() },
    ] {
        refused_by("run_not_approved", ordered(other, &approved));
    }
    let way_back = WayBack::None(Words::cut("a person goes it"));
    let no_undo = Order { way_back, ..flushed(ScriptWork { undo: None, ..flush() }) };
    refused_by("run_not_approved", answer(&no_undo, Some(&approved)));
}

#[test]
fn what_nobody_should_sign_of_a_script_is_no_image_and_no_order() {
    let signed = |work: ScriptWork| {
        let mut image = unpinned();
        image.entries[0].script = Some(work);
        message::read::<Image>(&message::write(&image)).map(|_| ()).map_err(|why| why.to_string())
    };
    assert_eq!(signed(flush()), Ok(()));
    let own_check = ScriptWork { check: Some(flush().run), ..flush() };
    assert!(signed(own_check).expect_err("its own check").contains("its own check"));
    let mut long = flush();
    long.check.as_mut().expect("a check").time_limit_s = 301;
    assert!(signed(long).expect_err("too long").contains("a check of 301 s"));
    let mut unnamed = flush();
    unnamed.run.script_hash = Hash::of(b"another");
    assert!(signed(unnamed).expect_err("not named").contains("not in the list of scripts"));
    let no_undo = message::write(&flushed(ScriptWork { undo: None, ..flush() }));
    let why = message::read::<Order>(&no_undo).expect_err("no way back").to_string();
    assert!(why.contains("nothing takes script `flush` back"), "{why}");
}

#[test]
fn an_image_without_places_is_written_as_it_was_before_there_were_places() {
    let written = String::from_utf8(message::write(&image())).expect("JSON is text");
    assert!(
        !written.contains("place") && !written.contains("script\":"),
        "else what people signed would not hold any more: {written}"
    );
}

#[test]
fn a_stop_and_a_look_need_no_image() {
    let stop = Command::Stop(StopWork { order: id("order-39"), why: Words::cut("the line must run") });
    let envelope = Order { command: stop, artifacts: vec![], ..order() };
    assert!(answer(&envelope, None).is_ok());
    let restart = Command::Restart(RestartWork { why: Words::cut("new kernel"), back_within_s: 600 });
    refused_by("no_image", answer(&Order { command: restart, artifacts: vec![], ..order() }, None));
}

#[test]
fn an_order_may_begin_later_than_it_says_and_never_after_its_window() {
    let base = order();
    let window =
        Window { starts_at: NOW.plus_seconds(-60), last_start_at: NOW, ends_at: NOW.plus_seconds(600) };
    let admitted = || {
        answer(&Order { window, expires_at: NOW.plus_seconds(900), ..base.clone() }, Some(&image()))
            .expect("it is let in")
    };
    let device = device(&keys());
    let at = |until: Option<i64>, seconds: i64| {
        let until = until.map(|seconds| NOW.plus_seconds(seconds));
        admitted().good_until(until).may_start(&device, NOW.plus_seconds(seconds))
    };
    assert!(at(None, 0).is_ok() && at(Some(90), 90).is_ok() && at(Some(-30), 0).is_ok());
    refused_by("too_late", at(None, 1));
    refused_by("too_late", at(Some(90), 91));
    refused_by("too_late", at(Some(5_000), 601));
}

#[test]
fn signatures_count_once_for_each_known_key() {
    let Keys { anna, ben, intruder, server, .. } = keys();
    let device = device(&keys());
    let opened = |signers: &[&_]| open_image(&sign(&image(), signers), &device, NOW);
    assert!(opened(&[&anna, &ben]).is_ok());
    assert!(opened(&[&anna, &intruder, &ben]).is_ok());
    refused_by("threshold_missed", opened(&[&anna]));
    refused_by("threshold_missed", opened(&[&anna, &anna]));
    refused_by("threshold_missed", opened(&[&anna, &intruder]));
    refused_by("unknown_key", opened(&[&intruder, &server]));
    refused_by("threshold_missed", opened(&[]));

    let mut later = sign(&image(), &[&anna]);
    sign_more::<Image>(&mut later, &ben).expect("it can be read");
    assert!(open_image(&later, &device, NOW).is_ok());
}

#[test]
fn a_key_cannot_be_given_the_id_of_another() {
    let (keys, device) = (keys(), device(&keys()));
    let mut envelope = sign(&order(), &[&keys.intruder]);
    envelope.signatures[0].key = keys.server.public().id();
    refused_by("changed_byte", admit(&envelope, Some(&image()), &device, Occasion::Receipt, NOW));
}

#[test]
fn a_signature_of_one_paper_is_worth_nothing_under_another() {
    let (keys, device) = (keys(), device(&keys()));
    let mut envelope = sign(&image(), &[&keys.anna, &keys.ben]);
    refused_by("wrong_kind", open::<Order>(&envelope, &device.root.image));
    envelope.kind = holdpoint_wire::refusal::Paper::Order;
    refused_by("changed_byte", open::<Order>(&envelope, &device.root.image));
}

#[test]
fn a_changed_text_is_refused() {
    let (keys, device) = (keys(), device(&keys()));
    let mut envelope = sign(&order(), &[&keys.server]);
    envelope.text = envelope.text.replace("\"counter\":41", "\"counter\":42");
    refused_by("changed_byte", admit(&envelope, Some(&image()), &device, Occasion::Receipt, NOW));
}

/// Signed, and yet not as this room writes: a second reader could see another paper.
#[test]
fn a_signed_paper_in_another_form_is_refused() {
    let Keys { server, .. } = keys();
    let device = device(&keys());
    let text = sign(&order(), &[&server]).text;
    let signed_as = |text: String| {
        // The seed of the server's key, to sign what `sign` would never write.
        let key = ed25519_dalek::SigningKey::from_bytes(&[4; 32]);
        let bytes = holdpoint_wire::envelope::signed_bytes(holdpoint_wire::refusal::Paper::Order, &text);
        let value = ed25519_dalek::Signer::sign(&key, &bytes).to_bytes();
        let mut envelope = sign(&order(), &[&server]);
        envelope.signatures[0].value = holdpoint_wire::text::hex(&value);
        envelope.text = text;
        admit(&envelope, Some(&image()), &device, Occasion::Receipt, NOW)
    };
    assert!(signed_as(text.clone()).is_ok());
    refused_by("not_canonical", signed_as(text.replace(",\"asset\"", ", \"asset\"")));
    refused_by("unreadable", signed_as(text.replacen('{', "{\"extra\":1,", 1)));
    refused_by("unreadable", signed_as(text.replacen("\"version\":1", "\"version\":2", 1)));
    refused_by("unreadable", signed_as(text.replacen("\"counter\":41", "\"counter\":41,\"counter\":41", 1)));
    let without_null = text.replacen(",\"notice\":null", "", 1);
    assert_ne!(without_null, text);
    refused_by("not_canonical", signed_as(without_null));
}

#[test]
fn an_older_image_or_one_of_another_place_is_refused() {
    let Keys { anna, ben, .. } = keys();
    let device = device(&keys());
    let opened = |image: &Image| open_image(&sign(image, &[&anna, &ben]), &device, NOW);
    refused_by("rolled_back", opened(&Image { image_version: 5, ..image() }));
    refused_by("wrong_site", opened(&Image { site: id("sued"), ..image() }));
    refused_by("wrong_class", opened(&Image { class: id("server"), ..image() }));
    refused_by("expired", opened(&Image { expires_at: NOW.plus_seconds(-1), ..image() }));
}

#[test]
fn a_root_follows_a_root_by_old_and_new_keys() {
    let keys = keys();
    let current =
        root::first(&sign(&parts::root(&keys), &[&keys.anna, &keys.ben]), &id("nord")).expect("first");
    let mut next: Root = parts::root(&keys);
    next.root_version = 2;
    next.image.keys = vec![keys.ben.public(), keys.carl.public(), keys.intruder.public()];
    let next_signed = |signers: &[&_]| root::successor(&current, &sign(&next, signers));
    assert_eq!(next_signed(&[&keys.ben, &keys.carl]), Ok(next.clone()));
    refused_by("threshold_missed", next_signed(&[&keys.ben, &keys.intruder]));
    refused_by("threshold_missed", next_signed(&[&keys.anna, &keys.ben]));
    let skipped = Root { root_version: 3, ..next.clone() };
    refused_by("root_out_of_order", root::successor(&current, &sign(&skipped, &[&keys.ben, &keys.carl])));
    let elsewhere = Root { site: id("sued"), ..next.clone() };
    refused_by("wrong_site", root::successor(&current, &sign(&elsewhere, &[&keys.ben, &keys.carl])));
    let one_for_both = Root { order: KeySet { threshold: 1, keys: vec![keys.ben.public()] }, ..next.clone() };
    refused_by("unreadable", root::successor(&current, &sign(&one_for_both, &[&keys.ben, &keys.carl])));
}

#[test]
fn a_weak_key_is_no_key() {
    // The neutral element: a signature that holds for every text is easily made for it.
    let neutral = format!("01{}", "00".repeat(31));
    assert_eq!(PublicKey::from_hex(&neutral), None);
    assert!(PublicKey::from_hex(&"00".repeat(31)).is_none());
}

#[test]
fn an_order_must_be_sound_in_itself() {
    let unsound = |order: Order| refused_by("unreadable", answer(&order, Some(&image())));
    let mut window = order();
    window.window.last_start_at = window.window.ends_at.plus_seconds(1);
    unsound(window);
    let mut without_file = order();
    without_file.artifacts.pop();
    unsound(without_file);
    let mut no_way_back = order();
    let Command::Deb(work) = &mut no_way_back.command else { unreachable!("the order installs packages") };
    work.packages[0].way_back = None;
    unsound(no_way_back.clone());
    no_way_back.way_back = WayBack::None(Words::cut("the vendor offers no older package; signed M. Vogt"));
    assert!(answer(&no_way_back, Some(&image())).is_ok());
    let mut endless = order();
    let Command::Deb(work) = &mut endless.command else { unreachable!("the order installs packages") };
    work.time_limit_s = 0;
    unsound(endless);
}

#[test]
fn too_many_bytes_are_not_read() {
    let bytes = vec![b' '; 9 * 1024 * 1024];
    let said = message::read::<Envelope>(&bytes).expect_err("too large").to_string();
    assert_eq!(said, "the signed paper has 9437184 bytes, and at most 8388608 are taken");
}

#[test]
fn a_newer_form_is_named_as_such() {
    let bytes = br#"{"version":2,"whatever":true}"#;
    let said = message::read::<holdpoint_wire::poll::PollAnswer>(bytes).expect_err("newer").to_string();
    assert_eq!(
        said,
        "the answer to a poll is of version 2, and this program speaks version 1: update the older side"
    );
}

#[test]
fn deep_and_cut_off_messages_are_errors() {
    for bytes in [&b""[..], b"{", b"null", b"[]", &b"[".repeat(100_000)] {
        assert!(message::read::<Envelope>(bytes).is_err());
    }
    let whole = message::write(&sign(&order(), &[&keys().server]));
    for end in 0..whole.len() {
        assert!(message::read::<Envelope>(&whole[..end]).is_err(), "{end}");
    }
    let _: (Id, VersionOne) = (id("a"), VersionOne);
}
