// RFC 5321 4.4 (trace), RFC 5322 3.6.3 (Bcc never goes out), RFC 8689 3 (TLS-Required).
using System.Buffers;
using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>The MIME form that a submitted message goes out in.</summary>
internal static class SubmittedMime
{
    public static ReadOnlySequence<byte> Write(PropertyMessage message, Guid id, DateTimeOffset time, DirectorySnapshot directory, DeliveryOptions options)
    {
        var outgoing = new PropertyMessage
        {
            Properties = new PropertyBag(message.Properties),
            Recipients = message.Recipients,
            Attachments = message.Attachments,
            NamedProperties = message.NamedProperties,
        };
        // The server's own verdict on what it stores; what goes out is judged where it arrives.
        outgoing.Properties.Remove(PropertyIds.ContentFilterSpamConfidenceLevel);
        var mime = new ArrayBufferWriter<byte>(4096);
        mime.Write(Encoding.ASCII.GetBytes($"Received: from mapi by {options.EffectiveHostName} with MAPI id {id:N};\r\n\t{DsnWriter.Date(time)}\r\n"));
        PropertiesToMime.Write(outgoing, mime, new PropertiesToMimeOptions
        {
            IncludeBcc = false,
            Domain = directory.DefaultDomain?.Name ?? options.EffectiveHostName,
            ResolveAddress = (type, address) => PartyAddress.Resolve(null, type, address, null, directory),
        });
        return new(mime.WrittenMemory);
    }

    /// <summary>Whether a field of the client's says that to arrive is worth more than TLS. RFC 8689 3.</summary>
    public static bool WaivesTls(in ReadOnlySequence<byte> mime)
    {
        var header = MimeMessage.Parse(mime.First).Root;
        return header.TryFindHeader("TLS-Required"u8, out var field) && Encoding.Latin1.GetString(header.RawValue(field)).Trim().Equals("No", StringComparison.OrdinalIgnoreCase);
    }
}
