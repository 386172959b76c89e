// [MS-OXCMAIL] 2.1.3.2.1 and 2.2.3.2.15 message class and Content-Class; [MS-OXOSMIME] 2.1.3; [MS-OXCICAL] 2.1.3.1.1.1 METHOD; RFC 3464, RFC 8098 reports.
using System.Text;

using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>The message class that a MIME message gets.</summary>
public static class MimeMessageClass
{
    public static string Of(MimePart message, MimeContent content, CalendarGlance? calendar)
    {
        if (message.IsMultipart && message.Subtype == "signed" && IsSecureMime(message))
            return "IPM.Note.SMIME.MultipartSigned";
        if (!message.IsMultipart && IsOpaqueSecureMime(message))
            return "IPM.Note.SMIME";
        if (message.IsMultipart && message.Subtype == "report" && content.Report is not null && OfReport(content.Report) is { } report)
            return report;
        if (calendar is not null && OfMeeting(calendar) is { } meeting)
            return meeting;
        return OfContentClass(HeaderText.Decode(message.RawValue(MimeHeaderId.ContentClass)));
    }

    private static bool IsSecureMime(MimePart signed)
    {
        var protocol = MimeParameters.Parse(signed.RawValue(MimeHeaderId.ContentType)).Get("protocol");
        return protocol is null || protocol.Contains("pkcs7-signature", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>[MS-OXOSMIME] 2.1.3.2: application/pkcs7-mime under its old name too, and octet-stream by its file name.</summary>
    internal static bool IsOpaqueSecureMime(MimePart part)
    {
        if (part.Type != "application")
            return false;
        if (part.Subtype is "pkcs7-mime" or "x-pkcs7-mime")
            return true;
        var name = MimeContent.FileName(part);
        return part.Subtype == "octet-stream" && name.EndsWith(".p7m", StringComparison.OrdinalIgnoreCase);
    }

    private static string? OfReport(MimePart report)
    {
        var text = MimeText.Decode(report, 64 * 1024);
        if (report.Subtype.EndsWith("disposition-notification", StringComparison.Ordinal))
        {
            // RFC 8098 3.2.6: mode/mode; disposition-type.
            var disposition = FieldOf(text, "Disposition");
            var type = disposition[(disposition.IndexOf(';') + 1)..].Trim();
            return type.StartsWith("displayed", StringComparison.OrdinalIgnoreCase) || type.StartsWith("dispatched", StringComparison.OrdinalIgnoreCase)
                || type.StartsWith("processed", StringComparison.OrdinalIgnoreCase) ? "REPORT.IPM.Note.IPNRN" : "REPORT.IPM.Note.IPNNRN";
        }
        if (!report.Subtype.EndsWith("delivery-status", StringComparison.Ordinal))
            return null;
        // The worst that befell any recipient names the report.
        if (HasAction(text, "failed"))
            return "REPORT.IPM.Note.NDR";
        if (HasAction(text, "delayed"))
            return "REPORT.IPM.Note.Delayed.DR";
        if (HasAction(text, "delivered"))
            return "REPORT.IPM.Note.DR";
        if (HasAction(text, "relayed"))
            return "REPORT.IPM.Note.Relayed.DR";
        return HasAction(text, "expanded") ? "REPORT.IPM.Note.Expanded.DR" : "REPORT.IPM.Note.NDR";
    }

    private static bool HasAction(string text, string action)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("Action:", StringComparison.OrdinalIgnoreCase) && line[7..].TrimStart().StartsWith(action, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static ReadOnlySpan<char> FieldOf(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > name.Length && line.StartsWith(name, StringComparison.OrdinalIgnoreCase) && line[name.Length] == ':')
                return line[(name.Length + 1)..].Trim();
        }
        return default;
    }

    private static string? OfMeeting(CalendarGlance calendar) => calendar.Component != "VEVENT" ? null : calendar.Method switch
    {
        "REQUEST" => "IPM.Schedule.Meeting.Request",
        "CANCEL" => "IPM.Schedule.Meeting.Canceled",
        "COUNTER" => "IPM.Schedule.Meeting.Resp.Tent",
        "REPLY" => calendar.ParticipationStatus switch
        {
            "ACCEPTED" => "IPM.Schedule.Meeting.Resp.Pos",
            "DECLINED" => "IPM.Schedule.Meeting.Resp.Neg",
            "TENTATIVE" => "IPM.Schedule.Meeting.Resp.Tent",
            _ => null,
        },
        _ => null,
    };

    // todo [MS-OXCMAIL] 2.2.3.2.15: the remaining Content-Class values and the checks of their content.
    private static string OfContentClass(string contentClass) => contentClass switch
    {
        "fax" => "IPM.Note.Microsoft.Fax",
        "fax-ca" => "IPM.Note.Microsoft.Fax.CA",
        "missedcall" => "IPM.Note.Microsoft.Missed.Voice",
        "voice-uc" => "IPM.Note.Microsoft.Conversation.Voice",
        "voice-ca" => "IPM.Note.Microsoft.Voicemail.UM.CA",
        _ => "IPM.Note",
    };
}
