// RFC 2045 5.1 parameters; RFC 2231 3 continuations, 4 charsets; RFC 2047 words inside values, which 5(3) forbids and mailers send.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>The parameters of a Content-Type or Content-Disposition, decoded. The first of a name counts; an extended form beats a plain one.</summary>
public sealed class MimeParameters
{
    public static MimeParameters Empty { get; } = new();

    // Look-ups walk the list; no honest field has a tenth of this.
    private const int MaxParameters = 200;

    private readonly List<KeyValuePair<string, string>> _items = [];

    private MimeParameters()
    {
    }

    /// <summary>Type/subtype or disposition, in lower case.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Names in lower case, without RFC 2231 marks, in the order of their first occurrence.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Items => _items;

    public string? Get(string name)
    {
        foreach (var (key, value) in _items)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }

    /// <summary>Parses the value of a field that has a token (or type/subtype) and then parameters.</summary>
    public static MimeParameters Parse(ReadOnlySpan<byte> raw)
    {
        var result = new MimeParameters();
        var reader = new MimeParameterReader(raw);
        result.Value = reader.ReadContentType(out var type, out var subtype) ? $"{MimeTypeNames.Intern(type)}/{MimeTypeNames.Intern(subtype)}" : MimeTypeNames.Intern(type);
        foreach (var (name, value, _) in Join(ref reader))
        {
            if (result.Get(name) is null)
                result._items.Add(new(name, value));
        }
        return result;
    }

    /// <summary>A parameter after its pieces were joined. Extended: percent-encoded with charset and language in front, as RFC 2231 4 has it.</summary>
    internal readonly record struct Joined(string Name, string Value, byte[]? ExtendedValue);

    /// <summary>Joins continuations. Pieces are found by name; there may be 1,000 of a name, the rest is dropped.</summary>
    internal static List<Joined> Join(ref MimeParameterReader reader)
    {
        var plain = new List<Joined>();
        Dictionary<string, SortedDictionary<int, (byte[] Value, bool Extended)>>? pieces = null;
        while (reader.Read() && plain.Count < MaxParameters)
        {
            var star = reader.Name.IndexOf((byte)'*');
            if (star <= 0)
            {
                plain.Add(new Joined(MimeTypeNames.Intern(reader.Name), HeaderText.Decode(MimeParameterReader.Unescape(reader.RawValue)), null));
                continue;
            }
            var name = MimeTypeNames.Intern(reader.Name[..star]);
            var rest = reader.Name[(star + 1)..];
            var extended = rest.IsEmpty || rest[^1] == '*';
            var digits = rest.TrimEnd((byte)'*');
            var number = 0;
            if (!digits.IsEmpty && !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number >= 1000)
                continue;
            pieces ??= [];
            if (!pieces.TryGetValue(name, out var list))
            {
                if (pieces.Count >= MaxParameters)
                    continue;
                pieces[name] = list = [];
            }
            list.TryAdd(number, (MimeParameterReader.Unescape(reader.RawValue), extended));
        }
        if (pieces is null)
            return plain;
        var result = new List<Joined>();
        foreach (var item in plain)
        {
            if (!pieces.ContainsKey(item.Name))
                result.Add(item);
        }
        foreach (var (name, list) in pieces)
            result.Add(JoinPieces(name, list));
        return result;
    }

    private static Joined JoinPieces(string name, SortedDictionary<int, (byte[] Value, bool Extended)> pieces)
    {
        var bytes = new List<byte>();
        var raw = new List<byte>();
        string? charset = null;
        var first = true;
        var anyExtended = false;
        foreach (var (value, extended) in pieces.Values)
        {
            ReadOnlySpan<byte> data = value;
            if (extended)
            {
                if (first && data.IndexOf((byte)'\'') is >= 0 and var quote && data[(quote + 1)..].IndexOf((byte)'\'') is >= 0 and var second)
                {
                    charset = Encoding.Latin1.GetString(data[..quote]);
                    raw.AddRange(data[..(quote + second + 2)]);
                    data = data[(quote + second + 2)..];
                }
                anyExtended = true;
                raw.AddRange(data);
                AppendPercentDecoded(bytes, data);
            }
            else
            {
                AppendPercentEncoded(raw, data);
                bytes.AddRange(data);
            }
            first = false;
        }
        var joined = bytes.ToArray();
        if (!anyExtended)
            return new Joined(name, HeaderText.Decode(joined), null);
        return new Joined(name, MailCharset.Decode(joined, charset).Replace("\0", "", StringComparison.Ordinal), raw.ToArray());
    }

    private static void AppendPercentDecoded(List<byte> target, ReadOnlySpan<byte> data)
    {
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] == '%' && i + 2 < data.Length && TransferDecoder.Hex(data[i + 1]) is >= 0 and var high && TransferDecoder.Hex(data[i + 2]) is >= 0 and var low)
            {
                target.Add((byte)(high << 4 | low));
                i += 2;
            }
            else
            {
                target.Add(data[i]);
            }
        }
    }

    private static void AppendPercentEncoded(List<byte> target, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'_')
            {
                target.Add(b);
                continue;
            }
            target.Add((byte)'%');
            target.Add((byte)"0123456789ABCDEF"[b >> 4]);
            target.Add((byte)"0123456789ABCDEF"[b & 15]);
        }
    }
}
