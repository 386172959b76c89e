// RFC 2046 5.2.3 message/external-body, RFC 2017 access-type URL; [MS-OXCMAIL] 2.2.3.4: such a part becomes a shortcut to what it points to.
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class ExternalBody
{
    /// <summary>An Internet shortcut; null for access types that no browser could follow.</summary>
    public static PropertyAttachment? Attachment(MimePart part, int number)
    {
        var parameters = MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentType));
        var name = parameters.Get("name") ?? "";
        if (AddressOf(parameters, name) is not { Length: < 2000 } address || address.Any(c => c is <= ' ' or > '~'))
            return null;
        var file = name.Length > 0 ? name[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..] : AttachmentNames.Generate(number, "");
        return MimeAttachments.Value(file + ".url", "application/internet-shortcut", Encoding.ASCII.GetBytes($"[InternetShortcut]\r\nURL={address}\r\n"), number);
    }

    private static string? AddressOf(MimeParameters parameters, string name)
    {
        var access = parameters.Get("access-type") ?? "";
        if (access.Equals("url", StringComparison.OrdinalIgnoreCase))
            return parameters.Get("url")?.Replace(" ", "", StringComparison.Ordinal);
        if (!access.Equals("anon-ftp", StringComparison.OrdinalIgnoreCase) && !access.Equals("ftp", StringComparison.OrdinalIgnoreCase) || parameters.Get("site") is not { Length: > 0 } site)
            return null;
        var directory = parameters.Get("directory")?.Trim('/') ?? "";
        var mode = parameters.Get("mode")?.ToUpperInvariant() switch { "IMAGE" => ";type=i", "ASCII" => ";type=a", _ => "" };
        return $"ftp://{site}/{(directory.Length > 0 ? directory + "/" : "")}{Uri.EscapeDataString(name)}{mode}";
    }
}
