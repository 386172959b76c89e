// [MS-OXCMAIL] 2.1.3.2 and 2.2.3.2: which header fields have a property of their own, both ways.
using System.Collections.Frozen;

namespace Rialto.Content.Mail;

/// <summary>What a header field is turned into.</summary>
internal enum MailField : byte
{
    /// <summary>A named property of PS_INTERNET_HEADERS that bears the field's name. 2.1.3.2.4.</summary>
    Arbitrary,

    /// <summary>Part of the MIME structure, which is made anew.</summary>
    Structure,

    /// <summary>A property of its own, set elsewhere.</summary>
    Mapped,

    /// <summary>What servers on the way have noted; PidTagTransportMessageHeaders keeps it.</summary>
    Trace,

    SpamConfidence,
    PhishingConfidence,
    SenderIdResult,
    PurportedDomain,
    TnefCorrelator,
    FlagRequest,
    AcceptLanguage,
    Classified,
    ClassificationKeep,
    Classification,
    ClassificationDescription,
    ClassificationGuid,
    CallingNumber,
    VoiceDuration,
    VoiceSender,
    FaxPages,
    AttachmentOrder,
    CallId,
    AutoForwarded,
}

internal static class MailFields
{
    /// <summary>Longer names are taken for noise.</summary>
    public const int MaxNameLength = 100;

    /// <summary>What a server believes of nobody outside. Fields so named are dropped, but for those that have a property or stand among the known names. 2.2.3.2.28.</summary>
    private static readonly string[] Reserved = ["x-ms-exchange-organization-", "x-ms-exchange-forest-", "x-microsoft-exchange-organization", "x-microsoft-exchange-forest"];

    private static readonly FrozenDictionary<string, MailField> Known = Table().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, MailField>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Field names whose usual spelling is not that of first letters in upper case.</summary>
    private static readonly FrozenDictionary<string, string> Spellings = new[]
    {
        "MIME-Version", "Message-ID", "Content-ID", "List-ID", "X-CallID", "X-MS-Has-Attach", "X-MS-Journal-Report", "X-FaxNumberOfPages", "X-VoiceMessageDuration",
        "X-VoiceMessageSenderName", "X-CallingTelephoneNumber", "X-AttachmentOrder", "X-RequireProtectedPlayOnPhone", "X-UIDL", "X-MimeOLE", "X-MSMail-Priority",
        "X-OriginalArrivalTime", "X-MS-Exchange-Organization-AuthAs", "X-MS-Exchange-Organization-AuthDomain", "X-MS-Exchange-Organization-AuthMechanism",
        "X-MS-Exchange-Organization-AuthSource", "X-MS-Exchange-Organization-Approval-Requestor", "X-MS-Exchange-Organization-Approval-Allowed-Decision-Makers", "msip_labels",
    }.ToFrozenDictionary(s => s, s => s, StringComparer.OrdinalIgnoreCase);

    public static MailField Of(ReadOnlySpan<char> name)
    {
        if (Lookup.TryGetValue(name, out var field))
            return field;
        return IsReserved(name) || name.StartsWith("arc-", StringComparison.OrdinalIgnoreCase) ? MailField.Trace : MailField.Arbitrary;
    }

    public static bool IsReserved(ReadOnlySpan<char> name)
    {
        if (name.Length < 20 || name[0] is not ('x' or 'X'))
            return false;
        foreach (var prefix in Reserved)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Whether a field stays out of PidTagTransportMessageHeaders. 2.2.3.2.28.</summary>
    public static bool IsConcealed(ReadOnlySpan<char> name) => IsReserved(name) && !Lookup.TryGetValue(name, out _);

    /// <summary>The name to write: property names of the set are in lower case. [MS-OXCPRPT] 3.2.5.10.</summary>
    public static string Spelling(string name)
    {
        if (Spellings.TryGetValue(name, out var known))
            return known;
        return string.Create(name.Length, name, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = i == 0 || source[i - 1] == '-' ? char.ToUpperInvariant(source[i]) : source[i];
        });
    }

    private static Dictionary<string, MailField> Table()
    {
        var table = new Dictionary<string, MailField>(StringComparer.OrdinalIgnoreCase)
        {
            ["x-ms-exchange-organization-scl"] = MailField.SpamConfidence,
            ["x-ms-exchange-organization-pcl"] = MailField.PhishingConfidence,
            ["x-ms-exchange-organization-senderidresult"] = MailField.SenderIdResult,
            ["x-ms-exchange-organization-prd"] = MailField.PurportedDomain,
            ["x-ms-exchange-organization-autoforwarded"] = MailField.AutoForwarded,
            ["autoforwarded"] = MailField.AutoForwarded,
            ["x-ms-tnef-correlator"] = MailField.TnefCorrelator,
            ["x-message-flag"] = MailField.FlagRequest,
            ["x-accept-language"] = MailField.AcceptLanguage,
            ["x-microsoft-classified"] = MailField.Classified,
            ["x-microsoft-classkeep"] = MailField.ClassificationKeep,
            ["x-microsoft-classification"] = MailField.Classification,
            ["x-microsoft-classdesc"] = MailField.ClassificationDescription,
            ["x-microsoft-classid"] = MailField.ClassificationGuid,
            ["x-callingtelephonenumber"] = MailField.CallingNumber,
            ["x-voicemessageduration"] = MailField.VoiceDuration,
            ["x-voicemessagesendername"] = MailField.VoiceSender,
            ["x-faxnumberofpages"] = MailField.FaxPages,
            ["x-attachmentorder"] = MailField.AttachmentOrder,
            ["x-callid"] = MailField.CallId,
        };
        foreach (var name in (ReadOnlySpan<string>)["x-ms-exchange-organization-authas", "x-ms-exchange-organization-authdomain", "x-ms-exchange-organization-authmechanism",
            "x-ms-exchange-organization-authsource", "x-ms-exchange-organization-approval-requestor", "x-ms-exchange-organization-approval-allowed-decision-makers"])
        {
            table[name] = MailField.Arbitrary;
        }
        foreach (var name in (ReadOnlySpan<string>)["content-type", "content-transfer-encoding", "content-disposition", "content-id", "content-description", "content-md5", "content-length",
            "mime-version", "lines"])
        {
            table[name] = MailField.Structure;
        }
        foreach (var name in (ReadOnlySpan<string>)["from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "importance", "priority", "x-priority",
            "x-msmail-priority", "sensitivity", "thread-index", "thread-topic", "disposition-notification-to", "return-receipt-to", "keywords", "reply-by", "expires", "expiry-date", "deferred-delivery",
            "list-help", "list-subscribe", "list-unsubscribe", "x-list-help", "x-list-subscribe", "x-list-unsubscribe", "x-auto-response-suppress", "x-ms-has-attach", "x-payload-class",
            "x-payload-provider-guid"])
        {
            table[name] = MailField.Mapped;
        }
        foreach (var name in (ReadOnlySpan<string>)["received", "return-path", "delivered-to", "envelope-to", "x-original-to", "x-received", "received-spf", "authentication-results",
            "x-ms-exchange-authentication-results", "dkim-signature", "domainkey-signature", "x-google-dkim-signature", "x-gm-message-state", "status", "x-status", "x-uid", "x-uidl", "x-imap", "x-imapbase", "x-keywords",
            "x-mozilla-status", "x-mozilla-status2", "x-mozilla-keys"])
        {
            table[name] = MailField.Trace;
        }
        return table;
    }
}
