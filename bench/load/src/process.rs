//! What a process has used, from /proc.

use std::fs;

/// Clock ticks a second in /proc/PID/stat; Linux fixes it for user space.
const TICKS: f64 = 100.0;

/// CPU time and memory of one process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// User and system time of all its threads, in seconds.
    pub cpu: f64,
    /// Resident memory in KiB.
    pub rss: u64,
}

/// Usage of `pid` now; `None` once it is gone.
pub fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(Usage {
        cpu: cpu(&stat)?,
        rss: rss(&status)?,
    })
}

/// Fields 14 and 15 of `proc_pid_stat(5)`. The command name before them is in
/// parentheses and may hold blanks.
fn cpu(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

fn rss(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_fields_behind_a_name_with_blanks() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 5 9 9";
        assert!((cpu(stat).unwrap() - 3.0).abs() < 1e-9);
        assert_eq!(rss("VmPeak:  9 kB\nVmRSS:\t  5120 kB\n"), Some(5120));
    }

    #[test]
    fn knows_itself_and_no_process_that_is_gone() {
        assert!(usage(std::process::id()).unwrap().rss > 0);
        assert!(usage(u32::MAX).is_none());
    }
}
