// [MS-OXCMSG] 2.2.2.10 to 2.2.2.12: names of attachments; [MS-OXCMAIL] 2.2.3.4.1.
using System.Globalization;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class AttachmentNames
{
    public static void Set(PropertyBag bag, string name, bool isFile)
    {
        bag.Set(PropertyValue.Of(PropertyTags.DisplayName, name));
        bag.Set(PropertyValue.Of(PropertyTags.AttachLongFilename, name));
        bag.Set(PropertyValue.Of(PropertyTags.AttachFilename, Short(name)));
        var extension = Extension(name);
        if (isFile && extension.Length > 0)
            bag.Set(PropertyValue.Of(PropertyTags.AttachExtension, extension));
    }

    /// <summary>A name for a part that brings none: ATT00001.bin.</summary>
    public static string Generate(int number, string extension) => string.Create(CultureInfo.InvariantCulture, $"ATT{number + 1:00000}{extension}");

    public static string ExtensionOf(string type, string subtype) => (type, subtype) switch
    {
        ("text", "plain") => ".txt",
        ("text", "html") => ".htm",
        ("text", "calendar") => ".ics",
        ("text", "vcard" or "x-vcard" or "directory") => ".vcf",
        ("text", "csv") => ".csv",
        ("text", _) => ".txt",
        ("image", "jpeg" or "jpg" or "pjpeg") => ".jpg",
        ("image", "png" or "gif" or "bmp" or "tiff" or "webp") => "." + subtype,
        ("message", _) => ".eml",
        ("application", "pdf" or "zip" or "rtf" or "xml") => "." + subtype,
        ("application", "pkcs7-signature" or "x-pkcs7-signature") => ".p7s",
        ("application", "pgp-signature") => ".asc",
        ("application", "ms-tnef") => ".dat",
        _ => ".bin",
    };

    /// <summary>The type of a file whose attachment names none; null for endings that say nothing. [MS-OXCMAIL] 2.1.3.4.2.2.</summary>
    public static string? TypeOf(string name) => Extension(name).ToLowerInvariant() switch
    {
        ".txt" or ".log" => "text/plain",
        ".htm" or ".html" => "text/html",
        ".csv" => "text/csv",
        ".ics" => "text/calendar",
        ".vcf" => "text/vcard",
        ".xml" => "application/xml",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        ".gif" => "image/gif",
        ".bmp" => "image/bmp",
        ".tif" or ".tiff" => "image/tiff",
        ".svg" => "image/svg+xml",
        ".wmf" => "image/wmf",
        ".emf" => "image/emf",
        ".wav" => "audio/wav",
        ".mp3" => "audio/mpeg",
        ".mp4" => "video/mp4",
        ".pdf" => "application/pdf",
        ".rtf" => "application/rtf",
        ".zip" => "application/zip",
        ".doc" or ".dot" => "application/msword",
        ".xls" => "application/vnd.ms-excel",
        ".ppt" => "application/vnd.ms-powerpoint",
        ".msg" => "application/vnd.ms-outlook",
        ".docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".odt" => "application/vnd.oasis.opendocument.text",
        ".ods" => "application/vnd.oasis.opendocument.spreadsheet",
        ".p7m" => "application/pkcs7-mime",
        ".p7s" => "application/pkcs7-signature",
        _ => null,
    };

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot <= 0 || dot == name.Length - 1 || name.Length - dot > 32 ? "" : name[dot..];
    }

    /// <summary>The 8.3 form.</summary>
    private static string Short(string name)
    {
        var extension = Extension(name);
        var stem = Ascii(name[..(name.Length - extension.Length)], 12);
        var tail = extension.Length > 0 ? "." + Ascii(extension[1..], 3) : "";
        return (stem.Length > 8 ? stem[..6] + "~1" : stem.Length == 0 ? "ATT" : stem) + (tail.Length > 1 ? tail : "");
    }

    private static string Ascii(string text, int limit)
    {
        var kept = text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(limit);
        return string.Concat(kept);
    }
}
