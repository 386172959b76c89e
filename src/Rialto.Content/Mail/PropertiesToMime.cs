// [MS-OXCMAIL] 2.1.3: Message object to MIME.
using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>What a conversion to MIME cannot know from the message.</summary>
public sealed record PropertiesToMimeOptions
{
    public static PropertiesToMimeOptions Default { get; } = new();

    /// <summary>Bcc recipients as a header field: for the sender's own copy, never for what goes out.</summary>
    public bool IncludeBcc { get; init; } = true;

    /// <summary>The X-MS-Exchange-Organization fields (spam confidence and its like): for this organization's own eyes; whoever sends mail to others takes them off.</summary>
    public bool IncludeOrganizationHeaders { get; init; } = true;

    /// <summary>SMTP address of an address of another type (EX and its like): given type and address. Null where it is unknown: then it is encapsulated.</summary>
    public Func<string, string, string?>? ResolveAddress { get; init; }

    /// <summary>Domain of encapsulated addresses, of message ids made here, and of the server that reports.</summary>
    public string Domain { get; init; } = "localhost";

    /// <summary>Embedded messages inside embedded messages; as deep as the reader goes.</summary>
    public int MaxDepth { get; init; } = 50;

    /// <summary>
    /// Mail that was kept with its PidTagMimeSkeleton comes back in its own shape, with its own header: for whoever reads it here, never for what is sent, as Received fields and their
    /// like tell of another transmission. [MS-OXCMAIL] 2.1.3.5.1, 2.1.3.2.27.
    /// </summary>
    public bool UseSkeleton { get; init; }

    /// <summary>All properties in a winmail.dat beside the plain text, for receivers that are known to understand it. [MS-OXCMAIL] 2.1.3.5.</summary>
    public bool UseTnef { get; init; }

    /// <summary>Formatted text as text/enriched in place of HTML, for receivers that are known to want it. [MS-OXCMAIL] 2.1.3.3.9.</summary>
    public bool UseEnrichedText { get; init; }
}

/// <summary>MIME of a message whose properties are its authoritative content. The same properties and options give the same bytes.</summary>
public static class PropertiesToMime
{
    /// <summary>The version of this conversion; it goes up when the bytes of the same input change.</summary>
    public const int Version = 4;

    public static byte[] Convert(PropertyMessage message, PropertiesToMimeOptions? options = null) => Pieces(message, options).ToArray();

    /// <summary>The same bytes to a writer that takes them all at once.</summary>
    public static void Write(PropertyMessage message, IBufferWriter<byte> output, PropertiesToMimeOptions? options = null)
    {
        foreach (var chunk in Chunks(message, options))
            output.Write(chunk.Span);
    }

    /// <summary>
    /// The same bytes in chunks of some ten kilobytes, for a stream, a pipe or a blob that wants to be flushed in between; each is valid until the next is asked for. Attachments
    /// are encoded as they go, those that <see cref="PropertyAttachment.OpenData"/> brings are read as they go: the whole is never in memory.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Chunks(PropertyMessage message, PropertiesToMimeOptions? options = null) => Pieces(message, options).Chunks();

    private static MimePieces Pieces(PropertyMessage message, PropertiesToMimeOptions? options)
    {
        var pieces = new MimePieces();
        options ??= PropertiesToMimeOptions.Default;
        Write(message, new MimeWriting(options, message, null, 0) { IsTnef = options.UseTnef && !IsSecure(message) }, pieces);
        return pieces;
    }

    /// <summary>The same bytes to a stream.</summary>
    public static async Task WriteAsync(PropertyMessage message, Stream output, PropertiesToMimeOptions? options = null, CancellationToken cancel = default)
    {
        foreach (var chunk in Chunks(message, options))
            await output.WriteAsync(chunk, cancel);
    }

    /// <summary>The same bytes to a pipe, as fast as its reader takes them. Ends early when the reader wants no more.</summary>
    public static async Task WriteAsync(PropertyMessage message, PipeWriter output, PropertiesToMimeOptions? options = null, CancellationToken cancel = default)
    {
        foreach (var chunk in Chunks(message, options))
        {
            if ((await output.WriteAsync(chunk, cancel)).IsCompleted)
                return;
        }
    }

    internal static void Write(PropertyMessage message, MimeWriting writing, MimePieces output)
    {
        if (writing.Options.UseSkeleton && !writing.IsTnef && MimeSkeletonWriter.TryWrite(message, writing, output))
            return;
        var body = new MimePieces();
        MimeContentWriter.Write(message, writing, body);
        var header = new StringBuilder(1024);
        MimeHeaderWriter.Write(header, message, writing, body);
        output.Text(header);
        output.Append(body);
    }

    /// <summary>Whether the message is signed or encrypted, and so stands in its one attachment.</summary>
    internal static bool IsSecure(PropertyMessage message)
    {
        var messageClass = message.Properties.GetString(PropertyTags.MessageClass) ?? "";
        return message.Attachments.Count == 1 && message.Attachments[0].Embedded is null && (MimeMessageClass.IsMultipartSigned(messageClass) || MimeMessageClass.IsOpaque(messageClass));
    }
}

/// <summary>One message on its way out: options, depth, names, and the boundaries used so far.</summary>
internal sealed class MimeWriting
{
    private readonly PropertyMessage _message;
    private string? _seed;
    private int _boundaries;

    public MimeWriting(PropertiesToMimeOptions options, PropertyMessage message, MessageNames? outer, int depth)
    {
        Options = options;
        Depth = depth;
        Names = MessageNames.Of(message, outer);
        _message = message;
    }

    public PropertiesToMimeOptions Options { get; }

    public int Depth { get; }

    /// <summary>Letters and digits that depend on the message alone; made for those messages that have a use for them.</summary>
    public string Seed => _seed ??= System.Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{_message.Properties.GetString(PropertyTags.InternetMessageId)}\n{_message.Properties.GetString(PropertyTags.Subject)}\n{_message.Properties.GetString(PropertyTags.Body)}")).AsSpan(0, 8));

    public MessageNames Names { get; }

    public bool IsTnef { get; init; }

    /// <summary>The next boundary, which is put together where it is written: most multiparts have one part and need none.</summary>
    public MimeBoundary NextBoundary() => new(this, ++_boundaries);
}

/// <summary>What stands between the parts of one multipart. "=_" occurs in no quoted-printable or base64 line.</summary>
internal readonly record struct MimeBoundary(MimeWriting Writing, int Number)
{
    public override string ToString() => $"=_{Writing.Depth}.{Number}_{Writing.Seed}";
}
