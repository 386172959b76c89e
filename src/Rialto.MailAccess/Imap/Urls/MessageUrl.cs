// RFC 5092: what a URL means; RFC 4469 3: what CATENATE may name; RFC 4469 5 BADURL; RFC 4467 6 and 7 (URLFETCH): URLs that carry their authorization; RFC 5524.
using System.Buffers;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap.Urls;

/// <summary>The bytes that a URL means, lent.</summary>
internal sealed class MessageUrl(OpenedMessage message, ImapUrl url, ReadOnlyMemory<byte> bytes) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The same without the part's transfer encoding; headers, texts of messages and messages as a whole have none. False where the encoding is unknown.</summary>
    public bool TryDecode(out ReadOnlyMemory<byte> decoded)
    {
        decoded = bytes;
        if (url.Section.Text != SectionText.Whole || url.Section.Part.Length == 0)
            return true;
        if (!message.TryDecode(url.Section.Part, out decoded, out _))
            return false;
        decoded = Partial(url, decoded);
        return true;
    }

    /// <summary>RFC 5524 3.2: writes what the message or the part is, encoded or, where it can be, decoded. False where the URL means a header or text, which have no structure.</summary>
    public bool TryWriteStructure(bool isDecoded, IBufferWriter<byte> output)
    {
        if (url.Section.Text != SectionText.Whole || message.FindPart(url.Section.Part) is not { } part)
            return false;
        if (isDecoded && url.Section.Part.Length > 0 && message.TryDecode(url.Section.Part, out var content, out _))
            ImapBodyStructure.WriteDecoded(part, content.Span, output);
        else
            ImapBodyStructure.Write(part, output);
        return true;
    }

    private static ReadOnlyMemory<byte> Partial(ImapUrl url, ReadOnlyMemory<byte> section)
    {
        var from = (int)Math.Min(url.Offset, section.Length);
        return section.Slice(from, (int)Math.Min(url.Length, section.Length - from));
    }

    public void Dispose() => message.Dispose();

    /// <summary>For CATENATE: a URL without authorization is read with the rights of the session, in the scope of its user; one with authorization as URLFETCH reads it.</summary>
    public static async ValueTask<(MessageUrl? Url, ImapReply? Refusal)> OpenAsync(ImapSession session, string url, CancellationToken cancel)
    {
        if (!ImapUrl.TryParse(url, session.Options, out var parsed) || !session.Protocol.IsHere(parsed, session.Transport.LocalEndPoint))
            return (null, Bad(url));
        StoreResult<MessageUrl> opened;
        if (parsed.Access != UrlAccess.None)
            opened = await OpenAuthorizedAsync(session.Protocol, parsed, UrlReader.Of(session), cancel);
        else if (parsed.User is not null && session.Protocol.Directory?.Current.FindByLogin(parsed.User)?.MailboxGuid != session.Mailbox.MailboxId)
            opened = StoreError.NotFound;
        else
            opened = await OpenAsync(session.Namespaces, parsed, cancel);
        if (opened.TryGet(out var found))
            return (found, null);
        return (null, opened.Error == StoreError.StorageUnavailable ? ImapErrors.Unavailable : Bad(url));
    }

    /// <summary>
    /// A URL with authorization: with the access that the user in it has now, whoever it is shown by, as far as it lets them. <see cref="StoreError.StorageUnavailable"/> where that cannot be
    /// said now; otherwise every reason is <see cref="StoreError.NotFound"/>.
    /// </summary>
    public static async ValueTask<StoreResult<MessageUrl>> OpenAuthorizedAsync(ImapProtocol protocol, ImapUrl url, UrlReader reader, CancellationToken cancel)
    {
        if (protocol.Directory?.Current is not { } directory || url.Access == UrlAccess.None || url.Mechanism is null || url.User is null)
            return StoreError.NotFound;
        var isExpired = url.Expires is { } last && protocol.Engine.Time.GetUtcNow() > last;
        var owner = directory.FindByLogin(url.User);
        if (owner is not { MailboxEnabled: true, LoginEnabled: true } || await OpenMailboxAsync(protocol, directory, owner, cancel) is not { } mailbox)
        {
            // 4467 6: no sooner than for mailboxes that there are.
            UrlKeys.IsToken(default, url.Rump, url.Token);
            return StoreError.NotFound;
        }
        using (mailbox)
        {
            using var names = new Namespaces(mailbox, protocol.Directory, protocol.Engine, protocol.Options);
            var place = await names.FindAsync(url.Mailbox, cancel);
            var key = place is null ? default : await new UrlKeys(mailbox).FindAsync(place.Mailbox.MailboxId, place.Folder.Id, cancel);
            var isRight = UrlKeys.IsToken(key.Span, url.Rump, url.Token) && url.Mechanism.Equals(UrlKeys.Mechanism, StringComparison.OrdinalIgnoreCase);
            return isRight && !isExpired && reader.MayUse(url, directory) ? await OpenAsync(names, url, cancel) : StoreError.NotFound;
        }
    }

    private static async ValueTask<MailboxSession?> OpenMailboxAsync(ImapProtocol protocol, DirectorySnapshot directory, Account owner, CancellationToken cancel)
    {
        var opened = await protocol.Engine.OpenAsync(owner.MailboxGuid, Authenticator.PrincipalOf(directory, owner), cancel);
        if (!opened.TryGet(out var mailbox))
            return null;
        await mailbox.RefreshAsync(cancel);
        return mailbox;
    }

    private static async ValueTask<StoreResult<MessageUrl>> OpenAsync(Namespaces names, ImapUrl url, CancellationToken cancel)
    {
        if (await names.FindAsync(url.Mailbox, cancel) is not { } place || url.UidValidity is { } validity && validity != place.Folder.UidValidity)
            return StoreError.NotFound;
        var opened = await place.Mailbox.OpenViewAsync(place.Folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return opened.Error;
        MessageId id;
        using (view)
        {
            var position = view.Current.PositionOfUid(url.Uid);
            if (position < 0)
                return StoreError.NotFound;
            id = view.Current[position].Id;
        }
        var mime = await place.Mailbox.OpenMimeAsync(place.Folder.Id, id, cancel);
        if (!mime.TryGet(out var lease))
            return mime.Error;
        var message = new OpenedMessage(id, lease);
        if (!message.TryFind(url.Section, out var bytes))
        {
            message.Dispose();
            return StoreError.NotFound;
        }
        return new MessageUrl(message, url, Partial(url, bytes));
    }

    private static ImapReply Bad(string url) => url.All(c => c is > ' ' and < (char)0x7F and not ('"' or '\\' or ']'))
        ? ImapReply.No($"BADURL {url}", "No message or part has that address")
        : ImapReply.No("BADURL \"\"", "No message or part has that address");
}
