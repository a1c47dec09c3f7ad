//! Getting documents from an honest server: whole, conditional, continued, tried again.

use std::time::Duration;

use crate::support::{DOCUMENT, PATH, documents, patient, provider};
use holdpoint_connectors::fetch::{
    Answer, ClientCertificate, Conditional, Encoding, FetchError, FetchSettings, Fetcher, Proxy,
    ProxyAddress, RetryPolicy, Roots, SettingsError,
};
use holdpoint_connectors::hashes::{Algorithm, Digest};
use holdpoint_testkit::web::{Addressing, Clients, CsafProvider, Fault, ProviderOptions, TunnelProxy};

fn fetcher(provider: &CsafProvider) -> Fetcher {
    Fetcher::new(patient(provider)).unwrap()
}

#[test]
fn a_document_arrives_whole_with_its_labels_and_digests() {
    let provider = provider();
    let fetched = fetcher(&provider).get(&provider.url(PATH), &Conditional::default()).unwrap();
    assert_eq!(fetched.url, provider.url(PATH));
    assert!(fetched.redirects.is_empty());
    let document = fetched.into_document().unwrap();
    assert_eq!(document.bytes, DOCUMENT);
    assert_eq!(document.content_type.as_deref(), Some("application/json"));
    assert!(document.etag.is_some() && document.last_modified.is_some());
    assert_eq!(document.sha256, Digest::of(Algorithm::Sha256, DOCUMENT));
    assert!(document.sha512.matches(DOCUMENT) && !document.sha512.matches(b"another"));
    let seen = provider.requests();
    let agent = seen[0].user_agent.clone().unwrap();
    assert_eq!(agent, concat!("holdpoint/", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_we_hold_is_not_sent_again_until_it_changes() {
    let provider = provider();
    let fetcher = fetcher(&provider);
    let first = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap().into_document().unwrap();
    let held = Conditional { etag: first.etag, last_modified: first.last_modified };
    let again = fetcher.get(&provider.url(PATH), &held).unwrap();
    assert_eq!(again.answer, Answer::NotModified);
    provider.put_document("2024/tst-1.json", b"{\"new\":true}".to_vec());
    let changed = fetcher.get(&provider.url(PATH), &held).unwrap().into_document().unwrap();
    assert_eq!(changed.bytes, b"{\"new\":true}");
}

#[test]
fn a_domain_is_reached_where_the_settings_say() {
    let provider = CsafProvider::start_with(ProviderOptions {
        documents: documents(),
        addressing: Addressing::Domain("publisher.example".into()),
        ..ProviderOptions::default()
    });
    let fetcher = fetcher(&provider);
    let get = |url: &str| fetcher.get(url, &Conditional::default()).unwrap().into_document().unwrap().bytes;
    let metadata = get("https://publisher.example/.well-known/csaf/provider-metadata.json");
    assert_eq!(get("https://csaf.data.security.publisher.example"), metadata);
    let security = String::from_utf8(get("https://publisher.example/.well-known/security.txt")).unwrap();
    assert!(security.contains("CSAF: https://publisher.example/.well-known/csaf/provider-metadata.json"));
    let feed = String::from_utf8(get("https://publisher.example/csaf/white/feed-tlp-white.json")).unwrap();
    assert!(feed.contains("https://publisher.example/csaf/white/2024/tst-1.json.asc"), "{feed}");
    assert_eq!(get("https://publisher.example/csaf/white/index.txt"), b"2024/tst-1.json\n");
    let changes = get("https://publisher.example/csaf/white/changes.csv");
    assert_eq!(changes, b"\"2024/tst-1.json\",\"2024-11-05T10:00:00.000Z\"\n");
}

#[test]
fn what_broke_off_is_continued_from_there() {
    let provider = provider();
    provider.set_fault(PATH, Fault::Truncated { after: 40, times: 1 });
    let mut settings = patient(&provider);
    settings.encoding = Encoding::Identity;
    let fetcher = Fetcher::new(settings).unwrap();
    let mut waits = Vec::new();
    let fetched = fetcher
        .get_with_retries(
            &provider.url(PATH),
            &Conditional::default(),
            &RetryPolicy::default(),
            &mut |wait| {
                waits.push(wait);
            },
        )
        .unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);
    assert_eq!(waits, [Duration::from_secs(2)]);
    let ranges: Vec<_> = provider.requests().into_iter().map(|seen| seen.range).collect();
    assert_eq!(ranges, [None, Some("bytes=40-".to_owned())]);
}

#[test]
fn a_document_that_changed_meanwhile_is_fetched_whole() {
    let provider = provider();
    provider.set_fault(PATH, Fault::Truncated { after: 40, times: 1 });
    let fetcher = fetcher(&provider);
    let mut error = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap_err();
    let partial = error.take_partial().unwrap();
    assert_eq!(partial.received(), 40);
    provider.put_document("2024/tst-1.json", b"{\"quite\":\"another\"}".to_vec());
    let fetched = fetcher.resume(&provider.url(PATH), partial).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, b"{\"quite\":\"another\"}");
}

#[test]
fn a_part_that_does_not_fit_is_thrown_away_and_the_whole_fetched_again() {
    for fault in [Fault::WrongPart, Fault::PartOfAnother] {
        let provider = provider();
        let fetcher = fetcher(&provider);
        provider.set_fault(PATH, Fault::Truncated { after: 40, times: 1 });
        let mut error = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap_err();
        let partial = error.take_partial().unwrap();
        provider.set_fault(PATH, fault.clone());
        let error = fetcher.resume(&provider.url(PATH), partial).unwrap_err();
        assert!(matches!(error, FetchError::WrongPart { .. }), "{fault:?}: {error:?}");
        provider.clear_faults();
        let whole = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap();
        assert_eq!(whole.into_document().unwrap().bytes, DOCUMENT);
    }
}

#[test]
fn tries_are_bounded_and_a_wish_to_wait_is_heard_within_bounds() {
    let provider = provider();
    let fetcher = fetcher(&provider);
    let policy = RetryPolicy {
        delays: [1, 2].map(Duration::from_secs).to_vec(),
        longest_wait: Duration::from_secs(60),
    };
    let waits_of = || {
        let mut waits = Vec::new();
        let outcome = fetcher.get_with_retries(
            &provider.url(PATH),
            &Conditional::default(),
            &policy,
            &mut |wait: Duration| waits.push(wait.as_secs()),
        );
        (waits, outcome.map(|fetched| fetched.into_document().is_some()).map_err(|error| error.code()))
    };
    provider.set_fault(PATH, Fault::StatusTimes { status: 500, times: 1 });
    assert_eq!(waits_of(), (vec![1], Ok(true)));
    provider.set_fault(PATH, Fault::Status(500));
    assert_eq!(waits_of(), (vec![1, 2], Err("server_fault")));
    provider.set_fault(PATH, Fault::Status(404));
    assert_eq!(waits_of(), (vec![], Err("not_found")));
    provider.clear_faults();
    provider.set_fault(PATH, Fault::AskToWait { seconds: 7, times: 1 });
    assert_eq!(waits_of(), (vec![7], Ok(true)));
    provider.clear_faults();
    provider.set_fault(PATH, Fault::AskToWait { seconds: 86_400, times: 1 });
    assert_eq!(waits_of(), (vec![60], Ok(true)));
}

#[test]
fn a_proxy_is_used_and_its_password_never_shown() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let provider = provider();
    for scheme in ["http", "socks5", "socks5h"] {
        let address = ProxyAddress::parse(&format!("{scheme}://anna:geheim@{nobody}")).unwrap();
        let mut settings = patient(&provider);
        settings.proxy = Proxy::Through { address, except: Vec::new() };
        assert!(!format!("{settings:?}").contains("geheim"), "{settings:?}");
        let fetcher = Fetcher::new(settings).unwrap();
        let error = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap_err();
        let FetchError::Unreachable { proxy, .. } = &error else { panic!("{error:?}") };
        assert_eq!(proxy.as_deref(), Some(format!("{scheme}://{nobody}").as_str()));
        assert!(!format!("{error:?} {error}").contains("geheim"), "{error:?}");
        assert!(provider.requests().is_empty(), "the proxy was passed by");
    }
    for bad in ["proxy:3128", "ftp://proxy:21", "http://proxy:3128/path", "", "socks5://"] {
        assert!(ProxyAddress::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_host_can_be_reached_past_the_proxy() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let provider = provider();
    let mut settings = patient(&provider);
    settings.proxy = Proxy::Through {
        address: ProxyAddress::parse(&format!("http://{nobody}")).unwrap(),
        except: vec!["localhost".into()],
    };
    let fetched = Fetcher::new(settings).unwrap().get(&provider.url(PATH), &Conditional::default()).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let refused = |settings: FetchSettings| Fetcher::new(settings).err();
    let roots = |roots: Roots| refused(FetchSettings { roots, ..FetchSettings::default() });
    assert!(matches!(roots(Roots::Only(b"no certificate".to_vec())), Some(SettingsError::NoRoots)));
    let broken = b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".to_vec();
    assert!(matches!(roots(Roots::SystemAnd(broken)), Some(SettingsError::BadRoots { .. })));
    let mut settings = patient(&provider());
    settings.client_certificate = Some(ClientCertificate::from_pem(b"geheim".to_vec()));
    assert!(!format!("{settings:?}").contains("geheim") && !format!("{settings:?}").contains("103, 101"));
    assert!(matches!(refused(settings), Some(SettingsError::BadClientCertificate { .. })));
    let mut settings = patient(&provider());
    settings.max_body_bytes = 0;
    assert!(matches!(refused(settings), Some(SettingsError::Zero { name: "max_body_bytes" })));
}

#[test]
fn a_real_proxy_is_passed_through_with_its_password() {
    let provider = provider();
    let tunnel = TunnelProxy::start("anna", "geheim");
    let through = |text: &str| {
        let mut settings = patient(&provider);
        let address = ProxyAddress::parse(text).unwrap();
        settings.proxy = Proxy::Through { address, except: Vec::new() };
        Fetcher::new(settings).unwrap().get(&provider.url(PATH), &Conditional::default())
    };
    let fetched = through(&format!("http://anna:geheim@{}", tunnel.address())).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);
    assert_eq!(tunnel.tunnels(), [format!("localhost:{}", provider.address().port())]);
    let error = through(&format!("http://anna:falsch@{}", tunnel.address())).unwrap_err();
    assert_eq!(error.code(), "unreachable", "{error:?}");
    assert!(!format!("{error:?}").contains("falsch"), "{error:?}");
    assert_eq!(tunnel.tunnels().len(), 1);
}

#[test]
fn a_server_that_asks_for_a_client_certificate_gets_ours() {
    let provider = CsafProvider::start_with(ProviderOptions {
        documents: documents(),
        clients: Clients::NeedCertificate,
        ..ProviderOptions::default()
    });
    let error = fetcher(&provider).get(&provider.url(PATH), &Conditional::default()).unwrap_err();
    assert!(matches!(error.code(), "tls" | "unreachable"), "{error:?}");
    assert!(provider.requests().is_empty());

    let mut settings = patient(&provider);
    settings.client_certificate = Some(ClientCertificate::from_pem(provider.client_pem()));
    let fetched = Fetcher::new(settings).unwrap().get(&provider.url(PATH), &Conditional::default()).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);
}

#[test]
fn own_roots_are_added_to_those_of_the_system_or_replace_them() {
    let provider = provider();
    let get = |roots: Roots| {
        let settings = FetchSettings { roots, ..patient(&provider) };
        let fetcher = Fetcher::new(settings).map_err(|error| error.to_string())?;
        let fetched = fetcher.get(&provider.url(PATH), &Conditional::default());
        fetched.map(|_| ()).map_err(|error| error.code().to_owned())
    };
    assert_eq!(get(Roots::Only(provider.ca_pem())), Ok(()));
    assert_eq!(get(Roots::SystemAnd(provider.ca_pem())), Ok(()));
    match get(Roots::System) {
        Err(word) if word == "tls" => {}
        Err(words) if words.contains("no trusted roots") => {
            eprintln!(
                "this machine has no trusted roots: not checked that they do not suffice for a test server"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_asked_of_this_machine_or_of_what_lies_beside_it_unless_a_host_is_named() {
    let provider = provider();
    let strict = || FetchSettings { inner_hosts: Vec::new(), ..patient(&provider) };
    let refused = |settings: FetchSettings, url: &str| {
        Fetcher::new(settings).unwrap().get(url, &Conditional::default()).unwrap_err()
    };
    for url in [
        provider.url(PATH).as_str(),
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2852039166/latest/meta-data/",
        "https://0x7f.1/",
    ] {
        let error = refused(strict(), url);
        assert!(matches!(error, FetchError::InnerAddress { .. }), "{url}: {error}");
        assert!(error.to_string().contains("--inner-host"), "{error}");
    }
    assert_eq!(provider.requests(), [], "nobody was asked");
    let named = FetchSettings { inner_hosts: vec!["LOCALHOST".to_owned()], ..patient(&provider) };
    assert!(Fetcher::new(named).unwrap().get(&provider.url(PATH), &Conditional::default()).is_ok());
}
