namespace Rialto.Directory;

/// <summary>Where mail to a mailbox goes on to.</summary>
/// <param name="Address">Another address, here or elsewhere.</param>
/// <param name="KeepsCopy">The mailbox has it as well.</param>
public sealed record MailForwarding(string Address, bool KeepsCopy = false);

/// <summary>Which mail a rule is about. The numbers are stored.</summary>
public enum MailScope
{
    /// <summary>All.</summary>
    All = 0,

    /// <summary>From and to people of the organisation alone.</summary>
    Internal = 1,

    /// <summary>From or to somebody outside.</summary>
    External = 2,
}

/// <summary>A journal rule: a report of every message goes to an address, with the message in it. [MS-XJRNL].</summary>
/// <param name="Name">Unique among them.</param>
/// <param name="Journal">Where the reports go.</param>
/// <param name="Scope">Which mail.</param>
/// <param name="Recipient">Only mail from or to this object (a mailbox, or the members of a group); null: everybody's.</param>
public sealed record JournalRule(string Name, string Journal, MailScope Scope = MailScope.All, Guid? Recipient = null);

/// <summary>A text that is put below mail that leaves the organisation.</summary>
/// <param name="Name">Unique among them.</param>
/// <param name="Text">For plain text; of HTML, where <paramref name="Html"/> is empty.</param>
/// <param name="Html">For HTML; a fragment.</param>
/// <param name="Sender">Only for mail from this object (a mailbox, or the members of a group); null: everybody's.</param>
public sealed record DisclaimerRule(string Name, string Text, string Html = "", Guid? Sender = null);
