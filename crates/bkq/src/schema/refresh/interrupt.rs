//! Leaving nothing behind on Ctrl-C.

use std::fs;
use std::path::Path;
use std::process;
use std::thread;

use tokio::runtime;

use crate::report;

/// As shells have it for what was interrupted.
const INTERRUPTED: i32 = 130;

/// Removes a folder and ends the program once somebody interrupts it. Where signals cannot be
/// had the folder is left behind then.
pub(super) fn remove_when_interrupted(folder: &Path) {
    let folder = folder.to_owned();
    let waiting = thread::Builder::new().spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_io().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(interrupted()).is_ok()
        {
            // Git finds out by itself that a checkout is gone. What still writes into it
            // was interrupted as well.
            let _ = fs::remove_dir_all(&folder);
            report::note("interrupted\n");
            end();
        }
    });
    // Without the thread it is as it would be without this function.
    drop(waiting);
}

#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[allow(
    clippy::exit,
    reason = "the main thread waits for a command, and is not to go on"
)]
fn end() -> ! {
    process::exit(INTERRUPTED)
}
