//! holdpoint-formats
