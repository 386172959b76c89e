// RFC 6409 8.2, 8.3 (Date and Message-ID may be added).
using Rialto.Delivery;

namespace Rialto.Smtp;

/// <summary>The fields that every message needs, for a submission that lacks them.</summary>
internal sealed class SubmissionFields(Guid id, string sender, string hostName, DateTimeOffset time)
{
    /// <summary>Whole fields, each with its CRLF; empty when none is missing.</summary>
    public string Missing(bool hasDate, bool hasMessageId)
    {
        var text = hasDate ? "" : $"Date: {DsnWriter.Date(time)}\r\n";
        return hasMessageId ? text : $"{text}Message-ID: {MessageId}\r\n";
    }

    /// <summary>The Message-ID for one that has none.</summary>
    public string MessageId => $"<{id:N}@{Domain()}>";

    private string Domain() => Rialto.Directory.SmtpAddress.TryParse(sender, out var parsed) && parsed.Domain[0] != '[' ? parsed.Domain : hostName;
}
