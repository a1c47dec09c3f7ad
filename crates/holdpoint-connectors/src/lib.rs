//! holdpoint-connectors
