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
    public static byte[] Rendered(MessageState state) => s_withoutKeywords[(int)(state & Shown)];

    /// <summary>Keywords that are no atoms (categories with blanks, set by other clients) cannot be said in IMAP and are left out.</summary>
    public static byte[] Render(MessageState state, IReadOnlyList<string> keywords)
    {
        var text = new StringBuilder("(");
        Add(MessageState.Read, "\\Seen");
        Add(MessageState.Answered, "\\Answered");
        Add(MessageState.Flagged, "\\Flagged");
        Add(MessageState.Deleted, "\\Deleted");
        Add(MessageState.Draft, "\\Draft");
        Add(MessageState.Forwarded, ForwardedKeyword);
        foreach (var keyword in keywords)
        {
            if (keyword.Length > 0 && keyword.All(c => c < 0x80 && ImapCharacters.IsAtom((byte)c)))
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
internal sealed class FlagTexts(FolderSnapshot snapshot)
{
    private Dictionary<(MessageState, int), byte[]>? _withKeywords;

    public byte[] Of(in ViewEntry entry)
    {
        if (entry.KeywordSet == 0)
            return ImapFlags.Rendered(entry.State);
        var key = (entry.State & MessageState.Settable, entry.KeywordSet);
        _withKeywords ??= [];
        if (!_withKeywords.TryGetValue(key, out var text))
            _withKeywords[key] = text = ImapFlags.Render(key.Item1, snapshot.KeywordsOf(entry));
        return text;
    }
}
