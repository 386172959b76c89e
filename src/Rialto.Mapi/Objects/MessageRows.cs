// [MS-OXCTABL] 2.2.1 properties of rows and headers, 3.2.5.2 multivalue instances, 3.2.5.5 values.
using System.Buffers.Binary;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.Mapi.Objects;

/// <summary>Makes the rows of a contents table: all of one response out of one query, and a message is opened only where a column is not in its summary.</summary>
internal readonly struct MessageRows(LogonObject logon, FolderId folder, PropertyTag[] columns, SortOrderSet? sort)
{
    private readonly MailboxSession mailbox = logon.Session;

    private const int LeafRow = 1;
    private const int ExpandedHeader = 3;
    private const int CollapsedHeader = 4;

    /// <summary>The rows asked for, in order; null for a message that is gone.</summary>
    public async ValueTask<(ErrorCode Error, PropertyValue[]?[] Rows)> ReadAsync(RopCall call, TableView? view, IReadOnlyList<TableRow> wanted)
    {
        var ids = wanted.Select(w => w.Category?.FirstMessage ?? w.Id).Distinct().ToArray();
        if (ids.Length == 0)
            return (ErrorCode.Success, []);
        var read = await mailbox.ReadRowsAsync(folder, ids, call.Cancel);
        if (!read.Succeeded)
            return (RopCall.ErrorOf(read.Error), []);
        var messages = new Dictionary<MessageId, MessageRow>(ids.Length);
        foreach (var row in read.Value)
        {
            if (row is not null)
                messages[row.Id] = row;
        }
        var opened = new Dictionary<MessageId, PropertyMessage?>();
        var rows = new PropertyValue[]?[wanted.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            if (!messages.TryGetValue(wanted[i].Category?.FirstMessage ?? wanted[i].Id, out var message))
                continue;
            var values = new PropertyValue[columns.Length];
            if (!TryFill(view, wanted[i], message, null, false, values))
            {
                if (!opened.TryGetValue(message.Id, out var content))
                {
                    var mayOpen = opened.Count < call.Options.MaximumOpenedRows;
                    var result = mayOpen ? await mailbox.OpenPropertiesAsync(folder, message.Id, call.Cancel) : StoreError.TooLarge;
                    opened.Add(message.Id, content = result.Succeeded ? result.Value : null);
                    if (!mayOpen)
                        opened.Remove(message.Id);
                }
                TryFill(view, wanted[i], message, content, true, values);
            }
            rows[i] = values;
        }
        var committed = Array.FindIndex(columns, c => c.Id == PropertyIds.LocalCommitTime);
        for (var i = 0; committed >= 0 && i < rows.Length; i++)
        {
            // Lists do not show it: one read by key for who asks all the same.
            if (wanted[i].Category is null && rows[i] is { } values && messages.TryGetValue(wanted[i].Id, out var message) && message.Sequence != message.Cn)
                values[committed] = PropertyValue.Of(PropertyTags.LocalCommitTime, await mailbox.ReadCommitTimeAsync(message, call.Cancel));
        }
        return (ErrorCode.Success, rows);
    }

    /// <summary>False where the content is needed and not there yet.</summary>
    private bool TryFill(TableView? view, TableRow row, MessageRow message, PropertyMessage? content, bool isLast, PropertyValue[] values)
    {
        var isComplete = true;
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            var isKnown = row.Category is { } category
                ? TryHeader(view!, category, message, content, column, out var value)
                : TryMessage(view, row, message, content, column, out value);
            if (!isKnown && !isLast)
            {
                isComplete = false;
                continue;
            }
            values[i] = value.IsAbsent
                ? PropertyValue.OfError(column, isKnown || content is not null ? ErrorCode.NotFound : ErrorCode.NotEnoughMemory)
                : CellValues.ForTable(value, column);
        }
        return isComplete;
    }

    private bool TryMessage(TableView? view, TableRow row, MessageRow message, PropertyMessage? content, PropertyTag column, out PropertyValue value)
    {
        switch (column.Id)
        {
            case PropertyIds.InstanceNum:
                value = PropertyValue.Of(PropertyTags.InstanceNum, row.Instance);
                return true;
            case PropertyIds.RowType:
                value = PropertyValue.Of(PropertyTags.RowType, LeafRow);
                return true;
            case PropertyIds.Depth:
                value = PropertyValue.Of(PropertyTags.Depth, view?.Depth ?? 0);
                return true;
            case PropertyIds.InstanceKey when row.Instance > 0:
                value = PropertyValue.Of(PropertyTags.InstanceKey, InstanceKey(Ids.OfCounter(row.Mid), row.Instance));
                return true;
        }
        if (!TryValue(message, content, column, out value))
            return false;
        if ((column.Type & PropertyType.MultipleInstance) != 0 && !value.IsAbsent && (value.Type & PropertyType.MultipleFlag) != 0)
            value = row.Instance < PropertyElements.Count(value) ? PropertyElements.At(value, row.Instance) : default;
        return true;
    }

    private bool TryValue(MessageRow message, PropertyMessage? content, PropertyTag column, out PropertyValue value)
    {
        if (column.IsNamed && mailbox.GetPropertyName(column.Id) == PropertyNames.PidNameKeywords)
        {
            // Keywords that mail has in its header are not looked for: lists ask for this column always.
            if (!Categories.TryFind(message, column.Id, out value))
                value = default;
            return true;
        }
        if (RowValues.TryGet(mailbox, message, column, out value))
            return true;
        value = ReceiverValues.Of(logon, message, column);
        if (!value.IsAbsent)
            return true;
        value = content?.Properties.Get(column.WithType(column.Type & ~PropertyType.MultipleInstance)) ?? default;
        return content is not null;
    }

    /// <summary>A header row has what tells it apart, its counts, and the values that make the category.</summary>
    private bool TryHeader(TableView view, Category category, MessageRow first, PropertyMessage? content, PropertyTag column, out PropertyValue value)
    {
        var id = (ulong)category.Id;
        value = column.Id switch
        {
            PropertyIds.InstID or PropertyIds.Mid => PropertyValue.Of(column.WithType(PropertyType.Integer64), category.Id),
            PropertyIds.InstanceNum => PropertyValue.Of(PropertyTags.InstanceNum, 0),
            PropertyIds.InstanceKey => PropertyValue.Of(PropertyTags.InstanceKey, InstanceKey(id, 0)),
            PropertyIds.FolderId => PropertyValue.Of(PropertyTags.FolderId, (long)Ids.Of(folder)),
            PropertyIds.RowType => PropertyValue.Of(PropertyTags.RowType, view.Expansion.IsExpanded(category) ? ExpandedHeader : CollapsedHeader),
            PropertyIds.Depth => PropertyValue.Of(PropertyTags.Depth, category.Level),
            PropertyIds.ContentCount => PropertyValue.Of(PropertyTags.ContentCount, category.Count),
            PropertyIds.ContentUnreadCount => PropertyValue.Of(PropertyTags.ContentUnreadCount, category.Unread),
            _ => default,
        };
        if (!value.IsAbsent)
            return true;
        for (var level = 0; level <= category.Level && sort is not null; level++)
        {
            if (sort.Keys[level].Tag.Id == column.Id)
                return TryMessage(view, new TableRow(first.Id, first.Mid, category.FirstInstance, null), first, content, column.WithType(column.Type | (sort.Keys[level].Tag.Type & (PropertyType.MultipleInstance | PropertyType.MultipleFlag))), out value);
        }
        return true;
    }

    private static byte[] InstanceKey(ulong id, int instance)
    {
        var key = new byte[instance > 0 ? 12 : 8];
        BinaryPrimitives.WriteUInt64LittleEndian(key, id);
        if (instance > 0)
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(8), instance);
        return key;
    }
}
