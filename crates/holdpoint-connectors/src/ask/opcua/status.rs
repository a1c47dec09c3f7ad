//! What the status codes of OPC UA mean, in words: those that a server of a plant really answers with.
//!
//! The surprise: there are many kinds of good. Only the plain one says that a value was measured and is as it is; a value that
//! somebody set by hand is good too, and is no permit.

/// A status code; the upper two bits say good, uncertain or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status(pub(super) u32);

impl Status {
    /// Whether it is the plain good, without any remark.
    pub(super) const fn is_plain_good(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = NAMES.iter().find(|(code, ..)| *code == self.0 >> 16);
        match found {
            Some((_, name, words)) => write!(f, "{words} ({name}, 0x{:08X})", self.0),
            None => {
                let class = match self.0 >> 30 {
                    0 => "it is good with a remark that Holdpoint does not know",
                    1 => "it is uncertain",
                    _ => "it is bad",
                };
                write!(f, "{class} (0x{:08X})", self.0)
            }
        }
    }
}

/// The upper half of each code, its name in the standard, and what it means.
const NAMES: &[(u32, &str, &str)] = &[
    (0x0000, "Good", "it is good with a remark"),
    (0x002F, "GoodOverload", "it is read less often than was agreed"),
    (0x0030, "GoodClamped", "it is cut to what the device can show"),
    (0x0096, "GoodLocalOverride", "it is set by hand, and not measured"),
    (0x408F, "UncertainNoCommunicationLastUsableValue", "it is the last one before the device fell silent"),
    (0x4090, "UncertainLastUsableValue", "it is no longer brought up to date"),
    (0x4091, "UncertainSubstituteValue", "it is a substitute, and not measured"),
    (0x4092, "UncertainInitialValue", "it is the one from the start, and not measured yet"),
    (0x4093, "UncertainSensorNotAccurate", "it is at the end of what the sensor can tell"),
    (0x4094, "UncertainEngineeringUnitsExceeded", "it is outside of its range"),
    (0x4095, "UncertainSubNormal", "it is from fewer sources than it needs"),
    (0x4209, "UncertainSimulatedValue", "it is simulated"),
    (0x8001, "BadUnexpectedError", "the server has failed"),
    (0x8002, "BadInternalError", "the server has failed"),
    (0x8003, "BadOutOfMemory", "the server has no memory left"),
    (0x8004, "BadResourceUnavailable", "the server has no room for it"),
    (0x8005, "BadCommunicationError", "the server does not reach the device"),
    (0x8007, "BadDecodingError", "the server did not understand the question"),
    (0x800A, "BadTimeout", "the server waited too long for the device"),
    (0x800B, "BadServiceUnsupported", "the server cannot do that"),
    (0x800C, "BadShutdown", "the server is being stopped"),
    (0x800D, "BadServerNotConnected", "the server has no connection"),
    (0x800E, "BadServerHalted", "the server is stopped"),
    (0x8010, "BadTooManyOperations", "the server has too much to do"),
    (0x8013, "BadSecurityChecksFailed", "the server wants security that was not offered"),
    (0x801F, "BadUserAccessDenied", "an anonymous reader may not read it"),
    (0x8020, "BadIdentityTokenInvalid", "the server takes no anonymous reader"),
    (0x8021, "BadIdentityTokenRejected", "the server takes no anonymous reader"),
    (0x8024, "BadNonceInvalid", "the server wants security that was not offered"),
    (0x8025, "BadSessionIdInvalid", "the server has forgotten the session"),
    (0x8026, "BadSessionClosed", "the server has closed the session"),
    (0x8031, "BadNoCommunication", "the server has no connection to the device"),
    (0x8032, "BadWaitingForInitialData", "the server has no value from the device yet"),
    (0x8033, "BadNodeIdInvalid", "the server does not take this node id"),
    (0x8034, "BadNodeIdUnknown", "the server has no such node"),
    (0x8035, "BadAttributeIdInvalid", "the node has no value: it is no variable"),
    (0x803A, "BadNotReadable", "the node cannot be read"),
    (0x803D, "BadNotSupported", "the server cannot do that"),
    (0x803E, "BadNotFound", "the server does not find it"),
    (0x8054, "BadSecurityModeRejected", "the server refuses a connection without security"),
    (0x8055, "BadSecurityPolicyRejected", "the server refuses a connection without security"),
    (0x8056, "BadTooManySessions", "the server has no session left"),
    (0x807D, "BadTcpServerTooBusy", "the server has too much to do"),
    (0x8081, "BadTcpNotEnoughResources", "the server has no room for it"),
    (0x8083, "BadTcpEndpointUrlInvalid", "the server does not know itself by this address"),
    (0x8089, "BadConfigurationError", "the value is configured wrongly in the server"),
    (0x808A, "BadNotConnected", "the value has no source in the server"),
    (0x808B, "BadDeviceFailure", "the device has failed"),
    (0x808C, "BadSensorFailure", "the sensor has failed"),
    (0x808D, "BadOutOfService", "the source is out of service"),
    (0x809E, "BadDataUnavailable", "there is no value at the moment"),
    (0x80B7, "BadMaxConnectionsReached", "the server has no connection left"),
    (0x80BE, "BadProtocolVersionUnsupported", "the server speaks another version of the protocol"),
    (0x80EE, "BadServerTooBusy", "the server has too much to do"),
    (0x810F, "BadLicenseLimitsExceeded", "the licence of the server allows no more"),
];
