// [MS-OXOMSG] 3.2.5.1 (sender and represented sender are the server's to set); [MS-OXODLGT] 3.1.4.3 (send on behalf).
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>Who sends, and whom for: the same unless somebody sends on behalf of somebody else.</summary>
internal readonly record struct SenderIdentity(Recipient Sender, Recipient Representing)
{
    /// <summary>The identity that a message asks for, or the mailbox's owner where it asks for none; null when the account has no right to it.</summary>
    public static SenderIdentity? Of(PropertyBag message, Account actor, MailboxRecipient owner, DirectorySnapshot directory)
    {
        if (!PartyProperties.Representing.IsIn(message)) return As(owner, actor, directory) ?? new(actor, actor);
        var address = PartyProperties.Representing.SmtpOf(message, directory);
        return address is not null && directory.FindByAddress(address) is { } wanted ? As(wanted, actor, directory) : null;
    }

    private static SenderIdentity? As(Recipient wanted, Account actor, DirectorySnapshot directory)
    {
        if (wanted.Id == actor.Id) return new(actor, actor);
        if (SenderRights.MaySendAs(directory, actor, wanted)) return new(wanted, wanted);
        return SenderRights.MaySendOnBehalfOf(directory, actor, wanted) ? new(actor, wanted) : null;
    }
}
