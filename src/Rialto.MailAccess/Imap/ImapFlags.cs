// RFC 3501 2.3.2 system flags; RFC 5788 $Forwarded.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap;

/// <summary>The store's state bits and keywords as IMAP flags.</summary>
internal static class ImapFlags
{
    private const MessageState Shown = MessageState.Settable;

    private const string ForwardedKeyword = "$Forwarded";

    private static readonly byte[][] s_withoutKeywords = [.. Enumerable.Range(0, (int)Shown + 1).Select(bits => Render((MessageState)bits, []))];

    private static readonly byte[][] s_recentWithoutKeywords = [.. Enumerable.Range(0, (int)Shown + 1).Select(bits => Render((MessageState)bits, [], isRecent: true))];

    public static MessageState StateOf(SystemFlags flags) =>
        (flags.HasFlag(SystemFlags.Seen) ? MessageState.Read : 0)
        | (flags.HasFlag(SystemFlags.Answered) ? MessageState.Answered : 0)
        | (flags.HasFlag(SystemFlags.Flagged) ? MessageState.Flagged : 0)
        | (flags.HasFlag(SystemFlags.Deleted) ? MessageState.Deleted : 0)
        | (flags.HasFlag(SystemFlags.Draft) ? MessageState.Draft : 0);

    /// <summary>The bits and the keywords that are not bits.</summary>
    public static (MessageState State, IReadOnlyList<string> Keywords) Split(FlagList flags)
    {
        var state = StateOf(flags.System);
        if (!flags.Keywords.Contains(ForwardedKeyword, StringComparer.OrdinalIgnoreCase))
            return (state, flags.Keywords);
        return (state | MessageState.Forwarded, [.. flags.Keywords.Where(k => !k.Equals(ForwardedKeyword, StringComparison.OrdinalIgnoreCase))]);
    }

    /// <summary>Whether the keyword is a state bit.</summary>
    public static bool IsForwarded(string keyword) => keyword.Equals(ForwardedKeyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>The flag list of a message without keywords, brackets included.</summary>
    public static byte[] Rendered(MessageState state, bool isRecent) => (isRecent ? s_recentWithoutKeywords : s_withoutKeywords)[(int)(state & Shown)];

    /// <summary>Whether IMAP can say the keyword.</summary>
    public static bool CanSay(string keyword) => keyword.Length > 0 && keyword.All(c => c < 0x80 && ImapCharacters.IsAtom((byte)c));

    /// <summary>Keywords that are no atoms (categories with blanks, set by other clients) cannot be said in IMAP and are left out.</summary>
    public static byte[] Render(MessageState state, IReadOnlyList<string> keywords, bool isRecent = false)
    {
        var text = new StringBuilder("(");
        if (isRecent)
            Append("\\Recent");
        Add(MessageState.Read, "\\Seen");
        Add(MessageState.Answered, "\\Answered");
        Add(MessageState.Flagged, "\\Flagged");
        Add(MessageState.Deleted, "\\Deleted");
        Add(MessageState.Draft, "\\Draft");
        Add(MessageState.Forwarded, ForwardedKeyword);
        foreach (var keyword in keywords)
        {
            if (CanSay(keyword))
                Append(keyword);
        }
        return Encoding.ASCII.GetBytes(text.Append(')').ToString());

        void Add(MessageState bit, string name)
        {
            if (state.HasFlag(bit))
                Append(name);
        }

        void Append(string name)
        {
            if (text.Length > 1)
                text.Append(' ');
            text.Append(name);
        }
    }
}

/// <summary>Rendered flag lists of one folder, each pair of state and keyword set once. For the time of a command.</summary>
/// <param name="recent">What is \Recent for this session; null where the client does not know the flag (IMAP4rev2).</param>
internal sealed class FlagTexts(FolderSnapshot snapshot, RecentMessages? recent)
{
    private Dictionary<(MessageState, int, bool), byte[]>? _withKeywords;

    /// <param name="entry">The message.</param>
    /// <param name="added">Bits that it has beside those that the entry knows.</param>
    public byte[] Of(in ViewEntry entry, MessageState added = MessageState.None)
    {
        var isRecent = recent is not null && recent.Contains(entry.Uid);
        if (entry.KeywordSet == 0)
            return ImapFlags.Rendered(entry.State | added, isRecent);
        var key = ((entry.State | added) & MessageState.Settable, entry.KeywordSet, isRecent);
        _withKeywords ??= [];
        if (!_withKeywords.TryGetValue(key, out var text))
            _withKeywords[key] = text = ImapFlags.Render(key.Item1, snapshot.KeywordsOf(entry), isRecent);
        return text;
    }
}
