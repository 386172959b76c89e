// RFC 9051 7.5.2 BODYSTRUCTURE with all extension data (RFC 3501 7.4.2); RFC 5259 8.2 BODYPARTSTRUCTURE, which is the same of one part.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>The form of messages and parts, as IMAP tells it.</summary>
public static class ImapBodyStructure
{
    /// <summary>Writes the structure of one part.</summary>
    public static void Write(MimePart part, IBufferWriter<byte> output) => WriteAlone(part, null, output);

    /// <summary>
    /// Writes the structure of one part as it is without its transfer encoding: octets and lines are those of the content, and the encoding is the narrowest without a transformation that is true of
    /// it. A part that has no transformation is written as it declares itself. RFC 5524 3.2.
    /// </summary>
    /// <param name="content">The decoded content of <paramref name="part"/>.</param>
    public static void WriteDecoded(MimePart part, ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var isIdentity = part.Encoding is MimeTransferEncoding.SevenBit or MimeTransferEncoding.EightBit or MimeTransferEncoding.Binary;
        WriteAlone(part, isIdentity ? null : new DecodedForm(TransferEncoder.Domain(content), content.Length, content.Count((byte)'\n')), output);
    }

    private static void WriteAlone(MimePart part, DecodedForm? decoded, IBufferWriter<byte> output)
    {
        var writer = new ImapTextWriter(512);
        try
        {
            Write(ref writer, part, decoded);
            output.Write(writer.Written);
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>What a part's encoding and numbers are without its transfer encoding.</summary>
    private sealed record DecodedForm(MimeTransferEncoding Encoding, int Octets, int Lines);

    internal static void Write(ref ImapTextWriter writer, MimePart part) => Write(ref writer, part, null);

    private static void Write(ref ImapTextWriter writer, MimePart part, DecodedForm? decoded)
    {
        writer.Raw((byte)'(');
        if (part.IsMultipart)
            Multipart(ref writer, part);
        else
            Single(ref writer, part, decoded);
        writer.Raw((byte)')');
    }

    private static void Multipart(ref ImapTextWriter writer, MimePart part)
    {
        foreach (var child in part.ChildArray)
            Write(ref writer, child);
        writer.Raw((byte)' ');
        writer.String(part.Subtype);
        writer.Raw((byte)' ');
        TypeParameters(ref writer, part);
        writer.Raw((byte)' ');
        DispositionLanguageLocation(ref writer, part);
    }

    private static void Single(ref ImapTextWriter writer, MimePart part, DecodedForm? decoded)
    {
        writer.String(part.Type);
        writer.Raw((byte)' ');
        writer.String(part.Subtype);
        writer.Raw((byte)' ');
        if (part.TypeIsDeclared)
            TypeParameters(ref writer, part);
        else if (part.IsText)
            writer.Raw("(\"charset\" \"us-ascii\")"u8);
        else
            writer.Nil();
        writer.Raw((byte)' ');
        Text(ref writer, part, MimeHeaderId.ContentId);
        writer.Raw((byte)' ');
        Text(ref writer, part, MimeHeaderId.ContentDescription);
        writer.Raw((byte)' ');
        if (decoded is null)
            Encoding(ref writer, part);
        else
            writer.String(TransferEncoder.Name(decoded.Encoding));
        writer.Raw((byte)' ');
        writer.Number(decoded?.Octets ?? part.BodyLength);
        if (part.Embedded is not null && part.Subtype == "rfc822")
        {
            writer.Raw((byte)' ');
            ImapEnvelope.Write(ref writer, part.Embedded);
            writer.Raw((byte)' ');
            Write(ref writer, part.Embedded);
            writer.Raw((byte)' ');
            writer.Number(part.Lines);
        }
        else if (part.IsText)
        {
            writer.Raw((byte)' ');
            writer.Number(decoded?.Lines ?? part.Lines);
        }
        writer.Raw((byte)' ');
        Text(ref writer, part, MimeHeaderId.ContentMd5);
        writer.Raw((byte)' ');
        DispositionLanguageLocation(ref writer, part);
    }

    private static void DispositionLanguageLocation(ref ImapTextWriter writer, MimePart part)
    {
        Disposition(ref writer, part);
        writer.Raw((byte)' ');
        Language(ref writer, part);
        writer.Raw((byte)' ');
        Text(ref writer, part, MimeHeaderId.ContentLocation);
    }

    private static void Text(ref ImapTextWriter writer, MimePart part, MimeHeaderId id)
    {
        var value = part.RawValue(id);
        if (value.IsEmpty)
            writer.Nil();
        else
            writer.String(value);
    }

    private static void Encoding(ref ImapTextWriter writer, MimePart part)
    {
        var token = MimeTypeNames.Token(part.RawValue(MimeHeaderId.ContentTransferEncoding));
        if (token.IsEmpty || !Ascii.IsValid(token))
            writer.Raw("\"7bit\""u8);
        else
            writer.String(token);
    }

    private static void TypeParameters(ref ImapTextWriter writer, MimePart part)
    {
        var reader = new MimeParameterReader(part.RawValue(MimeHeaderId.ContentType));
        reader.ReadContentType(out _, out _);
        Parameters(ref writer, reader);
    }

    private static void Disposition(ref ImapTextWriter writer, MimePart part)
    {
        var reader = new MimeParameterReader(part.RawValue(MimeHeaderId.ContentDisposition));
        var token = reader.ReadToken();
        if (token.IsEmpty)
        {
            writer.Nil();
            return;
        }
        writer.Raw((byte)'(');
        writer.String(token);
        writer.Raw((byte)' ');
        Parameters(ref writer, reader);
        writer.Raw((byte)')');
    }

    /// <summary>(name value …). Values as they stand; RFC 2231 continuations are joined into one, name* where a charset belongs to it.</summary>
    private static void Parameters(ref ImapTextWriter writer, MimeParameterReader reader)
    {
        var start = reader;
        var any = false;
        while (reader.Read())
        {
            if (reader.Name.Contains((byte)'*'))
            {
                JoinedParameters(ref writer, start, any);
                return;
            }
        }
        reader = start;
        while (reader.Read())
        {
            writer.Raw(any ? (byte)' ' : (byte)'(');
            any = true;
            writer.String(reader.Name);
            writer.Raw((byte)' ');
            writer.ParameterValue(reader.RawValue);
        }
        if (any)
            writer.Raw((byte)')');
        else
            writer.Nil();
    }

    private static void JoinedParameters(ref ImapTextWriter writer, MimeParameterReader reader, bool any)
    {
        foreach (var (name, value, extended) in MimeParameters.Join(ref reader))
        {
            writer.Raw(any ? (byte)' ' : (byte)'(');
            any = true;
            writer.String(extended is null ? name : name + "*");
            writer.Raw((byte)' ');
            writer.String(extended ?? System.Text.Encoding.UTF8.GetBytes(value));
        }
        if (any)
            writer.Raw((byte)')');
        else
            writer.Nil();
    }

    /// <summary>Content-Language is a list of tags (RFC 3282): one as a string, several in brackets.</summary>
    private static void Language(ref ImapTextWriter writer, MimePart part)
    {
        var value = part.RawValue(MimeHeaderId.ContentLanguage);
        var count = 0;
        foreach (var range in value.Split((byte)','))
        {
            if (!MimeTypeNames.Token(value[range]).IsEmpty)
                count++;
        }
        if (count == 0)
        {
            writer.Nil();
            return;
        }
        var first = true;
        foreach (var range in value.Split((byte)','))
        {
            var token = MimeTypeNames.Token(value[range]);
            if (token.IsEmpty)
                continue;
            if (count > 1)
                writer.Raw(first ? (byte)'(' : (byte)' ');
            first = false;
            writer.String(token);
        }
        if (count > 1)
            writer.Raw((byte)')');
    }
}
