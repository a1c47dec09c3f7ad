//! What must hold for any input: no changed paper is obeyed, and nothing makes the reader fall over.

mod parts;

use holdpoint_wire::admit::{Occasion, admit};
use holdpoint_wire::envelope::{Envelope, sign};
use holdpoint_wire::image::Image;
use holdpoint_wire::message;
use holdpoint_wire::order::Order;
use holdpoint_wire::poll::PollAnswer;
use holdpoint_wire::progress::Progress;
use holdpoint_wire::root::Root;
use parts::{NOW, device, image, keys, order};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

proptest! {
    #[test]
    fn a_changed_byte_anywhere_never_makes_another_order(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let keys = keys();
        prop_assert!(keys.intruder.public() != keys.server.public());
        let mut bytes = message::write(&sign(&order(), &[&keys.server]));
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(envelope) = message::read::<Envelope>(&bytes)
            && let Ok(admitted) = admit(&envelope, Some(&image()), &device(&keys), Occasion::Receipt, NOW)
        {
            prop_assert_eq!(admitted.order(), &order());
        }
    }

    #[test]
    fn bytes_never_make_the_reader_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = message::read::<Envelope>(&bytes);
        let _ = message::read::<PollAnswer>(&bytes);
        let _ = message::read::<Progress>(&bytes);
        let _ = message::read::<Order>(&bytes);
    }

    #[test]
    fn what_is_written_is_read_as_the_same(counter in any::<u64>(), issued in 0_i64..2_000_000_000) {
        let order = Order { counter, issued_at: holdpoint_wire::moment::Moment::from_seconds(issued), ..order() };
        let order = Order { expires_at: order.issued_at.max(order.expires_at), ..order };
        let bytes = message::write(&order);
        prop_assert_eq!(message::read::<Order>(&bytes), Ok(order));
    }

    #[test]
    fn only_a_higher_counter_is_taken(counter in any::<u64>(), highest in any::<u64>()) {
        let keys = keys();
        let mut device = device(&keys);
        device.seen.counter = highest;
        let envelope = sign(&Order { counter, ..order() }, &[&keys.server]);
        let taken = admit(&envelope, Some(&image()), &device, Occasion::Receipt, NOW).is_ok();
        prop_assert_eq!(taken, counter > highest);
    }

    #[test]
    fn it_begins_only_between_start_and_last_safe_start(offset in -400_i64..4_000) {
        let keys = keys();
        let device = device(&keys);
        let now = NOW.plus_seconds(offset);
        let admitted = admit(&sign(&order(), &[&keys.server]), Some(&image()), &device, Occasion::Receipt, NOW).expect("right");
        let window = admitted.order().window;
        let begins = admitted.may_start(&device, now).is_ok();
        // Before that the clock would have gone back.
        prop_assert!(offset < -360 || begins == (window.starts_at <= now && now <= window.last_start_at));
    }
}

/// The bytes that are signed must never change: devices in the field hold orders of older servers.
#[test]
fn the_papers_have_golden_bytes() {
    let keys = keys();
    let lines = [
        message::write(&sign(&order(), &[&keys.server])),
        message::write(&sign(&image(), &[&keys.anna, &keys.ben])),
        message::write(&sign(&parts::root(&keys), &[&keys.anna, &keys.ben])),
    ]
    .map(|bytes| String::from_utf8(bytes).expect("JSON is UTF-8"));
    let written = lines.join("\n") + "\n";
    assert_eq!(written, include_str!("fixtures/papers.jsonl"), "a new form needs a new version");
    for (n, line) in include_str!("fixtures/papers.jsonl").lines().enumerate() {
        let envelope: Envelope = message::read(line.as_bytes()).expect("it was written here");
        match n {
            0 => {
                assert_eq!(holdpoint_wire::envelope::open(&envelope, &parts::root(&keys).order), Ok(order()))
            }
            1 => assert_eq!(
                holdpoint_wire::envelope::open::<Image>(&envelope, &parts::root(&keys).image),
                Ok(image())
            ),
            _ => assert_eq!(
                holdpoint_wire::envelope::open::<Root>(&envelope, &parts::root(&keys).image),
                Ok(parts::root(&keys))
            ),
        }
    }
}
