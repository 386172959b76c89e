#!/usr/bin/env bash
# Dovecot's imaptest against Rialto or against Debian's Dovecot on this machine:
#   bench/imaptest.sh scripts SERVER [ARGUMENTS…]        its compliance scripts, one user; lists the groups that fail
#   bench/imaptest.sh load SERVER SECONDS [ARGUMENTS…]   random load that keeps track of the state of every mailbox; lists what was found wrong
# SERVER is rialto or dovecot. ARGUMENTS go to imaptest (error_quit=1, test=ANOTHER-FOLDER, own_flags=1, states as in its manual).
# Three scripts of that version fail through themselves: notify wants answered OK what RFC 5465 5 wants answered BAD (its later version does not), urlauth2 selects a mailbox of a second user that
# nobody has made (with Dovecot too, where URLAUTH is switched on), and urlauth-binary wants the parts of RFC 5524's url-metadata in one list, and decoded data said to be in base64 (its later version does not).
# imaptest is fetched and built outside the repository, into IMAPTEST (~/.cache/imaptest by default), with Debian's dovecot-dev; a copy that is built already is used as it is.
# RIALTO is the command that starts the server, ./run by default; MAILS an mbox with messages of different Message-IDs, made here by default.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/eng/prepare.sh"
what=${1:?scripts or load} server=${2:?rialto or dovecot}
shift 2
IMAPTEST=${IMAPTEST:-${XDG_CACHE_HOME:-$HOME/.cache}/imaptest}
commit=924f619d4ad80f370bd45fb2cec27805fee6d19c    # as old as Debian 12's Dovecot, against whose library it is built

if [ ! -x "$IMAPTEST/src/imaptest" ]; then
    need_packages git:git gcc:gcc make:make autoconf:autoconf automake:automake libtool:libtoolize dovecot-dev:/usr/include/dovecot/lib.h
    [ -d "$IMAPTEST" ] || git clone -q https://github.com/dovecot/imaptest "$IMAPTEST"
    say 'Building imaptest…'
    if ! (cd "$IMAPTEST" && git checkout -q "$commit" &&
        # Debian's library has one parameter more than the sources of that day.
        sed -i 's/\(imap_parser_create(.*, NULL, (size_t)-1\));/\1, NULL);/' src/*.c && ./autogen.sh && ./configure --with-dovecot=/usr/lib/dovecot && make -s) >"$IMAPTEST/build.log" 2>&1; then
        say "imaptest was not built ($IMAPTEST/build.log). Its sources follow Dovecot's: build a commit as old as the installed dovecot-dev there, and run this again."
        exit 1
    fi
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/imaptest.XXXXXX")
chmod 755 "$dir"
pid=
stop() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
    rm -rf "$dir"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=demo-password user='user%d@example.com'

case $server in
rialto)
    off=
    for name in imaps pop3 pop3s smtp submission submissions ldap ldaps http https; do off+=" --listen $name=off"; done
    # shellcheck disable=SC2086
    ${RIALTO:-$root/run} serve --demo 8 --data "$dir/data" --listen imap=127.0.0.1:"$port" $off >"$dir/log" 2>&1 &
    pid=$!
    ;;
dovecot)
    need_packages dovecot-imapd:/usr/lib/dovecot/imap
    mkdir "$dir/mail"
    uid=$(id -u mail) gid=$(id -g mail)
    chown "$uid:$gid" "$dir/mail"
    cat >"$dir/conf" <<CONF
base_dir = $dir/run
state_dir = $dir/state
log_path = $dir/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
mail_location = mdbox:~/mdbox
mail_uid = $uid
mail_gid = $gid
first_valid_uid = $uid
first_valid_gid = $gid
mail_max_userip_connections = 1000
imap_metadata = yes
mail_attribute_dict = file:%h/attributes
passdb {
  driver = static
  args = password=$password
}
userdb {
  driver = static
  args = uid=$uid gid=$gid home=$dir/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = 0
  }
}
CONF
    /usr/sbin/dovecot -F -c "$dir/conf" &
    pid=$!
    ;;
*) say 'rialto or dovecot'; exit 2 ;;
esac
python3 - "$port" <<'PYTHON'
import socket, sys, time
for _ in range(600):
    try:
        with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1) as connection:
            if connection.makefile('rb').readline().startswith(b'* OK'):
                connection.sendall(b'a LOGOUT\r\n')
                sys.exit(0)
    except OSError:
        pass
    time.sleep(0.1)
sys.exit('The server did not answer.')
PYTHON

if [ -z "${MAILS:-}" ]; then
    MAILS=$dir/mails
    python3 - >"$MAILS" <<'PYTHON'
for i in range(500):
    print(f'From user@example.com  Mon Feb  7 21:52:25 1994\nFrom: a{i % 7}@example.com\nTo: b@example.com\nSubject: Message {i}\nMessage-ID: <{i}@example.com>\n'
          f'Date: Mon, 7 Feb 1994 21:52:{i % 60:02} -0800\n')
    for line in range(1 + i * 7 % 40):
        print(f'line {line} of message {i} ' + 'x' * (line * 13 % 70))
    print()
PYTHON
fi

cd "$dir"
export LD_LIBRARY_PATH=/usr/lib/dovecot${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
imaptest=("$IMAPTEST/src/imaptest" host=127.0.0.1 port="$port" pass="$password" mbox="$MAILS")
if [ "$what" = scripts ]; then
    "${imaptest[@]}" user=user1@example.com user2=user2@example.com test="$IMAPTEST/src/tests" "$@" >"$dir/out" 2>&1 || true
    # What was not as expected stands before the totals.
    cat "$dir/out"
    grep -q '^0 test groups: 0 failed' "$dir/out" && exit 1
    grep -qE '^[0-9]+ test groups: 0 failed' "$dir/out"
else
    seconds=${1:?how many seconds}
    shift
    "${imaptest[@]}" user="$user" users=4 clients=16 secs="$seconds" "$@" >"$dir/out" 2>"$dir/errors" || true
    tail -3 "$dir/out"
    grep -vE '^[ 0-9%/]*$' "$dir/errors" | grep -i error | head -50 || true
    echo "$(grep -ci error "$dir/errors" || true) errors in $seconds s; the server's log: $(grep -cE '(fail|crit): |Panic|Fatal|assert' "$dir/log" 2>/dev/null || true) lines that tell of failures"
    grep -E '(fail|crit): |Panic|Fatal|assert' "$dir/log" 2>/dev/null | head -10 || true
fi
