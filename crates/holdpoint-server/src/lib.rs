//! holdpoint-server
