# Runs a throw-away PostgreSQL cluster until standard input is closed, then removes it.
# Arguments: the folder of PostgreSQL's programs, the password of the role "countersign", and
# "tls" for a server that is reached over TLS alone, with a certificate for localhost by ca.pem.
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
tls=off
if [ "$3" = tls ]; then
    tls=on
    if ! {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj '/CN=countersign tests' -keyout ca.key -out ca.pem &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                -subj /CN=localhost -keyout data/server.key -out server.csr &&
            printf 'subjectAltName=DNS:localhost\n' >server.ext &&
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
                -days 2 -extfile server.ext -out data/server.crt
    } >>log 2>&1; then
        cat log >&2
        rm -rf "$dir"
        exit 1
    fi
    echo 'hostssl all all all password' >data/pg_hba.conf
fi
attempt=0
server=
while [ $attempt -lt 20 ]; do
    attempt=$((attempt + 1))
    port=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
    port=$((20000 + port % 12000))
    "$bin/postgres" -D data -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 -c ssl=$tls \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=300 -c shared_buffers=32MB -c max_wal_size=4GB \
        -c autovacuum=off -c log_min_messages=fatal </dev/null >>log 2>&1 &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
        sleep 0.02
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
