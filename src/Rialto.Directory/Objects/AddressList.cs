namespace Rialto.Directory;

/// <summary>A list of the address book: whoever matches a filter.</summary>
public sealed record AddressList : DirectoryObject
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.AddressList;

    /// <summary>RFC 4515 filter over the attributes of <see cref="DirectoryAttributes"/>.</summary>
    public string Filter { get; init => field = value ?? ""; } = "";

    /// <summary>Id of the list that it stands under; null: beside the lists that every organisation has.</summary>
    public Guid? ParentId { get; init; }
}
