using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>The entries of one search one after the other: those of the tree first, then recipients by display name. Can be left and taken up again.</summary>
internal sealed class Matches : IDisposable
{
    private readonly LdapView view;
    private readonly LdapTarget target;
    private readonly SearchScope scope;
    private readonly Matcher filter;
    private readonly Matcher? rest;
    private readonly SearchSet? set;
    private readonly IEnumerator<Recipient>? recipients;
    private readonly IEnumerator<VirtualEntry> entries;
    private readonly bool isWholeTree;

    public Matches(LdapView view, LdapTarget target, SearchScope scope, LdapFilter filter)
    {
        this.view = view;
        this.target = target;
        this.scope = scope;
        this.filter = Matcher.Compile(filter, view);
        entries = Entries().GetEnumerator();
        isWholeTree = view.Domains.Count == 1 && target.Kind is LdapTargetKind.Root or LdapTargetKind.Domain && scope is SearchScope.Sub or SearchScope.Subordinate && view.Domains.Count == 1;
        if (target.Kind == LdapTargetKind.Recipient)
        {
            rest = this.filter;
            recipients = scope is SearchScope.Base or SearchScope.Sub ? new List<Recipient> { target.Recipient! }.GetEnumerator() : null;
            return;
        }

        // Recipients stand two levels below their domain.
        if (scope == SearchScope.Base || (scope == SearchScope.One && target.Kind != LdapTargetKind.Container)) return;
        var search = view.Directory.Search;
        if (this.filter.Piece(out rest) is { } piece && search.Scan(piece.Fields, piece.Match, piece.Text) is { } scan)
        {
            recipients = scan;
            return;
        }

        set = search.None();
        if (!this.filter.TryFind(view, set, out rest)) set.UnionWith(All(search));
        recipients = set.GetEnumerator();
    }

    /// <summary>The entry that was found last.</summary>
    public Candidate Current { get; private set; }

    /// <summary>The recipient at the place, if it is one.</summary>
    public LdapView View => view;

    /// <summary>Goes to the next match; gives up after so many entries that do not match, so that the caller can look at its clock: then <paramref name="found"/> is false and there may be more.</summary>
    public bool TryNext(int patience, out bool found)
    {
        found = false;
        while (entries.MoveNext())
        {
            var candidate = new Candidate(entries.Current);
            if (filter.Match(view, candidate) != Truth.True) continue;
            Current = candidate;
            found = true;
            return true;
        }

        while (patience-- > 0)
        {
            if (recipients is null || !recipients.MoveNext()) return false;
            var recipient = recipients.Current;
            if (!view.Sees(recipient) || !InScope(recipient)) continue;
            var candidate = new Candidate(recipient);
            if (rest is not null && rest.Match(view, candidate) != Truth.True) continue;
            Current = candidate;
            found = true;
            return true;
        }

        return true;
    }

    public void Dispose()
    {
        recipients?.Dispose();
        set?.Dispose();
        entries.Dispose();
    }

    private static SearchSet All(DirectorySearch search) => search.All();

    private bool InScope(Recipient recipient)
    {
        if (isWholeTree || target.Kind is LdapTargetKind.Root or LdapTargetKind.Recipient) return true;
        if (!ReferenceEquals(view.DomainOf(recipient), target.Domain)) return false;
        return target.Kind != LdapTargetKind.Container || LdapView.ContainerOf(recipient) == target.Container!.Kind;
    }

    private IEnumerable<VirtualEntry> Entries()
    {
        switch (target.Kind)
        {
            case LdapTargetKind.Root when scope != SearchScope.Base:
                foreach (var domain in view.Domains)
                {
                    yield return domain.Entry;
                    if (scope == SearchScope.One) continue;
                    foreach (var container in domain.Containers) yield return container.Entry;
                }

                break;
            case LdapTargetKind.Domain:
                if (scope is SearchScope.Base or SearchScope.Sub) yield return target.Domain!.Entry;
                if (scope == SearchScope.Base) break;
                foreach (var container in target.Domain!.Containers) yield return container.Entry;
                break;
            case LdapTargetKind.Container when scope is SearchScope.Base or SearchScope.Sub:
                yield return target.Container!.Entry;
                break;
        }
    }
}

/// <summary>Orders entries by a sort control's keys; those without a value come last. RFC 2891 2.2.</summary>
internal sealed class SortOrder : IComparer<SortOrder.Row>
{
    private readonly (LdapAttribute? Attribute, string Name, bool Reverse)[] keys;

    public SortOrder(SortKey[] sort) => keys = [.. sort.Select(k => (AttributeTable.Find(k.Attribute), k.Attribute, k.Reverse))];

    /// <summary>An entry with its folded keys; null where it has none.</summary>
    internal sealed record Row(Recipient Recipient, byte[]?[] Keys);

    /// <summary>Whether the first key cannot be sorted by.</summary>
    public static bool IsUnknown(SortKey key) => AttributeTable.Find(key.Attribute) is null or { Syntax: LdapSyntax.Octets };

    /// <summary>Only the order of the folded text is known here; rules that ask for it by another name are the same.</summary>
    public static bool IsRuleKnown(SortKey key) => key.Rule is "" or "2.5.13.3" or "caseIgnoreOrderingMatch" or "2.5.13.2" or "caseIgnoreMatch" or "2.5.13.15" or "integerOrderingMatch"
        || key.Rule.StartsWith("1.2.840.113556.1.4.", StringComparison.Ordinal);

    public Row Make(LdapView view, Recipient recipient)
    {
        var values = new byte[]?[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var attribute = keys[i].Attribute;
            var text = attribute?.Text is { } single ? single(recipient) : attribute?.Texts is { } several ? several(view, recipient).FirstOrDefault() : AttributeTable.CustomValues(recipient, keys[i].Name).FirstOrDefault();
            values[i] = string.IsNullOrEmpty(text) ? null : SearchText.Fold(text);
        }

        return new(recipient, values);
    }

    public int Compare(Row? x, Row? y)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var (a, b) = (x!.Keys[i], y!.Keys[i]);
            if (a is null || b is null)
            {
                if (a is null && b is null) continue;
                return (a is null ? 1 : -1) * (keys[i].Reverse ? -1 : 1);
            }

            var order = keys[i].Attribute?.Syntax == LdapSyntax.Integer ? a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b) : a.AsSpan().SequenceCompareTo(b);
            if (order != 0) return keys[i].Reverse ? -order : order;
        }

        return x!.Recipient.Id.CompareTo(y!.Recipient.Id);
    }

    /// <summary>Whether the entry's first key is not below the text.</summary>
    public bool IsAtLeast(Row row, byte[] folded)
    {
        var key = row.Keys[0];
        if (key is null) return !keys[0].Reverse;
        var order = key.AsSpan().SequenceCompareTo(folded);
        return keys[0].Reverse ? order <= 0 : order >= 0;
    }
}
