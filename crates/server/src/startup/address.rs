//! The address to listen on, and who has it already.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;

use countersign_diagnose::{Place, Report};
use countersign_verify::Cause;
use tokio::net::TcpSocket;

/// Takes the address without opening it yet.
///
/// # Errors
/// As [`refusal`].
pub(super) fn bind(address: SocketAddr) -> Result<TcpSocket, Box<Report>> {
    let failed = |error: std::io::Error| refusal(address, &error);
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }
    .map_err(failed)?;
    // A server that ended a moment ago leaves connections in TIME_WAIT; they are no obstacle.
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    Ok(socket)
}

/// Why an address cannot be listened on: `listen-address-in-use` with the process that has it, as
/// far as it may be seen; `setting-invalid` for one that is not this machine's or not allowed.
pub(super) fn refusal(address: SocketAddr, error: &std::io::Error) -> Box<Report> {
    let place = Place::source(format!("LISTEN = {address}"));
    let other = address.port().checked_add(1).unwrap_or(8787);
    let report = match error.kind() {
        ErrorKind::AddrInUse => {
            let holder = holder(address.port());
            let by = holder.map_or_else(String::new, |holder| format!(" by {holder}"));
            let message = format!("{address} is in use{by}");
            let fix = format!(
                "Stop the other process, or listen elsewhere: `LISTEN={}`.",
                SocketAddr::new(address.ip(), other)
            );
            Report::error(Cause::ListenAddressInUse, message)
                .at(place)
                .fix(fix)
        }
        ErrorKind::PermissionDenied => {
            let message = format!("{address} may not be listened on: {error}");
            Report::error(Cause::SettingInvalid, message)
                .at(place)
                .fix("Ports below 1024 are for root: use one above, and a proxy in front.")
        }
        _ => {
            let message = format!("{address} cannot be listened on: {error}");
            Report::error(Cause::SettingInvalid, message)
                .at(place)
                .fix("Set `LISTEN` to an address of this machine, `127.0.0.1` or `0.0.0.0`.")
        }
    };
    Box::new(report)
}

/// The process that listens on a port, as Linux shows it in /proc.
fn holder(port: u16) -> Option<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let inode = tables
        .into_iter()
        .flatten()
        .find_map(|table| listening_inode(&table, port))?;
    let socket = format!("socket:[{inode}]");
    let all = fs::read_dir("/proc").ok()?.flatten();
    // Not `self` and other names for one of them.
    let processes = all.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    for process in processes {
        let Ok(descriptors) = fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let has_it = descriptors.flatten().any(|descriptor| {
            fs::read_link(descriptor.path()).is_ok_and(|target| target.as_os_str() == &*socket)
        });
        if has_it {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            let id = process.file_name().to_string_lossy().into_owned();
            return Some(format!("process {id} ({})", name.trim()));
        }
    }
    None
}

/// The inode of the socket that listens on a port. Columns: sl, local address, remote address,
/// state (0A is LISTEN), …, inode.
fn listening_inode(table: &str, port: u16) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let local = columns.get(1)?.rsplit(':').next()?;
        let listens = *columns.get(3)? == "0A" && u16::from_str_radix(local, 16) == Ok(port);
        listens.then(|| columns.get(9)?.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_diagnose::Style;

    #[tokio::test]
    async fn a_port_in_use_is_named_with_the_process_that_has_it() {
        let first = bind("127.0.0.1:0".parse().expect("address")).expect("a free port");
        let first = first.listen(1).expect("a listener");
        let address = first.local_addr().expect("address");
        let report = bind(address).expect_err("in use");
        assert_eq!(report.cause(), Cause::ListenAddressInUse);
        let text = report.human(Style::Plain, 100);
        let own = format!("process {}", std::process::id());
        assert!(text.contains(&own) && text.contains("LISTEN="), "{text}");
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_refused() {
        let report = bind("192.0.2.1:8787".parse().expect("address")).expect_err("foreign");
        assert_eq!(report.cause(), Cause::SettingInvalid);
    }

    #[test]
    fn only_listening_sockets_count() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
                     0: 0100007F:2253 00000000:0000 01 00000000:00000000 00:00000000 00000000 0 0 111 1\n\
                     1: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 222 1\n";
        assert_eq!(listening_inode(table, 0x2253), Some(222));
        assert_eq!(listening_inode(table, 80), None);
    }
}
