// RFC 2849: LDIF. Lines are bytes; those that begin with a space go on with the one before.
using System.Text;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Ldif;

/// <summary>One record of a file: an entry, or a change to one.</summary>
/// <param name="Line">The first line's number, from 1.</param>
/// <param name="Dn">Whose.</param>
/// <param name="ChangeType">add, delete, modify, modrdn; add for plain entries.</param>
/// <param name="Attributes">Of an entry: each attribute once, with all its values.</param>
/// <param name="Changes">Of a modify.</param>
/// <param name="NewName">Of a modrdn.</param>
/// <param name="Error">What is wrong with the record; then nothing else of it counts.</param>
internal sealed record LdifRecord(int Line, string Dn, string ChangeType, LdapValues[] Attributes, LdapChange[] Changes, string NewName, string? Error);

/// <summary>Reads a file record by record. A malformed record is told with its line, and the next one is read.</summary>
internal sealed class LdifReader(Stream stream)
{
    /// <summary>Bytes of one record: a large photo in base64 and a group of tens of thousands.</summary>
    private const int MaxRecord = 32 * 1024 * 1024;

    private readonly BufferedStream input = new(stream, 64 * 1024);
    private readonly MemoryStream line = new();
    private int lineNumber;
    private int pushed = -2;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next record; null at the end.</summary>
    public LdifRecord? Read()
    {
        var first = 0;
        string? error = null;
        var size = 0L;
        var lines = new List<(string Name, byte[] Value)>();
        while (ReadLine(out var bytes))
        {
            if (bytes.Length == 0)
            {
                if (first == 0) continue;
                break;
            }

            if (bytes[0] == '#') continue;
            if (first == 0) first = lineNumber;
            size += bytes.Length;
            if (error is not null) continue;
            if (size > MaxRecord) error = "the record is too long";
            else if (!TrySplit(bytes, out var name, out var value, out error)) error = $"line {lineNumber}: {error}";
            else if (lines.Count > 0 || !Is(name, "version")) lines.Add((name, value));
            else if (value.AsSpan().SequenceEqual("1"u8)) first = 0;
            else error = "only version 1 of LDIF is known";
        }

        if (first == 0) return null;
        if (error is not null) return Bad(first, Dn(lines), error);
        return Parse(first, lines);
    }

    private static LdifRecord Bad(int line, string dn, string error) => new(line, dn, "", [], [], "", error);

    private static string Dn(List<(string Name, byte[] Value)> lines) => lines.Count > 0 && Is(lines[0].Name, "dn") ? Encoding.UTF8.GetString(lines[0].Value) : "";

    private static LdifRecord Parse(int first, List<(string Name, byte[] Value)> lines)
    {
        if (lines.Count == 0 || !Is(lines[0].Name, "dn")) return Bad(first, "", "a record begins with dn:");
        var dn = Encoding.UTF8.GetString(lines[0].Value);
        var at = 1;
        while (at < lines.Count && Is(lines[at].Name, "control")) return Bad(first, dn, "controls are not supported");
        var type = "add";
        if (at < lines.Count && Is(lines[at].Name, "changetype")) type = Encoding.UTF8.GetString(lines[at++].Value).Trim().ToLowerInvariant();
        switch (type)
        {
            case "add":
                var attributes = lines.Skip(at).GroupBy(l => l.Name, StringComparer.OrdinalIgnoreCase).Select(g => new LdapValues(g.Key, [.. g.Select(l => l.Value)]));
                return new(first, dn, type, [.. attributes], [], "", null);
            case "delete":
                return at == lines.Count ? new(first, dn, type, [], [], "", null) : Bad(first, dn, "a deletion has no attributes");
            case "modify":
                return ParseChanges(first, dn, lines, at);
            case "modrdn" or "moddn":
                return at < lines.Count && Is(lines[at].Name, "newrdn") ? new(first, dn, "modrdn", [], [], Encoding.UTF8.GetString(lines[at].Value), null) : Bad(first, dn, "newrdn: expected");
            default:
                return Bad(first, dn, $"unknown changetype \"{type}\"");
        }
    }

    private static LdifRecord ParseChanges(int first, string dn, List<(string Name, byte[] Value)> lines, int at)
    {
        var changes = new List<LdapChange>();
        while (at < lines.Count)
        {
            var kind = lines[at].Name.ToLowerInvariant() switch
            {
                "add" => 0,
                "delete" => 1,
                "replace" => 2,
                "increment" => 3,
                _ => -1,
            };
            if (kind < 0) return Bad(first, dn, $"add:, delete: or replace: expected, not {lines[at].Name}:");
            var attribute = Encoding.UTF8.GetString(lines[at++].Value);
            var values = new List<byte[]>();
            for (; at < lines.Count && lines[at].Name != "-"; at++)
            {
                if (!Is(lines[at].Name, attribute)) return Bad(first, dn, $"{attribute}: or - expected, not {lines[at].Name}:");
                values.Add(lines[at].Value);
            }

            at++;
            changes.Add(new(kind, new(attribute, [.. values])));
        }

        return new(first, dn, "modify", [], [.. changes], "", null);
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool TrySplit(byte[] bytes, out string name, out byte[] value, out string? error)
    {
        name = "";
        value = [];
        error = null;
        if (bytes.AsSpan().TrimEnd((byte)' ').SequenceEqual("-"u8))
        {
            name = "-";
            return true;
        }

        var colon = bytes.AsSpan().IndexOf((byte)':');
        if (colon <= 0)
        {
            error = "name: value expected";
            return false;
        }

        name = Encoding.UTF8.GetString(bytes.AsSpan(0, colon));
        var rest = bytes.AsSpan(colon + 1);
        if (rest.StartsWith("<"u8))
        {
            error = "values in other files are not read";
            return false;
        }

        if (!rest.StartsWith(":"u8))
        {
            value = rest.TrimStart((byte)' ').ToArray();
            return true;
        }

        try
        {
            value = Convert.FromBase64String(Encoding.ASCII.GetString(rest[1..].Trim((byte)' ')));
            return true;
        }
        catch (FormatException)
        {
            error = "the base64 is malformed";
            return false;
        }
    }

    /// <summary>A line with what is folded into it; lines longer than a record are cut.</summary>
    private bool ReadLine(out byte[] bytes)
    {
        line.SetLength(0);
        bytes = [];
        var any = false;
        while (true)
        {
            var b = Next();
            if (b < 0)
            {
                if (!any) return false;
                break;
            }

            any = true;
            if (b == '\n')
            {
                lineNumber++;
                if (line.Length > 0 && line.GetBuffer()[line.Length - 1] == '\r') line.SetLength(line.Length - 1);
                var next = Next();

                // An empty line ends a record; nothing is folded into it.
                if (next == ' ' && line.Length > 0) continue;
                pushed = next;
                break;
            }

            if (line.Length <= MaxRecord) line.WriteByte((byte)b);
        }

        bytes = line.ToArray();
        return true;
    }

    private int Next()
    {
        if (pushed != -2)
        {
            var back = pushed;
            pushed = -2;
            return back;
        }

        var b = input.ReadByte();
        if (b >= 0) Position++;
        return b;
    }
}
