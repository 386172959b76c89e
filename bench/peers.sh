#!/usr/bin/env bash
# Rialto beside its peers under the same clients: bench/peers.sh HARNESS SERVERS WORKLOADS [run.py arguments…]
# HARNESS is the folder of the peers' harness (run.py); SERVERS e.g. dovecot-mdbox,rialto-cmd or slapd,rialto-cmd; WORKLOADS e.g. imap_append,smtp_ingest or ldap_anr.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
harness=${1:?the harness folder} servers=${2:?servers} workloads=${3:?workloads}
shift 3
"$root/run" describe-config >/dev/null    # builds
export RIALTO_PORTS="imap smtp ldap http pop3" RIALTO_USERS=${RIALTO_USERS:-100} RIALTO_PASSWORD=demo-password RIALTO_USER_TEMPLATE='user{n}@example.com'
export RIALTO_DURABILITY='acknowledged = synced (commit log)'
listen='--listen smtp=127.0.0.1:{smtp} --listen imap=127.0.0.1:{imap} --listen ldap=127.0.0.1:{ldap} --listen http=127.0.0.1:{http}
 --listen pop3=127.0.0.1:{pop3} --listen imaps=off --listen pop3s=off --listen ldaps=off --listen https=off --listen submission=off --listen submissions=off'
export RIALTO_CMD="exec $root/run serve --demo {users} --data {dir}/data ${listen//$'\n'/}"
export RIALTO_LOAD_LDIF_CMD="$root/run import --ldif {file} --data {dir}/data >/dev/null"
if [ "$workloads" = ldap_anr ]; then
    # The harness counts the people of dc=example,dc=com and expects those it brought: there are no demonstration accounts, and who asks has a domain of their own.
    export RIALTO_PORTS=ldap RIALTO_LDAP_BIND_DN=uid=reader,ou=people,dc=reader,dc=example
    listen='--listen ldap=127.0.0.1:{ldap}'
    for name in smtp imap pop3 http imaps pop3s ldaps https submission submissions; do listen+=" --listen $name=off"; done
    export RIALTO_CMD="mkdir -p {dir}/data && echo '{\"organisation\":{\"name\":\"Example\",\"domain\":\"reader.example\"}}' > {dir}/rialto.json &&
 exec $root/run serve --config {dir}/rialto.json --bind 127.0.0.1 --data {dir}/data $listen"
    export RIALTO_LOAD_LDIF_CMD="(echo demo-password | $root/run account add reader@reader.example --admin --data {dir}/data && $root/run domain add example.com --data {dir}/data && $RIALTO_LOAD_LDIF_CMD) >/dev/null"
fi
exec python3 "$root/bench/mail_workloads.py" "$harness" --server "$servers" --workload "$workloads" "$@"
