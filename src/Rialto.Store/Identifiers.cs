namespace Rialto.Store;

/// <summary>
/// A folder of one mailbox: the 48-bit global counter of its FID in the mailbox's own replica ([MS-OXCDATA] 2.2.1.1). Never reused.
/// Special folders have the fixed values of <see cref="SpecialFolders.IdOf"/>.
/// </summary>
public readonly record struct FolderId(long Value) : IComparable<FolderId>
{
    public int CompareTo(FolderId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// An item of one mailbox, for ever: kept through moves, renumbering of its MID and promotion of its content. Grows with creation, never reused.
/// </summary>
public readonly record struct MessageId(long Value) : IComparable<MessageId>
{
    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// Bytes kept by the blob store: where they are and how many. Opaque to everyone but the backend that made it; stable for ever.
/// </summary>
public readonly record struct BlobRef(long Key, long Length)
{
    public static readonly BlobRef None;

    public bool IsNone => Key == 0;
}
