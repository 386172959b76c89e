// [MS-OXPHISH] 2.2.1.1 PidNamePhishingStamp, 3.1.5 its value and what it means.
using System.Buffers.Binary;
using Rialto.Model;

namespace Rialto.Content.Junk;

/// <summary>What a message's stamp says to the owner of the mailbox.</summary>
public enum PhishingState
{
    /// <summary>No stamp of this mailbox: nothing is known against the message.</summary>
    None,

    /// <summary>Likely phishing: links, replies and attachments are disabled.</summary>
    Suspicious,

    /// <summary>It was, until the user enabled it.</summary>
    EnabledByUser,
}

/// <summary>
/// PidNamePhishingStamp. A sender cannot forge it, since it must repeat the secret number of the mailbox: the fifth value of PidTagAdditionalRenEntryIds
/// (four bytes) on its root folder.
/// </summary>
public static class PhishingStamp
{
    private const uint StampMask = 0x0FFFFFFF;
    private const uint Enabled = 0x10000000;
    private const int ValueIndex = 4;

    /// <summary>The mailbox's number in PidTagAdditionalRenEntryIds; null when it has none.</summary>
    public static uint? TagOf(PropertyValue additionalRenEntryIds) =>
        additionalRenEntryIds.AsArray<byte[]>() is { Length: > ValueIndex } values && values[ValueIndex] is { Length: >= 4 } tag ? BinaryPrimitives.ReadUInt32LittleEndian(tag) : null;

    /// <summary>The stamp of a suspicious message, or of one that the user has enabled.</summary>
    public static int Make(uint mailboxTag, bool enabled = false) => (int)(mailboxTag & StampMask | (enabled ? Enabled : 0));

    /// <summary>What a message's stamp says in the mailbox of that number; any other number's stamp says nothing.</summary>
    public static PhishingState Check(int stamp, uint mailboxTag)
    {
        if (((uint)stamp & StampMask) != (mailboxTag & StampMask))
            return PhishingState.None;
        return ((uint)stamp & Enabled) != 0 ? PhishingState.EnabledByUser : PhishingState.Suspicious;
    }
}
