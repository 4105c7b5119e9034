//! What a process takes: its CPU time and its memory.

use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What a drain took, and what it saw.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
pub(crate) struct Report {
    pub(crate) rows: u64,
    /// Of the builds' numbers.
    pub(crate) sum: u64,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// In kilobytes; only Linux tells.
    pub(crate) peak: Option<u64>,
}

/// The CPU time of all threads of this process until now, user's and system's.
pub(crate) fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The most memory that this process had in use, in kilobytes. Not `getrusage`'s, which
/// knows that of the parent as well.
pub(crate) fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// The memory that this process has in use now, in kilobytes.
pub(crate) fn memory() -> Option<u64> {
    status("VmRSS:")
}

fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
