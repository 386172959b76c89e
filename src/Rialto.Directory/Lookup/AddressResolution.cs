namespace Rialto.Directory;

/// <summary>What an address means here.</summary>
public enum AddressStatus
{
    /// <summary>Not an address.</summary>
    Malformed,

    /// <summary>Its domain is not accepted here; a contact may still be known under it.</summary>
    NotLocal,

    /// <summary>Our domain, but nobody has the address.</summary>
    UnknownRecipient,

    /// <summary>Our domain, and somebody has it.</summary>
    Found,
}

/// <summary>The outcome of an address look-up.</summary>
/// <param name="Status">What the address means.</param>
/// <param name="Address">The address in normal form: domain aliases replaced by the domain; the tag of plus-addressing still in it.</param>
/// <param name="Recipient">Who has it: set when found, and for contacts with an outside address.</param>
/// <param name="Tag">What stood after the plus sign, when plus-addressing was needed to find the recipient (RFC 5233 detail).</param>
public readonly record struct AddressResolution(AddressStatus Status, SmtpAddress Address, Recipient? Recipient, string? Tag);
