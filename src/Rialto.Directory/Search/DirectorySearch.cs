// [MS-ADTS] 3.1.1.3.1.3.1 (ambiguous name resolution), [MS-OXNSPI] 3.1.4.7 (what a client may type).
using System.Buffers;

namespace Rialto.Directory;

/// <summary>
/// Search over the recipients of one snapshot: exact, prefix and substring by field, and ambiguous name resolution. Case, accents, width and kana never count.
/// Results come by display name, then id. All look-ups are in memory; hidden recipients are left out unless asked for.
/// </summary>
public sealed class DirectorySearch
{
    /// <summary>Words of a name that are looked at: more words only narrow the result.</summary>
    private const int MaxWords = 16;

    private readonly SearchSegment basis;
    private readonly SearchSegment? recent;
    private readonly ulong[] dead;

    internal DirectorySearch(DirectorySnapshot directory, SearchSegment basis, SearchSegment? recent, ulong[] dead)
    {
        Directory = directory;
        this.basis = basis;
        this.recent = recent;
        this.dead = dead;
        Positions = basis.Entries.Length + (recent?.Entries.Length ?? 0);
    }

    /// <summary>The snapshot that is searched.</summary>
    public DirectorySnapshot Directory { get; }

    internal int Positions { get; }

    /// <summary>An empty set, to add matches to.</summary>
    public SearchSet None() => new(this, full: false);

    /// <summary>Every recipient, hidden ones included.</summary>
    public SearchSet All() => new(this, full: true);

    /// <summary>Whoever matches in any of the fields.</summary>
    /// <param name="fields">Where to look.</param>
    /// <param name="match">How to compare.</param>
    /// <param name="text">As typed; it is folded like the indexes. Empty text matches nothing.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="includeHidden">Also those that are hidden from address lists.</param>
    public IReadOnlyList<Recipient> Find(SearchFields fields, SearchMatch match, ReadOnlySpan<char> text, int limit, bool includeHidden = false)
    {
        using var set = None().Add(fields, match, text);
        return set.Take(limit, includeHidden);
    }

    /// <summary>
    /// Ambiguous name resolution: every word of the text is the start of a word of display name, first or last name, alias, log-on name, office or reading aid, or of an address.
    /// <c>=text</c> asks for a whole value. An address (also as <c>smtp:…</c>) or a legacy distinguished name means exactly whoever has it.
    /// </summary>
    public IReadOnlyList<Recipient> Ambiguous(ReadOnlySpan<char> text, int limit, bool includeHidden = false)
    {
        using var set = None();
        AddAmbiguous(set, text);
        return set.Take(limit, includeHidden);
    }

    /// <summary>
    /// As <see cref="Ambiguous"/>, but those alone that have the text as a whole value (a name, a word of the display name, the alias) if there are any:
    /// for a client that typed a name to its end.
    /// </summary>
    public IReadOnlyList<Recipient> Resolve(ReadOnlySpan<char> text, int limit, bool includeHidden = false)
    {
        using var exact = None();
        if (text.Trim() is { IsEmpty: false } typed && typed[0] != '=')
        {
            AddWhole(exact, typed, words: true);
            var found = exact.Take(limit, includeHidden);
            if (found.Count > 0) return found;
        }

        return Ambiguous(text, limit, includeHidden);
    }

    /// <summary>
    /// Whoever matches in one of the fields, found one after the other as they are asked for: the first ones cost no search for the rest. Hidden ones included. By display name where the text
    /// may stand anywhere; otherwise those whose display name it is first, and the others by the value that matches. Null for phones, which are not stored as they are typed.
    /// </summary>
    public IEnumerator<Recipient>? Scan(SearchFields fields, SearchMatch match, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || (fields & RecipientTexts.Phones) != 0) return null;
        var pattern = SearchText.Fold(text);
        return match == SearchMatch.Substring ? ScanPieces(fields, pattern) : ScanValues(fields, pattern, match == SearchMatch.Exact);
    }

    /// <summary>Adds whoever the text may mean, as in <see cref="Ambiguous"/>.</summary>
    public void AddAmbiguous(SearchSet set, ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty) return;
        if (text[0] == '=')
        {
            AddWhole(set, text[1..].Trim(), words: false);
            return;
        }

        if (Named(text) is { } one)
        {
            set.Add(SearchFields.Alias, SearchMatch.Exact, one.Alias);
            return;
        }

        text = WithoutType(text);
        var buffer = ArrayPool<byte>.Shared.Rent(SearchText.MaxBytes(text) + 1);
        try
        {
            var folded = buffer.AsSpan(0, SearchText.Fold(text, buffer));
            if (folded.Contains((byte)'@'))
            {
                Words(set, folded, whole: false);
                return;
            }

            using var matches = None();
            var seen = 0;
            while (!folded.IsEmpty && seen < MaxWords)
            {
                var word = TakeWord(ref folded);
                if (word.IsEmpty) continue;
                if (seen++ == 0)
                {
                    Words(matches, word, whole: false);
                    continue;
                }

                using var next = None();
                Words(next, word, whole: false);
                matches.IntersectWith(next);
            }

            set.UnionWith(matches);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal void Find(SearchSet set, SearchFields fields, SearchMatch match, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return;
        var buffer = ArrayPool<byte>.Shared.Rent(SearchText.MaxBytes(text) + 1);
        try
        {
            var length = SearchText.Fold(text, buffer);
            Find(set, fields & ~RecipientTexts.Phones, match, buffer.AsSpan(0, length));
            if ((fields & RecipientTexts.Phones) == 0) return;
            length = SearchText.FoldPhone(text, buffer);
            Find(set, fields & RecipientTexts.Phones, match, buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes out who changed or went since the large indexes were made: they stand in the small ones, as they are now, or nowhere.</summary>
    internal void DropDead(Span<ulong> bits)
    {
        for (var i = 0; i < dead.Length; i++) bits[i] &= ~dead[i];
    }

    /// <summary>Merges the two segments, each of which is in order.</summary>
    internal IEnumerator<Recipient> Enumerate(SearchSet set)
    {
        DropDead(set.Bits);
        var split = basis.Entries.Length;
        var left = set.Next(0, split);
        var right = set.Next(split, Positions);
        while (left < split && right < Positions)
        {
            if (NameKey.Of(basis.Entries[left]).CompareTo(NameKey.Of(recent!.Entries[right - split])) <= 0)
            {
                yield return basis.Entries[left];
                left = set.Next(left + 1, split);
            }
            else
            {
                yield return recent.Entries[right - split];
                right = set.Next(right + 1, Positions);
            }
        }

        for (; left < split; left = set.Next(left + 1, split)) yield return basis.Entries[left];
        for (; right < Positions; right = set.Next(right + 1, Positions)) yield return recent!.Entries[right - split];
    }

    /// <summary>Where a recipient stands, as it is in this snapshot; -1 for one that is not in it.</summary>
    internal int PositionOf(Recipient recipient)
    {
        if (recent?.Find(recipient) is >= 0 and var late && ReferenceEquals(recent.Entries[late], recipient)) return basis.Entries.Length + late;
        return basis.Find(recipient) is >= 0 and var rank && ReferenceEquals(basis.Entries[rank], recipient) ? rank : -1;
    }

    private void Find(SearchSet set, SearchFields fields, SearchMatch match, ReadOnlySpan<byte> pattern)
    {
        FindPlain(set, fields, match, pattern);

        // A search for pieces looks at each recipient's texts anyway, and knows what stands for what.
        if (match == SearchMatch.Substring || SearchSegment.WithStandIns(fields) == fields) return;
        using var standIns = None();
        if ((fields & SearchFields.LogonName) != 0 && (fields & SearchFields.Alias) == 0) AddStandIns(set, standIns, SearchFields.Alias, SearchFields.LogonName, match, pattern);
        if ((fields & SearchFields.CommonName) != 0 && (fields & SearchFields.DisplayName) == 0) AddStandIns(set, standIns, SearchFields.DisplayName, SearchFields.CommonName, match, pattern);
    }

    private IEnumerator<Recipient> ScanValues(SearchFields fields, byte[] pattern, bool whole)
    {
        if (pattern.Length == 0) yield break;
        var scan = SearchSegment.BeginValues(fields);
        while (basis.TryScan(ref scan, fields, pattern, whole))
        {
            if (IsAlive(scan.Rank)) yield return basis.Entries[scan.Rank];
        }

        if (recent is null) yield break;
        scan = SearchSegment.BeginValues(fields);
        while (recent.TryScan(ref scan, fields, pattern, whole)) yield return recent.Entries[scan.Rank];
    }

    private bool IsAlive(int rank) => dead.Length == 0 || (dead[rank >> 6] >> rank & 1) == 0;

    private IEnumerator<Recipient> ScanPieces(SearchFields fields, byte[] pattern)
    {
        var left = basis.BeginScan(pattern);
        var right = recent?.BeginScan(pattern) ?? default;
        var hasLeft = NextLeft(ref left);
        var hasRight = recent?.TryScan(ref right, fields, pattern) == true;
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || NameKey.Of(basis.Entries[left.Rank]).CompareTo(NameKey.Of(recent!.Entries[right.Rank])) <= 0))
            {
                yield return basis.Entries[left.Rank];
                hasLeft = NextLeft(ref left);
            }
            else
            {
                yield return recent!.Entries[right.Rank];
                hasRight = recent.TryScan(ref right, fields, pattern);
            }
        }

        bool NextLeft(ref SearchSegment.SubstringScan scan)
        {
            while (basis.TryScan(ref scan, fields, pattern))
            {
                if (IsAlive(scan.Rank)) return true;
            }

            return false;
        }
    }

    private void AddStandIns(SearchSet set, SearchSet scratch, SearchFields from, SearchFields missing, SearchMatch match, ReadOnlySpan<byte> pattern)
    {
        scratch.Bits.Clear();
        FindPlain(scratch, from, match, pattern);
        var number = System.Numerics.BitOperations.TrailingZeroCount((uint)missing);
        var split = basis.Entries.Length;
        for (var at = scratch.Next(0, Positions); at < Positions; at = scratch.Next(at + 1, Positions))
        {
            var (segment, rank) = at < split ? (basis, at) : (recent!, at - split);
            if (segment.Has(rank, number)) continue;
            if (missing == SearchFields.LogonName && segment.Entries[rank] is not Account) continue;
            set.Bits[at >> 6] |= 1UL << at;
        }
    }

    private void FindPlain(SearchSet set, SearchFields fields, SearchMatch match, ReadOnlySpan<byte> pattern)
    {
        basis.Find(fields, match, pattern, set.Bits, 0);
        recent?.Find(fields, match, pattern, set.Bits, basis.Entries.Length);
    }

    private void Words(SearchSet set, ReadOnlySpan<byte> pattern, bool whole)
    {
        basis.FindWord(pattern, whole, set.Bits, 0);
        recent?.FindWord(pattern, whole, set.Bits, basis.Entries.Length);
    }

    /// <summary>Whoever has the text as a whole value of a field, or (in a display name) as its last words.</summary>
    private void AddWhole(SearchSet set, ReadOnlySpan<char> text, bool words)
    {
        if (text.IsEmpty) return;
        if (Named(text) is { } one)
        {
            set.Add(SearchFields.Alias, SearchMatch.Exact, one.Alias);
            return;
        }

        text = WithoutType(text);
        Find(set, RecipientTexts.Ambiguous, SearchMatch.Exact, text);
        if (!words) return;
        var folded = SearchText.Fold(text);
        Words(set, folded, whole: true);
    }

    /// <summary>Who is meant beyond doubt.</summary>
    private Recipient? Named(ReadOnlySpan<char> text)
    {
        if (text[0] == '/') return Directory.FindByLegacyDn(text);
        var address = WithoutType(text);
        return address.Contains('@') && Directory.FindByAddress(address) is { Alias.Length: > 0 } one ? one : null;
    }

    private static ReadOnlySpan<char> WithoutType(ReadOnlySpan<char> text) => text.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase) ? text[5..] : text;

    private static ReadOnlySpan<byte> TakeWord(ref Span<byte> rest)
    {
        var start = 0;
        while (start < rest.Length && !SegmentBuilder.IsWordByte(rest[start])) start++;
        var end = start;
        while (end < rest.Length && !IsBreak(rest[end])) end++;
        ReadOnlySpan<byte> word = rest[start..end];
        rest = rest[end..];
        return word;
    }

    /// <summary>What ends a typed word. Dots and hyphens do not: aliases have them, and a name's words are matched to their end and beyond.</summary>
    private static bool IsBreak(byte b) => b is (byte)' ' or (byte)',' or (byte)';' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'<' or (byte)'>';
}
