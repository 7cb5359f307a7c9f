# Runs pgbouncer in transaction mode until standard input is closed, then removes its folder.
# Arguments: the connection string of the server, without the database's name.
trap '' INT TERM HUP
umask 077
dir=$(mktemp -d "${TMPDIR:-/tmp}/countersign-pooler.XXXXXX") || exit 1
attempt=0
pooler=
while [ $attempt -lt 20 ]; do
    attempt=$((attempt + 1))
    port=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
    port=$((20000 + port % 12000))
    cat >"$dir/pgbouncer.ini" <<END
[databases]
* = $1
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
logfile = $dir/log
END
    /usr/sbin/pgbouncer -q "$dir/pgbouncer.ini" </dev/null >/dev/null 2>&1 &
    pooler=$!
    while kill -0 "$pooler" 2>/dev/null; do
        sleep 0.02
        if grep -q 'process up' "$dir/log" 2>/dev/null; then
            break 2
        fi
    done
    wait "$pooler"
    pooler=
done
if [ -z "$pooler" ]; then
    cat "$dir/log" >&2
    rm -rf "$dir"
    exit 1
fi
echo "port $port $dir"
exec >/dev/null
read -r _
kill -TERM "$pooler"
wait "$pooler"
rm -rf "$dir"
