using System.Runtime.InteropServices;
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
internal sealed class StateCollector(Func<MessageState, bool> keep, KeywordSets keywords, int expected = 16) : IStateSink
{
    public List<ViewEntry> Entries { get; } = new(expected);

    public void Add(in StateRow row)
    {
        if (keep(row.State))
            Entries.Add(Views.Entries.From(in row, keywords));
    }
}
