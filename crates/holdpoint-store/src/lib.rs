//! holdpoint-store
