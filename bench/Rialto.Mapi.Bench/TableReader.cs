using System.Diagnostics;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Bench;

/// <summary>A MAPI session that looks at folders as a mail program does: a table, its columns, an order, the first fifty rows, in one request.</summary>
internal sealed class TableReader : IDisposable
{
    public const int Page = 50;

    public static readonly SortOrderSet ByDate = new([new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending)]);
    public static readonly SortOrderSet BySubject = new([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]);

    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.Mid, PropertyTags.FolderId, PropertyTags.InstID, PropertyTags.InstanceNum, PropertyTags.MessageClass, PropertyTags.MessageFlags,
        PropertyTags.MessageSize, PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.DisplayTo, PropertyTags.MessageDeliveryTime,
        PropertyTags.Importance, PropertyTags.HasAttachments,
    ];

    private readonly MapiHttpClient _http;
    private readonly RopSession _session;
    private readonly Dictionary<string, ulong> _folders = [];
    private uint _logon;

    /// <summary>The folders below the root of what the user sees, by name.</summary>
    public IReadOnlyDictionary<string, ulong> Folders => _folders;

    private TableReader(MapiHttpClient http)
    {
        _http = http;
        _session = new RopSession(http);
    }

    public static async Task<TableReader> ConnectAsync(Uri server, string user, string password, string legacyDn)
    {
        var reader = new TableReader(new MapiHttpClient(server, user, password));
        await reader._http.ConnectAsync(legacyDn);
        (var response, reader._logon) = await reader._session.LogonAsync(legacyDn);
        // [MS-OXCSTOR] 2.2.1.1.3: the fourth folder is the root of what the user sees.
        var root = await reader._session.OpenFolderAsync(reader._logon, response.FolderIds[3]);
        var (table, _) = await reader._session.HierarchyTableAsync(root);
        foreach (var row in await reader._session.RowsAsync(table, [PropertyTags.FolderId, PropertyTags.DisplayName]))
            reader._folders[row[1].AsString()] = (ulong)row[0].AsInt64();
        return reader;
    }

    public Task<uint> OpenFolderAsync(string name) => _session.OpenFolderAsync(_logon, _folders[name]);

    /// <summary>Opens a table and reads its first page; the table stays open.</summary>
    public async Task<(uint Table, TimeSpan Took)> FirstRowsAsync(uint folder, SortOrderSet sort)
    {
        var begun = Stopwatch.GetTimestamp();
        var reply = await _session.ExecuteAsync(
            [
                (RopId.GetContentsTable, new RopGetContentsTable.Request { OutputHandleIndex = 1 }),
                (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 1, PropertyTags = s_columns }),
                (RopId.SortTable, new RopSortTable.Request { InputHandleIndex = 1, SortOrders = sort }),
                (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 1, ForwardRead = true, RowCount = Page }),
            ],
            [folder, RopSession.NoHandle], s_columns);
        var took = Stopwatch.GetElapsedTime(begun);
        var rows = reply.Get<RopQueryRows.Response>(3);
        if (rows.ReturnValue != ErrorCode.Success || rows.Rows.Length != Page)
            throw new InvalidOperationException($"{rows.Rows.Length} rows, {rows.ReturnValue}.");
        return (reply.Handles[1], took);
    }

    /// <summary>The page at a position of an open table.</summary>
    public async Task<TimeSpan> PageAtAsync(uint table, int position)
    {
        var begun = Stopwatch.GetTimestamp();
        var reply = await _session.ExecuteAsync(
            [
                (RopId.SeekRow, new RopSeekRow.Request { RowCount = position }),
                (RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = Page }),
            ],
            [table], s_columns);
        var took = Stopwatch.GetElapsedTime(begun);
        if (reply.Get<RopQueryRows.Response>(1).Rows.Length != Page)
            throw new InvalidOperationException("A page is missing.");
        return took;
    }

    /// <summary>A table of the messages whose subject holds a text: how long until its first rows are there, and how many it has.</summary>
    public async Task<(TimeSpan Took, uint Rows)> SearchAsync(uint folder, string text)
    {
        var restriction = new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));
        var begun = Stopwatch.GetTimestamp();
        var reply = await _session.ExecuteAsync(
            [
                (RopId.GetContentsTable, new RopGetContentsTable.Request { OutputHandleIndex = 1 }),
                (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 1, PropertyTags = s_columns }),
                (RopId.Restrict, new RopRestrict.Request { InputHandleIndex = 1, RestrictionData = restriction }),
                (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 1, ForwardRead = true, RowCount = Page }),
                (RopId.QueryPosition, new RopQueryPosition.Request { InputHandleIndex = 1 }),
            ],
            [folder, RopSession.NoHandle], s_columns);
        var took = Stopwatch.GetElapsedTime(begun);
        var rows = reply.Get<RopQueryPosition.Response>(4).Denominator;
        await CloseAsync(reply.Handles[1]);
        return (took, rows);
    }

    public Task CloseAsync(uint handle) => _session.ReleaseAsync(handle);

    public void Dispose() => _http.Dispose();
}
