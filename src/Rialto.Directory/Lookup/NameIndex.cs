namespace Rialto.Directory;

// todo [MS-OXNSPI] 3.1.4.7: full ambiguous name resolution (several words, phonetic names, sort by locale).

/// <summary>
/// Names sorted for look-up by prefix. The sorted array is made at the first look-up and kept over small changes: objects that changed since
/// are looked at one by one.
/// </summary>
internal sealed class NameIndex
{
    public static readonly NameIndex Empty = new();

    /// <summary>So many changed objects are scanned at each look-up before the array is made anew.</summary>
    private const int MaxChanged = 512;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, bool> changed = [];
    private Key[]? keys;

    private readonly record struct Key(string Text, Guid Id);

    /// <summary>The index after these objects changed.</summary>
    public NameIndex After(IReadOnlyCollection<Guid> ids)
    {
        var next = new NameIndex();
        lock (gate)
        {
            if (keys is null || changed.Count + ids.Count > MaxChanged) return next;
            next.keys = keys;
            foreach (var id in changed.Keys) next.changed[id] = true;
        }

        foreach (var id in ids) next.changed[id] = true;
        return next;
    }

    public IReadOnlyList<Recipient> Resolve(DirectorySnapshot directory, ReadOnlySpan<char> text, int limit)
    {
        var prefix = text.Trim();
        if (prefix.IsEmpty || limit < 1) return [];

        // An address says exactly whom.
        if (prefix.Contains('@') && directory.FindByAddress(prefix) is { HiddenFromAddressLists: false } addressed) return [addressed];

        var found = new Dictionary<Guid, Recipient>();
        var exact = false;
        var sorted = Keys(directory);
        for (var i = LowerBound(sorted, prefix); i < sorted.Length && sorted[i].Text.AsSpan().StartsWith(prefix, StringComparison.OrdinalIgnoreCase); i++)
        {
            if (!changed.ContainsKey(sorted[i].Id) && directory.Find(sorted[i].Id) is Recipient recipient) Take(recipient, sorted[i].Text.Length == text.Trim().Length);
            if (found.Count >= limit && !exact && sorted[i].Text.Length > prefix.Length) break;
        }

        foreach (var id in changed.Keys)
        {
            if (directory.Find(id) is not Recipient recipient || recipient.HiddenFromAddressLists) continue;
            foreach (var key in KeysOf(recipient))
            {
                if (key.AsSpan().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) Take(recipient, key.Length == prefix.Length);
            }
        }

        return [.. found.Values.OrderBy(r => r.DisplayName, StringComparer.OrdinalIgnoreCase).Take(limit)];

        void Take(Recipient recipient, bool whole)
        {
            if (whole && !exact)
            {
                exact = true;
                found.Clear();
            }

            if (whole || !exact) found[recipient.Id] = recipient;
        }
    }

    private static IEnumerable<string> KeysOf(Recipient recipient)
    {
        yield return recipient.DisplayName;
        var name = recipient.DisplayName;
        for (var space = name.IndexOf(' ', StringComparison.Ordinal); space >= 0 && space + 1 < name.Length; space = name.IndexOf(' ', space + 1))
            yield return name[(space + 1)..];
        if (recipient.Alias.Length > 0) yield return recipient.Alias;
        if (recipient.Details.GivenName is { Length: > 0 } given) yield return given;
        if (recipient.Details.Surname is { Length: > 0 } surname) yield return surname;
        yield return recipient.PrimaryAddress;
    }

    private static int LowerBound(Key[] sorted, ReadOnlySpan<char> prefix)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle].Text.AsSpan().CompareTo(prefix, StringComparison.OrdinalIgnoreCase) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private Key[] Keys(DirectorySnapshot directory)
    {
        if (Volatile.Read(ref keys) is { } made) return made;
        lock (gate)
        {
            if (keys is not null) return keys;
            var list = new List<Key>();
            foreach (var recipient in directory.Recipients)
            {
                if (recipient.HiddenFromAddressLists) continue;
                foreach (var key in KeysOf(recipient)) list.Add(new(key, recipient.Id));
            }

            list.Sort(static (a, b) => string.Compare(a.Text, b.Text, StringComparison.OrdinalIgnoreCase));
            Volatile.Write(ref keys, [.. list]);
            return keys!;
        }
    }
}
