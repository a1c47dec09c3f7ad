//! The ways to a provider: domain, security.txt, DNS name, proxy, trusted roots, keys, and the clock.

use crate::support::{DAY, Plant, asked, caller, counts, documents, impatient, settings};
use holdpoint_app::sources::retrieve::run_due_with;
use holdpoint_app::sources::{self, NewProvider, ProviderChange};
use holdpoint_connectors::fetch::{FetchSettings, Proxy, ProxyAddress, Roots};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_testkit::web::{
    Addressing, CertificateKind, CsafProvider, Fault, ProviderOptions, TestKey, TunnelProxy,
};
use std::time::Duration;

const WELL_KNOWN: &str = "/.well-known/csaf/provider-metadata.json";

fn at_domain() -> CsafProvider {
    CsafProvider::start_with(ProviderOptions {
        documents: documents(2),
        addressing: Addressing::Domain("publisher.example".to_owned()),
        ..ProviderOptions::default()
    })
}

fn named(address: &str) -> NewProvider {
    NewProvider { name: "valves".to_owned(), address: address.to_owned(), ..NewProvider::default() }
}

#[test]
fn a_domain_is_asked_for_both_and_its_dns_name_only_when_both_failed() {
    let server = at_domain();
    let plant = Plant::with(settings(&server), named("publisher.example"));
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [2, 2, 0, 0, 0]), "{}", check.message);
    assert_eq!((asked(&server, WELL_KNOWN), asked(&server, "/.well-known/security.txt")), (1, 1));
    assert!(!server.requests().iter().any(|one| one.host.starts_with("csaf.data.security.")));

    let server = at_domain();
    server.set_fault(WELL_KNOWN, Fault::Status(404));
    server.set_fault("*security.txt", Fault::Status(404));
    let plant = Plant::with(settings(&server), named("publisher.example"));
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [2, 2, 0, 0, 0]), "{}", check.message);
    assert!(check.message.contains("belong at `https://publisher.example"), "{}", check.message);
    assert_eq!(asked(&server, "/security.txt"), 1);
}

#[test]
fn a_security_txt_leads_to_metadata_elsewhere() {
    let server = at_domain();
    server.set_fault(WELL_KNOWN, Fault::StatusTimes { status: 404, times: 1 });
    let text = "CSAF: http://publisher.example/a.json\nCSAF: https://10.0.0.7/a.json\n\
                CSAF: https://www.publisher.example/.well-known/csaf/provider-metadata.json\n";
    server.set_fault(
        "*security.txt",
        Fault::Replace { bytes: text.into(), content_type: "text/plain".to_owned() },
    );
    let plant = Plant::with(settings(&server), named("publisher.example"));
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [2, 2, 0, 0, 0]), "{}", check.message);
    assert!(
        check.message.contains("10.0.0.7") && check.message.contains("not encrypted"),
        "{}",
        check.message
    );
}

#[test]
fn a_failed_discovery_is_logged_with_all_its_reasons() {
    let server = at_domain();
    server.set_fault("*", Fault::Status(404));
    server.set_fault(WELL_KNOWN, Fault::Html);
    let plant = Plant::with(settings(&server), named("publisher.example"));
    let check = plant.check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 0));
    for words in [
        "is no provider metadata",
        "security.txt",
        "csaf.data.security.publisher.example",
        "check the address",
    ] {
        assert!(check.message.contains(words), "{words}: {}", check.message);
    }
    assert_eq!(plant.log(), [check]);

    for address in ["", "a domain", "publisher.example/path", "user@publisher.example"] {
        let new = named(address);
        let added = sources::add(&plant.app, &caller(), &NewProvider { name: "b".to_owned(), ..new }, "");
        let Ok(added) = added else { continue };
        let visit = sources::retrieve::Visit { provider: added.id, reason: "", conduct: &plant.conduct };
        let check = sources::retrieve::visit(&plant.app, &caller(), visit).unwrap();
        assert_eq!(check.result, CheckResult::Failed, "{address}");
        sources::remove(&plant.app, &caller(), added.id, "").unwrap();
    }
}

#[test]
fn keys_count_only_with_the_right_fingerprint() {
    // The file has another key than the one announced.
    let server = CsafProvider::start(documents(1));
    let other = TestKey::sound().public_armored();
    let fault = Fault::Replace { bytes: other.into_bytes(), content_type: "text/plain".to_owned() };
    server.set_fault("/csaf/openpgp/key.asc", fault);
    let check = Plant::of(&server).check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 0));
    assert!(check.message.contains("announce another fingerprint"), "{}", check.message);

    // The owner has entered another one, then the right one.
    let server = CsafProvider::start(documents(1));
    let pinned =
        NewProvider { fingerprints: vec![TestKey::sound().fingerprint()], ..named(&server.metadata_url()) };
    let plant = Plant::with(settings(&server), pinned);
    let check = plant.check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 0));
    assert!(check.message.contains("none of the keys that were entered"), "{}", check.message);
    let right = ProviderChange {
        fingerprints: Some(vec![server.fingerprint().to_lowercase()]),
        ..ProviderChange::default()
    };
    sources::change(&plant.app, &caller(), plant.provider.id, &right, "").unwrap();
    assert_eq!(counts(&plant.check()), [1, 1, 0, 0, 0]);
}

#[test]
fn a_proxy_is_the_only_way_when_there_is_one() {
    let server = at_domain();
    let proxy = TunnelProxy::start("plant", "secret");
    let through = |password: &str| {
        let address = ProxyAddress::parse(&format!("http://plant:{password}@{}", proxy.address())).unwrap();
        let settings = settings(&server);
        FetchSettings {
            proxy: Proxy::Through { address, except: Vec::new() },
            resolve_to: Vec::new(),
            ..settings
        }
    };
    let port = server.address().port();
    let address = format!("https://publisher.example:{port}{WELL_KNOWN}");
    let plant = Plant::with(through("wrong"), named(&address));
    let check = plant.check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 0));
    assert!(!check.message.contains("wrong"), "no password in a message: {}", check.message);
    assert_eq!(proxy.tunnels(), [] as [String; 0]);
    let plant = Plant::with(through("secret"), named(&address));
    // The metadata come through the tunnel; what they name has no port, and port 443 is not served here.
    let check = plant.check();
    assert!(check.message.contains("belong at"), "{}", check.message);
    assert!(proxy.tunnels().contains(&format!("publisher.example:{port}")), "{:?}", proxy.tunnels());
}

#[test]
fn a_server_that_is_not_trusted_is_not_asked() {
    let server = CsafProvider::start(documents(1));
    let strict = FetchSettings { roots: Roots::System, ..settings(&server) };
    let check = Plant::with(strict, named(&server.metadata_url())).check();
    assert_eq!(check.result, CheckResult::Failed);
    assert!(check.message.contains("authority that is not trusted"), "{}", check.message);

    for (certificate, words) in
        [(CertificateKind::Expired, "expired"), (CertificateKind::OtherHost, "another name")]
    {
        let options = ProviderOptions { documents: documents(1), certificate, ..ProviderOptions::default() };
        let server = CsafProvider::start_with(options);
        let check = Plant::of(&server).check();
        assert_eq!(check.result, CheckResult::Failed);
        assert!(check.message.contains(words), "{}", check.message);
        assert_eq!(server.requests(), []);
    }
}

#[test]
fn the_clock_checks_who_is_due_and_nobody_else() {
    let server = CsafProvider::start(documents(2));
    let plant = Plant::of(&server);
    let due = || sources::due(&plant.app).unwrap().len();
    assert_eq!(due(), 1, "never checked");
    assert_eq!(run_due_with(&plant.app, &impatient()).unwrap().len(), 1);
    assert_eq!(due(), 0);
    plant.clock.advance_micros(DAY - 1);
    assert_eq!(due(), 0);
    plant.clock.advance_micros(1);
    assert_eq!(due(), 1);
    // After a failure an hour is enough.
    server.set_fault(WELL_KNOWN, Fault::Status(404));
    assert_eq!(run_due_with(&plant.app, &impatient()).unwrap()[0].result, CheckResult::Failed);
    assert_eq!(due(), 0);
    plant.clock.advance_micros(DAY / 24);
    assert_eq!(due(), 1);
    let off = ProviderChange { enabled: Some(false), ..ProviderChange::default() };
    sources::change(&plant.app, &caller(), plant.provider.id, &off, "").unwrap();
    assert_eq!(due(), 0);
}

#[test]
fn requests_to_a_host_keep_their_pause() {
    let server = CsafProvider::start(documents(3));
    let mut plant = Plant::of(&server);
    let slept = std::sync::Arc::new(std::sync::Mutex::new(Duration::ZERO));
    let clock = std::sync::Arc::clone(&plant.clock);
    let sum = std::sync::Arc::clone(&slept);
    plant.conduct.hosts = holdpoint_connectors::limits::HostLimits::new(Duration::from_millis(50));
    plant.conduct.sleep = std::sync::Arc::new(move |time: Duration| {
        clock.advance_micros(i64::try_from(time.as_micros()).unwrap());
        *sum.lock().unwrap() += time;
    });
    assert_eq!(counts(&plant.check()), [3, 3, 0, 0, 0]);
    let requests = u32::try_from(server.requests().len()).unwrap();
    assert_eq!(*slept.lock().unwrap(), Duration::from_millis(50) * (requests - 1));
}
