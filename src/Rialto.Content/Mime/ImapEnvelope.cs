// RFC 9051 7.5.2 ENVELOPE and address structures (RFC 3501 7.4.2).
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>Header text goes out as it came in: encoded words are the client's to decode.</summary>
internal static class ImapEnvelope
{
    public static void Write(ref ImapTextWriter writer, MimePart message)
    {
        writer.Raw((byte)'(');
        Text(ref writer, message, MimeHeaderId.Date);
        writer.Raw((byte)' ');
        Text(ref writer, message, MimeHeaderId.Subject);
        writer.Raw((byte)' ');
        // Sender and Reply-To default to From where they are absent or empty.
        var from = writer.Length;
        Addresses(ref writer, message, MimeHeaderId.From);
        var fromLength = writer.Length - from;
        writer.Raw((byte)' ');
        AddressesOr(ref writer, message, MimeHeaderId.Sender, from, fromLength);
        writer.Raw((byte)' ');
        AddressesOr(ref writer, message, MimeHeaderId.ReplyTo, from, fromLength);
        writer.Raw((byte)' ');
        Addresses(ref writer, message, MimeHeaderId.To);
        writer.Raw((byte)' ');
        Addresses(ref writer, message, MimeHeaderId.Cc);
        writer.Raw((byte)' ');
        Addresses(ref writer, message, MimeHeaderId.Bcc);
        writer.Raw((byte)' ');
        Text(ref writer, message, MimeHeaderId.InReplyTo);
        writer.Raw((byte)' ');
        Text(ref writer, message, MimeHeaderId.MessageId);
        writer.Raw((byte)')');
    }

    private static void Text(ref ImapTextWriter writer, MimePart message, MimeHeaderId id)
    {
        if (message.TryFindHeader(id, out var field))
            writer.String(message.RawValue(field));
        else
            writer.Nil();
    }

    private static void AddressesOr(ref ImapTextWriter writer, MimePart message, MimeHeaderId id, int from, int fromLength)
    {
        if (Addresses(ref writer, message, id))
            return;
        // NIL was written: From takes its place.
        writer.Replace(3, from, fromLength);
    }

    /// <summary>All fields of that name as one list. False for NIL.</summary>
    private static bool Addresses(ref ImapTextWriter writer, MimePart message, MimeHeaderId id)
    {
        var any = false;
        foreach (ref readonly var field in message.Headers)
        {
            if (field.Id == id)
                AddressesOf(ref writer, message.RawValue(field), ref any);
        }
        if (any)
            writer.Raw((byte)')');
        else
            writer.Nil();
        return any;
    }

    private static void AddressesOf(ref ImapTextWriter writer, ReadOnlySpan<byte> value, ref bool any)
    {
        const int onStack = 512;
        byte[]? rented = null;
        var scratch = value.Length * 3 <= onStack ? stackalloc byte[onStack] : rented = ArrayPool<byte>.Shared.Rent(value.Length * 3);
        var reader = new MailAddressReader(value, scratch);
        while (reader.Read())
        {
            if (!any)
                writer.Raw((byte)'(');
            any = true;
            Address(ref writer, ref reader);
        }
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>(name adl mailbox host); a NIL host marks a group, its start by the name in place of the mailbox, its end by NIL there too.</summary>
    private static void Address(ref ImapTextWriter writer, ref MailAddressReader reader)
    {
        switch (reader.Kind)
        {
            case MailAddressKind.GroupStart:
                writer.Raw("(NIL NIL "u8);
                writer.String(reader.Name);
                writer.Raw(" NIL)"u8);
                return;
            case MailAddressKind.GroupEnd:
                writer.Raw("(NIL NIL NIL NIL)"u8);
                return;
        }
        writer.Raw((byte)'(');
        StringOrNil(ref writer, reader.Name);
        writer.Raw((byte)' ');
        StringOrNil(ref writer, reader.Route);
        writer.Raw((byte)' ');
        // Never NIL, even where the address lacks them: that would make it a group.
        writer.String(reader.Local);
        writer.Raw((byte)' ');
        writer.String(reader.Domain);
        writer.Raw((byte)')');
    }

    private static void StringOrNil(ref ImapTextWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            writer.Nil();
        else
            writer.String(value);
    }
}
