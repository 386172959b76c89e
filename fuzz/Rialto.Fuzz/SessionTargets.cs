using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Rialto.Delivery;
using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Pop3;
using Rialto.MailAccess.Tests.Imap;
using Rialto.Model;
using Rialto.Net;
using Rialto.Smtp;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Fuzz;

/// <summary>
/// Whole sessions: all that a client sends, given to the server's own session over pipes in memory, with a store, a directory and a queue behind it. Once as a stranger, once logged in.
/// Whatever the session logs as an error is a failure, and so is one that does not end when the client is gone.
/// </summary>
internal static class SessionTargets
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<TestDirectory> s_directory = new(static () => CreateDirectoryAsync().GetAwaiter().GetResult());
    private static readonly byte[] s_plain = Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0user1@example.com\0{TestDirectory.Password}")));

    public static readonly byte[][] SmtpSamples =
    [
        "EHLO client.test\r\nMAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=QQ+3D1\r\nRCPT TO:<user1@example.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;user1@example.com\r\nDATA\r\nSubject: x\r\n\r\n..x\r\n.\r\nQUIT\r\n"u8.ToArray(),
        "EHLO a\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<user2@example.com>\r\nBDAT 12\r\nSubject: x\r\nBDAT 3 LAST\r\n\r\nzRSET\r\nNOOP\r\nVRFY a\r\nEXPN b\r\nHELP\r\n"u8.ToArray(),
        "HELO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<@x.test:\"a b\"@example.com>\r\nRCPT TO:<Postmaster>\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\nX-MS-Exchange-Organization-SCL: -1\r\n x\r\nReceived: y\r\n\r\nz\r\n.\r\nSTARTTLS\r\n"u8.ToArray(),
        "EHLO client.test\r\nMAIL FROM:<user1@example.com> RET=FULL ENVID=1 HOLDUNTIL=2036-01-01T00:00:00Z\r\nRCPT TO:<user1@example.com>\r\nRCPT TO:<a@elsewhere.test> NOTIFY=NEVER\r\nBDAT 14 LAST\r\nSubject: x\r\n\r\nMAIL FROM:<user1@example.com>\r\nRCPT TO:<nobody@example.com>\r\nDATA\r\nRSET\r\n"u8.ToArray(),
        "EHLO a\r\nAUTH LOGIN\r\nYQ==\r\n*\r\nAUTH SCRAM-SHA-256 biwsbj11c2VyMSxyPWFiYw==\r\n*\r\nAUTH PLAIN =\r\nMAIL FROM:<user1@example.com> SMTPUTF8 AUTH=<> HOLDFOR=60\r\nRCPT TO:<gr\u00fcn@example.com> ORCPT=utf-8;gr\u00fcn@example.com\r\nRCPT TO:<a@elsewhere.test>\r\nDATA\r\nTLS-Required: No\r\n\r\n\r\n.\r\n"u8.ToArray(),
    ];

    public static readonly byte[][] ImapSamples =
    [
        "a CAPABILITY\r\nb LOGIN user1@example.com demo-password\r\nc ID (\"name\" \"x\")\r\nd ENABLE CONDSTORE UTF8=ACCEPT\r\ne NAMESPACE\r\nf LIST (SPECIAL-USE) \"\" (\"%\" \"*\") RETURN (STATUS (MESSAGES UIDNEXT))\r\ng LOGOUT\r\n"u8.ToArray(),
        "a SELECT INBOX (CONDSTORE)\r\nb APPEND INBOX (\\Seen $x) \"01-Jan-2026 00:00:00 +0000\" {29+}\r\nSubject: x\r\n\r\nHello there.\r\n\r\nc FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[1]<0.5> BINARY[1] PREVIEW)\r\nd UID STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Deleted)\r\ne EXPUNGE\r\nf IDLE\r\nDONE\r\n"u8.ToArray(),
        "a CREATE x/y\r\nb RENAME x z\r\nc SUBSCRIBE z/y\r\nd SELECT z/y\r\ne UID SEARCH RETURN (SAVE COUNT) OR (FROM a NOT SEEN) CHARSET UTF-8 TEXT \"b\" SINCE 1-Jan-2026\r\nf SORT (REVERSE DATE) UTF-8 ALL\r\ng THREAD REFERENCES UTF-8 ALL\r\nh GETMETADATA z /private/comment\r\ni SETACL z user2@example.com lr\r\nj GETQUOTAROOT z\r\nk DELETE z\r\n"u8.ToArray(),
        "a EXAMINE INBOX (QRESYNC (1 2 1:3 (1 1)))\r\nb NOTIFY SET (SELECTED (MessageNew (FLAGS) MessageExpunge))\r\nc STATUS INBOX (MESSAGES SIZE HIGHESTMODSEQ)\r\nd UID FETCH 1:5 (FLAGS) (CHANGEDSINCE 1 VANISHED)\r\ne UNSELECT\r\nf AUTHENTICATE PLAIN {3}\r\n*\r\ng MOVE 1 Trash\r\nh COMPRESS DEFLATE\r\n"u8.ToArray(),
    ];

    public static readonly byte[][] Pop3Samples =
    [
        "CAPA\r\nUSER user1@example.com\r\nPASS demo-password\r\nSTAT\r\nLIST\r\nUIDL 1\r\nTOP 1 2\r\nRETR 1\r\nDELE 1\r\nRSET\r\nNOOP\r\nQUIT\r\n"u8.ToArray(),
        "AUTH\r\nAUTH PLAIN =\r\nAUTH LOGIN\r\n*\r\nUTF8\r\nSTLS\r\nAPOP a b\r\nUIDL\r\nTOP 1 4294967296\r\nDELE 0\r\nQUIT\r\n"u8.ToArray(),
    ];

    /// <summary>What the mailbox of who logs in holds, for what reads mail.</summary>
    private static readonly ReadOnlySequence<byte> s_mail = new(Encoding.ASCII.GetBytes(
        """
        From: =?utf-8?q?Gr=C3=BCn?= <a@b.test>
        To: user1@example.com
        Subject: Re: mail
        Date: Thu, 1 Jan 2026 00:00:00 +0000
        Message-ID: <1@b.test>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        .Gr=C3=BC=C3=9Fe
        --b
        Content-Type: message/rfc822

        Subject: inner

        x
        --b--

        """.ReplaceLineEndings("\r\n")));

    /// <summary>Nobody relays without a log-in, every answer is a well-formed reply, and what was taken is lines where lines were said.</summary>
    public static void Smtp(ReadOnlyMemory<byte> input)
    {
        foreach (var submits in (bool[])[false, true])
        {
            byte[] prefix = submits ? [.. "EHLO client.test\r\nAUTH PLAIN "u8, .. s_plain, .. "\r\n"u8] : [];
            Run(input, prefix, (engine, backend, log) => new SmtpProtocol(submits ? SmtpRole.Submission : SmtpRole.Relay, new SmtpServices
            {
                Options = new SmtpOptions { HostName = "mail.example.com" },
                Directory = s_directory.Value.Service,
                Authenticator = s_directory.Value.Authenticator,
                Store = engine,
                Queue = new SessionQueue(backend.Blobs),
                Logger = log,
            }), CheckReplies);
        }
    }

    public static void Imap(ReadOnlyMemory<byte> input)
    {
        foreach (var prefix in (byte[][])[[], [.. "- LOGIN user1@example.com "u8, .. Encoding.ASCII.GetBytes(TestDirectory.Password), .. "\r\n- SELECT INBOX\r\n"u8]])
            Run(input, prefix, static (engine, _, log) => new ImapProtocol(engine, s_directory.Value.Authenticator, new ImapOptions(), log.As<ImapProtocol>()) { Directory = s_directory.Value.Service }, static _ => { });
    }

    public static void Pop3(ReadOnlyMemory<byte> input)
    {
        foreach (var prefix in (byte[][])[[], [.. "USER user1@example.com\r\nPASS "u8, .. Encoding.ASCII.GetBytes(TestDirectory.Password), .. "\r\n"u8]])
            Run(input, prefix, static (engine, _, log) => new Pop3Protocol(engine, s_directory.Value.Authenticator, new Pop3Options(), log.As<Pop3Protocol>()), static output =>
            {
                if (!output.AsSpan().StartsWith("+OK"u8) || !output.AsSpan().EndsWith("\r\n"u8)) throw new InvalidOperationException("That is no POP3.");
            });
    }

    private static void Run(ReadOnlyMemory<byte> input, byte[] prefix, Func<StoreEngine, Store.Conformance.MemoryBackend, SessionLog, ConnectionProtocol> protocol, Action<byte[]> check) =>
        RunAsync(input, prefix, protocol, check).WaitAsync(s_patience).GetAwaiter().GetResult();

    private static async Task RunAsync(ReadOnlyMemory<byte> input, byte[] prefix, Func<StoreEngine, Store.Conformance.MemoryBackend, SessionLog, ConnectionProtocol> protocol, Action<byte[]> check)
    {
        // A mailbox of its own for each input: what failed fails again.
        var backend = new Store.Conformance.MemoryBackend();
        await using var engine = new StoreEngine(backend, new MimeConverter(), new StoreOptions(), TimeProvider.System);
        var log = new SessionLog();
        foreach (var address in (string[])["user1@example.com", "user2@example.com"])
        {
            var account = s_directory.Value.Account(address);
            await engine.CreateMailboxAsync(account.MailboxGuid, account.Id, null, default);
        }

        var served = protocol(engine, backend, log);
        if (served is not SmtpProtocol)
        {
            using var mailbox = (await engine.OpenAsync(s_directory.Value.Account("user1@example.com").MailboxGuid, Principal.System, default)).Value;
            await mailbox.AppendAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), await engine.PrepareMimeAsync(s_mail, default), new AppendOptions(MessageState.None, [], null), default);
        }

        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var toClient = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await toServer.Writer.WriteAsync(prefix);
        await toServer.Writer.WriteAsync(input);
        await toServer.Writer.CompleteAsync();
        var transport = new SessionTransport(new Duplex(toServer.Reader, toClient.Writer), new ListenerOptions { Name = served.Name, Tls = TlsMode.None, AllowPlainTextLogin = true });
        await served.RunAsync(transport);
        await toClient.Writer.CompleteAsync();
        log.ThrowIfAny();
        using var output = new MemoryStream();
        await toClient.Reader.CopyToAsync(output);
        check(output.ToArray());
    }

    /// <summary>RFC 5321 4.2: three digits, a space or a hyphen, printable text, CRLF.</summary>
    private static void CheckReplies(byte[] output)
    {
        for (var rest = output.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf("\r\n"u8);
            if (end < 0) throw new InvalidOperationException("A reply does not end.");
            var line = rest[..end];
            if (line.Length is < 4 or > 12_400 || line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9') || line[3] is not ((byte)' ' or (byte)'-') || line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                throw new InvalidOperationException("That is no reply: " + Convert.ToHexString(line));
            rest = rest[(end + 2)..];
        }
    }

    private static Task<TestDirectory> CreateDirectoryAsync() => TestDirectory.CreateAsync(2, configure: static o =>
    {
        o.LockoutThreshold = int.MaxValue;
        o.AddressFreeFailures = int.MaxValue;
    });

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>Looks at what was accepted, and forgets it.</summary>
    private sealed class SessionQueue(Store.Backend.IBlobStore blobs) : IMailQueueStorage
    {
        public async ValueTask EnqueueAsync(QueuedMessage message, CancellationToken cancel)
        {
            if (message.Recipients.Count == 0) throw new InvalidOperationException("A message for nobody.");
            if (message.Submitter.Length == 0 && message.Recipients.FirstOrDefault(r => !IsOwn(r.Address)) is { } stranger)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Relayed to {stranger.Address}."));
            using var content = await blobs.OpenAsync(message.Content, cancel);
            var bytes = content.Memory;
            if (!bytes.Span.StartsWith("Return-Path: "u8) && !bytes.Span.StartsWith("Received: "u8)) throw new InvalidOperationException("It has no trace.");
            if (!message.EightBitMime && HasBareLineFeed(bytes.Span)) throw new InvalidOperationException("A line that ends with LF alone was taken.");
        }

        // A session that receives puts mail in and no more: whatever takes it out again is a fault to be found.
        public ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(string holder, int limit, TimeSpan lease, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask CompleteAsync(string holder, IReadOnlyList<QueueOutcome> outcomes, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask ProgressAsync(string holder, QueueOutcome outcome, TimeSpan lease, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<QueueRevision> ReviseAsync(Guid id, Func<QueuedMessage, IReadOnlyList<QueuedRecipient>> change, CancellationToken cancel) => throw new NotSupportedException();

        public IAsyncEnumerable<QueuedMessage> ListAsync(CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<bool> RemoveAsync(Guid id, CancellationToken cancel) => throw new NotSupportedException();

        public IDisposable Watch(Action available) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;

        private static bool IsOwn(string address) => address.EndsWith("@example.com", StringComparison.OrdinalIgnoreCase) || address.EndsWith("@example.net", StringComparison.OrdinalIgnoreCase)
            || address.Equals("postmaster", StringComparison.OrdinalIgnoreCase);

        private static bool HasBareLineFeed(ReadOnlySpan<byte> bytes)
        {
            for (int at = 0, feed; (feed = bytes[at..].IndexOf((byte)'\n')) >= 0; at += feed + 1)
            {
                if (at + feed == 0 || bytes[at + feed - 1] != '\r') return true;
            }

            return false;
        }
    }
}
