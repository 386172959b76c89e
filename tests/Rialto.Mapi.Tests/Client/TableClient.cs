using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Client;

/// <summary>A mail program's list: its columns, and a copy of the rows that row events keep up to date.</summary>
public sealed class TableClient(RopSession session, uint table, PropertyTag[] columns)
{
    public List<Line> Lines { get; private set; } = [];

    /// <summary>Events that said to read anew.</summary>
    public int Reloads { get; private set; }

    public int RowEvents { get; private set; }

    public uint Handle => table;

    public async Task LoadAsync()
    {
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);
        await ReadAsync();
    }

    public async Task ReadAsync() => Lines = await FreshAsync();

    /// <summary>All rows as the server has them now; the cursor goes to the beginning and comes to stand at the end.</summary>
    public async Task<List<Line>> FreshAsync()
    {
        await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request(), table);
        var lines = new List<Line>();
        while (true)
        {
            var reply = await session.QueryRowsAsync(table, columns, 200);
            lines.AddRange(reply.Rows.Select(LineOf));
            if (reply.Rows.Length == 0)
                return lines;
        }
    }

    /// <summary>Does what the events say; true when the table must be read anew.</summary>
    public bool Apply(IEnumerable<RopNotify.Response> notifications)
    {
        foreach (var notification in notifications.Where(n => n.NotificationHandle == table))
        {
            if (notification.TableEventType == RopNotify.TableEvent.TableChanged)
            {
                Reloads++;
                return true;
            }
            RowEvents++;
            var id = (notification.TableRowMessageId, notification.TableRowInstance);
            Lines.RemoveAll(l => l.Id == id);
            if (notification.TableEventType == RopNotify.TableEvent.TableRowDeleted)
                continue;
            var line = LineOf(Decode(notification.TableRowData!));
            line.Id.ShouldBe(id);
            var after = (notification.InsertAfterTableRowId, notification.InsertAfterTableRowInstance);
            var place = after.InsertAfterTableRowId == 0 ? -1 : Lines.FindIndex(l => l.Id == after);
            (place >= 0).ShouldBe(after.InsertAfterTableRowId != 0);
            Lines.Insert(place + 1, line);
        }
        return false;
    }

    /// <summary>Reads everything that the server has to tell, and does it.</summary>
    public async Task CatchUpAsync()
    {
        while (true)
        {
            var reply = await session.ExecuteAsync([], []);
            if (Apply(reply.Notifications))
                await ReadAsync();
            if (reply.Notifications.Count == 0)
                return;
        }
    }

    private PropertyValue[] Decode(byte[] data)
    {
        var reader = new WireReader(data);
        PropertyValue[] row = [];
        RowSet.Row(ref reader, ref row, columns, ValueForm.Rop);
        (reader.Failed || !reader.AtEnd).ShouldBeFalse();
        return row;
    }

    /// <summary>The first two columns are PidTagInstID and PidTagInstanceNum.</summary>
    private static Line LineOf(PropertyValue[] row) =>
        new(((ulong)row[0].AsInt64(), (uint)row[1].AsInt32()), string.Join('|', row.Select(v => v.IsError ? v.AsError().ToString() : v.Reference?.ToString() ?? v.AsInt64().ToString())));

    public readonly record struct Line((ulong, uint) Id, string Text);
}
