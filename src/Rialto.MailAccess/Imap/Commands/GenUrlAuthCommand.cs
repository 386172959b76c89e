// RFC 4467 7 GENURLAUTH, 8 response, 9 grammar; RFC 5092 6.1.
using System.Text;
using Rialto.MailAccess.Imap.Urls;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>
/// Makes URLs of one's own messages usable for others. Whether the user who may use one exists is not looked at, nor whether the message does: the URL would be worth nothing, and nobody
/// learns here who there is.
/// </summary>
internal sealed class GenUrlAuthCommand : ImapCommand
{
    private readonly List<string> _urls = [];
    private bool _hasOtherMechanism;

    /// <summary>genurlauth = "GENURLAUTH" 1*(SP url-rump SP mechanism)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            if (_urls.Count == parser.Options.MaximumUrls)
                parser.Fail("Too many URLs");
            parser.Space();
            _urls.Add(parser.Text());
            parser.Space();
            _hasOtherMechanism |= !Ascii.EqualsIgnoreCase(parser.Atom(), UrlKeys.Mechanism);
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (_hasOtherMechanism)
            return ImapReply.Bad("INTERNAL is the only mechanism");
        var user = UrlReader.Of(session).User;
        var made = new List<string>();
        foreach (var url in _urls)
        {
            if (!ImapUrl.TryParse(url, session.Options, out var parsed) || parsed.Host is null || !session.Protocol.IsHere(parsed, session.Transport.LocalEndPoint))
                return ImapReply.Bad("No URL of a message on this server");
            if (parsed.Access == UrlAccess.None || parsed.Mechanism is not null)
                return ImapReply.Bad("The URL ends with who may use it");
            if (user is null || parsed.User is null || session.Protocol.Directory!.Current.FindByLogin(parsed.User)?.Id != user.Id)
                return ImapReply.Bad("URLs are made of the own mailboxes, named as such");
            if (await session.Namespaces.FindAsync(parsed.Mailbox, cancel) is not { } place)
                return ImapReply.Bad("No such mailbox");
            var key = await new UrlKeys(session.Mailbox).GetAsync(place.Mailbox.MailboxId, place.Folder.Id, cancel);
            if (!key.TryGet(out var secret))
                return ImapErrors.From(key.Error);
            made.Add($"{url}:{UrlKeys.Mechanism.ToLowerInvariant()}:{UrlKeys.Token(secret.Span, parsed.Rump)}");
        }
        session.Writer.Raw("* GENURLAUTH"u8);
        foreach (var url in made)
        {
            session.Writer.Raw(" "u8);
            session.Writer.String(Encoding.UTF8.GetBytes(url));
        }
        session.Writer.Crlf();
        return ImapReply.Ok("GENURLAUTH completed");
    }
}
