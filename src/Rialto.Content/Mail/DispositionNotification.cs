// RFC 8098 3.1 (RFC 3798): message/disposition-notification; [MS-OXCMAIL] 2.2.3.7.2 and 2.1.3.6.2.
namespace Rialto.Content.Mail;

/// <summary>A receipt: someone read a message, or threw it away unread.</summary>
public sealed class DispositionNotification
{
    public string FinalRecipient { get; private init; } = "";

    /// <summary>X-Display-Name.</summary>
    public string Name { get; private init; } = "";

    public string OriginalMessageId { get; private init; } = "";

    /// <summary>As in "manual-action/MDN-sent-manually".</summary>
    public string Mode { get; private init; } = "";

    /// <summary>As in "displayed" or "deleted"; lower case, modifiers included.</summary>
    public string Type { get; private init; } = "";

    /// <summary>X-MSExch-Correlation-Key; null where there is none.</summary>
    public byte[]? CorrelationKey { get; private init; }

    public bool IsRead => Type.StartsWith("displayed", StringComparison.Ordinal) || Type.StartsWith("dispatched", StringComparison.Ordinal)
        || Type.StartsWith("processed", StringComparison.Ordinal);

    public string MessageClass => IsRead ? "REPORT.IPM.Note.IPNRN" : "REPORT.IPM.Note.IPNNRN";

    /// <summary>Reads the decoded body of the part.</summary>
    public static DispositionNotification Parse(ReadOnlySpan<byte> body)
    {
        var blocks = ReportFields.Parse(body, 1);
        if (blocks.Count == 0)
            return new DispositionNotification();
        var fields = blocks[0];
        var disposition = fields["Disposition"];
        var semicolon = disposition.IndexOf(';', StringComparison.Ordinal);
        return new DispositionNotification
        {
            FinalRecipient = fields.Typed("Final-Recipient"),
            Name = fields["X-Display-Name"],
            OriginalMessageId = fields["Original-Message-ID"],
            Mode = semicolon < 0 ? "" : disposition[..semicolon].Trim(),
            Type = disposition[(semicolon + 1)..].Trim().ToLowerInvariant(),
            CorrelationKey = Base64(fields["X-MSExch-Correlation-Key"]),
        };
    }

    internal static byte[]? Base64(string text)
    {
        if (text.Length is 0 or > 4096)
            return null;
        var bytes = new byte[text.Length];
        return System.Convert.TryFromBase64String(text, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }
}
