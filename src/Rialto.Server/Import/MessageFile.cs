using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Dump;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Server.Commands;

namespace Rialto.Server.Import;

/// <summary>What a file holds one message in.</summary>
internal enum MessageFileFormat
{
    Eml,
    Msg,
    Tnef,
    Json,
}

/// <summary>Single messages in files of every kind, as properties.</summary>
internal static class MessageFile
{
    /// <summary>TNEF_SIGNATURE. [MS-OXTNEF] 2.1.3.</summary>
    private static readonly byte[] s_tnef = [0x78, 0x9F, 0x3E, 0x22];

    /// <summary>The format by what the bytes begin with; mail where they are nothing else.</summary>
    public static MessageFileFormat Detect(ReadOnlySpan<byte> bytes)
    {
        if (CompoundFile.IsCompoundFile(bytes))
            return MessageFileFormat.Msg;
        if (bytes.StartsWith(s_tnef))
            return MessageFileFormat.Tnef;
        return bytes.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..] ? MessageFileFormat.Json : MessageFileFormat.Eml;
    }

    /// <summary>The format that a file name asks for; null where its extension says nothing.</summary>
    public static MessageFileFormat? OfName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".eml" or ".mime" => MessageFileFormat.Eml,
        ".msg" or ".oft" => MessageFileFormat.Msg,
        ".tnef" or ".dat" => MessageFileFormat.Tnef,
        ".json" => MessageFileFormat.Json,
        _ => null,
    };

    /// <summary>The message, and what its reader had to put up with. <see cref="CommandException"/> when the bytes are of another kind.</summary>
    public static (PropertyMessage Message, IReadOnlyList<string> Warnings) Read(ReadOnlyMemory<byte> bytes, MessageFileFormat format, string where)
    {
        switch (format)
        {
            case MessageFileFormat.Msg:
                return MsgFile.Read(bytes, out var error) is { } file
                    ? (file.Message, [.. file.Warnings.Select(w => w.ToString())])
                    : throw new CommandException(error switch
                    {
                        MsgError.NoCompoundFile => $"{where} is no .msg file: it does not begin as a compound file does.",
                        MsgError.NoMessage => $"{where} is a compound file, but holds no message; it may be a document.",
                        _ => $"{where} is too damaged to find a message in it.",
                    });
            case MessageFileFormat.Tnef:
                var tnef = TnefReader.Read(bytes.Span);
                return tnef.IsTnef ? (tnef.Message, [.. tnef.Warnings.Select(w => w.ToString())]) : throw new CommandException($"{where} is no TNEF stream.");
            case MessageFileFormat.Json:
                return PropertyMessageJson.TryRead(bytes, out var message, out var reason) ? (message, []) : throw new CommandException($"{where} is no dump of a message: {reason}");
            default:
                var mime = MimeMessage.Parse(LineEnds.ToCrLf(bytes.ToArray()));
                return (MimeToProperties.Convert(mime), [.. mime.Warnings.Select(w => $"{w.Kind} at {w.Offset}")]);
        }
    }

    /// <summary>The message in a format's bytes. <see cref="CommandException"/> where the format has no room for it.</summary>
    public static byte[] Write(PropertyMessage message, MessageFileFormat format)
    {
        try
        {
            return format switch
            {
                MessageFileFormat.Msg => MsgWriter.ToArray(message),
                MessageFileFormat.Tnef => TnefWriter.Write(message, TnefWriterOptions.Default with { IncludeRecipients = true }),
                MessageFileFormat.Json => PropertyMessageJson.Write(message),
                _ => PropertiesToMime.Convert(Unicode(message)),
            };
        }
        catch (NotSupportedException e)
        {
            throw new CommandException($"The message cannot be written in this format: {e.Message}");
        }
    }

    /// <summary>The same message with strings of code pages as Unicode, which is what the store and mail know.</summary>
    public static PropertyMessage Unicode(PropertyMessage message)
    {
        var result = new PropertyMessage { Properties = Unicode(message.Properties) };
        result.Recipients.AddRange(message.Recipients.Select(r => new PropertyRecipient { Properties = Unicode(r.Properties) }));
        result.Attachments.AddRange(message.Attachments.Select(a => new PropertyAttachment { Properties = Unicode(a.Properties), Embedded = a.Embedded is { } embedded ? Unicode(embedded) : null }));
        foreach (var (id, name) in message.NamedProperties)
            result.NamedProperties[id] = name;
        return result;
    }

    private static PropertyBag Unicode(PropertyBag bag)
    {
        var result = new PropertyBag(bag.Count);
        foreach (ref readonly var value in bag.Span)
        {
            result.Set(value.Type switch
            {
                PropertyType.String8 => value.WithTag(value.Tag.WithType(PropertyType.String)),
                PropertyType.MultipleString8 => value.WithTag(value.Tag.WithType(PropertyType.MultipleString)),
                _ => value,
            });
        }
        return result;
    }
}
