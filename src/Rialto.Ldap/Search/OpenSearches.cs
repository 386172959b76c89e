using System.Buffers.Binary;
using System.Security.Cryptography;
using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>What a connection has asked for in pages or as list views and not seen to the end. The oldest goes when there are too many.</summary>
internal sealed class OpenSearches
{
    private readonly LinkedList<OpenSearch> all = [];

    public OpenSearch? Take(byte[] cookie)
    {
        for (var node = all.First; node is not null; node = node.Next)
        {
            if (!node.Value.Cookie.AsSpan().SequenceEqual(cookie)) continue;
            all.Remove(node);
            return node.Value;
        }

        return null;
    }

    public void Put(OpenSearch search, int limit)
    {
        all.AddLast(search);
        while (all.Count > limit)
        {
            all.First!.Value.Dispose();
            all.RemoveFirst();
        }
    }

    public void Clear()
    {
        foreach (var search in all) search.Dispose();
        all.Clear();
    }
}

/// <summary>A search that goes on: matches still to come, or a sorted list.</summary>
internal sealed class OpenSearch(SearchRequest request, Matches? matches, IReadOnlyList<Recipient>? sorted, Tree.LdapView view) : IDisposable
{
    /// <summary>Made when it is asked for: most searches end with their first answer.</summary>
    public byte[] Cookie => field ??= RandomNumberGenerator.GetBytes(8);

    public SearchRequest Request { get; } = request;

    public Matches? Matches { get; } = matches;

    public IReadOnlyList<Recipient>? Sorted { get; } = sorted;

    public Tree.LdapView View { get; } = view;

    /// <summary>For list views.</summary>
    public SortOrder.Row[]? Rows { get; init; }

    /// <summary>A match that was found to see whether there is more, and is the next to be sent.</summary>
    public Candidate? Pending { get; set; }

    /// <summary>How many entries were sent.</summary>
    public int Sent { get; set; }

    /// <summary>Whether a later request is for the same thing.</summary>
    public bool Continues(SearchRequest other) =>
        other.Scope == Request.Scope && other.BaseDn.Equals(Request.BaseDn, StringComparison.OrdinalIgnoreCase) && other.Filter.ToString() == Request.Filter.ToString();

    public void Dispose() => Matches?.Dispose();
}
