use std::time::Duration;

/// How much is asked, and how long it may take. All of it is for one file, but what is per host, which is for all files.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// For one question, from the connection to the last byte of the answer.
    pub question: Duration,
    /// The same where a time stamp is asked for: authorities take their time.
    pub timestamp: Duration,
    /// For all that is wanted for one file.
    pub evidence: Duration,
    pub at_once: usize,
    pub at_once_per_host: usize,
    pub redirects: usize,
    pub ocsp_bytes: usize,
    pub crl_bytes: usize,
    pub certificate_bytes: usize,
    pub timestamp_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            question: Duration::from_secs(30),
            timestamp: Duration::from_secs(150),
            evidence: Duration::from_secs(60),
            at_once: 4,
            at_once_per_host: 2,
            redirects: 3,
            ocsp_bytes: 64 << 10,
            crl_bytes: 32 << 20,
            certificate_bytes: 256 << 10,
            timestamp_bytes: 64 << 10,
        }
    }
}
