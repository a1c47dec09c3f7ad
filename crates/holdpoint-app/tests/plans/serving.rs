//! A second server on the same database hears of the first.

use crate::support::worlds;
use holdpoint_app::serving;

const SECOND: i64 = 1_000_000;

#[test]
fn a_second_server_hears_of_the_first_while_that_one_runs() {
    for world in worlds() {
        let app = &world.app;
        assert_eq!(serving::begin(app).unwrap(), None);
        world.clock.advance_micros(50 * SECOND);
        serving::go_on(app).unwrap();
        let heard = app.now();
        world.clock.advance_micros(50 * SECOND);
        assert_eq!(serving::begin(app).unwrap(), Some(heard));
        serving::end(app).unwrap();
        assert_eq!(serving::begin(app).unwrap(), None, "it said that it ended");
        world.clock.advance_micros(61 * SECOND);
        assert_eq!(serving::begin(app).unwrap(), None, "it was not heard for a minute");
    }
}
