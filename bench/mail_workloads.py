#!/usr/bin/env python3
"""Workloads that the peers' harness lacks: bench/mail_workloads.py HARNESS [run.py arguments…]; bench/peers.sh goes through it.

imap_resync   SELECT with QRESYNC after 10 changes, of a folder of `folder` messages and of one with a tenth
imap_folders  LIST, and LIST with STATUS, of `folders` folders with a message each
imap_idle_tls memory of `conns` idle connections with TLS, of servers that offer STARTTLS
pop3_download `n` messages by RETR, 32 commands at a time, on one connection
"""
import re, socket, ssl, sys, time

harness = sys.argv[1]
sys.path.insert(0, harness)
import run                                    # noqa: E402
from lib import gen, workloads                # noqa: E402
from lib.core import fork_workers, measure    # noqa: E402
from lib.workloads import ensure_folder, imap, workload   # noqa: E402
from servers import dovecot, rialto           # noqa: E402
from servers.base import free_port, wait_port             # noqa: E402


@workload('imap')
def imap_resync(sv, o):
    n, k = o.get('folder', 100000), o.get('n', 20)
    if not imap(sv).has('QRESYNC'):
        return
    for size in (n // 10, n):
        box = ensure_folder(sv, size)

        def work(w):
            con, writer = imap(sv, 1, 300), imap(sv, 1, 300)
            con.fast(b'ENABLE QRESYNC')
            writer.select(box)
            yield
            lats = []
            for j in range(k + 1):
                d = con.fast(b'SELECT "%s"' % box)
                state = (re.search(rb'UIDVALIDITY (\d+)', d).group(1), re.search(rb'HIGHESTMODSEQ (\d+)', d).group(1))
                con.fast(b'UNSELECT')
                for c in range(10):
                    writer.fast(b'STORE %d %sFLAGS.SILENT (\\Draft)' % (1 + (c * 997) % size, b'-' if (j + o['run']) & 1 else b'+'))
                t = time.monotonic()
                d = con.fast(b'SELECT "%s" (QRESYNC (%s %s))' % (box, *state))
                if j:
                    lats.append(time.monotonic() - t)
                if d.count(b' FETCH (') != 10:
                    raise IOError('%d changes told' % d.count(b' FETCH ('))
                con.fast(b'UNSELECT')
            return lats

        def go():
            res, wall = fork_workers(1, work, o['timeout'])
            return dict(ops=k, wall=sum(res[0]), lats=res[0])
        yield 'imap_resync.%d' % size, measure(sv, go)


@workload('imap')
def imap_folders(sv, o):
    n, k, user = o.get('folders', 1000), o.get('n', 10), 9
    if 'folders' not in sv.state:
        con = imap(sv, user, 300)
        mail = gen.Mail(3)
        for i in range(n):
            con.fast(b'CREATE "f%04d"' % i)
            con.append(b'f%04d' % i, mail.make(i, 2000))
        con.logout()
        sv.state['folders'] = True
    for name, cmd in (('list', b'LIST "" *'), ('status', b'LIST "" * RETURN (STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))')):
        def work(w):
            con = imap(sv, user, 300)
            yield
            lats = []
            for _ in range(k):
                t = time.monotonic()
                d = con.fast(cmd)
                lats.append(time.monotonic() - t)
                if name == 'status' and d.count(b'* STATUS') < n:
                    raise IOError('%d statuses' % d.count(b'* STATUS'))
            return lats

        def go():
            res, wall = fork_workers(1, work, o['timeout'])
            return dict(ops=k, wall=wall, lats=res[0])
        yield 'imap_folders.' + name, measure(sv, go)


@workload('imap')
def imap_idle_tls(sv, o):
    n, users = o.get('conns', 1000), min(o.get('users', 100), sv.users)
    with socket.create_connection((sv.host, sv.imap_port), 60) as s:
        s.recv(4096)
        s.sendall(b'a CAPABILITY\r\n')
        if b'STARTTLS' not in s.recv(4096):
            return
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    cons = []

    def open_one(user):
        s = socket.create_connection((sv.host, sv.imap_port), 60)
        cons.append(s)
        f = s.makefile('rb', 0)
        f.readline()
        s.sendall(b'a STARTTLS\r\n')
        if not f.readline().startswith(b'a OK'):
            raise IOError('no STARTTLS')
        s = cons[-1] = context.wrap_socket(s)
        f = s.makefile('rb', 0)
        for command in (b'LOGIN %s %s' % (sv.user(user).encode(), sv.password.encode()), b'SELECT "%s"' % (sv.inbox if isinstance(sv.inbox, bytes) else sv.inbox.encode())):
            s.sendall(b'a ' + command + b'\r\n')
            while not (line := f.readline()).startswith(b'a '):
                if not line:
                    raise IOError('closed')
        s.sendall(b'a IDLE\r\n')
        f.readline()

    def go():
        t0 = time.monotonic()
        lats = []
        for i in range(n):
            t = time.monotonic()
            open_one(i % users + 1)
            lats.append(time.monotonic() - t)
        return dict(ops=n, wall=time.monotonic() - t0, lats=lats)
    try:
        row = measure(sv, go, settle=sv.idle_settle(), whole=True)
        base = sv.state.setdefault('idle_base_kb', row['begin_pss_kb'])
        row['kb_per_conn'] = (row['pss_end_kb'] - base) / n
    finally:
        for con in cons:
            con.close()
    time.sleep(2)
    yield 'imap_idle_tls', row


@workload('pop3')
def pop3_download(sv, o):
    n, user = o.get('n', 10000), 8
    if 'pop3' not in sv.state:
        con = imap(sv, user, 900)
        mail = gen.Mail(11)
        for a in range(0, n, 200):
            con.multiappend(sv.inbox, [(b'', mail.make(i, gen.size_of(i, 11, gen.FOLDER_MIX))) for i in range(a, min(n, a + 200))])
        con.logout()
        sv.state['pop3'] = True

    def work(w):
        s = socket.create_connection((sv.host, sv.pop3_port), 120)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        f = s.makefile('rb', 1 << 18)
        f.readline()
        for line in (b'USER %s' % sv.user(user).encode(), b'PASS %s' % sv.password.encode()):
            s.sendall(line + b'\r\n')
            if not f.readline().startswith(b'+OK'):
                raise IOError('no log-in')
        yield
        total, lats = 0, []
        for a in range(1, n + 1, 32):
            t = time.monotonic()
            last = min(n, a + 31)
            s.sendall(b''.join(b'RETR %d\r\n' % i for i in range(a, last + 1)))
            # A search for each end in large pieces, not a line at a time: the client is on the same processors.
            left, data, start = last - a + 1, b'', 0
            while left:
                end = data.find(b'\r\n.\r\n', start)
                if end < 0:
                    piece = s.recv(1 << 20)
                    if not piece:
                        raise IOError('closed')
                    data, start = data[start:] + piece, 0
                    continue
                if data[start:start + 3] != b'+OK':
                    raise IOError('no message')
                total += end - start
                left, start = left - 1, end + 5
            lats.append(time.monotonic() - t)
        s.close()
        return total, lats

    def go():
        res, wall = fork_workers(1, work, o['timeout'])
        return dict(ops=n, wall=wall, lats=res[0][1], extra={'mb_s': res[0][0] / 1e6 / wall})
    yield 'pop3_download', measure(sv, go)


class DovecotPop3(dovecot.make('mdbox')):
    """With its POP3 server (Debian's dovecot-pop3d)."""
    protocols = ('imap', 'pop3')

    def conf(self, fsync='optimized'):
        if not hasattr(self, 'pop3_port'):
            self.pop3_port = free_port()
        text = super().conf(fsync).replace('protocols = imap lmtp', 'protocols = imap lmtp pop3')
        return text + 'service pop3-login {\n inet_listener pop3 {\n  port = %d\n }\n inet_listener pop3s {\n  port = 0\n }\n}\n' % self.pop3_port


class RialtoPop3(rialto.RialtoCmd):
    """RIALTO_CMD with {pop3}."""

    def start(self):
        self.pop3_port = free_port()
        super().start()
        self.protocols += ('pop3',)

    def launch(self, cmd):
        super().launch(cmd.replace('{pop3}', str(self.pop3_port)))
        wait_port(self.pop3_port, 60, proc=self.procs[-1])


dovecot.SERVERS['dovecot-mdbox-pop3'] = DovecotPop3
rialto.SERVERS['rialto-cmd'] = RialtoPop3

if __name__ == '__main__':
    sys.argv[1:2] = []
    sys.exit(run.main())
