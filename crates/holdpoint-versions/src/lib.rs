//! holdpoint-versions
