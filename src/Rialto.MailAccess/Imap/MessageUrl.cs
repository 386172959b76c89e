// RFC 5092 IMAP URLs, relative to the server; RFC 4469 3: what CATENATE may name; RFC 4469 5 BADURL.
using System.Text;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>The bytes that a URL means, lent.</summary>
internal sealed class MessageUrl(OpenedMessage message, ReadOnlyMemory<byte> bytes) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public void Dispose() => message.Dispose();

    /// <summary>"/" mailbox [";UIDVALIDITY=" n] "/;UID=" n ["/;SECTION=" section] ["/;PARTIAL=" offset ["." length]]. URLs of other servers and users are none.</summary>
    public static async ValueTask<(MessageUrl? Url, ImapReply? Refusal)> OpenAsync(ImapSession session, string url, CancellationToken cancel)
    {
        if (!TryParse(url, session.Options, out var parts)
            || await session.Namespaces.FindAsync(parts.Mailbox, cancel) is not { } place
            || parts.UidValidity is { } validity && validity != place.Folder.UidValidity)
        {
            return (null, Bad(url));
        }
        var opened = await place.Mailbox.OpenViewAsync(place.Folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return (null, opened.Error == StoreError.StorageUnavailable ? ImapErrors.Unavailable : Bad(url));
        MessageId id;
        using (view)
        {
            var position = view.Current.PositionOfUid(parts.Uid);
            if (position < 0)
                return (null, Bad(url));
            id = view.Current[position].Id;
        }
        var mime = await place.Mailbox.OpenMimeAsync(place.Folder.Id, id, cancel);
        if (!mime.TryGet(out var lease))
            return (null, mime.Error == StoreError.StorageUnavailable ? ImapErrors.Unavailable : Bad(url));
        var message = new OpenedMessage(id, lease);
        if (!message.TryFind(parts.Section, out var bytes))
        {
            message.Dispose();
            return (null, Bad(url));
        }
        var from = (int)Math.Min(parts.Offset, bytes.Length);
        return (new MessageUrl(message, bytes.Slice(from, (int)Math.Min(parts.Length, bytes.Length - from))), null);
    }

    private static ImapReply Bad(string url) => url.All(c => c is > ' ' and < (char)0x7F and not ('"' or '\\' or ']'))
        ? ImapReply.No($"BADURL {url}", "No message or part has that address")
        : ImapReply.No("BADURL \"\"", "No message or part has that address");

    private readonly record struct Parts(string Mailbox, uint? UidValidity, uint Uid, FetchItem Section, long Offset, long Length);

    private static bool TryParse(string url, ImapOptions options, out Parts parts)
    {
        parts = default;
        if (!url.StartsWith('/') || url.StartsWith("//", StringComparison.Ordinal))
            return false;
        var pieces = url[1..].Split("/;");
        if (pieces.Length < 2)
            return false;
        var mailbox = pieces[0];
        uint? validity = null;
        if (mailbox.IndexOf(";UIDVALIDITY=", StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            if (!uint.TryParse(mailbox.AsSpan(at + 13), System.Globalization.NumberStyles.None, null, out var number))
                return false;
            validity = number;
            mailbox = mailbox[..at];
        }
        uint uid = 0;
        var section = "";
        long offset = 0, length = long.MaxValue;
        foreach (var piece in pieces.Skip(1))
        {
            if (piece.StartsWith("UID=", StringComparison.OrdinalIgnoreCase))
            {
                if (!uint.TryParse(piece.AsSpan(4), System.Globalization.NumberStyles.None, null, out uid))
                    return false;
            }
            else if (piece.StartsWith("SECTION=", StringComparison.OrdinalIgnoreCase))
            {
                section = Uri.UnescapeDataString(piece[8..]);
            }
            else if (!piece.StartsWith("PARTIAL=", StringComparison.OrdinalIgnoreCase) || !TryPartial(piece.AsSpan(8), out offset, out length))
            {
                return false;
            }
        }
        var parser = new ImapParser(Encoding.UTF8.GetBytes($"BODY.PEEK[{section}]"), options);
        var items = FetchItem.ParseAll(ref parser);
        parser.End();
        if (uid == 0 || parser.Failed || items is not [{ Kind: FetchItemKind.Section, PartialOffset: < 0 } item])
            return false;
        parts = new Parts(Uri.UnescapeDataString(mailbox), validity, uid, item, offset, length);
        return true;
    }

    private static bool TryPartial(ReadOnlySpan<char> text, out long offset, out long length)
    {
        length = long.MaxValue;
        var dot = text.IndexOf('.');
        var first = dot < 0 ? text : text[..dot];
        return long.TryParse(first, System.Globalization.NumberStyles.None, null, out offset) && (dot < 0 || long.TryParse(text[(dot + 1)..], System.Globalization.NumberStyles.None, null, out length) && length > 0);
    }
}
