// [MS-OXCSPAM] 2.2.2 options, 2.2.4 the clauses of the junk e-mail rule.
namespace Rialto.Content.Junk;

/// <summary>What a user has chosen about junk mail. Addresses are SMTP addresses; domains are written with the @ (@example.com). Nothing is case-sensitive.</summary>
public sealed record JunkEmailLists
{
    public IReadOnlyList<string> BlockedSenders { get; init; } = [];

    public IReadOnlyList<string> BlockedSenderDomains { get; init; } = [];

    public IReadOnlyList<string> TrustedSenders { get; init; } = [];

    public IReadOnlyList<string> TrustedSenderDomains { get; init; } = [];

    public IReadOnlyList<string> TrustedRecipients { get; init; } = [];

    public IReadOnlyList<string> TrustedRecipientDomains { get; init; } = [];

    /// <summary>The addresses of the contacts, which the client puts here when <see cref="IncludeContacts"/> says so.</summary>
    public IReadOnlyList<string> TrustedContacts { get; init; } = [];

    /// <summary>
    /// PidTagContentFilterSpamConfidenceLevel above this is junk. Outlook writes -1 and leaves it to the server to set the property only on what is spam to it.
    /// </summary>
    public int SpamConfidenceAbove { get; init; } = SpamConfidenceLevel.NotSpam;

    /// <summary>PidTagJunkIncludeContacts: mail from contacts is trusted.</summary>
    public bool IncludeContacts { get; init; } = true;

    /// <summary>PidTagJunkThreshold: how hard the client itself filters.</summary>
    public JunkThreshold Threshold { get; init; } = JunkThreshold.Low;

    /// <summary>PidTagJunkPermanentlyDelete: junk is deleted instead of moved.</summary>
    public bool PermanentlyDelete { get; init; }

    /// <summary>PidTagJunkPhishingEnableLinks: links of suspicious messages stay enabled.</summary>
    public bool PhishingEnableLinks { get; init; }

    /// <summary>PidTagJunkAddRecipientsToSafeSendersList: whoever is written to becomes a trusted sender.</summary>
    public bool AddRecipientsToSafeSenders { get; init; }
}

/// <summary>[MS-OXCSPAM] 2.2.2.5 PidTagJunkThreshold.</summary>
public enum JunkThreshold
{
    /// <summary>No filtering but the blocked lists.</summary>
    None = -1,

    Low = 6,

    High = 3,

    /// <summary>Only trusted senders and recipients get through.</summary>
    TrustedOnly = int.MinValue,
}
