// [MS-OXCMAIL] 2.2.3.4.3: files that stand uuencoded in a text body.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Takes uuencoded files out of text bodies.</summary>
internal static class UuencodedAttachments
{
    /// <summary>Whether a text part may hold such files: known without decoding, as mailers of that age encoded nothing else.</summary>
    public static bool MayContain(MimePart part) =>
        part.Subtype == "plain" && part.Encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable) && UuencodedText.MayContain(part.RawBody);

    /// <summary>The files of all text bodies, in order.</summary>
    public static IEnumerable<UuencodedFile> Of(MimeContent content) =>
        content.Body.SelectMany(piece => piece.Plain).Where(MayContain).SelectMany(part => UuencodedText.Split(part.RawBody).Files);

    /// <summary>A part's text without the files in it.</summary>
    public static string TextOf(MimePart part)
    {
        if (!MayContain(part))
            return MimeText.Decode(part);
        var split = UuencodedText.Split(part.RawBody);
        return split.Files.Count == 0 ? MimeText.Decode(part) : MailCharset.DecodeByCodePage(split.Text, MimeText.CodePage(part, split.Text, MimeText.DeclaredCodePage(part)));
    }
}
