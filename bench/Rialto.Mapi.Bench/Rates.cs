using System.Net.Security;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Bench;

/// <summary>How often a second: requests that do little, sessions that come and go, messages read whole, messages saved.</summary>
internal sealed class Rates(ServerProcess server, string password, IReadOnlyList<string> legacyDns)
{
    private const int Clients = 8;
    private const int Watchers = 16;
    private const int Bodies = 10_000;

    private static readonly PropertyTag[] s_counts = [PropertyTags.ContentCount, PropertyTags.ContentUnreadCount];

    private Target Target(int user, bool tls) => new(server[tls ? "https" : "http"], tls, $"user{user}@example.com", password, legacyDns[user - 1]);

    /// <summary>RopGetPropertiesSpecific for the two counts of a folder.</summary>
    public void RoundTrips(ulong small, ulong large)
    {
        foreach (var (tls, name, folder) in new[] { (true, "TLS, a large folder", large), (true, "TLS, a small folder", small), (false, "without TLS", large) })
        {
            using var clients = new Sessions(Clients, () => Target(1, tls));
            Load.Run($"the counts of a folder, {Clients} connections, {name}", server, clients.Each(session =>
            {
                var (logon, _) = session.Logon();
                var opened = session.Run([logon, RopSession.NoHandle], (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folder }));
                return Fixed(session, [opened.Handles[1]], (RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { WantUnicode = 1, PropertyTags = s_counts }));
            }));
        }
    }

    public void Connects()
    {
        var resumed = LeanConnection.Options();
        foreach (var (tls, keepAlive, options, name) in new[]
        {
            (true, true, null, "TLS, keep-alive"), (false, true, null, "without TLS, keep-alive"), (false, false, null, "without TLS, a connection each"),
            (true, false, resumed, "TLS, a connection each, resumed"), (true, false, null, "TLS, a connection each, full handshakes"),
        })
        {
            using var clients = new Sessions(Clients, () => Target(1, tls), connects: false, options);
            Load.Run($"Connect and Disconnect, {Clients} clients, {name}", server, clients.Each(session => () =>
            {
                session.Connect();
                session.Disconnect();
                if (!keepAlive)
                    session.Drop();
            }));
        }
    }

    /// <summary>RopOpenMessage with its recipients, RopGetPropertiesAll with the body, the attachment table, RopRelease: another message each time, in one request.</summary>
    public void Reading(string what, ulong folder)
    {
        using var clients = new Sessions(Clients, () => Target(1, true));
        var next = 0;
        Load.Run($"a whole message, {Clients} connections: {what}", server, clients.Each(session =>
        {
            var (logon, _) = session.Logon();
            var messages = Messages(session, logon, folder).Where((_, i) => i % Clients == next).Select(mid => Read(logon, folder, mid)).ToArray();
            next++;
            var shortest = messages.Take(5).Min(m => session.Execute(m).Length);
            var at = 0;
            return () =>
            {
                if (session.Execute(messages[at++ % messages.Length]).Length < shortest / 2)
                    throw new InvalidOperationException("A message was not read.");
            };
        }));
    }

    /// <summary>RopCreateMessage, RopSetProperties, RopModifyRecipients, RopSaveChangesMessage, RopRelease in one request.</summary>
    public double Saving(string what, ulong[] folders, int accounts)
    {
        var users = 0;
        using var clients = new Sessions(Clients, () => Target(1 + users++ % accounts, true));
        var number = 0;
        return Load.Run($"10 KB messages saved, {Clients} sessions: {what}", server, clients.Each(session =>
        {
            var (logon, own) = session.Logon();
            var body = Save(logon, accounts == 1 ? folders[0] : own[4], number++);
            session.Run([logon, RopSession.NoHandle], SaveRequests(accounts == 1 ? folders[0] : own[4], number));
            var length = session.Execute(body).Length;
            return () =>
            {
                if (session.Execute(body).Length != length)
                    throw new InvalidOperationException("A message was not saved.");
            };
        }));
    }

    /// <summary>The same with other sessions that hold sorted tables of the folder.</summary>
    public void SavingWatched(ulong folder)
    {
        var alone = Saving("into one folder", [folder], 1);
        SortOrderSet[] orders = [TableReader.ByDate, TableReader.BySubject, Order(PropertyTags.SentRepresentingName), Order(PropertyTags.MessageSize)];
        using var watchers = new Sessions(Watchers, () => Target(1, true));
        var next = 0;
        watchers.Each(session =>
        {
            var (logon, _) = session.Logon();
            session.Run([logon, RopSession.NoHandle, RopSession.NoHandle],
                (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folder }),
                (RopId.GetContentsTable, new RopGetContentsTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
                (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 2, PropertyTags = [PropertyTags.Mid, PropertyTags.Subject] }),
                (RopId.SortTable, new RopSortTable.Request { InputHandleIndex = 2, SortOrders = orders[next++ % orders.Length] }),
                (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 2, ForwardRead = true, RowCount = TableReader.Page }));
            return () => { };
        });
        var watched = Saving($"{Watchers} others hold tables of it in {orders.Length} orders", [folder], 1);
        Console.WriteLine(FormattableString.Invariant($"  {alone / watched:F2} times as long"));
    }

    private static SortOrderSet Order(PropertyTag tag) => new([new SortKey(tag, SortDirection.Ascending)]);

    private static Action Fixed(LeanSession session, uint[] handles, params (RopId, RopRequest)[] requests)
    {
        var length = session.Run(handles, requests).Length;
        var body = LeanSession.Body(handles, requests);
        return () =>
        {
            if (session.Execute(body).Length != length)
                throw new InvalidOperationException("Another answer than before.");
        };
    }

    private static List<ulong> Messages(LeanSession session, uint logon, ulong folder)
    {
        var handles = session.Run([logon, RopSession.NoHandle, RopSession.NoHandle],
            (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folder }),
            (RopId.GetContentsTable, new RopGetContentsTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
            (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 2, PropertyTags = [PropertyTags.Mid] })).Handles;
        var mids = new List<ulong>();
        var body = LeanSession.Body([handles[2]], (RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 1000 }));
        while (mids.Count < 8000)
        {
            // RopId, index, ReturnValue, Origin, RowCount; a row is its flag and the MID. [MS-OXCROPS] 2.2.5.4.2.
            var answer = session.Execute(body);
            var rows = answer[7] | answer[8] << 8;
            for (var i = 0; i < rows; i++)
                mids.Add(BitConverter.ToUInt64(answer[(9 + 9 * i + 1)..]));
            if (rows == 0)
                break;
        }
        return mids;
    }

    private static byte[] Read(uint logon, ulong folder, ulong message) => LeanSession.Body([logon, RopSession.NoHandle, RopSession.NoHandle],
        (RopId.OpenMessage, new RopOpenMessage.Request { OutputHandleIndex = 1, CodePageId = 0x0FFF, FolderId = folder, MessageId = message }),
        (RopId.GetPropertiesAll, new RopGetPropertiesAll.Request { InputHandleIndex = 1, WantUnicode = 1 }),
        (RopId.GetAttachmentTable, new RopGetAttachmentTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
        (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 2, PropertyTags = [PropertyTags.AttachNumber, PropertyTags.AttachSize, PropertyTags.AttachLongFilename] }),
        (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 2, ForwardRead = true, RowCount = 50 }),
        (RopId.Release, new RopRelease.Request { InputHandleIndex = 2 }),
        (RopId.Release, new RopRelease.Request { InputHandleIndex = 1 }));

    private static byte[] Save(uint logon, ulong folder, int number) => LeanSession.Body([logon, RopSession.NoHandle], SaveRequests(folder, number));

    private static (RopId, RopRequest)[] SaveRequests(ulong folder, int number)
    {
        var text = new StringBuilder();
        for (var word = number; text.Length < Bodies; word++)
            text.Append("The quick brown fox jumps over the lazy dog for the ").Append(word).Append("th time.\r\n");
        return
        [
            (RopId.CreateMessage, new RopCreateMessage.Request { OutputHandleIndex = 1, CodePageId = 0x0FFF, FolderId = folder }),
            (RopId.SetProperties, new RopSetProperties.Request
            {
                InputHandleIndex = 1,
                PropertyValues =
                [
                    PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"),
                    PropertyValue.Of(PropertyTags.Subject, FormattableString.Invariant($"saved {number}")),
                    PropertyValue.Of(PropertyTags.Body, text.ToString(0, Bodies)),
                ],
            }),
            (RopId.ModifyRecipients, new RopModifyRecipients.Request { InputHandleIndex = 1, RecipientRows = [RopWriting.Recipient(0, 1, "Somebody", "somebody@example.org")] }),
            (RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { InputHandleIndex = 1, ResponseIndex = 1 }),
            (RopId.Release, new RopRelease.Request { InputHandleIndex = 1 }),
        ];
    }

    /// <summary>Sessions of some clients, connected one after the other.</summary>
    private sealed class Sessions(int count, Func<Target> target, bool connects = true, SslClientAuthenticationOptions? tls = null) : IDisposable
    {
        private readonly List<LeanSession> _all = [];

        public List<Action> Each(Func<LeanSession, Action> prepare)
        {
            var clients = new List<Action>();
            for (var i = 0; i < count; i++)
            {
                var session = new LeanSession(target()) { TlsOptions = tls };
                _all.Add(session);
                if (connects)
                    session.Connect();
                clients.Add(prepare(session));
            }
            return clients;
        }

        public void Dispose() => _all.ForEach(s => s.Dispose());
    }
}
