#!/usr/bin/env bash
# Outbound relay to a local sink, beside Postfix: messages accepted by SMTP and handed on by SMTP, each durable in between.
# bench/relay.sh [MESSAGES] [BYTES] [ROUNDS]; needs Debian's postfix (its smtp-source and smtp-sink too), root, and a Release build of src/Rialto.Server.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
count=${1:-10000} size=${2:-4096} rounds=${3:-3}
export PATH=$PATH:/usr/sbin
dir=$(mktemp -d); chmod 755 "$dir"
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    postfix -c "$dir/pf" stop >/dev/null 2>&1 || true
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
smtp_destination_concurrency_limit = 20
smtp_connection_cache_on_demand = yes
maillog_file = $dir/maillog
maillog_file_prefixes = /var, /tmp
CF
awk '/^[a-z]/ { if ($1 == "smtp" && $2 == "inet") $1 = "127.0.0.1:'"$pf"'"; if ($1 ~ /^(maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman)$/) next; if ($5 ~ /^[y-]$/) $5 = "n"; print } END { print "postlog unix-dgram n - n - 1 postlogd" }' \
    /usr/share/postfix/master.cf.dist | awk '!seen[$1 $2]++' >"$dir/pf/master.cf"
postfix -c "$dir/pf" start >/dev/null 2>&1

mkdir -p "$dir/data"
echo "{\"outbound\":{\"smartHost\":\"127.0.0.1:$sink\",\"smartHostTls\":\"Off\",\"connectionsPerDestination\":${RIALTO_RELAY_CONNECTIONS:-20}},\"logLevel\":\"Warning\"}" >"$dir/data/rialto.json"
bin=artifacts/bin/Rialto.Server/release/rialto.dll
listen=(); for l in submission submissions imap imaps pop3 pop3s ldap ldaps http https; do listen+=(--listen "$l=127.0.0.1:0"); done
dotnet $bin serve --data "$dir/data" --demo 1 --listen "smtp=127.0.0.1:$rialto" "${listen[@]}" >"$dir/out" 2>"$dir/err" &
server=$!
for _ in $(seq 100); do grep -q '^rialto: ready' "$dir/out" && break; sleep 0.2; done
# A contact is what anybody may send to and lies outside: no log-in, which smtp-source does not know.
dotnet $bin contact add b@bench.test --data "$dir/data" >/dev/null

once() { # NAME PORT RECIPIENT
    smtp-sink -u nobody -M "$count" "127.0.0.1:$sink" 500 >/dev/null 2>&1 &
    local reader=$! begun ended
    sleep 0.3
    begun=$(date +%s%N)
    smtp-source -s 20 -m "$count" -l "$size" -f a@source.test -t "$3" "127.0.0.1:$2"
    wait $reader || true
    ended=$(date +%s%N)
    python3 -c "print('%-8s %8.0f messages/s' % ('$1', $count / (($ended - $begun) / 1e9)))"
    sleep 1
}

for _ in $(seq "$rounds"); do
    once rialto "$rialto" b@bench.test
    once postfix "$pf" b@bench.test
done
