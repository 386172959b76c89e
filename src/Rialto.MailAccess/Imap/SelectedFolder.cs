// RFC 3501 2.3.1.2 sequence numbers, 5.2 updates, 7.4.1 EXPUNGE, 7.4.2 FETCH; RFC 2180 several clients at once; RFC 7162 MODSEQ, VANISHED.
using System.Text;
using Rialto.MailAccess.Imap.Search;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// The selected mailbox as this client knows it: an immutable snapshot whose positions are the client's sequence numbers. The folder's index is shared
/// by everyone who has it open; this holds two references to it.
/// </summary>
internal sealed class SelectedFolder(MailboxSession mailbox, FolderId id, string name, FolderView view, bool isReadOnly) : IDisposable
{
    // RFC 5788 and what clients have long used beside it; any other keyword joins them when a message has it.
    private const string UsualFlags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded $MDNSent $Junk $NotJunk";

    private static readonly string[] s_usualKeywords = ["$Forwarded", "$MDNSent", "$Junk", "$NotJunk"];

    private readonly List<SearchContext> _contexts = [];
    private int _toldKeywords = -1;
    private SequenceSet _saved = new([]);

    public FolderId Id => id;

    /// <summary>The store that it is in.</summary>
    public MailboxSession Mailbox => mailbox;

    public string Name => name;

    public bool IsReadOnly => isReadOnly;

    public FolderView View => view;

    /// <summary>What the client has been told.</summary>
    public FolderSnapshot Seen { get; private set; } = view.Current;

    /// <summary>What is \Recent here.</summary>
    public RecentMessages? Recent { get; init; }

    /// <summary>Which of the flags the client may change: what PERMANENTFLAGS says.</summary>
    public PermanentFlags Permanent { get; init; }

    public FlagTexts FlagTexts(ImapSession session, FolderSnapshot snapshot) => new(snapshot, session.IsRevision2 ? null : Recent);

    /// <summary>How many messages are \Recent here.</summary>
    public int CountRecent() => Recent is null ? 0 : Find(Recent.Ranges, byUid: true).Count;

    public void Dispose() => view.Dispose();

    public bool IsGone => !mailbox.Folders.TryGet(id, out _);

    /// <summary>The messages that a set names, by the client's numbers; false for a sequence number that there is not.</summary>
    public bool TryResolve(SequenceSet set, bool byUid, out Selection selection) => TryResolve(Seen, set, byUid, out selection);

    /// <summary>The messages that a set in a search names: a number that there is not is nobody's.</summary>
    public Selection Find(SequenceSet set, bool byUid)
    {
        Selection.TryResolve(Seen, set.IsSaved ? _saved : set, byUid || set.IsSaved, out var selection, isSearch: true);
        return selection;
    }

    /// <summary>The same in another snapshot of this mailbox, for sets of UIDs.</summary>
    public bool TryResolve(FolderSnapshot snapshot, SequenceSet set, bool byUid, out Selection selection) =>
        Selection.TryResolve(snapshot, set.IsSaved ? _saved : set, byUid || set.IsSaved, out selection);

    /// <summary>Keeps what a search has found for $, if it says so. RFC 5182 2.1, 2.4: with MIN and MAX alone, these alone; so with PARTIAL (RFC 9394 3.1).</summary>
    public void Save(SearchReturn wanted, PositionSet found, PartialRange? partial = null)
    {
        if (!wanted.HasFlag(SearchReturn.Save))
            return;
        var ranges = new List<NumberRange>();
        var first = found.Next(0);
        if (first >= 0 && (wanted & (SearchReturn.Min | SearchReturn.Max | SearchReturn.Partial)) != 0 && (wanted & (SearchReturn.All | SearchReturn.Count)) == 0)
        {
            var told = partial?.Of(found) ?? new PositionSet(found.Capacity);
            if (wanted.HasFlag(SearchReturn.Min))
                told.Add(first);
            if (wanted.HasFlag(SearchReturn.Max))
                told.Add(found.Last());
            found = told;
            first = found.Next(0);
        }
        for (var position = first; position >= 0;)
        {
            var last = position;
            var next = found.Next(position + 1);
            for (; next == last + 1; next = found.Next(next + 1))
                last = next;
            ranges.Add(new NumberRange(Seen[position].Uid, Seen[last].Uid));
            position = next;
        }
        _saved = new SequenceSet([.. ranges]);
    }

    /// <summary>Follows a search from here on; false where that cannot be. RFC 5267 4.3.1.</summary>
    public async ValueTask<bool> FollowAsync(ImapSession session, SearchContext context)
    {
        Unfollow(context.Tag);
        if (_contexts.Count >= session.Options.MaximumSearchContexts || await context.BeginAsync(session) != StoreError.None)
            return false;
        _contexts.Add(context);
        return true;
    }

    public bool Unfollow(ReadOnlySpan<byte> tag)
    {
        for (var i = 0; i < _contexts.Count; i++)
        {
            if (_contexts[i].Tag.SequenceEqual(tag))
            {
                _contexts.RemoveAt(i);
                return true;
            }
        }
        return false;
    }

    /// <summary>A search that was to be saved and is answered NO leaves nothing behind. RFC 5182 2.1.</summary>
    public ImapReply Unsaved(SearchReturn wanted, ImapReply refusal)
    {
        if (wanted.HasFlag(SearchReturn.Save))
            _saved = new SequenceSet([]);
        return refusal;
    }

    /// <summary>
    /// FLAGS and PERMANENTFLAGS, the first time and whenever a message has a keyword that they did not name: a client hears of a keyword before it sees it on a message
    /// (RFC 3501 7.2.6).
    /// </summary>
    public void TellKeywords(ImapSession session)
    {
        var keywords = Seen.KnownKeywords;
        if (keywords.Count == _toldKeywords)
            return;
        var isFirst = _toldKeywords < 0;
        var before = Math.Max(_toldKeywords, 0);
        _toldKeywords = keywords.Count;
        if (!isFirst && !keywords.Skip(before).Any(IsUnusual))
            return;
        var flags = new StringBuilder(UsualFlags);
        foreach (var keyword in keywords.Take(session.Options.MaximumToldKeywords).Where(IsUnusual))
            flags.Append(' ').Append(keyword);
        var writer = session.Writer;
        writer.Raw("* FLAGS ("u8);
        writer.Ascii(flags.ToString());
        writer.Raw(")\r\n* OK [PERMANENTFLAGS ("u8);
        switch (Permanent)
        {
            case PermanentFlags.None:
                writer.Raw(")] Read-only\r\n"u8);
                break;
            case PermanentFlags.Seen:
                writer.Raw("\\Seen)] What you have read is kept\r\n"u8);
                break;
            default:
                writer.Ascii(flags.ToString());
                writer.Raw(" \\*)] Flags are kept\r\n"u8);
                break;
        }
    }

    private static bool IsUnusual(string keyword) => ImapFlags.CanSay(keyword) && !s_usualKeywords.Contains(keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>"* n EXISTS", and RECENT for who knows that.</summary>
    public void WriteCount(ImapSession session)
    {
        Recent?.Tell(Seen.UidNext);
        var writer = session.Writer;
        writer.Raw("* "u8);
        writer.Number(Seen.Count);
        writer.Raw(" EXISTS\r\n"u8);
        if (session.IsRevision2)
            return;
        writer.Raw("* "u8);
        writer.Number(CountRecent());
        writer.Raw(" RECENT\r\n"u8);
    }

    /// <summary>
    /// Tells what has happened since: EXPUNGE (only where <paramref name="mayExpunge"/>; else all of it waits), FETCH of changed flags, EXISTS.
    /// Flag changes that the client already knows, because it asked for them, are not told again.
    /// </summary>
    public async ValueTask<bool> WriteUpdatesAsync(ImapSession session, bool mayExpunge, KnownChange? known = null)
    {
        var newer = view.Current;
        if (ReferenceEquals(newer, Seen))
            return false;
        if (_contexts.Count == 0 && known is not null && known.IsAll(Seen, newer))
        {
            Seen = newer;
            TellKeywords(session);
            return false;
        }
        var difference = Seen.DifferenceTo(newer);
        if (difference.Removed.Count > 0 && !mayExpunge)
        {
            // What went and what came waits, since numbers stay as they are. Flags do not: a command that comes next answers nothing older than what was told (RFC 7162 3.1.4).
            if (difference.Changed.Count == 0)
                return false;
            newer = Seen.WithStatesOf(newer, difference.Changed);
            difference = Seen.DifferenceTo(newer);
        }
        var older = Seen;
        Seen = newer;
        TellKeywords(session);
        var wrote = _contexts.Count > 0;
        var writer = session.Writer;
        // RFC 5267 4.3.4: what leaves a result is told by the numbers that it still has.
        foreach (var context in _contexts)
            await context.WriteRemovalsAsync(session, older);
        if (difference.Removed.Count > 0)
        {
            wrote = true;
            if (session.WritesVanished)
                UidSet.WriteVanished(writer, difference.Removed.Select(position => older[position].Uid), earlier: false);
            else if (!await WriteExpungesAsync(session, difference.Removed))
                return wrote;
        }
        if (difference.Added > 0)
        {
            WriteCount(session);
            wrote = true;
            if (session.Notifications is { } notifications)
                await notifications.WriteNewAsync(newer[newer.Count - difference.Added].Uid, session.Closed);
            foreach (var context in _contexts)
                await context.WriteNewAsync(session, newer[newer.Count - difference.Added].Uid);
        }
        var texts = FlagTexts(session, newer);
        IEnumerable<int> changed = known?.Unexplained(older, newer, difference.Changed) ?? difference.Changed;
        foreach (var position in session.TellsFlags ? changed : [])
        {
            WriteFlags(session, texts, newer, position, session.TellsModSeq);
            wrote = true;
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return wrote;
        }
        foreach (var context in _contexts)
            context.WriteAdditions(session);
        return wrote;
    }

    private static async ValueTask<bool> WriteExpungesAsync(ImapSession session, IReadOnlyList<int> removed)
    {
        var writer = session.Writer;
        for (var i = removed.Count - 1; i >= 0; i--)
        {
            writer.Raw("* "u8);
            writer.Number(removed[i] + 1);
            writer.Raw(" EXPUNGE\r\n"u8);
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return false;
        }
        return true;
    }

    internal static void WriteFlags(ImapSession session, FlagTexts texts, FolderSnapshot snapshot, int position, bool withModSeq)
    {
        var writer = session.Writer;
        ref readonly var entry = ref snapshot[position];
        writer.Raw("* "u8);
        writer.Number(session.IsUidOnly ? entry.Uid : (uint)position + 1);
        writer.Raw(session.IsUidOnly ? " UIDFETCH ("u8 : " FETCH (UID "u8);
        if (!session.IsUidOnly)
        {
            writer.Number(entry.Uid);
            writer.Raw(" "u8);
        }
        writer.Raw("FLAGS "u8);
        writer.Raw(texts.Of(entry));
        if (withModSeq)
        {
            writer.Raw(" MODSEQ ("u8);
            writer.Number(entry.Sequence);
            writer.Raw(")"u8);
        }
        writer.Raw(")\r\n"u8);
    }
}

internal enum PermanentFlags
{
    None,

    /// <summary>What somebody has read of public folders is that person's own.</summary>
    Seen,
    All,
}
