//! Processes that end with the test that started them, together with whatever they have started.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::process::{Child, Command};

/// A process in a group of its own. The group is ended when this goes out of scope, also if the test fails.
pub struct Running(Child);

impl Running {
    /// Starts a process.
    pub fn start(command: &mut Command) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Running(command.spawn().expect("it runs"))
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end_group(self.0.id());
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A session that a process began for another one, whose leader writes its id to a file.
#[allow(dead_code)] // Not every suite has one.
pub struct Session(pub PathBuf);

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(leader) = std::fs::read_to_string(&self.0).ok().and_then(|id| id.trim().parse().ok()) {
            end_group(leader);
        }
    }
}

/// Ends every process of a group, if there is still any.
#[cfg(unix)]
fn end_group(leader: u32) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Some(leader) = i32::try_from(leader).ok().filter(|leader| *leader > 1) {
        let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: u32) {}
