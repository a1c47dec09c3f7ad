//! Every way a server can fail or lie gives its own error, in words, in bounded time and memory.

use std::time::{Duration, Instant};

use crate::support::{DOCUMENT, LIMIT, PATH, documents, impatient, only, patient, peak_memory, provider};
use holdpoint_connectors::fetch::{
    Conditional, FetchError, Fetcher, RedirectProblem, Redirects, Retry, Roots, SlowPart, Transport,
};
use holdpoint_testkit::web::{Addressing, CertificateKind, CsafProvider, Fault, ProviderOptions};

/// Sets the fault on the document and fetches it once.
fn failing(fault: Fault) -> FetchError {
    let provider = provider();
    let settings = match &fault {
        Fault::Drip { .. } | Fault::Silence => impatient(&provider),
        _ => patient(&provider),
    };
    provider.set_fault(PATH, fault);
    let fetcher = Fetcher::new(settings).unwrap();
    let began = Instant::now();
    let error = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(15), "took {:?}: {error}", began.elapsed());
    assert_eq!(error.url(), provider.url(PATH));
    error
}

#[test]
fn a_redirect_is_refused_and_named() {
    let error = failing(Fault::Redirect("https://elsewhere.example/tst-1.json".into()));
    assert!(matches!(error, FetchError::Redirect { why: RedirectProblem::NoneAllowed, .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
    let text = error.to_string();
    assert!(text.contains("sends us on to `https://elsewhere.example/tst-1.json`"), "{text}");
    assert!(text.contains("refused"), "{text}");
}

#[test]
fn a_redirect_is_followed_on_the_same_host_alone_and_only_when_allowed() {
    let provider = provider();
    let mut settings = patient(&provider);
    settings.redirects = Redirects::FollowSameHost { max: 2 };
    let fetcher = Fetcher::new(settings).unwrap();
    let get = |path: &str| fetcher.get(&provider.url(path), &Conditional::default());

    provider.set_fault("/moved", Fault::Redirect(PATH.into()));
    let fetched = get("/moved").unwrap();
    assert_eq!(fetched.redirects, [provider.url("/moved")]);
    assert_eq!(fetched.url, provider.url(PATH));
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);

    let refused = |to: String| {
        provider.set_fault("/away", Fault::Redirect(to));
        match get("/away").unwrap_err() {
            FetchError::Redirect { why, .. } => why,
            other => panic!("{other:?}"),
        }
    };
    let port = provider.address().port();
    assert_eq!(refused(format!("http://localhost:{port}{PATH}")), RedirectProblem::OtherScheme);
    assert_eq!(refused(format!("https://127.0.0.1:{port}{PATH}")), RedirectProblem::OtherHost);
    assert_eq!(refused("https://localhost:1/x".into()), RedirectProblem::OtherHost);
    assert_eq!(refused("file:///etc/passwd".into()), RedirectProblem::OtherScheme);
    assert_eq!(refused("https://[".into()), RedirectProblem::Nowhere);
    assert_eq!(refused("/away".into()), RedirectProblem::TooMany);
}

#[test]
fn a_body_that_breaks_off_is_never_a_document() {
    let error = failing(Fault::Truncated { after: 10, times: 9 });
    let FetchError::Truncated { received, announced, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*received, *announced), (10, Some(DOCUMENT.len() as u64)));
    assert_eq!(error.retry(), Retry::Later);
    assert!(error.to_string().contains("broke off after 10 bytes of"), "{error}");
    let error = failing(Fault::TruncatedChunks { after: 10 });
    assert!(matches!(error, FetchError::Truncated { received: 10, announced: None, .. }), "{error:?}");
}

#[test]
fn a_server_that_drips_meets_the_overall_limit() {
    let error = failing(Fault::Drip { bytes: 1, pause: Duration::from_millis(200) });
    assert!(matches!(error, FetchError::TooSlow { part: SlowPart::Whole, .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Later);
    assert!(error.to_string().contains("the whole answer took longer than 2 s"), "{error}");
}

#[test]
fn a_server_that_falls_silent_meets_the_idle_limit() {
    let error = failing(Fault::Drip { bytes: 5, pause: Duration::from_secs(5) });
    assert!(matches!(error, FetchError::TooSlow { part: SlowPart::Silence, .. }), "{error:?}");
    let error = failing(Fault::Silence);
    assert!(matches!(error, FetchError::TooSlow { part: SlowPart::Silence, .. }), "{error:?}");
    assert!(error.to_string().contains("waiting for the next byte took longer than 1 s"), "{error}");
}

#[test]
fn an_endless_body_is_cut_at_the_limit() {
    let error = failing(Fault::Endless);
    assert!(matches!(error, FetchError::TooLarge { limit: LIMIT, announced: None, .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
    assert!(error.to_string().contains("larger than the limit of 262144 bytes"), "{error}");
}

#[test]
fn an_announced_length_beyond_the_limit_is_not_even_begun() {
    let error = failing(Fault::HugeLength(u64::MAX / 2));
    let FetchError::TooLarge { announced, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*announced, Some(u64::MAX / 2));
}

#[test]
fn a_bomb_of_four_gibibytes_is_cut_at_the_limit() {
    let before = peak_memory();
    let error = failing(Fault::GzipBomb { unpacked: 4 << 30 });
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error:?}");
    let grown = peak_memory().saturating_sub(before);
    assert!(grown < 64 << 20, "the process grew by {grown} bytes");
}

#[test]
fn honest_gzip_is_unpacked_and_broken_or_strange_packing_is_said_to_be_so() {
    let provider = provider();
    let fetcher = Fetcher::new(patient(&provider)).unwrap();
    provider.set_fault(PATH, Fault::Gzip);
    let fetched = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);

    let error = failing(Fault::BrokenGzip);
    assert!(matches!(error, FetchError::Unpacking { .. }), "{error:?}");
    let error = failing(Fault::StrangePacking);
    assert!(error.to_string().contains("packed as `br`, which we did not ask for"), "{error}");
    assert_eq!(error.retry(), Retry::Never);
}

#[test]
fn each_status_has_its_meaning() {
    for (status, code, retry) in [
        (404, "not_found", Retry::Never),
        (410, "not_found", Retry::Never),
        (401, "forbidden", Retry::Never),
        (403, "forbidden", Retry::Never),
        (429, "asked_to_wait", Retry::Later),
        (500, "server_fault", Retry::Later),
        (503, "server_fault", Retry::Later),
        (204, "unexpected_status", Retry::Never),
        (206, "unexpected_status", Retry::Never),
        (304, "unexpected_status", Retry::Never),
        (400, "unexpected_status", Retry::Never),
    ] {
        let error = failing(Fault::Status(status));
        assert_eq!((error.code(), error.retry()), (code, retry), "{status}: {error}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[test]
fn plain_http_and_odd_addresses_are_refused_before_anything_is_sent() {
    let fetcher = Fetcher::new(patient(&provider())).unwrap();
    let get = |url: &str| fetcher.get(url, &Conditional::default()).unwrap_err();
    let error = get("http://publisher.example/x.json");
    assert!(error.to_string().contains("is not HTTPS"), "{error}");
    for url in ["ftp://publisher.example/x", "file:///etc/passwd", "x.json", "https://", "data:,x"] {
        assert_eq!(get(url).code(), "bad_url", "{url}");
    }
    let error = get("https://anna:geheim@publisher.example/x.json");
    assert_eq!(error.code(), "bad_url");
    assert!(!error.to_string().contains("geheim"), "{error}");
    assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
    let error = get(&format!("https://publisher.example/{}", "x".repeat(5_000)));
    assert!(error.to_string().len() < 800, "{}", error.to_string().len());
}

#[test]
fn plain_http_works_for_the_hosts_named_and_no_other() {
    let provider = CsafProvider::start_with(ProviderOptions {
        documents: documents(),
        addressing: Addressing::PlainLocalPort,
        ..ProviderOptions::default()
    });
    let mut settings = patient(&provider);
    settings.transport = Transport::PlainHttpForTests { hosts: vec!["localhost".into()] };
    let fetcher = Fetcher::new(settings).unwrap();
    let fetched = fetcher.get(&provider.url(PATH), &Conditional::default()).unwrap();
    assert_eq!(fetched.into_document().unwrap().bytes, DOCUMENT);
    let elsewhere = format!("http://127.0.0.1:{}{PATH}", provider.address().port());
    assert_eq!(fetcher.get(&elsewhere, &Conditional::default()).unwrap_err().code(), "not_https");
}

#[test]
fn a_certificate_that_is_not_trusted_expired_or_for_another_host_is_told_apart() {
    let tls = |certificate, trust: fn(&CsafProvider) -> Vec<u8>| {
        let provider =
            CsafProvider::start_with(ProviderOptions { certificate, ..ProviderOptions::default() });
        let fetcher = Fetcher::new(only(&trust(&provider))).unwrap();
        let error = fetcher.get(&provider.metadata_url(), &Conditional::default()).unwrap_err();
        assert!(provider.requests().is_empty(), "something was asked of a server not trusted");
        let FetchError::Tls { why, .. } = &error else { panic!("{error:?}") };
        assert_eq!(error.retry(), Retry::Never);
        why.clone()
    };
    let own = |provider: &CsafProvider| provider.ca_pem();
    let other = |_: &CsafProvider| provider().ca_pem();
    assert_eq!(tls(CertificateKind::Expired, own), "its certificate has expired");
    assert_eq!(tls(CertificateKind::OtherHost, own), "its certificate is for another name");
    assert!(tls(CertificateKind::Good, other).contains("not trusted here"));
}

#[test]
fn a_host_that_is_not_there_is_told_apart_from_a_name_that_is_not() {
    let provider = provider();
    let mut settings = patient(&provider);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    settings.resolve_to = vec![("closed.example".into(), closed)];
    let fetcher = Fetcher::new(settings).unwrap();
    let error = fetcher.get("https://closed.example/", &Conditional::default()).unwrap_err();
    assert_eq!((error.code(), error.retry()), ("unreachable", Retry::Later), "{error:?}");
    // A label of 64 letters is refused by every resolver before anything is asked of the network.
    let name = format!("{}.example", "a".repeat(64));
    let mut settings = patient(&provider);
    settings.transport = Transport::PlainHttpForTests { hosts: vec![name.clone()] };
    let fetcher = Fetcher::new(settings).unwrap();
    let error = fetcher.get(&format!("http://{name}/"), &Conditional::default()).unwrap_err();
    assert_eq!((error.code(), error.retry()), ("dns", Retry::Later), "{error:?}");
    assert!(error.to_string().contains(&format!("the name `{name}` has no address")), "{error}");
}

#[test]
fn a_server_that_does_not_speak_tls_is_a_tls_error() {
    let provider = CsafProvider::start_with(ProviderOptions {
        addressing: Addressing::PlainLocalPort,
        ..ProviderOptions::default()
    });
    let mut settings = patient(&provider);
    settings.roots = Roots::Only(provider.ca_pem());
    let fetcher = Fetcher::new(settings).unwrap();
    let url = format!("https://localhost:{}/", provider.address().port());
    let error = fetcher.get(&url, &Conditional::default()).unwrap_err();
    assert_eq!(error.code(), "tls", "{error:?}");
}
