// The form of a mailbox's archive; docs/mailboxes.md describes it.
using System.Text.Json;
using System.Text.Json.Serialization;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Archive;

/// <summary>Names and numbers of the files. On disk: add, never change.</summary>
internal static class ArchiveFormat
{
    public const string Format = "rialto-mailbox";
    public const int Version = 1;

    /// <summary>Written last: a directory without it is no archive.</summary>
    public const string Manifest = "mailbox.json";

    /// <summary>A line a message: its row.</summary>
    public const string Messages = "messages.jsonl";

    /// <summary>The bytes of all messages, one behind the other; rows say where theirs are.</summary>
    public const string Contents = "contents.bin";

    /// <summary>Which of the lines stand: id and sequence of each message that the mailbox had at the end, 16 bytes each.</summary>
    public const string Live = "live.bin";

    public static ReadOnlySpan<byte> ContentsMagic => "RIALTO1\n"u8;
}

/// <summary>What a mailbox is but its messages.</summary>
internal sealed record ArchiveManifest
{
    public required string Format { get; init; }

    public required int Version { get; init; }

    /// <summary>Whose it was.</summary>
    public required string Address { get; init; }

    public required Guid Mailbox { get; init; }

    public required Guid Replica { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was exported, and the mailbox's counter at that moment.</summary>
    public required DateTimeOffset Exported { get; init; }

    public required long Sequence { get; init; }

    public required long MessageCount { get; init; }

    /// <summary>Bytes and SHA-256 of each file.</summary>
    public required IReadOnlyDictionary<string, ArchivedFile> Files { get; init; }

    /// <summary>The addresses behind the ids in permissions and rows: another server has other ids.</summary>
    public required IReadOnlyDictionary<Guid, string> Members { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public required IReadOnlyList<ArchivedName> NamedProperties { get; init; }

    public required IReadOnlyList<Folder> Folders { get; init; }

    /// <summary>What the server remembers for clients and rules.</summary>
    public required IReadOnlyList<ArchivedState> States { get; init; }
}

internal sealed record ArchivedFile(long Length, string Sha256);

internal sealed record ArchivedName(ushort Id, Guid PropertySet, uint Lid, string? Name);

internal sealed record ArchivedState(string Client, string Collection, string Key, byte[] Value);

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(FolderIds), typeof(MessageIds), typeof(Times), typeof(Places)])]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(MessageRow))]
internal sealed partial class ArchiveJson : JsonSerializerContext
{
    internal sealed class FolderIds : JsonConverter<FolderId>
    {
        public override FolderId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, FolderId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
    }

    internal sealed class MessageIds : JsonConverter<MessageId>
    {
        public override MessageId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, MessageId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
    }

    /// <summary>FILETIMEs as they are: to 100 nanoseconds.</summary>
    internal sealed class Times : JsonConverter<FileTime>
    {
        public override FileTime Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, FileTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Ticks);
    }

    /// <summary>A place in the file of contents and a length: [offset, length]; null for none.</summary>
    internal sealed class Places : JsonConverter<BlobRef>
    {
        public override bool HandleNull => true;

        public override BlobRef Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return default;
            if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || !reader.TryGetInt64(out var offset) || !reader.Read() || !reader.TryGetInt64(out var length)
                || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            {
                throw new JsonException("A place is two numbers.");
            }
            return new BlobRef(offset, length);
        }

        public override void Write(Utf8JsonWriter writer, BlobRef value, JsonSerializerOptions options)
        {
            if (value.IsNone)
            {
                writer.WriteNullValue();
                return;
            }
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Key);
            writer.WriteNumberValue(value.Length);
            writer.WriteEndArray();
        }
    }
}
