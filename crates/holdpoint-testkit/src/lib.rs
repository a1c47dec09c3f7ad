//! holdpoint-testkit
