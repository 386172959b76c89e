// RFC 3834 2 (when not to answer), RFC 5230 4.6; [MS-OXOMSG] 2.2.1.77 PidTagAutoResponseSuppress; [MS-OXORULE] 3.2.5.1.
using System.Text;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>Which messages rules must not answer or pass on, so that machines do not write to each other for ever.</summary>
internal static class LoopProtection
{
    /// <summary>Names the mailboxes that passed a message on, by rules or as a whole, one field each.</summary>
    public const string LoopHeader = "X-MS-Exchange-Inbox-Rules-Loop";

    private const int SuppressOutOfOffice = 0x10, SuppressAutoReply = 0x20;

    private static readonly string[] MachineNames = ["mailer-daemon", "postmaster", "listserv", "majordomo", "noreply", "no-reply", "daemon"];

    /// <summary>Whether a rule may answer the message.</summary>
    public static bool MayReply(IncomingMessage message, MailboxRecipient owner, DirectorySnapshot directory, bool outOfOffice)
    {
        var sender = message.Queued.Sender;
        if (sender.Length == 0 || IsMachine(sender) || directory.FindByAddress(sender)?.Id == owner.Id) return false;
        var header = message.Header;
        if (header.TryFindHeader("Auto-Submitted"u8, out var automatic) && !Text(header, automatic).Split(';')[0].Trim().Equals("no", StringComparison.OrdinalIgnoreCase)) return false;
        if (header.TryFindHeader("Precedence"u8, out var precedence) && Text(header, precedence).Trim().ToLowerInvariant() is "bulk" or "list" or "junk") return false;
        if (header.TryFindHeader("List-Id"u8, out _) || header.TryFindHeader("List-Unsubscribe"u8, out _) || header.TryFindHeader("List-Post"u8, out _)) return false;
        var bag = message.Properties.Properties;
        if ((bag.GetInt32(PropertyTags.AutoResponseSuppress) & (outOfOffice ? SuppressOutOfOffice : SuppressAutoReply)) != 0) return false;
        // Ordinary replies go to what was forwarded too, as Exchange's do (3.2.5.1 leaves it open): their own marks end every circle.
        if (outOfOffice && (bag.GetBoolean(PropertyTags.AutoForwarded) || IsForwarded(message))) return false;
        return !(bag.GetString(PropertyTags.MessageClass) ?? "").StartsWith("REPORT.", StringComparison.OrdinalIgnoreCase) && Hops(message, owner) >= 0;
    }

    /// <summary>Whether a rule may pass the message on: not when it was here before, nor after so many hops.</summary>
    public static bool MayForward(IncomingMessage message, MailboxRecipient owner, RuleLimits limits) => Hops(message, owner) is >= 0 and var hops && hops < limits.MaximumHops;

    /// <summary>The fields that what is sent for a message begins with: those it came with where a new message takes its place, and this mailbox's.</summary>
    public static string Fields(IncomingMessage message, MailboxRecipient owner, bool isNew)
    {
        var text = new StringBuilder();
        text.Append(FieldOf(owner));
        if (!isNew) return text.ToString();
        foreach (var passed in Passed(message)) text.Append(LoopHeader).Append(": ").Append(passed).Append("\r\n");
        return text.ToString();
    }

    /// <summary>The field of a mailbox that passes a message on.</summary>
    public static string FieldOf(MailboxRecipient owner) => $"{LoopHeader}: {owner.PrimaryAddress}\r\n";

    /// <summary>Whether the mailbox passed the message on before.</summary>
    public static bool HasPassed(MimePart header, MailboxRecipient owner) => Passed(header).Exists(p => IsOwn(p, owner));

    private static bool IsOwn(string address, MailboxRecipient owner) => address.Equals(owner.PrimaryAddress, StringComparison.OrdinalIgnoreCase) || owner.FurtherAddresses.Contains(address, StringComparer.OrdinalIgnoreCase);

    /// <summary>How many mailboxes' rules have passed it on; -1 when this one's are among them.</summary>
    private static int Hops(IncomingMessage message, MailboxRecipient owner)
    {
        var count = 0;
        foreach (var passed in Passed(message))
        {
            if (IsOwn(passed, owner)) return -1;
            count++;
        }

        return count;
    }

    private static List<string> Passed(IncomingMessage message) => Passed(message.Header);

    private static List<string> Passed(MimePart header)
    {
        var passed = new List<string>();
        foreach (var field in header.Headers)
        {
            if (!Ascii.EqualsIgnoreCase(header.Name(field), LoopHeader)) continue;
            var text = Text(header, field).Trim();
            // Whatever a stranger put there must not break out of the field that it is copied into.
            if (text.Length is > 0 and < 320 && !text.AsSpan().ContainsAnyInRange('\0', ' ')) passed.Add(text);
        }

        return passed;
    }

    private static bool IsForwarded(IncomingMessage message) =>
        message.Queued.Overlay is { } overlay && PropertyBagCodec.TryFind(overlay, PropertyIds.AutoForwarded, out var value) && value.AsBoolean();

    private static bool IsMachine(string sender)
    {
        var at = sender.LastIndexOf('@');
        var name = (at < 0 ? sender : sender[..at]).ToLowerInvariant();
        return MachineNames.Contains(name) || name.StartsWith("owner-", StringComparison.Ordinal) || name.EndsWith("-request", StringComparison.Ordinal)
            || name.EndsWith("-owner", StringComparison.Ordinal) || name.StartsWith("bounce", StringComparison.Ordinal);
    }

    private static string Text(MimePart header, MimeHeaderField field) => Encoding.Latin1.GetString(header.RawValue(field));
}
