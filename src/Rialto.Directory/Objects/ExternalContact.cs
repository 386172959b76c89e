namespace Rialto.Directory;

/// <summary>Somebody outside, listed in the address book; mail to any of its addresses goes to <see cref="ExternalAddress"/>.</summary>
public sealed record ExternalContact : Recipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.ExternalContact;

    /// <summary>Where mail goes; its domain is not an accepted one. <see cref="Recipient.PrimaryAddress"/> is the same unless set otherwise.</summary>
    public string ExternalAddress { get; init => field = value ?? ""; } = "";
}
