using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>
/// A server that answers as [MS-ADTS] says Active Directory does, in what synchronisation needs of it: a root entry with highestCommittedUSN and dsServiceName, uSNChanged and objectGUID of
/// entries, deleted objects that only show with their control, values in ranges, references to partitions. Written from the specification: what a real one does besides is not proven by it.
/// </summary>
public sealed class ActiveDirectoryStandIn : IAsyncDisposable
{
    private const string BaseDn = "DC=corp,DC=example";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Dictionary<string, List<byte[]>>> entries = [];
    private readonly Task running;

    public ActiveDirectoryStandIn(string name = "DC1")
    {
        Name = name;
        listener.Start();
        running = RunAsync();
    }

    public string Name { get; }

    public string Url => $"ldap://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public long Usn { get; set; } = 1_000;

    /// <summary>Values of one attribute sent at once.</summary>
    public int MaxRange { get; set; } = 1_500;

    /// <summary>Whether the reader may look at what was deleted.</summary>
    public bool ShowsDeleted { get; set; } = true;

    /// <summary>Entries sent since the start.</summary>
    public int Sent { get; private set; }

    public int Connections { get; private set; }

    public Guid Put(string dn, params (string Name, string[] Values)[] attributes)
    {
        var id = Guid.NewGuid();
        var entry = new Dictionary<string, List<byte[]>>(StringComparer.OrdinalIgnoreCase) { ["dn"] = [Encoding.UTF8.GetBytes(dn)], ["objectGUID"] = [id.ToByteArray()] };
        entries.Add(entry);
        Set(dn, attributes);
        return id;
    }

    public void Set(string dn, params (string Name, string[] Values)[] attributes)
    {
        var entry = entries.Single(e => Text(e, "dn") == dn);
        foreach (var (name, values) in attributes) entry[name] = [.. values.Select(Encoding.UTF8.GetBytes)];
        entry["uSNChanged"] = [Encoding.UTF8.GetBytes((++Usn).ToString(System.Globalization.CultureInfo.InvariantCulture))];
    }

    public void Rename(string dn, string to) => Set(dn, ("dn", [to]), ("distinguishedName", [to]));

    public void Delete(string dn)
    {
        // [MS-ADTS] 3.1.1.5.5.1.1: what is deleted keeps few attributes and goes below CN=Deleted Objects.
        var entry = entries.Single(e => Text(e, "dn") == dn);
        foreach (var name in entry.Keys.Except(["dn", "objectGUID"]).ToArray()) entry.Remove(name);
        Set(dn, ("isDeleted", ["TRUE"]), ("dn", [$"CN=gone\\0ADEL:{Guid.NewGuid()},CN=Deleted Objects,{BaseDn}"]));
    }

    public static (string, string[])[] Person(string name, string mail, params (string, string[])[] more) =>
        [("objectClass", ["top", "person", "organizationalPerson", "user"]), ("cn", [name]), ("displayName", [name]), ("mail", [mail]), ("sAMAccountName", [mail[..mail.IndexOf('@', StringComparison.Ordinal)]]), ("userAccountControl", ["512"]), .. more];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running;
    }

    private static string Text(Dictionary<string, List<byte[]>> entry, string name) => Encoding.UTF8.GetString(entry[name][0]);

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var stream = client.GetStream();
        var options = new LdapOptions();
        try
        {
            while (true)
            {
                var bytes = await ReadAsync(stream);
                using var writer = new BerWriter();
                if (!Answer(bytes, options, writer)) return;
                await stream.WriteAsync(writer.Written.ToArray(), stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or EndOfStreamException)
        {
            // Gone.
        }
    }

    private bool Answer(byte[] bytes, LdapOptions options, BerWriter writer)
    {
        LdapMessage.TryParse(bytes, 16, out var message).ShouldBeTrue();
        switch (LdapRequest.Parse(message, options))
        {
            case BindRequest bind:
                Result(writer, message.Id, Tags.BindResponse, bind.Password is "" or "right-password" ? ResultCode.Success : ResultCode.InvalidCredentials);
                return true;
            case SearchRequest search:
                Search(writer, message.Id, search, message.Controls);
                return true;
            default:
                return false;
        }
    }

    private void Search(BerWriter writer, int id, SearchRequest search, LdapControl[] controls)
    {
        if (search is { BaseDn: "", Scope: SearchScope.Base })
        {
            Entry(writer, id, "", [("highestCommittedUSN", [Usn.ToString(System.Globalization.CultureInfo.InvariantCulture)]), ("dsServiceName", [$"CN=NTDS Settings,CN={Name},{BaseDn}"]), ("defaultNamingContext", [BaseDn])]);
            Result(writer, id, Tags.SearchResultDone, ResultCode.Success);
            return;
        }

        var deleted = RequestControls.Find(controls, "1.2.840.113556.1.4.417") is not null;
        if (deleted && !ShowsDeleted)
        {
            Result(writer, id, Tags.SearchResultDone, ResultCode.InsufficientAccessRights);
            return;
        }

        foreach (var entry in entries)
        {
            if (search.Scope == SearchScope.Base && Text(entry, "dn") != search.BaseDn) continue;
            if ((!deleted && entry.ContainsKey("isDeleted")) || !Matches(search.Filter, entry)) continue;
            Sent++;
            var shown = new List<(string, byte[][])>();
            foreach (var asked in search.Attributes) Show(entry, asked, shown);
            Entry(writer, id, Text(entry, "dn"), shown);
        }

        if (search.Scope == SearchScope.Sub)
        {
            var frame = writer.Begin(Tags.Sequence);
            writer.WriteInteger(id);
            var references = writer.Begin(Tags.SearchResultReference);
            writer.WriteText($"ldap://ForestDnsZones.corp.example/DC=ForestDnsZones,{BaseDn}");
            writer.End(references);
            writer.End(frame);
        }

        Result(writer, id, Tags.SearchResultDone, ResultCode.Success);
    }

    /// <summary>[MS-ADTS] 3.1.1.3.1.3.3.</summary>
    private void Show(Dictionary<string, List<byte[]>> entry, string asked, List<(string, byte[][])> shown)
    {
        var parts = asked.Split(";range=");
        if (!entry.TryGetValue(parts[0], out var values)) return;
        var from = parts.Length == 1 ? 0 : int.Parse(parts[1].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
        if (parts.Length == 1 && values.Count <= MaxRange)
        {
            shown.Add((parts[0], [.. values]));
            return;
        }

        var some = values.Skip(from).Take(MaxRange).ToArray();
        var last = from + some.Length == values.Count ? "*" : (from + some.Length - 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (parts.Length == 1) shown.Add((parts[0], []));
        shown.Add(($"{parts[0]};range={from}-{last}", some));
    }

    private static bool Matches(LdapFilter filter, Dictionary<string, List<byte[]>> entry)
    {
        var values = entry.GetValueOrDefault(filter.Attribute, []).Select(Encoding.UTF8.GetString);
        var wanted = Encoding.UTF8.GetString(filter.Value ?? []);
        return filter.Kind switch
        {
            FilterKind.And => Array.TrueForAll(filter.Children, c => Matches(c, entry)),
            FilterKind.Or => Array.Exists(filter.Children, c => Matches(c, entry)),
            FilterKind.Not => !Matches(filter.Children[0], entry),
            FilterKind.Present => values.Any(),
            FilterKind.GreaterOrEqual => values.Any(v => long.Parse(v, System.Globalization.CultureInfo.InvariantCulture) >= long.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture)),
            FilterKind.Equality => values.Any(v => v.Equals(wanted, StringComparison.OrdinalIgnoreCase)),
            _ => throw new NotSupportedException(filter.ToString()),
        };
    }

    private static void Entry(BerWriter writer, int id, string dn, IEnumerable<(string Name, string[] Values)> attributes) => Entry(writer, id, dn, attributes.Select(a => (a.Name, a.Values.Select(Encoding.UTF8.GetBytes).ToArray())));

    private static void Entry(BerWriter writer, int id, string dn, IEnumerable<(string Name, byte[][] Values)> attributes)
    {
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        var entry = writer.Begin(Tags.SearchResultEntry);
        writer.WriteText(dn);
        var list = writer.Begin(Tags.Sequence);
        foreach (var (name, values) in attributes)
        {
            var one = writer.Begin(Tags.Sequence);
            writer.WriteText(name);
            var set = writer.Begin(Tags.Set);
            foreach (var value in values) writer.WriteOctets(value);
            writer.End(set);
            writer.End(one);
        }

        writer.End(list);
        writer.End(entry);
        writer.End(frame);
    }

    private static void Result(BerWriter writer, int id, byte tag, ResultCode code)
    {
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        var result = writer.Begin(tag);
        writer.WriteInteger((int)code, Tags.Enumerated);
        writer.WriteText("");
        writer.WriteText("");
        writer.End(result);
        writer.End(frame);
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), stop.Token);
        var (have, length) = (2, (int)head[1]);
        if (length >= 0x80)
        {
            var size = length & 0x7F;
            await stream.ReadExactlyAsync(head.AsMemory(2, size), stop.Token);
            (have, length) = (2 + size, 0);
            for (var i = 0; i < size; i++) length = length << 8 | head[2 + i];
        }

        var message = new byte[have + length];
        head.AsSpan(0, have).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(have), stop.Token);
        return message;
    }
}
