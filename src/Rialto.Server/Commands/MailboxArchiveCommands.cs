using System.CommandLine;
using System.Globalization;
using Rialto.Directory;
using Rialto.Server.Archive;
using Rialto.Server.Hosting;
using Rialto.Store;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto mailbox export` and `rialto mailbox import`: a whole mailbox as files, and back to an equal mailbox.</summary>
internal static class MailboxArchiveCommands
{
    public static Command Export(RialtoCommand root)
    {
        var command = new Command("export", "Writes everything of a mailbox, as it is at one moment, into a directory. `rialto export` writes mail as files for other programs.");
        var address = RecipientCommands.AddressArgument("The owner's address or alias.");
        var path = new Argument<string>("DIR") { Description = "A directory, empty or missing." };
        command.Arguments.Add(address);
        command.Arguments.Add(path);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var owner = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            RefusePublic(owner);
            using var session = await services.OpenMailboxAsync(owner, cancel) ?? throw new CommandException($"{owner.PrimaryAddress} has no mailbox.");
            var directory = root.Environment.Resolve(parsed.GetRequiredValue(path));
            if (System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any())
                throw new CommandException($"{directory} is not empty. An archive goes into a directory of its own.");
            System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var total = session.Folders.All.Where(f => f.Type != FolderType.Search).Sum(f => f.Counters.Size);
            ArchiveManifest? manifest = null;
            await Bar(root, total, "Exporting", async step =>
            {
                await using var export = new MailboxExport(services, session, directory) { Progress = step };
                manifest = await export.RunAsync(owner.PrimaryAddress, cancel);
            });
            await WriteTableAsync(root, manifest!.Folders, null);
            await root.Environment.Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"Exported {manifest.MessageCount} messages and {manifest.Folders.Count} folders of {owner.PrimaryAddress} as of change {manifest.Sequence} to {directory}."));
            return 0;
        }));
        return command;
    }

    public static Command Import(RialtoCommand root)
    {
        var command = new Command("import", "Makes a mailbox equal to an exported one: folders, messages, ids, read states, permissions, rules, settings.");
        var path = new Argument<string>("DIR") { Description = "What `rialto mailbox export` wrote." };
        var address = RecipientCommands.AddressArgument("Whose mailbox it becomes; need not be the same address.");
        var replace = new Option<bool>("--replace") { Description = "Delete the mailbox that is there, for good, once the archive has been found sound." };
        command.Arguments.Add(path);
        command.Arguments.Add(address);
        command.Options.Add(replace);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var owner = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            RefusePublic(owner);
            var import = new MailboxImport(services, root.Environment.Resolve(parsed.GetRequiredValue(path)), owner);
            await import.OpenAsync(cancel);
            await Bar(root, import.TotalBytes, "Checking", async step =>
            {
                import.Progress = step;
                await import.CheckAsync(cancel);
            });
            await MakeRoomAsync(services, owner, parsed.GetValue(replace), cancel);
            await Bar(root, import.TotalBytes, "Importing", async step =>
            {
                import.Progress = step;
                await import.RunAsync(cancel);
            });
            using var session = await services.OpenMailboxAsync(owner, cancel) ?? throw new CommandException("The mailbox cannot be opened.");
            var isEqual = await WriteTableAsync(root, import.Manifest.Folders, session.Folders);
            foreach (var unknown in import.Unknown)
                await root.Environment.Console.Out.WriteLineAsync($"Left out of permissions, since nobody here has the address: {unknown}");
            await root.Environment.Console.Out.WriteLineAsync(
                $"Imported {import.Manifest.MessageCount} messages and {import.Manifest.Folders.Count} folders of {import.Manifest.Address} into the mailbox of {owner.PrimaryAddress}.");
            return isEqual ? 0 : 1;
        }));
        return command;
    }

    private static void RefusePublic(MailboxRecipient owner)
    {
        if (owner is PublicStore)
            throw new CommandException("Public folders are no mailbox: who has read what is kept for each person there. `rialto backup` copies them with everything else.");
    }

    /// <summary>An account is made with an empty mailbox: that one may go; any other only when it is said.</summary>
    private static async Task MakeRoomAsync(RialtoServices services, MailboxRecipient owner, bool mayReplace, CancellationToken cancel)
    {
        using (var session = await services.OpenMailboxAsync(owner, cancel))
        {
            if (session is null)
                return;
            var isEmpty = session.Folders.All.All(f => f.IsSpecial && f.Counters.Size == 0 && f.Counters.Count == 0 && f.Counters.AssociatedCount == 0);
            if (!isEmpty && !mayReplace)
                throw new CommandException($"{owner.PrimaryAddress} has a mailbox with something in it. `--replace` deletes it for good, once the archive has been found sound.");
        }
        await services.Engine.DeleteMailboxAsync(owner.MailboxGuid, cancel);
    }

    private static Task Bar(RialtoCommand root, long total, string what, Func<Action<long>, Task> work) =>
        root.Environment.Ansi.Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(what, maxValue: Math.Max(1, total));
                await work(bytes => task.Increment(bytes));
                task.Value = task.MaxValue;
            });

    /// <summary>Folders with what is in them; beside it what the mailbox has now. Whether both are the same.</summary>
    private static async Task<bool> WriteTableAsync(RialtoCommand root, IReadOnlyList<Folder> folders, FolderTree? now)
    {
        var tree = now ?? FolderTree.From(folders);
        var isEqual = now is null || folders.Count == now.All.Count();
        var rows = new List<(string Path, FolderCounters Archive, FolderCounters? Mailbox)>();
        foreach (var folder in folders.Where(f => f.Type != FolderType.Search && f.Counters.Count + f.Counters.AssociatedCount > 0))
        {
            var counters = now is not null && now.TryGet(folder.Id, out var there) ? there.Counters : null;
            rows.Add((FolderPaths.PathOf(tree, tree.TryGet(folder.Id, out var known) ? known : folder), folder.Counters, counters));
            isEqual &= now is null || (counters is { } c && c.Count == folder.Counters.Count && c.AssociatedCount == folder.Counters.AssociatedCount && c.Unread == folder.Counters.Unread && c.Size == folder.Counters.Size);
        }
        await Output.WriteTableAsync(root.Environment, rows,
        [
            ("Folder", r => r.Path), ("Messages", r => Number(r.Archive.Count)), ("Unread", r => Number(r.Archive.Unread)), ("Associated", r => Number(r.Archive.AssociatedCount)),
            ("Size", r => Output.Size(r.Archive.Size)),
            .. now is null ? Array.Empty<(string, Func<(string Path, FolderCounters Archive, FolderCounters? Mailbox), string>)>() :
            [
                ("In the mailbox", r => r.Mailbox is { } c
                    ? c.Count == r.Archive.Count && c.AssociatedCount == r.Archive.AssociatedCount && c.Unread == r.Archive.Unread && c.Size == r.Archive.Size ? "the same" : $"{Number(c.Count)} / {Number(c.AssociatedCount)} / {Output.Size(c.Size)}"
                    : "missing"),
            ],
        ]);
        return isEqual;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
