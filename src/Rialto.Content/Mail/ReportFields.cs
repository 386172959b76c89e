// RFC 3464 2.1: blocks of header-like fields with blank lines between them; RFC 8098 3.1 has one block.
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>One block of fields of a machine-readable report part. Values are unfolded and decoded.</summary>
internal sealed class ReportFields
{
    /// <summary>Text of a report that is looked at; the reports of a mailing list's whole membership stay below.</summary>
    public const int MaxLength = 4 << 20;

    private readonly List<KeyValuePair<string, string>> _fields = [];

    public IReadOnlyList<KeyValuePair<string, string>> All => _fields;

    /// <summary>The first value of a name; empty where there is none.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var (key, value) in _fields)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
            return "";
        }
    }

    /// <summary>The value after "type;" of such fields as Final-Recipient: rfc822; user@example.com.</summary>
    public string Typed(string name)
    {
        var value = this[name];
        return value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();
    }

    /// <summary>Reads at most <paramref name="maxBlocks"/> blocks; lines that are no fields are skipped.</summary>
    public static List<ReportFields> Parse(ReadOnlySpan<byte> text, int maxBlocks)
    {
        var blocks = new List<ReportFields>();
        var block = new ReportFields();
        var line = new StringBuilder();
        text = text[..Math.Min(text.Length, MaxLength)];
        while (!text.IsEmpty && blocks.Count < maxBlocks)
        {
            var end = text.IndexOf((byte)'\n');
            var raw = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            text = end < 0 ? default : text[(end + 1)..];
            if (raw.Length > 0 && raw[0] is (byte)' ' or (byte)'\t' && line.Length > 0)
            {
                line.Append(' ').Append(Latin(raw.Trim(" \t"u8)));
                continue;
            }
            block.Add(line);
            if (!raw.Trim(" \t"u8).IsEmpty)
            {
                line.Append(Latin(raw));
            }
            else if (block._fields.Count > 0)
            {
                blocks.Add(block);
                block = new ReportFields();
            }
        }
        block.Add(line);
        if (block._fields.Count > 0 && blocks.Count < maxBlocks)
            blocks.Add(block);
        return blocks;
    }

    private static string Latin(ReadOnlySpan<byte> raw) => Encoding.Latin1.GetString(raw);

    private void Add(StringBuilder line)
    {
        if (line.Length == 0)
            return;
        var text = line.ToString();
        line.Clear();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && colon < 80 && _fields.Count < 200)
            _fields.Add(new(text[..colon].Trim(), MailAddress.Clean(HeaderText.Decode(Encoding.Latin1.GetBytes(text[(colon + 1)..])))));
    }
}
