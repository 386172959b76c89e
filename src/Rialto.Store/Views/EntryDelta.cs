using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

internal enum DeltaKind : byte
{
    Added,

    /// <summary>Flags, keywords, status and stamps only: content and summary are what they were.</summary>
    StateChanged,

    /// <summary>Content or summary changed in place.</summary>
    Replaced,
    Removed,
}

/// <summary>What one commit did to one message of a folder. Applying it twice gives the same list.</summary>
/// <param name="Row">The whole row where the commit had it at hand; tables read it otherwise.</param>
internal readonly record struct EntryDelta(DeltaKind Kind, ViewEntry Entry, MessageRow? Row);

internal static class Entries
{
    public static ViewEntry From(in StateRow row, KeywordSets keywords) => new()
    {
        Id = row.Id,
        Mid = row.Mid,
        Sequence = row.Sequence,
        Cn = row.Cn,
        ReadCn = row.ReadCn,
        ReceivedTicks = row.ReceivedTicks,
        MimeSize = row.MimeSize,
        Uid = row.Uid,
        State = row.State,
        KeywordSet = keywords.Intern(row.Keywords),
        Status = row.Status,
    };

    public static ViewEntry From(MessageRow row, KeywordSets keywords) => new()
    {
        Id = row.Id,
        Mid = row.Mid,
        Sequence = row.Sequence,
        Cn = row.Cn,
        ReadCn = row.ReadCn,
        ReceivedTicks = row.Received.Ticks,
        MimeSize = row.MimeSize,
        Uid = row.Uid,
        State = row.State,
        KeywordSet = keywords.Intern(row.Keywords),
        Status = row.Status,
    };

    /// <summary>As who has read those changes sees it.</summary>
    public static ViewEntry Seen(in ViewEntry entry, IdSet? read) => read is null ? entry : entry with { State = Engine.ReadSets.Overlay(entry.State, entry.Cn, read) };

    public static MessageRow Seen(MessageRow row, IdSet? read) => read is null ? row : row with { State = Engine.ReadSets.Overlay(row.State, row.Cn, read) };

    /// <summary>Whether the message stands in the UID view: neither associated nor soft-deleted.</summary>
    public static bool IsOrdinary(MessageState state) => (state & (MessageState.Associated | MessageState.SoftDeleted)) == 0;

    public static bool IsUnread(MessageState state) => (state & (MessageState.Associated | MessageState.SoftDeleted | MessageState.Read)) == 0;
}

/// <summary>Looks an entry up by UID.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct UidProbe(uint uid) : IBlockProbe<ViewEntry>
{
    public readonly int Compare(in ViewEntry entry) => entry.Uid.CompareTo(uid);
}

/// <summary>Collects a scan's rows.</summary>
/// <param name="expected">Rows to make room for.</param>
/// <param name="read">In a public store: the changes that the reader has read.</param>
internal sealed class StateCollector(Func<MessageState, bool> keep, KeywordSets keywords, int expected = 16, IdSet? read = null) : IStateSink
{
    public List<ViewEntry> Entries { get; } = new(expected);

    public void Add(in StateRow row)
    {
        if (!keep(row.State))
            return;
        var entry = Views.Entries.From(in row, keywords);
        Entries.Add(read is null ? entry : Views.Entries.Seen(in entry, read));
    }
}
