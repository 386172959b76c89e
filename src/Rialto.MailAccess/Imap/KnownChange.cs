// RFC 3501 6.4.6 .SILENT, 7.4.2.
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// A flag change that the client ordered itself: a message whose flags are what the client expects after it needs no telling.
/// </summary>
internal sealed class KnownChange(FlagChange change, Selection messages, FlagsOutcome outcome)
{
    // Whether the one set of keywords is what the change makes of the other: a folder has few.
    private readonly Dictionary<(int Before, int Now), bool> _keywords = [];

    /// <summary>Whether nothing else has happened between two snapshots: mostly so, and then no message has to be looked at.</summary>
    public bool IsAll(FolderSnapshot older, FolderSnapshot newer) => newer.IsOnly(outcome, older);

    /// <summary>Those of the messages whose flags the client does not know.</summary>
    /// <param name="changed">Positions in the newer snapshot, ascending.</param>
    public List<int> Unexplained(FolderSnapshot older, FolderSnapshot newer, IReadOnlyList<int> changed)
    {
        var rest = new List<int>();
        ReadOnlySpan<ViewEntry> nows = default, befores = default;
        int firstNow = 0, firstBefore = 0;
        for (var i = 0; i < changed.Count; i++)
        {
            var position = changed[i];
            if ((uint)(position - firstNow) >= (uint)nows.Length)
            {
                nows = newer.BlockAt(position);
                firstNow = position;
            }
            ref readonly var now = ref nows[position - firstNow];
            // Mostly nothing went, and the message stands where it stood.
            if (position < older.Count && (uint)(position - firstBefore) >= (uint)befores.Length)
            {
                befores = older.BlockAt(position);
                firstBefore = position;
            }
            var isThere = position < older.Count && befores[position - firstBefore].Uid == now.Uid;
            var stood = isThere ? position : older.PositionOfUid(now.Uid);
            if (stood < 0 || !messages.Contains(stood) || !Explains(older, in isThere ? ref befores[position - firstBefore] : ref older[stood], newer, in now))
                rest.Add(position);
        }
        return rest;
    }

    private bool Explains(FolderSnapshot older, in ViewEntry before, FolderSnapshot newer, in ViewEntry now)
    {
        var expected = change.Replace
            ? before.State & ~MessageState.Settable | change.Set
            : (before.State | change.Set) & ~change.Clear;
        if ((now.State & MessageState.Settable) != (expected & MessageState.Settable))
            return false;
        if (!change.Replace && change.AddKeywords.Count == 0 && change.RemoveKeywords.Count == 0)
            return now.KeywordSet == before.KeywordSet;
        if (!_keywords.TryGetValue((before.KeywordSet, now.KeywordSet), out var isExpected))
            _keywords.Add((before.KeywordSet, now.KeywordSet), isExpected = ExplainsKeywords(older.KeywordsOf(before), newer.KeywordsOf(now)));
        return isExpected;
    }

    private bool ExplainsKeywords(IReadOnlyList<string> before, IReadOnlyList<string> now)
    {
        var expected = change.Replace ? change.AddKeywords : before.Except(change.RemoveKeywords, StringComparer.OrdinalIgnoreCase).Concat(change.AddKeywords);
        return now.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(expected);
    }
}
