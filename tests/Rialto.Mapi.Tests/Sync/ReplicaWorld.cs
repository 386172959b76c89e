using System.Globalization;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>A clock that moves when it is told to, so that a run can be repeated.</summary>
public sealed class WorldClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}

/// <summary>A connection that broke.</summary>
public sealed class CutException() : IOException("The connection was cut.");

/// <summary>
/// One mailbox, the replicas of several clients, and everything that may happen to either, drawn from one seed: users work offline, others work on the server,
/// clients synchronise, and connections break at any request or answer. Whenever all come to rest, all must hold the same.
/// </summary>
/// <param name="seed">What all is drawn from.</param>
/// <param name="logon">A connection to the mailbox.</param>
/// <param name="clock">Of the server and the clients; null where they have the machine's.</param>
public sealed class ReplicaWorld(int seed, Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>> logon, WorldClock? clock = null)
{
    private readonly Random _random = new(seed);
    private readonly List<(LocalReplica Replica, ReplicaClient Client, OnlineUser User)> _replicas = [];
    private readonly List<OnlineUser> _users = [];
    private readonly List<Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>>> _logons = [];
    private readonly List<string> _log = [];
    private int _cutAfter;
    private int _numbers;

    /// <summary>What others do on the server, by whatever protocol; each gets the random numbers and a name for what it makes.</summary>
    public List<Func<Random, string, Task>> Others { get; } = [];

    /// <summary>Connections of other users to the same store, which have replicas in turn.</summary>
    public List<Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>>> OtherUsers { get; } = [];

    /// <summary>The store is one of public folders.</summary>
    public bool IsPublic { get; init; }

    public int Steps { get; private set; }

    public int Cuts { get; private set; }

    public int PartialChanges => _replicas.Sum(r => r.Replica.PartialChanges);

    public int Conflicts => _replicas.Sum(r => r.Replica.Conflicts);

    public int Synchronisations { get; private set; }

    /// <summary>The last things that happened, for whoever reads a failure.</summary>
    public string History => string.Join('\n', _log.TakeLast(400));

    public async Task BeginAsync(int replicas)
    {
        _logons.AddRange([logon, .. OtherUsers]);
        var root = IsPublic ? 1 : 3;
        var inbox = 0ul;
        foreach (var one in _logons)
        {
            var (session, response, handle) = await one();
            inbox = IsPublic ? 0 : response.FolderIds[4];
            _users.Add(new OnlineUser(session, handle, response.FolderIds[root], inbox));
        }
        for (var i = 0; i < replicas; i++)
        {
            var user = i % _logons.Count;
            var replica = new LocalReplica($"r{i}", NewGuid(), clock ?? TimeProvider.System, TimeSpan.FromSeconds(_random.Next(-3, 4)));
            var strategy = new SyncStrategy
            {
                Checkpoints = i % 2 == 0,
                FailsOnConflict = i % 3 == 1,
                Buffer = (ushort)(i % 2 == 0 ? 0x6000 : 0x300),
                Partial = i % 3 != 1,
                Extra = i % 3 == 2 ? 0x0Du : 0x05,
                Root = root,
                Contents = f => !f.IsFixed || (inbox != 0 && f.Id == StoreId.FromWire(inbox).Counter),
            };
            _replicas.Add((replica, new ReplicaClient(replica, strategy, () => ConnectAsync(_logons[user])), _users[user]));
            await _replicas[i].Client.SynchronizeAsync();
        }
    }

    /// <summary>The server was gone, and is there again.</summary>
    public async Task ReconnectAsync()
    {
        for (var i = 0; i < _users.Count; i++)
        {
            var (session, _, handle) = await _logons[i]();
            _users[i].Reconnect(session, handle);
        }
        Log("the server was killed and started again");
    }

    private Guid NewGuid()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public async Task StepAsync()
    {
        Steps++;
        clock?.Advance(TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? 0 : _random.Next(2000)));
        var (replica, client, _) = _replicas[_random.Next(_replicas.Count)];
        switch (_random.Next(100))
        {
            case < 45:
                Offline(replica);
                break;
            case < 68:
                await _users[_random.Next(_users.Count)].ActAsync(_random, Name(), Log);
                break;
            case < 78 when Others.Count > 0:
                await Others[_random.Next(Others.Count)](_random, Name());
                break;
            default:
                await SynchronizeAsync(replica, client, _random.Next(100) < 45 ? _random.Next(1, _random.Next(2) == 0 ? 30 : 250) : 0);
                break;
        }
    }

    /// <summary>Lets everybody come to rest without disturbance, and compares.</summary>
    public async Task ConvergeAsync()
    {
        for (var round = 0; round < 8; round++)
        {
            foreach (var (replica, client, _) in _replicas)
                await SynchronizeAsync(replica, client, 0);
            if (round > 0 && _replicas.All(r => !r.Replica.IsDirty && !r.Replica.IsLost))
            {
                foreach (var (replica, client, _) in _replicas)
                    await SynchronizeAsync(replica, client, 0);
                break;
            }
        }
        var truths = new Dictionary<OnlineUser, List<string>>();
        foreach (var user in _users)
            truths.Add(user, await user.DescribeAsync());
        foreach (var (replica, _, user) in _replicas)
        {
            var truth = truths[user];
            replica.IsDirty.ShouldBeFalse($"{replica.Name} has something that the server does not take.\n{History}");
            var mine = Describe(replica);
            if (mine.SequenceEqual(truth))
                continue;
            var missing = string.Join("\n", truth.Except(mine));
            var extra = string.Join("\n", mine.Except(truth));
            throw new InvalidOperationException($"Seed {seed}: {replica.Name} differs from the server.\nOnly on the server:\n{missing}\nOnly in the replica:\n{extra}\n{History}");
        }
    }

    /// <summary>What a replica holds, in lines that <see cref="OnlineUser.DescribeAsync"/> makes of a mailbox too.</summary>
    public static List<string> Describe(LocalReplica replica)
    {
        var lines = new List<string>();
        foreach (var folder in replica.Folders.Values)
        {
            lines.Add(OnlineUser.Line(folder.Id, folder.Parent, folder.Name));
            foreach (var m in folder.Messages.Values)
                lines.Add(OnlineUser.Line(folder.Id, m.Id, m.IsAssociated, (m.Content, m.IsRead)));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private async Task SynchronizeAsync(LocalReplica replica, ReplicaClient client, int cutAfter)
    {
        Synchronisations++;
        _cutAfter = cutAfter;
        try
        {
            await client.SynchronizeAsync();
            Log($"{replica.Name} synchronised");
        }
        catch (CutException)
        {
            Cuts++;
            Log($"{replica.Name} cut after {cutAfter}");
        }
        _cutAfter = 0;
    }

    private async Task<(RopSession Session, RopLogon.Response Logon, uint Handle)> ConnectAsync(Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>> logon)
    {
        var connected = await logon();
        var left = _cutAfter;
        if (left > 0)
        {
            var before = _random.Next(2) == 0;
            connected.Session.Interrupt = answered =>
            {
                // Half of them lose the request, half its answer.
                if (answered != before && --left <= 0)
                    throw new CutException();
                return Task.CompletedTask;
            };
        }
        return connected;
    }

    private void Offline(LocalReplica replica)
    {
        var folders = replica.Folders.Values.Where(f => !f.IsFixed || f.Messages.Count > 0 || f.Name == "Inbox").ToList();
        if (folders.Count == 0 || !replica.HasIds)
            return;
        var folder = folders[_random.Next(folders.Count)];
        var message = folder.Messages.Count == 0 ? null : folder.Messages.Values.ElementAt(_random.Next(folder.Messages.Count));
        switch (_random.Next(20))
        {
            case < 5:
                message = replica.Create(folder, Name(), "body " + Name(), _random.Next(6) == 0);
                Log($"{replica.Name} creates {message.Id:X} in {folder.Id:X}");
                break;
            case < 9 when message is not null:
                replica.Change(message, Changed);
                Log($"{replica.Name} changes {message.Id:X} in {folder.Id:X}: {message.Content}");
                break;
            case < 11 when message is { IsAssociated: false }:
                message.IsRead = !message.IsRead;
                message.IsReadDirty |= !message.IsNew || message.WasSent;
                Log($"{replica.Name} reads {message.Id:X} in {folder.Id:X}: {message.IsRead}");
                break;
            case < 13 when message is not null:
                replica.Delete(folder, message, _random.Next(2) == 0);
                Log($"{replica.Name} deletes {message.Id:X} in {folder.Id:X}");
                break;
            case < 16 when message is not null:
                var to = folders[_random.Next(folders.Count)];
                var old = message.Id;
                replica.Move(folder, message, to);
                Log($"{replica.Name} moves {old:X} in {folder.Id:X} to {message.Id:X} in {to.Id:X}");
                break;
            case 16:
                if (replica.Folders.Count < 25)
                {
                    folder = replica.CreateFolder(_random.Next(3) == 0 ? folder.Id : replica.Root, FolderName());
                    Log($"{replica.Name} creates folder {folder.Id:X} {folder.Name}");
                }
                break;
            case 17 when !folder.IsFixed:
                folder.Name = FolderName();
                replica.Touch(folder);
                Log($"{replica.Name} renames folder {folder.Id:X} {folder.Name}");
                break;
            case 18 when !folder.IsFixed:
                var parent = folders[_random.Next(folders.Count)].Id;
                if (_random.Next(3) == 0)
                    parent = replica.Root;
                if (!replica.IsBelow(parent, folder.Id))
                {
                    folder.Parent = parent;
                    replica.Touch(folder);
                    Log($"{replica.Name} moves folder {folder.Id:X} to {parent:X}");
                }
                break;
            case 19 when !folder.IsFixed && _random.Next(2) == 0:
                replica.DeleteFolder(folder);
                Log($"{replica.Name} deletes folder {folder.Id:X}");
                break;
        }
    }

    private ReplicaContent Changed(ReplicaContent content) => _random.Next(7) switch
    {
        0 => content with { Subject = Name() },
        1 => content with { Body = "changed " + Name() + new string('x', _random.Next(10) == 0 ? 5000 : 0) },
        2 => content with { Importance = _random.Next(3) },
        3 => content with { Note = content.Note.Length == 0 ? Name() : "" },
        4 => content with { Recipients = _random.Next(3) == 0 ? [] : [.. content.Recipients.Take(3), Name()] },
        5 => content with { Attachments = _random.Next(2) == 0 ? [.. content.Attachments.Skip(1)] : [.. content.Attachments.Take(3), Name()] },
        _ => content with { FlagStatus = content.FlagStatus == 2 ? 0 : 2 },
    };

    /// <summary>Mostly a new one; sometimes one that somebody else may have taken.</summary>
    private string FolderName() => _random.Next(4) == 0 ? $"same {_random.Next(3)}" : Name();

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"n{++_numbers}");

    public void Log(string line) => _log.Add(line);
}
