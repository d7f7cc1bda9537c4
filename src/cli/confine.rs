//! What a process may do that reads a stranger's file: see `services::confined`.

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use super::Failure;

/// Leaves the process its three pipes, a bounded time of computing and a bounded memory. It cannot open a file or a connection any more.
pub fn confine(computing_seconds: u64, memory_bytes: u64) -> Result<(), Failure> {
    let most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    for (resource, limit) in [
        (Resource::Cpu, computing_seconds),
        (Resource::As, memory_bytes),
        (Resource::Nofile, 3),
        (Resource::Core, 0),
    ] {
        setrlimit(resource, most(limit))?;
    }
    // Whoever waits for an answer goes first.
    nice(19)?;
    Ok(())
}
