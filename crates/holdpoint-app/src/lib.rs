//! holdpoint-app
