//! How long a large body of advisories takes to be stored and listed. The figures are printed, not judged: a
//! machine that has other work must not fail the test.

use crate::support::{
    TestStore, at, decided, device, document, filtered, product, publish, put, put_sites, stores,
    vulnerability,
};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::{AdvisoryContent, ProductStatus};
use holdpoint_domain::matching::Verdict;
use std::time::Instant;

/// Documents: most small, each fiftieth with hundreds of products and several vulnerabilities.
fn documents(count: usize) -> Vec<AdvisoryContent> {
    (0..count)
        .map(|number| {
            let (products, vulnerabilities) = if number % 50 == 0 { (180, 6) } else { (5, 3) };
            let ids: Vec<String> = (0..products).map(|place| format!("CSAFPID-{place:04}")).collect();
            let listed = ids.iter().enumerate().map(|(place, id)| {
                let name = format!("Product {}", (number * 7 + place) % 4000);
                product(id, &name, &format!("< {}.{}", place % 9, number % 40))
            });
            let said: Vec<(&str, ProductStatus)> =
                ids.iter().map(|id| (id.as_str(), ProductStatus::KnownAffected)).collect();
            let found = (0..vulnerabilities)
                .map(|place| vulnerability(&format!("CVE-2024-{}", number * 3 + place), &said));
            document(&format!("AC-{number}"), listed.collect(), found.collect())
        })
        .collect()
}

#[test]
fn a_large_body_of_advisories_is_stored_and_listed() {
    let all = documents(1_907);
    // A server on the same machine answers each statement by itself; a part of the body shows its pace.
    for (store, all) in stores().into_iter().zip([&all[..], &all[..400]]) {
        body(&store, all);
    }
}

fn body(store: &TestStore, all: &[AdvisoryContent]) {
    let products: usize = all.iter().map(|content| content.products.len()).sum();
    let statements: usize =
        all.iter().flat_map(|content| &content.vulnerabilities).map(|found| found.statements.len()).sum();
    let began = Instant::now();
    for (chunk, contents) in all.chunks(200).enumerate() {
        store.write(|c| {
            contents.iter().enumerate().try_for_each(|(place, content)| {
                let raw = u8::try_from((chunk + place) % 256).expect("it is below 256");
                publish(c, content, raw, at(100)).map(drop)
            })
        });
    }
    let stored = began.elapsed();
    let matches = store.write(|c| {
        put_sites(c)?;
        let mut known = Vec::new();
        c.current_products(Moment::OPEN, |product| {
            known.push(product.product_no);
            Ok(())
        })?;
        let mut new = Vec::new();
        for number in 1..=200_u8 {
            let name = format!("Product {number}");
            let (_, configuration) =
                put(c, &device(number, &format!("T{number}"), &name, "1"), 1 + number % 2, at(10))?;
            let own = known.iter().skip(usize::from(number)).step_by(400);
            new.extend(own.map(|product_no| decided(configuration, *product_no, Verdict::Yes)));
        }
        c.open_matches(&new, at(200)).map(|numbers| numbers.len())
    });
    let matched = began.elapsed() - stored;
    let page = store.read(|r| r.advisories(&filtered("yes>0")));
    let listed = began.elapsed() - matched - stored;
    let mut lines = 0_u64;
    store.read(|r| {
        r.match_list_each(&filtered(""), |_| {
            lines += 1;
            Ok(())
        })
    });
    let streamed = began.elapsed() - listed - matched - stored;
    eprintln!(
        "{}: {} documents, {products} products, {statements} statements stored in {stored:.2?}; {matches} matches \
         opened in {matched:.2?}; advisories listed in {listed:.2?}; {lines} match lines streamed in {streamed:.2?}",
        store.engine,
        all.len(),
    );
    assert_eq!(store.read(|r| r.advisory_heads()).len(), all.len());
    assert!(page.items.iter().all(|line| line.assets.yes > 0));
    assert!(lines > matches as u64);
    let heads = store.read(|r| r.advisory_heads());
    assert!(store.read(|r| r.advisory(heads[0].id, Moment::OPEN, &Reach::Everywhere)).is_some());
}
