# Runs a throw-away PostgreSQL cluster until standard input is closed, then removes it.
# Arguments: the folder of PostgreSQL's programs, the password of the role "countersign".
# The keyboard's signals go to the whole process group; this script must outlive them.
trap '' INT TERM HUP
umask 077
bin=$1
password=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/countersign-pg.XXXXXX") || exit 1
cd "$dir" || exit 1
printf '%s' "$password" >password
# Passwords in clear: over loopback nobody listens, and an unoptimised SCRAM costs a test 0.1 s.
if ! "$bin/initdb" -D data -U countersign -A password --pwfile=password \
    --locale=C.UTF-8 -E UTF8 --no-sync --no-instructions >log 2>&1; then
    cat log >&2
    rm -rf "$dir"
    exit 1
fi
attempt=0
server=
while [ $attempt -lt 20 ]; do
    attempt=$((attempt + 1))
    port=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
    port=$((20000 + port % 12000))
    "$bin/postgres" -D data -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=300 -c shared_buffers=32MB -c max_wal_size=4GB \
        -c autovacuum=off -c log_min_messages=fatal </dev/null >>log 2>&1 &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
        if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then
            break 2
        fi
    done
    wait "$server"
    server=
done
if [ -z "$server" ]; then
    cat log >&2
    rm -rf "$dir"
    exit 1
fi
echo "port $port $dir"
exec >/dev/null
# The test process never writes: this ends when its end of the pipe is closed.
read -r _
kill -QUIT "$server"
wait "$server"
cd /
rm -rf "$dir"
