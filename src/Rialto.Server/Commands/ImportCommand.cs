using System.Buffers;
using System.CommandLine;
using Rialto.Directory;
using Rialto.Server.Hosting;
using Rialto.Server.Import;
using Rialto.Store;
using Rialto.Store.Backend;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto import PATH --mailbox EMAIL [--folder NAME]`: mail from .eml and .msg files, mbox files and Maildirs.</summary>
internal static class ImportCommand
{
    /// <summary>Messages in one commit: enough to share a sync, little enough to hold in memory.</summary>
    private const int Batch = 64;

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("import", "Imports .eml and .msg files, mbox files or Maildirs into a mailbox; with --ldif accounts, groups and contacts into the directory.");
        var path = new Argument<string>("PATH") { Description = "A file, or a directory with any number of them.", Arity = ArgumentArity.ZeroOrOne };
        var ldif = new Option<string?>("--ldif") { Description = "An LDIF file to bring into the directory.", HelpName = "FILE" };
        var mailboxes = new Option<bool>("--mailboxes") { Description = "With --ldif: accounts and rooms get their mailboxes at once, not by `rialto mailbox enable`." };
        var mailbox = new Option<string>("--mailbox") { Description = "Whose mailbox.", HelpName = "EMAIL" };
        var folder = new Option<string>("--folder") { Description = "Folder path; made where it is missing.", HelpName = "NAME", DefaultValueFactory = _ => "Inbox" };
        command.Arguments.Add(path);
        command.Options.Add(mailbox);
        command.Options.Add(folder);
        command.Options.Add(ldif);
        command.Options.Add(mailboxes);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            if (parsed.GetValue(ldif) is { } entries)
                return await ImportLdif.RunAsync(root, services, root.Environment.Resolve(entries), parsed.GetValue(mailboxes), cancel);
            if (parsed.GetValue(mailbox) is not { } address || parsed.GetValue(path) is not { } source)
                throw new CommandException("Name the files and the mailbox: rialto import PATH --mailbox EMAIL. Entries of the directory come with --ldif FILE.");
            var owner = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, address);
            using var session = await services.OpenMailboxAsync(owner, cancel) ?? throw new CommandException($"{owner.PrimaryAddress} has no mailbox. `rialto mailbox enable {owner.PrimaryAddress}` makes one.");
            var files = MessageSource.List(root.Environment.Resolve(source));
            var run = new ImportRun(services, session, parsed.GetRequiredValue(folder));
            await root.Environment.Ansi.Progress().AutoClear(false).HideCompleted(false)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask("Importing", maxValue: Math.Max(1, files.Sum(f => new FileInfo(f.Path).Length)));
                    foreach (var file in files)
                    {
                        await run.ImportAsync(file, bytes => task.Increment(bytes), cancel);
                        task.Description = $"Importing ({run.Imported} messages)";
                    }
                    await run.FlushAsync(cancel);
                    task.Value = task.MaxValue;
                });
            await root.Environment.Console.Out.WriteLineAsync($"Imported {run.Imported} messages into {owner.PrimaryAddress}, {run.Failures.Count} failed.");
            if (run.Failures.Count > 0)
                await Output.WriteTableAsync(root.Environment, run.Failures, [("Failed", f => f.Where), ("Why", f => f.Reason)]);
            return run.Failures.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    private sealed class ImportRun(RialtoServices services, MailboxSession session, string target)
    {
        private readonly Dictionary<string, FolderId> _folders = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<(string Where, FolderId Folder, PreparedMessage Message, AppendOptions Options)> _pending = [];

        public int Imported { get; private set; }

        public List<ImportFailure> Failures { get; } = [];

        public async Task ImportAsync(SourceFile file, Action<long> progress, CancellationToken cancel)
        {
            var done = 0L;
            try
            {
                foreach (var found in MessageSource.Read(file))
                {
                    cancel.ThrowIfCancellationRequested();
                    await AddAsync(found, cancel);
                    done += found.Bytes.Length;
                    progress(found.Bytes.Length);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Failures.Add(new ImportFailure(file.Path, e.Message));
            }
            progress(Math.Max(0, new FileInfo(file.Path).Length - done));
        }

        private async Task AddAsync(FoundMessage found, CancellationToken cancel)
        {
            if (found.Bytes.Length == 0)
            {
                Failures.Add(new ImportFailure(found.Where, "it is empty"));
                return;
            }
            var folder = await FolderAsync(found.Folder, cancel);
            if (!folder.TryGet(out var id))
            {
                Failures.Add(new ImportFailure(found.Where, $"the folder could not be made: {folder.Error}"));
                return;
            }
            var message = found.Properties is { } properties
                ? await services.Engine.PreparePropertiesAsync(properties, cancel)
                : await services.Engine.PrepareMimeAsync(new ReadOnlySequence<byte>(found.Bytes), cancel);
            if (_pending.Count > 0 && _pending[^1].Folder != id)
                await FlushAsync(cancel);
            _pending.Add((found.Where, id, message, new AppendOptions(found.State, found.Keywords, found.Received ?? message.Facts.Sent)));
            if (_pending.Count >= Batch)
                await FlushAsync(cancel);
        }

        public async Task FlushAsync(CancellationToken cancel)
        {
            if (_pending.Count == 0)
                return;
            var result = await session.AppendManyAsync(_pending[0].Folder, [.. _pending.Select(p => (p.Message, p.Options))], cancel);
            if (result.Succeeded)
                Imported += _pending.Count;
            else
                await OneByOneAsync(cancel);
            _pending.Clear();
        }

        /// <summary>A batch is all or nothing; when one message is refused, the others are not to suffer.</summary>
        private async Task OneByOneAsync(CancellationToken cancel)
        {
            foreach (var (where, folder, message, options) in _pending)
            {
                var result = await session.AppendAsync(folder, message, options, cancel);
                if (result.Succeeded)
                    Imported++;
                else
                    Failures.Add(new ImportFailure(where, result.Error switch
                    {
                        StoreError.QuotaExceeded => "the mailbox is over its quota: raise it with `rialto account set --quota`",
                        StoreError.TooLarge => "it is larger than store.maximumMessageSize",
                        var e => e.ToString(),
                    }));
            }
        }

        private async ValueTask<StoreResult<FolderId>> FolderAsync(string below, CancellationToken cancel)
        {
            var path = below.Length == 0 ? target : target + "/" + below;
            if (_folders.TryGetValue(path, out var known))
                return known;
            await FlushAsync(cancel);
            var at = FolderPaths.Find(session.Folders, "")!;
            foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (session.Folders.Child(at.Id, name) is { } child)
                {
                    at = child;
                    continue;
                }
                var made = await session.CreateFolderAsync(at.Id, new NewFolder(name) { OpenExisting = true }, cancel);
                if (!made.TryGet(out at!))
                    return made.Error;
            }
            return _folders[path] = at.Id;
        }
    }
}
