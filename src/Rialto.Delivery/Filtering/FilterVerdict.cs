// rspamd.com/doc/developers/protocol.html (the /checkv2 reply); [MS-OXCSPAM] 2.2.1.3 (spam confidence level).
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rialto.Content.Junk;

namespace Rialto.Delivery;

/// <summary>What is to become of a message.</summary>
public enum FilterAction
{
    Accept,

    /// <summary>Refused for now: greylisted, or rate limited by the filter.</summary>
    Defer,
    Reject,
}

/// <summary>The filter's word on a message.</summary>
/// <param name="Level">Spam confidence level; null when nobody judged it.</param>
/// <param name="Fields">Whole header fields to be put before it; may be empty.</param>
/// <param name="Reason">For who sent it, one line of ASCII.</param>
public sealed record FilterVerdict(FilterAction Action, int? Level, string Fields, string Reason)
{
    private const int MaximumFields = 64 * 1024;

    public static readonly FilterVerdict Unjudged = new(FilterAction.Accept, null, "", "");

    /// <summary>Reads a reply; null when it is none.</summary>
    public static FilterVerdict? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("action", out var named) || named.ValueKind != JsonValueKind.String) return null;
            var score = root.TryGetProperty("score", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value) ? value : 0;
            var (action, level) = named.GetString() switch
            {
                "reject" => (FilterAction.Reject, SpamConfidenceLevel.Highest),
                "soft reject" or "greylist" => (FilterAction.Defer, LevelOf(score)),
                "add header" => (FilterAction.Accept, 6),
                "rewrite subject" => (FilterAction.Accept, 7),
                _ => (FilterAction.Accept, LevelOf(score)),
            };
            var fields = new StringBuilder();
            if (root.TryGetProperty("dkim-signature", out var signature)) Add(fields, "DKIM-Signature", signature);
            if (root.TryGetProperty("milter", out var milter) && milter.ValueKind == JsonValueKind.Object && milter.TryGetProperty("add_headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
            {
                foreach (var header in headers.EnumerateObject()) Add(fields, header.Name, header.Value);
            }

            var reason = root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Object && messages.TryGetProperty("smtp_message", out var said)
                && said.ValueKind == JsonValueKind.String ? Clean(said.GetString()!) : "";
            return new(action, level, fields.Length > MaximumFields ? "" : fields.ToString(), reason);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the filter let pass is no junk, whatever its score: Outlook's and Exchange's usual bound is 4.</summary>
    private static int LevelOf(double score) => score <= 0 ? 0 : (int)Math.Clamp(Math.Ceiling(score), 1, 4);

    /// <summary>A text, an object with a value, or a list of either. Line ends within are folding and nothing else.</summary>
    private static void Add(StringBuilder fields, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var one in value.EnumerateArray()) Add(fields, name, one);
                return;
            case JsonValueKind.Object when value.TryGetProperty("value", out var inner):
                Add(fields, name, inner);
                return;
            case JsonValueKind.String:
                break;
            default:
                return;
        }

        if (name.Length is 0 or > 100 || name.Any(c => c is <= ' ' or > '~' or ':')) return;
        var begun = fields.Append(name).Append(": ").Length;
        foreach (var line in value.GetString()!.AsSpan().EnumerateLines())
        {
            var text = line.TrimStart(" \t").TrimEnd(" \t");
            if (text.IsEmpty) continue;
            if (fields.Length > begun) fields.Append("\r\n\t");
            foreach (var c in text) fields.Append(c is < ' ' and not '\t' or > '~' ? '?' : c);
        }

        fields.Append("\r\n");
    }

    private static string Clean(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{new string([.. text.Take(200).Select(c => c is < ' ' or > '~' ? ' ' : c)]).Trim()}");
}
