using System.Text.Json;
using Rialto.Model;

namespace Rialto.Content.Dump;

/// <summary>How a message is written down.</summary>
public sealed record PropertyMessageJsonOptions
{
    /// <summary>Everything, so that it can be read back.</summary>
    public static PropertyMessageJsonOptions Default { get; } = new();

    /// <summary>For snapshots and for people: a long binary as its length and hash. What is written so cannot be read back.</summary>
    public static PropertyMessageJsonOptions Short { get; } = new() { LongestBinary = 256 };

    /// <summary>Binaries of more bytes are written as {"Length":…,"Sha256":…} in place of their base64.</summary>
    public int LongestBinary { get; init; } = int.MaxValue;
}

/// <summary>
/// A message as readable JSON, and back without loss:
/// <code>
/// {
///   "Properties": [
///     {"Tag":"0x0037001F","Name":"PidTagSubject","Type":"String","Value":"Hello"},
///     {"Tag":"0x8001000B","Name":"PidLidReminderSet","Set":"PSETID_Common","Lid":"0x8503","Type":"Boolean","Value":false}
///   ],
///   "Recipients": [{"Properties":[…]}],
///   "Attachments": [{"Properties":[…],"Message":{…}}],
///   "NamedProperties": [names that no property above uses]
/// }
/// </code>
/// Binaries are base64, times ISO 8601 in UTC with seven digits, GUIDs in their usual form, error codes hexadecimal, multiple values arrays.
/// What is written by hand may leave out Tag and Type where the name is a canonical one of <see cref="PropertyRegistry"/>, and Name where the tag is there.
/// The same message gives the same bytes.
/// </summary>
public static class PropertyMessageJson
{
    /// <summary>Embedded messages in one another; as deep as the other readers of this project go.</summary>
    internal const int MaxDepth = 64;

    /// <summary>UTF-8 JSON, one property a line.</summary>
    public static byte[] Write(PropertyMessage message, PropertyMessageJsonOptions? options = null)
    {
        using var json = new PropertyJsonLayout(options ?? PropertyMessageJsonOptions.Default);
        json.WriteMessage(message, 0);
        return json.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote or a person did. False with the reason and the place when it cannot be understood; nothing is left out in silence.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out PropertyMessage message, out string error)
    {
        message = new PropertyMessage();
        try
        {
            // A byte order mark is no JSON, but editors write it.
            if (json.Span.StartsWith("\uFEFF"u8))
                json = json[3..];
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth * 4 });
            message = new PropertyMessageJsonReader().Read(document.RootElement);
            error = "";
            return true;
        }
        catch (JsonException e)
        {
            error = e.Message;
            return false;
        }
    }
}
