using Rialto.Content.CompoundFiles;
using Rialto.Content.Dump;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Server.Import;

/// <summary>The files that one message can be.</summary>
internal enum MessageFormat
{
    Eml,
    Msg,
    Tnef,
    Json,
}

/// <summary>What reading a message file gave: the message, and what was wrong with the file.</summary>
internal sealed record ReadMessage(MessageFormat Format, PropertyMessage Message, IReadOnlyList<(string Where, string What)> Warnings);

/// <summary>Messages of any format to properties, and back.</summary>
internal static class MessageFormats
{
    /// <summary>What the bytes look like; null when they look like none of these.</summary>
    public static MessageFormat? Detect(ReadOnlySpan<byte> bytes)
    {
        if (CompoundFile.IsCompoundFile(bytes))
            return MessageFormat.Msg;
        if (bytes.Length >= 4 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) == TnefReader.Signature)
            return MessageFormat.Tnef;
        var text = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("{"u8))
            return MessageFormat.Json;
        // A header field, or the line that mbox files begin with.
        var line = text[..Math.Max(0, text.IndexOfAny((byte)'\r', (byte)'\n'))];
        var colon = line.IndexOf((byte)':');
        return line.StartsWith("From "u8) || colon > 0 && !line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~') ? MessageFormat.Eml : null;
    }

    /// <summary>What a file of that name is; null for other endings.</summary>
    public static MessageFormat? OfName(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".EML" => MessageFormat.Eml,
        ".MSG" or ".OFT" => MessageFormat.Msg,
        ".TNEF" or ".DAT" => MessageFormat.Tnef,
        ".JSON" => MessageFormat.Json,
        _ => null,
    };

    /// <summary><see cref="FormatException"/> with a readable reason when there is no message to be had.</summary>
    public static ReadMessage Read(ReadOnlyMemory<byte> bytes, MessageFormat format)
    {
        switch (format)
        {
            case MessageFormat.Msg:
                var file = MsgFile.Read(bytes, out var error) ?? throw new FormatException(error switch
                {
                    MsgError.NoCompoundFile => "it is no .msg file: it does not begin as compound files do",
                    MsgError.DamagedCompoundFile => "the compound file is damaged beyond reading",
                    _ => "the compound file holds no message",
                });
                return new ReadMessage(format, file.Message, [.. file.Warnings.Select(w => (w.Where, w.Tag.Value == 0 ? w.Kind.ToString() : $"{w.Kind}: {PropertyRegistry.Describe(w.Tag)}"))]);
            case MessageFormat.Tnef:
                var tnef = TnefReader.Read(bytes.Span);
                if (!tnef.IsTnef)
                    throw new FormatException("it is no TNEF stream: it does not begin as those do");
                return new ReadMessage(format, tnef.Message, [.. tnef.Warnings.Select(w => (Offset(w.Offset), w.Kind.ToString()))]);
            case MessageFormat.Json:
                return PropertyMessageJson.TryRead(bytes, out var read, out var reason) ? new ReadMessage(format, read, []) : throw new FormatException(reason);
            default:
                var mime = MimeMessage.Parse(LineEnds.ToCrLf(bytes.ToArray()));
                return new ReadMessage(format, MimeToProperties.Convert(mime, new MimeToPropertiesOptions { KeepSkeleton = true }), [.. mime.Warnings.Select(w => (Offset(w.Offset), w.Kind.ToString()))]);
        }
    }

    /// <summary><see cref="NotSupportedException"/> when the format has no room for the message.</summary>
    /// <param name="isTemplate">For .msg: as a template (.oft).</param>
    public static byte[] Write(PropertyMessage message, MessageFormat format, bool isTemplate = false) => format switch
    {
        MessageFormat.Msg => MsgWriter.ToArray(message, new MsgWriterOptions { ClassId = isTemplate ? MsgFile.TemplateClassId : MsgFile.MessageClassId }),
        MessageFormat.Tnef => TnefWriter.Write(message, new TnefWriterOptions { IncludeRecipients = true }),
        MessageFormat.Json => PropertyMessageJson.Write(message),
        _ => PropertiesToMime.Convert(OutlookMessages.Unicode(message), new PropertiesToMimeOptions { UseSkeleton = true }),
    };

    private static string Offset(long offset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"offset {offset}");
}
