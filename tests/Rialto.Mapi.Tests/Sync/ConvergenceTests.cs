using System.Diagnostics;
using System.Globalization;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Xunit.Abstractions;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Several clients, a server and broken connections: in the end all hold the same. [MS-OXCSYNC].</summary>
public class ConvergenceTests(ITestOutputHelper output)
{
    /// <summary>How long a world goes on: afterwards there is another one.</summary>
    private const int Steps = 1_000;

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>
    /// As many worlds as there is time for, each with a seed of its own. RIALTO_SYNC_SEED repeats one; RIALTO_SYNC_STEPS makes it longer; RIALTO_SYNC_RUNS has as many
    /// worlds as it says, whose seeds follow one another.
    /// </summary>
    [Fact]
    public Task Replicas_and_the_server_come_to_the_same() => RunAsync(PrivateAsync);

    /// <summary>Public folders, which two users synchronise: what each has read is that user's own.</summary>
    [Fact]
    public Task Users_of_public_folders_come_to_the_same() => RunAsync(PublicAsync);

    private async Task RunAsync(Func<int, Func<int, bool>, Task<ReplicaWorld>> make)
    {
        var given = Variable("RIALTO_SYNC_SEED");
        var runs = Variable("RIALTO_SYNC_RUNS") ?? (given is null ? int.MaxValue : 1);
        var limit = runs == int.MaxValue ? TimeSpan.FromSeconds(12) : Timeout.InfiniteTimeSpan;
        var seed = given ?? Random.Shared.Next();
        var begun = Stopwatch.GetTimestamp();
        var failures = new List<string>();
        var (worlds, steps, synchronisations, cuts, parts, conflicts) = (0, 0L, 0L, 0L, 0L, 0L);
        for (; worlds < runs && (limit == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(begun) < limit); worlds++)
        {
            Console.WriteLine($"Convergence of replicas: RIALTO_SYNC_SEED={seed + worlds}");
            try
            {
                var most = Variable("RIALTO_SYNC_STEPS") ?? Steps;
                var world = await make(seed + worlds, done => done < most && (limit == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(begun) < limit));
                (steps, synchronisations, cuts, parts, conflicts) =
                    (steps + world.Steps, synchronisations + world.Synchronisations, cuts + world.Cuts, parts + world.PartialChanges, conflicts + world.Conflicts);
            }
            catch (Exception e) when (runs is > 1 and < int.MaxValue)
            {
                failures.Add($"Seed {seed + worlds}: {e.Message}");
                await File.WriteAllTextAsync(Path.Combine(Path.GetTempPath(), $"rialto-sync-{seed + worlds}.txt"), e.ToString());
            }
        }
        output.WriteLine($"{worlds} worlds from seed {seed} on");
        Console.WriteLine($"Convergence of replicas: {worlds} worlds, {steps} steps, {synchronisations} synchronisations, {cuts} of them cut, {parts} partial changes, {conflicts} times versions in conflict; {failures.Count} failed");
        failures.ShouldBeEmpty();
    }

    private static async Task<ReplicaWorld> PrivateAsync(int seed, Func<int, bool> goesOn)
    {
        var clock = new WorldClock();
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter, storeTime: clock);
        var world = new ReplicaWorld(seed, () => server.DirectLogonAsync(), clock);
        using var mailbox = await server.OpenMailboxAsync();
        world.Others.Add((_, name) => server.DeliverAsync(name, body: "mail " + name, received: clock.GetUtcNow()));
        world.Others.Add((random, _) => MarkAsync(mailbox, random, world));
        world.Others.Add((random, _) => ExpungeAsync(mailbox, random, world));
        await RunAsync(world, seed, goesOn);
        return world;
    }

    private static async Task<ReplicaWorld> PublicAsync(int seed, Func<int, bool> goesOn)
    {
        var clock = new WorldClock();
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter, storeTime: clock);
        await server.AddPublicFoldersAsync();
        using var store = await server.OpenPublicAsync();
        (await store.UpdateFolderAsync(
            SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree),
            f => f with { Permissions = f.Permissions.Add(new FolderPermission(server.User(1).Id, FolderRights.All)).Add(new FolderPermission(server.User(2).Id, FolderRights.All)) },
            CancellationToken.None)).Succeeded.ShouldBeTrue();
        var world = new ReplicaWorld(seed, () => server.DirectLogonAsync(1, isPublic: true), clock) { IsPublic = true };
        world.OtherUsers.Add(() => server.DirectLogonAsync(2, isPublic: true));
        await RunAsync(world, seed, goesOn);
        return world;
    }

    private static async Task RunAsync(ReplicaWorld world, int seed, Func<int, bool> goesOn)
    {
        try
        {
            await world.BeginAsync(3);
            while (goesOn(world.Steps))
            {
                await world.StepAsync();
                if (world.Steps % 100 == 0)
                    await world.ConvergeAsync();
            }
            await world.ConvergeAsync();
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"Seed {seed}: {e.Message}\n{world.History}", e);
        }
    }

    /// <summary>What IMAP's STORE does.</summary>
    private static async Task MarkAsync(MailboxSession mailbox, Random random, ReplicaWorld world)
    {
        if (await PickAsync(mailbox, random) is not var (folder, message))
            return;
        var mark = random.Next(4) switch { 0 => MessageState.Flagged, 1 => MessageState.Answered, 2 => MessageState.Read, _ => MessageState.Deleted };
        var change = random.Next(2) == 0 ? new FlagChange(mark, 0, [], [], false) : new FlagChange(0, mark, [], [], false);
        (await mailbox.ChangeFlagsAsync(folder, [message], change, default)).Succeeded.ShouldBeTrue();
        world.Log($"marks {message.Value:X} in {folder.Value:X}: {change.Set} {change.Clear}");
    }

    /// <summary>What IMAP's MOVE and EXPUNGE do.</summary>
    private static async Task ExpungeAsync(MailboxSession mailbox, Random random, ReplicaWorld world)
    {
        if (await PickAsync(mailbox, random) is not var (folder, message))
            return;
        world.Log($"expunges or moves to the Inbox {message.Value:X} in {folder.Value:X}");
        if (random.Next(2) == 0)
            (await mailbox.DeleteAsync(folder, [message], default)).Succeeded.ShouldBeTrue();
        else
            (await mailbox.MoveAsync(folder, [message], MapiServer.Inbox, default)).Succeeded.ShouldBeTrue();
    }

    private static async Task<(FolderId Folder, MessageId Message)?> PickAsync(MailboxSession mailbox, Random random)
    {
        var folders = mailbox.Folders.Descendants(SpecialFolders.IdOf(SpecialFolder.IpmSubtree)).Where(f => f.Id.Value >= 0x400 || f.Id == MapiServer.Inbox).OrderBy(f => f.Id.Value).ToList();
        var folder = folders[random.Next(folders.Count)].Id;
        var listed = (await mailbox.ListAsync(folder, s => (s & (MessageState.SoftDeleted | MessageState.Associated)) == 0, default)).Value;
        return listed.Count == 0 ? null : (folder, listed[random.Next(listed.Count)].Id);
    }
}
