// RFC 5464 4.2 GETMETADATA, 4.4 METADATA response.
using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class GetMetadataCommand : ImapCommand
{
    private readonly List<string> _entries = [];
    private string _name = "";
    private long _largest = long.MaxValue;
    private int _depth;

    /// <summary>getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        if (parser.TryTake((byte)'('))
        {
            ParseOptions(ref parser);
            parser.Space();
        }
        _name = parser.Mailbox();
        parser.Space();
        if (!parser.TryTake((byte)'('))
        {
            _entries.Add(parser.Text());
            return;
        }
        do
        {
            if (_entries.Count == parser.Options.MaximumMetadataEntries)
                parser.Fail("Too many entries");
            _entries.Add(parser.Text());
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the entries expected");
    }

    private void ParseOptions(ref ImapParser parser)
    {
        do
        {
            if (parser.TryTakeWord("MAXSIZE"u8))
            {
                parser.Space();
                _largest = parser.Number();
            }
            else if (parser.TryTakeWord("DEPTH"u8))
            {
                parser.Space();
                if (parser.TryTakeWord("infinity"u8))
                    _depth = int.MaxValue;
                else if (parser.TryTake((byte)'1'))
                    _depth = 1;
                else if (!parser.TryTake((byte)'0'))
                    parser.Fail("Depth is 0, 1 or infinity");
            }
            else
            {
                parser.Fail("Unknown option");
            }
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the options expected");
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!_entries.TrueForAll(MailboxMetadata.IsName))
            return ImapReply.Bad("No such entry can be");
        MailboxPlace? place = null;
        if (_name.Length > 0 && (place = await session.Namespaces.FindAsync(_name, cancel)) is null)
            return ImapErrors.NoMailbox;
        var kept = await new MailboxMetadata(place?.Mailbox ?? session.Mailbox, place?.Folder, session.Mailbox.Principal.Id).ReadAsync(cancel);
        long longest = 0;
        var found = new List<KeyValuePair<string, byte[]?>>();
        foreach (var entry in _entries)
        {
            if (_depth == 0 && !kept.ContainsKey(entry))
                found.Add(new(entry, null));
            foreach (var (name, value) in kept)
            {
                if (!IsWanted(name, entry))
                    continue;
                if (value.Length > _largest)
                    longest = Math.Max(longest, value.Length);
                else
                    found.Add(new(name, value));
            }
        }
        Write(session.Writer, place?.Name ?? "", found);
        return longest == 0
            ? ImapReply.Ok("GETMETADATA completed")
            : ImapReply.Ok(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"METADATA LONGENTRIES {longest}"), "Some values are longer");
    }

    private bool IsWanted(string name, string entry)
    {
        if (name.Equals(entry, StringComparison.OrdinalIgnoreCase))
            return true;
        return _depth > 0 && name.Length > entry.Length + 1 && name[entry.Length] == '/' && name.StartsWith(entry, StringComparison.OrdinalIgnoreCase)
            && (_depth > 1 || name.IndexOf('/', entry.Length + 1) < 0);
    }

    private static void Write(ImapWriter writer, string name, List<KeyValuePair<string, byte[]?>> found)
    {
        if (found.Count == 0)
            return;
        writer.Raw("* METADATA "u8);
        writer.Mailbox(name);
        var separator = " ("u8;
        foreach (var (entry, value) in found)
        {
            writer.Raw(separator);
            separator = " "u8;
            writer.AString(Encoding.ASCII.GetBytes(entry));
            writer.Raw(" "u8);
            if (value is null)
                writer.Raw("NIL"u8);
            else if (value.AsSpan().Contains((byte)0))
                WriteLiteral8(writer, value);
            else
                writer.String(value);
        }
        writer.Raw(")\r\n"u8);
    }

    private static void WriteLiteral8(ImapWriter writer, byte[] value)
    {
        writer.Raw("~"u8);
        writer.LiteralHead(value.Length);
        writer.Raw(value);
    }
}
