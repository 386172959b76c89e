// RFC 9208 4.1.3 SETQUOTA, 5.1 STORAGE.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Sets what a store may hold. The directory's administrators only.</summary>
internal sealed class SetQuotaCommand : ImapCommand
{
    private string _root = "";
    private long _kilobytes;
    private bool _isOther;

    /// <summary>setquota = "SETQUOTA" SP quota-root-name SP "(" [resource SP number64 *(SP resource SP number64)] ")"; no resource: no limit.</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _root = parser.Text();
        parser.Space();
        parser.Expect((byte)'(', "Resource limits expected");
        while (!parser.Failed && !parser.TryTake((byte)')'))
        {
            var isStorage = parser.TryTakeWord("STORAGE"u8);
            if (!isStorage)
                parser.Atom();
            parser.Space();
            var limit = parser.Number64();
            if (isStorage)
                _kilobytes = limit;
            _isOther |= !isStorage;
            parser.TryTake((byte)' ');
        }
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (session.Mailbox.Principal.Kind != PrincipalKind.Administrator || session.Protocol.Directory?.Current.Find<Directory.Account>(session.Mailbox.Principal.Id) is not { IsAdministrator: true })
            return ImapErrors.From(StoreError.AccessDenied);
        if (_isOther || _kilobytes > long.MaxValue / 1024)
            return ImapReply.No("CANNOT", "Only STORAGE has limits");
        if (await QuotaRoot.FindAsync(session, _root, cancel) is not { } mailbox)
            return ImapReply.No("NONEXISTENT", "No such quota root");
        var error = await mailbox.SetQuotaAsync(_kilobytes * 1024, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        QuotaRoot.Write(session.Writer, QuotaRoot.NameOf(session, mailbox), mailbox);
        return ImapReply.Ok("SETQUOTA completed");
    }
}
