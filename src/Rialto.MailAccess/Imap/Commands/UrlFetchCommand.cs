// RFC 4467 7 URLFETCH, 8 response.
using System.Text;
using Rialto.MailAccess.Imap.Urls;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Gives out what URLs mean that carry their authorization, whatever the session itself may read; NIL for every other, without a word why.</summary>
internal sealed class UrlFetchCommand : ImapCommand
{
    private readonly List<string> _urls = [];

    /// <summary>urlfetch = "URLFETCH" 1*(SP url-full)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            if (_urls.Count == parser.Options.MaximumUrls)
                parser.Fail("Too many URLs");
            parser.Space();
            _urls.Add(parser.Text());
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var reader = UrlReader.Of(session);
        session.Writer.Raw("* URLFETCH"u8);
        var isUnavailable = false;
        foreach (var url in _urls)
        {
            session.Writer.Raw(" "u8);
            session.Writer.String(Encoding.UTF8.GetBytes(url));
            session.Writer.Raw(" "u8);
            StoreResult<MessageUrl> opened = StoreError.NotFound;
            try
            {
                if (ImapUrl.TryParse(url, session.Options, out var parsed) && session.Protocol.IsHere(parsed, session.Transport.LocalEndPoint))
                    opened = await MessageUrl.OpenAuthorizedAsync(session.Protocol, parsed, reader, cancel);
            }
            catch (StorageUnavailableException)
            {
                opened = StoreError.StorageUnavailable;
            }
            if (!opened.TryGet(out var found))
            {
                isUnavailable |= opened.Error == StoreError.StorageUnavailable;
                session.Writer.Raw("NIL"u8);
                continue;
            }
            using (found)
            {
                if (!await WriteAsync(session, found.Bytes))
                    return ImapReply.Bad("Connection is gone");
            }
        }
        session.Writer.Crlf();
        return isUnavailable ? ImapErrors.Unavailable : ImapReply.Ok("URLFETCH completed");
    }

    private static async ValueTask<bool> WriteAsync(ImapSession session, ReadOnlyMemory<byte> bytes)
    {
        session.Writer.LiteralHead(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, session.Options.FlushSize)];
            session.Writer.Raw(part.Span);
            bytes = bytes[part.Length..];
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return false;
        }
        return true;
    }
}
