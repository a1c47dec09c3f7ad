//! holdpoint-ui
