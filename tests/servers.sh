#!/usr/bin/env bash
# Private servers for the tests of the scale-out back end: PostgreSQL and a Ceph Object Gateway (S3), on the loopback interface
# and ports that are free, with all their state in one folder.
#
#   tests/servers.sh start DIR    starts both (those of DIR that run already are kept), prints the environment, leaves it in DIR/env
#   tests/servers.sh stop DIR     stops both and removes DIR
#
# They come from Debian's packages. As root, missing ones are installed; otherwise what is missing is said. DURABLE=1 lets PostgreSQL
# sync its files, which the tests do not need and measurements do. Exit codes: 0 done, 1 a server failed, 2 something is missing.
set -euo pipefail

PACKAGES=(postgresql ceph-mon ceph-osd ceph-common radosgw curl)
MARK=.kho-test-servers
ACCESS_KEY=kho-test
SECRET_KEY=kho-test-secret

say() { echo "servers: $*" >&2; }

fail() {
    say "$2"
    exit "$1"
}

# --- What is needed

postgres_bin() {
    local newest
    newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$newest" ] && [ -x "$newest/postgres" ] && [ -x "$newest/initdb" ]; then
        echo "$newest"
    elif command -v initdb >/dev/null; then
        dirname "$(command -v initdb)"
    fi
}

missing() {
    [ -n "$(postgres_bin)" ] || echo "initdb and postgres (package postgresql)"
    local pair
    for pair in ceph-mon:ceph-mon ceph-osd:ceph-osd ceph:ceph-common ceph-authtool:ceph-common \
        monmaptool:ceph-common radosgw:radosgw radosgw-admin:radosgw curl:curl; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair%%:*} (package ${pair##*:})"
    done
}

need() {
    [ -n "$(missing)" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing ${PACKAGES[*]}"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -q -y --no-install-recommends "${PACKAGES[@]}"; } >&2 ||
            say "the packages could not be installed"
    fi
    [ -z "$(missing)" ] || fail 2 "missing: $(missing | paste -sd ';' | sed 's/;/; /g'). On Debian: apt-get install ${PACKAGES[*]}"
}

# --- Ports

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range that outgoing connections take theirs from.
free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 10000))
        listens "$port" || { echo "$port"; return; }
    done
    fail 1 "no free port was found"
}

wait_for() { # seconds, what, command…
    local seconds=$1 what=$2
    shift 2
    for _ in $(seq $((seconds * 5))); do
        "$@" && return 0
        sleep 0.2
    done
    fail 1 "$what did not come up within $seconds s"
}

# --- PostgreSQL

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
    local bin port data=$DIR/postgres
    bin=$(postgres_bin)
    port=$(free_port)
    mkdir -p "$data"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$data"; fi
    (
        cd / # A folder that the server's user may enter.
        as_postgres "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$DIR/initdb.log" 2>&1 ||
            { cat "$DIR/initdb.log" >&2; fail 1 "initdb failed"; }
        local sync=off
        [ -z "${DURABLE:-}" ] || sync=on
        as_postgres "$bin/pg_ctl" -D "$data" -l "$data/log" -w -t 60 -o "-p $port -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories= -c max_connections=300 -c fsync=$sync -c full_page_writes=$sync" start >/dev/null ||
            { cat "$data/log" >&2; fail 1 "PostgreSQL did not start"; }
    )
    echo "export KHO_TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres" >>"$DIR/env.new"
}

postgres_runs() {
    local pid
    pid=$(head -n 1 "$DIR/postgres/postmaster.pid" 2>/dev/null) && is_ours "$pid" "$DIR/postgres"
}

# --- Ceph: one monitor, one object daemon that keeps its objects in memory, one gateway

ceph_conf() { # monitor's port, gateway's port
    cat <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon initial members = kho
mon host = [v2:127.0.0.1:$1]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
keyring = $DIR/ceph/keyring
run dir = $DIR/ceph/run
pid file = $DIR/ceph/run/\$name.pid
admin socket = $DIR/ceph/run/\$name.\$pid.asok
log file = $DIR/ceph/log/\$name.log
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
mon data avail crit = 1
mon allow pool size one = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 6442450944
rgw frontends = beast endpoint=127.0.0.1:$2
rgw thread pool size = 64
rgw enable usage log = false
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw dynamic resharding = false
C
}

start_ceph() {
    local home=$DIR/ceph mon_port s3_port id fsid
    mon_port=$(free_port)
    s3_port=$(free_port)
    mkdir -p "$home"/{mon,osd,run,log}
    ceph_conf "$mon_port" "$s3_port" >"$home/ceph.conf"
    export CEPH_CONF=$home/ceph.conf
    fsid=$(sed -n 's/^fsid = //p' "$CEPH_CONF")
    {
        ceph-authtool --create-keyring "$home/keyring" --gen-key -n mon. --cap mon 'allow *'
        for id in client.admin client.gateway osd.0; do
            ceph-authtool "$home/keyring" --gen-key -n "$id" --cap mon 'allow *' --cap osd 'allow *'
        done
        monmaptool --create --fsid "$fsid" --addv kho "[v2:127.0.0.1:$mon_port]" "$home/monmap"
        ceph-mon --mkfs -i kho --mon-data "$home/mon" --monmap "$home/monmap" --keyring "$home/keyring"
        ceph-mon -i kho --mon-data "$home/mon"
        id=$(cat /proc/sys/kernel/random/uuid)
        timeout 60 ceph osd new "$id" 0
        ceph-osd -i 0 --osd-data "$home/osd" --osd-uuid "$id" --mkfs
        ceph-osd -i 0 --osd-data "$home/osd"
        radosgw -n client.gateway
    } >"$home/start.log" 2>&1 || { cat "$home/start.log" >&2; fail 1 "Ceph did not start"; }
    wait_for 120 "the S3 gateway" listens "$s3_port"
    timeout 60 radosgw-admin -n client.gateway user create --uid kho-test --display-name "Kho tests" \
        --access-key "$ACCESS_KEY" --secret-key "$SECRET_KEY" >>"$home/start.log" 2>&1 ||
        { cat "$home/start.log" >&2; fail 1 "the S3 user could not be made"; }
    # The digest of the body is a header that old releases of curl leave out.
    curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user "$ACCESS_KEY:$SECRET_KEY" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        -X PUT "http://127.0.0.1:$s3_port/kho-test" >>"$home/start.log" 2>&1 ||
        { cat "$home/start.log" >&2; fail 1 "the bucket could not be made"; }
    cat >>"$DIR/env.new" <<ENV
export KHO_TEST_OBJECTS=s3://kho-test?endpoint=http://127.0.0.1:$s3_port
export AWS_ACCESS_KEY_ID=$ACCESS_KEY
export AWS_SECRET_ACCESS_KEY=$SECRET_KEY
ENV
}

ceph_runs() {
    local name
    for name in mon.kho osd.0 client.gateway; do
        is_ours "$(cat "$DIR/ceph/run/$name.pid" 2>/dev/null)" "$DIR/ceph" || return 1
    done
}

# --- Both

# Whether the process is one of this folder: a number alone may belong to somebody else by now.
is_ours() { # process id, folder
    [ -n "$1" ] && tr '\0' '\n' <"/proc/$1/environ" 2>/dev/null | grep -qxF "KHO_TEST_SERVERS=$DIR" ||
        { [ -n "$1" ] && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$2"; }
}

end_process() { # signal, process id, folder
    is_ours "$2" "$3" || return 0
    kill "-$1" "$2" 2>/dev/null || return 0
    for _ in $(seq 50); do
        [ -d "/proc/$2" ] || return 0
        sleep 0.1
    done
    kill -KILL "$2" 2>/dev/null || true
    sleep 0.2
}

stop() {
    [ -e "$DIR/$MARK" ] || return 0
    local name
    # QUIT is PostgreSQL's immediate shutdown: nothing of it is kept.
    end_process QUIT "$(head -n 1 "$DIR/postgres/postmaster.pid" 2>/dev/null)" "$DIR/postgres"
    for name in client.gateway osd.0 mon.kho; do
        end_process TERM "$(cat "$DIR/ceph/run/$name.pid" 2>/dev/null)" "$DIR/ceph"
    done
    rm -rf "$DIR"
}

start() {
    if [ -e "$DIR/env" ] && postgres_runs && ceph_runs; then
        say "they run already"
        cat "$DIR/env"
        return
    fi
    if [ -d "$DIR" ] && [ -n "$(ls -A "$DIR")" ] && [ ! -e "$DIR/$MARK" ]; then
        fail 2 "$DIR holds something else"
    fi
    need
    stop
    mkdir -p "$DIR"
    chmod 755 "$DIR"
    touch "$DIR/$MARK"
    # Whatever goes wrong from here on, interruption included, nothing is left running.
    trap 'stop' EXIT
    trap 'exit 1' INT TERM HUP
    export KHO_TEST_SERVERS=$DIR
    start_postgres
    start_ceph
    mv "$DIR/env.new" "$DIR/env"
    trap - EXIT
    cat "$DIR/env"
}

[ $# = 2 ] || fail 2 "usage: $0 start|stop DIR"
DIR=$(realpath -m -- "$2")
case $1 in
start | stop) "$1" ;;
*) fail 2 "usage: $0 start|stop DIR" ;;
esac
