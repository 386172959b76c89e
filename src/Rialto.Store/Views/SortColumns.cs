using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>What a table sorts by, as far as the narrow row and the summary's hot columns hold it: these orders are computed without reading whole rows.</summary>
internal enum SortColumn : byte
{
    /// <summary>Anything else: through the whole row's properties.</summary>
    Other,
    Received,
    Size,
    Read,
    Flagged,
    HasAttachments,
    Flags,
    Status,
    Sent,
    Modified,
    RangeStart,
    Importance,
    Sensitivity,
    Subject,
    NormalizedSubject,
    From,
    DisplayTo,
    DisplayCc,
    MessageClass,
    ConversationTopic,
    InternetMessageId,
}

/// <summary>One key of an order: where its value comes from and how it compares. Text compares by its collation key; no value stands lowest.</summary>
internal readonly record struct OrderKey(SortColumn Column, PropertyTag Tag, SortDirection Direction, bool IsText, bool IsNumber)
{
    public static OrderKey From(SortKey key)
    {
        var column = ColumnOf(key.Tag);
        var type = key.Tag.Type & ~(PropertyType.MultipleFlag | PropertyType.MultipleInstance);
        var isText = column == SortColumn.Other ? type is PropertyType.String or PropertyType.String8 : column >= SortColumn.Subject;
        return new OrderKey(column, key.Tag, key.Direction, isText, !isText && (column != SortColumn.Other || type is not (PropertyType.Binary or PropertyType.Guid)));
    }

    public bool Descending => Direction == SortDirection.Descending;

    public bool IsAggregate => Direction is SortDirection.MaximumCategory or SortDirection.MinimumCategory;

    /// <summary>[MS-OXPROPS] tags whose values are columns.</summary>
    public static SortColumn ColumnOf(PropertyTag tag) => tag.Id switch
    {
        0x0E06 => SortColumn.Received,
        0x0E08 => SortColumn.Size,
        0x0E69 => SortColumn.Read,
        0x1090 => SortColumn.Flagged,
        0x0E1B => SortColumn.HasAttachments,
        0x0E07 => SortColumn.Flags,
        0x0E17 => SortColumn.Status,
        0x0039 => SortColumn.Sent,
        0x3008 => SortColumn.Modified,
        0x0017 => SortColumn.Importance,
        0x0036 => SortColumn.Sensitivity,
        0x0037 => SortColumn.Subject,
        0x0E1D => SortColumn.NormalizedSubject,
        0x0042 => SortColumn.From,
        0x0E04 => SortColumn.DisplayTo,
        0x0E03 => SortColumn.DisplayCc,
        0x001A => SortColumn.MessageClass,
        0x0070 => SortColumn.ConversationTopic,
        0x1035 => SortColumn.InternetMessageId,
        _ => SortColumn.Other,
    };

    public bool IsNarrow => Column is >= SortColumn.Received and <= SortColumn.Status;

    /// <summary>Whether a change of flags alone can move the message.</summary>
    public bool DependsOnState => Column is SortColumn.Read or SortColumn.Flagged or SortColumn.Flags or SortColumn.Status or SortColumn.Other;

    public SummaryColumns Needs => Column switch
    {
        SortColumn.Sent => SummaryColumns.Sent,
        SortColumn.Modified => SummaryColumns.Modified,
        SortColumn.RangeStart => SummaryColumns.RangeStart,
        SortColumn.Importance => SummaryColumns.Importance,
        SortColumn.Sensitivity => SummaryColumns.Sensitivity,
        SortColumn.Subject or SortColumn.NormalizedSubject => SummaryColumns.Subject,
        SortColumn.From => SummaryColumns.From,
        SortColumn.DisplayTo => SummaryColumns.To,
        SortColumn.DisplayCc => SummaryColumns.Cc,
        SortColumn.MessageClass => SummaryColumns.MessageClass,
        SortColumn.ConversationTopic => SummaryColumns.ConversationTopic,
        SortColumn.InternetMessageId => SummaryColumns.InternetMessageId,
        _ => 0,
    };

    public long Number(in ViewEntry entry) => Column switch
    {
        SortColumn.Received => entry.ReceivedTicks,
        SortColumn.Size => entry.MimeSize,
        SortColumn.Read => (entry.State & MessageState.Read) != 0 ? 1 : 0,
        SortColumn.Flagged => (entry.State & MessageState.Flagged) != 0 ? 2 : 0,
        SortColumn.HasAttachments => (entry.State & MessageState.HasAttachments) != 0 ? 1 : 0,
        SortColumn.Flags => MessageFlagBits.From(entry.State),
        SortColumn.Status => entry.Status,
        _ => 0,
    };

    public long Number(in SummaryRow row) => Column switch
    {
        SortColumn.Sent => row.SentTicks,
        SortColumn.Modified => row.ModifiedTicks,
        SortColumn.RangeStart => row.RangeStartTicks,
        SortColumn.Importance => row.Importance,
        SortColumn.Sensitivity => row.Sensitivity,
        _ => 0,
    };

    public long Number(MessageRow row) => Column switch
    {
        SortColumn.Sent => row.Sent?.Ticks ?? 0,
        SortColumn.Modified => row.Modified.Ticks,
        SortColumn.RangeStart => row.RangeStart?.Ticks ?? 0,
        SortColumn.Importance => row.Importance,
        SortColumn.Sensitivity => row.Sensitivity,
        _ => 0,
    };

    /// <summary>The text as it stands in the summary; a subject is two.</summary>
    public ReadOnlySpan<byte> Text(in SummaryRow row, out ReadOnlySpan<byte> rest)
    {
        rest = Column == SortColumn.Subject ? row.NormalizedSubject : default;
        return Column switch
        {
            SortColumn.Subject => row.SubjectPrefix,
            SortColumn.NormalizedSubject => row.NormalizedSubject,
            SortColumn.From => row.FromName.IsEmpty ? row.FromAddress : row.FromName,
            SortColumn.DisplayTo => row.DisplayTo,
            SortColumn.DisplayCc => row.DisplayCc,
            SortColumn.MessageClass => row.MessageClass,
            SortColumn.ConversationTopic => row.ConversationTopic,
            SortColumn.InternetMessageId => row.InternetMessageId,
            _ => default,
        };
    }

    public string Text(MessageRow row) => Column switch
    {
        SortColumn.Subject => row.Subject,
        SortColumn.NormalizedSubject => row.NormalizedSubject,
        SortColumn.From => row.FromName.Length == 0 ? row.FromAddress : row.FromName,
        SortColumn.DisplayTo => row.DisplayTo,
        SortColumn.DisplayCc => row.DisplayCc,
        SortColumn.MessageClass => row.MessageClass,
        SortColumn.ConversationTopic => row.ConversationTopic,
        SortColumn.InternetMessageId => row.InternetMessageId,
        _ => "",
    };
}

/// <summary>PidTagMessageFlags from the state bits. [MS-OXCMSG] 2.2.1.6.</summary>
internal static class MessageFlagBits
{
    public const int Read = 0x1;
    public const int Unmodified = 0x2;
    public const int Submitted = 0x4;
    public const int Unsent = 0x8;
    public const int HasAttachments = 0x10;
    public const int FromMe = 0x20;
    public const int Associated = 0x40;
    public const int ReadReceiptPending = 0x100;
    public const int NonReadReceiptPending = 0x200;
    public const int EverRead = 0x400;
    public const int Internet = 0x2000;

    public static int From(MessageState state) =>
        ((state & MessageState.Read) != 0 ? Read : 0)
        | ((state & MessageState.Draft) != 0 ? Unsent : 0)
        | ((state & MessageState.Submitted) != 0 ? Submitted : 0)
        | ((state & MessageState.HasAttachments) != 0 ? HasAttachments : 0)
        | ((state & MessageState.FromMe) != 0 ? FromMe : 0)
        | ((state & MessageState.Associated) != 0 ? Associated : 0)
        | ((state & MessageState.FromInternet) != 0 ? Internet : 0)
        | ((state & MessageState.ReadReceiptRequested) != 0 ? ReadReceiptPending : 0)
        | ((state & MessageState.NonReadReceiptRequested) != 0 ? NonReadReceiptPending : 0);
}
