// RFC 5267 4.3.5.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CancelUpdateCommand : ImapCommand
{
    private readonly List<byte[]> _tags = [];

    /// <summary>cancelupdate = "CANCELUPDATE" 1*(SP quoted)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            if (_tags.Count > parser.Options.MaximumSearchContexts)
                parser.Fail("Too many tags");
            parser.Space();
            _tags.Add(parser.String().ToArray());
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var all = true;
        foreach (var tag in _tags)
            all &= session.Folder.Unfollow(tag);
        return new(all ? ImapReply.Ok("CANCELUPDATE completed") : ImapReply.Bad("No search of that tag is followed"));
    }
}
