#!/usr/bin/env bash
# Two servers in two network namespaces that find each other by MX, with a name server in a third: mail with TLS on port 25, reports, a dead next hop, kill -9 of either in the middle.
# bench/two-sites.sh [MESSAGES] [rialto.dll]; needs root, iproute2, nsd, swaks, python3. Prints what it saw; exit code 1 where something was lost.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
count=${1:-300} bin=$(readlink -f "${2:-artifacts/bin/Rialto.Server/release/rialto.dll}")
export PATH=$PATH:/usr/sbin
id=rt$$ dir=$(mktemp -d) pids=()
cleanup() {
    for p in "${pids[@]}"; do kill -9 "$p" 2>/dev/null || true; done
    for n in a b d; do ip netns del "$id$n" 2>/dev/null || true; rm -rf "/etc/netns/$id$n"; done
    rm -rf "$dir"
}
trap cleanup EXIT

for n in a b d; do ip netns add "$id$n"; ip -n "$id$n" link set lo up; done
ip -n "${id}d" link add br0 type bridge; ip -n "${id}d" addr add 10.9.0.3/24 dev br0; ip -n "${id}d" link set br0 up
for n in a b; do
    ip link add "$id$n" netns "$id$n" type veth peer name "p$n" netns "${id}d"
    ip -n "${id}d" link set "p$n" master br0 up
    ip -n "$id$n" addr add "10.9.0.$([ $n = a ] && echo 1 || echo 2)/24" dev "$id$n"; ip -n "$id$n" link set "$id$n" up
    mkdir -p "/etc/netns/$id$n"; echo "nameserver 10.9.0.3" >"/etc/netns/$id$n/resolv.conf"
done
inside() { ip netns exec "$id$1" "${@:2}"; }

mkdir "$dir/zones"
for n in a b; do
    printf '$ORIGIN %s.test.\n$TTL 60\n@ IN SOA ns.%s.test. x.%s.test. 1 3600 600 86400 60\n@ IN NS ns\nns IN A 10.9.0.3\n@ IN MX 5 dead\n@ IN MX 10 mx\ndead IN A 10.9.0.77\nmx IN A 10.9.0.%s\n' \
        $n $n $n "$([ $n = a ] && echo 1 || echo 2)" >"$dir/zones/$n.test"
done
cat >"$dir/nsd.conf" <<CONF
server:
 ip-address: 10.9.0.3
 username: ""
 chroot: ""
 zonesdir: "$dir/zones"
 database: ""
 pidfile: "$dir/nsd.pid"
 xfrdfile: "$dir/xfrd"
 zonelistfile: "$dir/zonelist"
 xfrdir: "$dir"
 server-count: 1
remote-control:
 control-enable: no
zone:
 name: "a.test"
 zonefile: "a.test"
zone:
 name: "b.test"
 zonefile: "b.test"
CONF
inside d nsd -d -c "$dir/nsd.conf" >/dev/null 2>&1 & pids+=($!)

serve() { # SITE; sets the variable pid_SITE
    mkdir -p "$dir/$1"
    echo "{\"hostName\":\"mx.$1.test\",\"bind\":\"10.9.0.$([ "$1" = a ] && echo 1 || echo 2)\",\"organisation\":{\"name\":\"$1\",\"domain\":\"$1.test\"},\"outbound\":{\"connectTimeout\":\"3s\",\"firstRest\":\"1s\"}}" >"$dir/$1/rialto.json"
    : >"$dir/$1.out"
    inside "$1" dotnet "$bin" serve --data "$dir/$1" >>"$dir/$1.out" 2>>"$dir/$1.log" &
    for _ in $(seq 300); do grep -q '^rialto: ready' "$dir/$1.out" && break; sleep 0.1; done
    grep -q '^rialto: ready' "$dir/$1.out" || { echo "the server of $1 does not start:"; tail -5 "$dir/$1.log"; exit 1; }
    eval "pid_$1=$(cat "$dir/$1/run/rialto.pid")"; pids+=("$(cat "$dir/$1/run/rialto.pid")")
}
rialto() { inside "$1" dotnet "$bin" "${@:2}" --data "$dir/$1"; }
send() { # TO SUBJECT…
    inside a python3 - "$@" <<'PY'
import smtplib, ssl, sys
to, subjects = sys.argv[1], sys.argv[2:]
context = ssl._create_unverified_context()
s = smtplib.SMTP('10.9.0.1', 587); s.starttls(context=context); s.login('alice@a.test', 's3cret-enough')
for subject in subjects:
    s.sendmail('alice@a.test', [to], f'From: alice@a.test\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nText.\r\n')
s.quit()
PY
}
subjects() { # SITE USER
    inside "$1" python3 - "$2" "$([ "$1" = a ] && echo 1 || echo 2)" <<'PY'
import imaplib, re, ssl, sys
c = imaplib.IMAP4_SSL(f'10.9.0.{sys.argv[2]}', ssl_context=ssl._create_unverified_context()); c.login(sys.argv[1], 's3cret-enough'); c.select('INBOX')
_, rows = c.fetch('1:*', '(BODY.PEEK[HEADER])')
for row in rows:
    if isinstance(row, tuple):
        text = row[1].decode()
        print(re.search(r'Subject: (.*)', text)[1].strip(), '|', 'ESMTPS' if 'with ESMTPS' in text else 'plain')
PY
}
empty() { for _ in $(seq 300); do [ "$(rialto "$1" queue list --json | tr -d '[:space:]')" = '[]' ] && return; rialto "$1" queue retry --all >/dev/null 2>&1 || true; sleep 0.5; done; echo "the queue of $1 does not empty"; exit 1; }

serve a; serve b
echo s3cret-enough | rialto a account add alice@a.test >/dev/null
echo s3cret-enough | rialto b account add bob@b.test >/dev/null
half=$((count / 2))
send bob@b.test $(seq -f 'm%.0f' 1 $half) &
first=$!
sleep 1; kill -9 "$pid_b"
wait $first
serve b; rialto a queue retry --all >/dev/null || true
send bob@b.test $(seq -f 'm%.0f' $((half + 1)) "$count")
kill -9 "$pid_a"; serve a
send nobody@b.test lost-and-found
empty a; empty b
subjects b bob@b.test >"$dir/bob"
missing=0; for i in $(seq "$count"); do grep -q "^m$i |" "$dir/bob" || { missing=$((missing + 1)); echo "missing: m$i"; }; done
echo "accepted $count, arrived $(cut -d' ' -f1 "$dir/bob" | sort -u | wc -l), twice $(cut -d' ' -f1 "$dir/bob" | sort | uniq -d | wc -l), over TLS $(grep -c ESMTPS "$dir/bob"), lost $missing"
subjects a alice@a.test | grep -q '^Undeliverable: lost-and-found' && echo "the failure was reported" || { echo "the failure was not reported"; missing=1; }
[ "$missing" = 0 ]
