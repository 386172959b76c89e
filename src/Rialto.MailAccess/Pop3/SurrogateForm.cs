// RFC 6856 2.1, 4: a message whose header fields go beyond ASCII, for a client that did not ask for that.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.MailAccess.Pop3;

/// <summary>
/// The message with such fields in ASCII: encoded words (RFC 2047), encoded parameters (RFC 2231), and in the place of addresses that such clients cannot write to, one that leads nowhere,
/// under the same name. Bodies stay as they are.
/// </summary>
internal static class SurrogateForm
{
    private const string NoAddress = "invalid@internationalized-address.invalid";

    /// <summary>The message itself where its fields are ASCII.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> message)
    {
        if (Ascii.IsValid(message.Span))
            return message;
        ArrayBufferWriter<byte>? output = null;
        var at = 0;
        var root = MimeMessage.Parse(message).Root;
        foreach (var part in root.Descendants().Prepend(root).Distinct().OrderBy(p => p.HeaderOffset))
        {
            foreach (var field in part.Headers)
            {
                if (field.Offset < at || Ascii.IsValid(part.RawField(field)))
                    continue;
                output ??= new ArrayBufferWriter<byte>(message.Length + 1024);
                output.Write(message.Span[at..field.Offset]);
                Encoding.ASCII.GetBytes(Rewritten(part, field), output);
                at = field.End;
            }
        }
        if (output is null)
            return message;
        output.Write(message.Span[at..]);
        return output.WrittenMemory;
    }

    private static string Rewritten(MimePart part, MimeHeaderField field)
    {
        var name = Encoding.ASCII.GetString(part.Name(field));
        var value = part.RawValue(field);
        var text = new StringBuilder();
        if (field.Id is MimeHeaderId.ContentType or MimeHeaderId.ContentDisposition)
        {
            var parameters = MimeParameters.Parse(value);
            text.Append(name).Append(": ").Append(parameters.Value);
            foreach (var (parameter, content) in parameters.Items)
                HeaderEncoder.Parameter(text, parameter, content);
            return text.Append("\r\n").ToString();
        }
        if (IsOfAddresses(field.Id, name) && MailAddress.ParseList(value) is { Count: > 0 } addresses)
        {
            HeaderEncoder.Addresses(text, name, addresses.ConvertAll(a => Ascii.IsValid(a.Address) ? a : a with { Name = a.Display, Address = NoAddress }));
            return text.ToString();
        }
        HeaderEncoder.Unstructured(text, name, HeaderText.Decode(value));
        return text.ToString();
    }

    private static bool IsOfAddresses(MimeHeaderId id, string name) =>
        id is MimeHeaderId.From or MimeHeaderId.Sender or MimeHeaderId.ReplyTo or MimeHeaderId.To or MimeHeaderId.Cc or MimeHeaderId.Bcc or MimeHeaderId.DispositionNotificationTo or MimeHeaderId.ReturnReceiptTo
        || name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("-Date", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("-ID", StringComparison.OrdinalIgnoreCase);
}
