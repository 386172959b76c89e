using Rialto.Directory;
using Rialto.Ldap.Tree;

namespace Rialto.Ldap.Search;

/// <summary>An entry that a filter looks at: a recipient, or one of the tree's own.</summary>
internal readonly struct Candidate
{
    public Candidate(Recipient recipient) => Recipient = recipient;

    public Candidate(VirtualEntry entry) => Virtual = entry;

    public Recipient? Recipient { get; }

    public VirtualEntry? Virtual { get; }
}

/// <summary>RFC 4511 4.5.1.7: a filter is true, false or undefined; ordered so that and is the least and or the greatest.</summary>
internal enum Truth
{
    False,
    Undefined,
    True,
}
