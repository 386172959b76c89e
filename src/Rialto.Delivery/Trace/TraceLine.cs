using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rialto.Delivery.Trace;

/// <summary>A trace event as a line of JSON. Empty members are left out; whatever a client sent cannot break out of its string.</summary>
public static class TraceLine
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly string[] Steps = [.. Enum.GetNames<TraceStep>().Select(n => n.ToLowerInvariant())];

    /// <summary>A writer that <see cref="Write"/> uses again and again.</summary>
    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, Compact);

    /// <summary>Writes the line with its line feed.</summary>
    public static void Write(in TraceEvent value, ArrayBufferWriter<byte> output, Utf8JsonWriter json)
    {
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("time"u8, new DateTime(value.TimeUtcTicks, DateTimeKind.Utc));
        json.WriteString("step"u8, Steps[(int)value.Step]);
        json.WriteString("id"u8, value.Id);
        if (value.MessageId.Length > 0) json.WriteString("messageId"u8, value.MessageId);
        if (value.Step is TraceStep.Received or TraceStep.Submitted or TraceStep.Refused || value.Sender.Length > 0) json.WriteString("from"u8, value.Sender);
        if (value.Recipients.Count > 0)
        {
            json.WriteStartArray("to"u8);
            foreach (var recipient in value.Recipients) json.WriteStringValue(recipient);
            json.WriteEndArray();
        }

        if (value.Size > 0) json.WriteNumber("size"u8, value.Size);
        if (value.Via.Length > 0) json.WriteString("via"u8, value.Via);
        if (value.Peer.Length > 0) json.WriteString("peer"u8, value.Peer);
        if (value.Login.Length > 0) json.WriteString("login"u8, value.Login);
        if (value.Subject.Length > 0) json.WriteString("subject"u8, value.Subject);
        if (value.Status.Length > 0) json.WriteString("status"u8, value.Status);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    /// <summary>Reads a line; false for one that is cut off or none of ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out TraceEvent value)
    {
        value = default;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            var (time, step, id) = (0L, -1, Guid.Empty);
            var rest = new TraceEvent(0, default, default);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("time"u8)) time = reader.Read() ? reader.GetDateTime().ToUniversalTime().Ticks : 0;
                else if (reader.ValueTextEquals("step"u8)) step = Array.IndexOf(Steps, Text(ref reader));
                else if (reader.ValueTextEquals("id"u8)) id = reader.Read() ? reader.GetGuid() : id;
                else if (reader.ValueTextEquals("messageId"u8)) rest = rest with { MessageId = Text(ref reader) };
                else if (reader.ValueTextEquals("from"u8)) rest = rest with { Sender = Text(ref reader) };
                else if (reader.ValueTextEquals("to"u8)) rest = rest with { Recipients = List(ref reader) };
                else if (reader.ValueTextEquals("size"u8)) rest = rest with { Size = reader.Read() ? reader.GetInt64() : 0 };
                else if (reader.ValueTextEquals("via"u8)) rest = rest with { Via = Text(ref reader) };
                else if (reader.ValueTextEquals("peer"u8)) rest = rest with { Peer = Text(ref reader) };
                else if (reader.ValueTextEquals("login"u8)) rest = rest with { Login = Text(ref reader) };
                else if (reader.ValueTextEquals("subject"u8)) rest = rest with { Subject = Text(ref reader) };
                else if (reader.ValueTextEquals("status"u8)) rest = rest with { Status = Text(ref reader) };
                else if (!reader.Read() || !reader.TrySkip()) return false;
            }

            value = rest with { TimeUtcTicks = time, Step = (TraceStep)step, Id = id };
            return time > 0 && step >= 0;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Text(ref Utf8JsonReader reader) => reader.Read() ? reader.GetString() ?? "" : "";

    private static List<string> List(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return list;
        while (reader.Read() && reader.TokenType == JsonTokenType.String) list.Add(reader.GetString() ?? "");
        return list;
    }
}
