#!/usr/bin/env bash
# Outbound relay to a local sink, beside Postfix: messages accepted by SMTP and handed on by SMTP, each durable in between.
# bench/relay.sh [MESSAGES] [BYTES] [ROUNDS]; needs Debian's postfix (its smtp-source and smtp-sink too), root, and a Release build of src/Rialto.Server (or RIALTO_BIN).
# RIALTO_RELAY_CONNECTIONS: connections to the sink of both (each server's own default otherwise: 10 and 20). RIALTO_RELAY_CLIENTS: connections of the client (20).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
count=${1:-10000} size=${2:-4096} rounds=${3:-3} clients=${RIALTO_RELAY_CLIENTS:-20}
connections=${RIALTO_RELAY_CONNECTIONS:-}
export PATH=$PATH:/usr/sbin
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/relay.XXXXXX"); chmod 755 "$dir"
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    postfix -c "$dir/pf" stop >/dev/null 2>&1 || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    if [ -n "${RIALTO_RELAY_KEEP:-}" ]; then cp "$dir/err" "$RIALTO_RELAY_KEEP" || true; fi
    rm -rf "$dir"
}
trap cleanup EXIT
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
sink=$(port) pf=$(port) rialto=$(port)

mkdir -p "$dir/pf" "$dir/pfqueue" "$dir/pfdata"; chown postfix "$dir/pfdata"
cat >"$dir/pf/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $dir/pfqueue
data_directory = $dir/pfdata
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.com
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:$sink
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
alias_maps =
alias_database =
in_flow_delay = 0
default_process_limit = 100
smtp_destination_concurrency_limit = ${connections:-20}
smtp_connection_cache_on_demand = yes
maillog_file = $dir/maillog
maillog_file_prefixes = /var, /tmp
CF
awk '/^[a-z]/ { if ($1 == "smtp" && $2 == "inet") $1 = "127.0.0.1:'"$pf"'"; if ($1 ~ /^(maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman)$/) next; if ($5 ~ /^[y-]$/) $5 = "n"; print } END { print "postlog unix-dgram n - n - 1 postlogd" }' \
    /usr/share/postfix/master.cf.dist | awk '!seen[$1 $2]++' >"$dir/pf/master.cf"
postfix -c "$dir/pf" start >/dev/null 2>&1
sleep 1
master=$(tr -d ' ' <"$dir/pfqueue/pid/master.pid")

mkdir -p "$dir/data"
echo "{\"outbound\":{\"smartHost\":\"127.0.0.1:$sink\",\"smartHostTls\":\"Off\"${connections:+,\"connectionsPerDestination\":$connections}},\"logLevel\":\"Warning\"}" >"$dir/data/rialto.json"
bin=${RIALTO_BIN:-artifacts/bin/Rialto.Server/release/rialto.dll}
case $bin in *.dll) run=(dotnet "$bin") ;; *) run=("$bin") ;; esac
listen=(); for l in submission submissions imap imaps pop3 pop3s ldap ldaps http https; do listen+=(--listen "$l=127.0.0.1:0"); done
"${run[@]}" serve --data "$dir/data" --demo 1 --listen "smtp=127.0.0.1:$rialto" "${listen[@]}" >"$dir/out" 2>"$dir/err" &
server=$!
for _ in $(seq 300); do grep -q '^rialto: ready' "$dir/out" && break; sleep 0.2; done
# A contact is what anybody may send to and lies outside: no log-in, which smtp-source does not know.
"${run[@]}" contact add b@bench.test --data "$dir/data" >/dev/null
real=$(cat "$dir/data/run/rialto.pid" 2>/dev/null || echo "$server")

cpu() { # PID…: milliseconds of the processes and of their children, ended ones included
    python3 - "$1" <<'PY'
import os, sys
root, tick, total, parents, used = int(sys.argv[1]), os.sysconf('SC_CLK_TCK'), 0, {}, {}
for p in filter(str.isdigit, os.listdir('/proc')):
    try:
        f = open(f'/proc/{p}/stat').read().rsplit(')', 1)[1].split()
    except OSError:
        continue
    parents[int(p)] = int(f[1]); used[int(p)] = sum(map(int, f[11:15]))
for p in used:
    q = p
    while q and q != root:
        q = parents.get(q, 0)
    if q == root: total += used[p]
print(total * 1000 // tick)
PY
}

once() { # NAME PORT RECIPIENT PID
    smtp-sink -u nobody -M "$count" "127.0.0.1:$sink" 500 >/dev/null 2>&1 &
    local reader=$! begun ended before after accepted
    sleep 0.5
    before=$(cpu "$4")
    begun=$(date +%s%N)
    smtp-source -d -s "$clients" -m "$count" -l "$size" -f a@source.test -t "$3" "127.0.0.1:$2"
    accepted=$(date +%s%N)
    wait $reader || true
    ended=$(date +%s%N)
    after=$(cpu "$4")
    python3 -c "print('%-8s %8.0f messages/s relayed, %8.0f/s accepted, %.3f ms CPU a message' % ('$1', $count / (($ended - $begun) / 1e9), $count / (($accepted - $begun) / 1e9), ($after - $before) / $count))"
    sleep 2
}

for _ in $(seq "$rounds"); do
    once rialto "$rialto" b@bench.test "$real"
    once postfix "$pf" b@bench.test "$master"
done
