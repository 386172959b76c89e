using System.CommandLine;
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Server.Import;
using Rialto.Store;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto export PATH --mailbox EMAIL`: a mailbox's mail as .eml or .msg files, mbox files or a Maildir.</summary>
internal static class ExportCommand
{
    private enum Format
    {
        Eml,
        Mbox,
        Maildir,
        Msg,
    }

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("export", "Exports a mailbox, or one folder with what is below it.");
        var path = new Argument<string>("PATH") { Description = "A directory, made where it is missing." };
        var mailbox = new Option<string>("--mailbox") { Description = "Whose mailbox.", HelpName = "EMAIL", Required = true };
        var folder = new Option<string?>("--folder") { Description = "Only this folder and those below it.", HelpName = "NAME" };
        var format = new Option<Format>("--format") { Description = "eml: a directory a folder, a file a message; mbox: a file a folder (mboxrd); maildir: Maildir++; msg: as eml, with every property, for Outlook.", HelpName = "eml|mbox|maildir|msg" };
        command.Arguments.Add(path);
        command.Options.Add(mailbox);
        command.Options.Add(folder);
        command.Options.Add(format);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var owner = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(mailbox));
            using var session = await services.OpenMailboxAsync(owner, cancel) ?? throw new CommandException($"{owner.PrimaryAddress} has no mailbox.");
            var tree = session.Folders;
            var top = parsed.GetValue(folder) is { } name
                ? FolderPaths.Find(tree, name) ?? throw new CommandException($"{owner.PrimaryAddress} has no folder {name}. `rialto mailbox show {owner.PrimaryAddress}` lists them.")
                : FolderPaths.Find(tree, "")!;
            var folders = new[] { top }.Concat(tree.Descendants(top.Id)).Where(f => f.Counters.Count > 0 && f.Type == FolderType.Generic).ToList();
            var target = root.Environment.Resolve(parsed.GetRequiredValue(path));
            var exported = 0;
            await root.Environment.Ansi.Progress().AutoClear(false)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask("Exporting", maxValue: Math.Max(1, folders.Sum(f => (long)f.Counters.Count)));
                    foreach (var f in folders)
                    {
                        exported += await ExportFolderAsync(session, f, target, parsed.GetValue(format), () => task.Increment(1), cancel);
                        task.Description = $"Exporting ({exported} messages)";
                    }
                    task.Value = task.MaxValue;
                });
            await root.Environment.Console.Out.WriteLineAsync($"Exported {exported} messages of {owner.PrimaryAddress} to {target}.");
            return 0;
        }));
        return command;
    }

    private static async Task<int> ExportFolderAsync(MailboxSession session, Folder folder, string target, Format format, Action step, CancellationToken cancel)
    {
        var opened = await session.OpenViewAsync(folder.Id, cancel);
        if (!opened.TryGet(out var view))
            throw new CommandException($"The folder {folder.Name} cannot be opened: {opened.Error}.");
        using (view)
        {
            var parts = FolderPaths.PathOf(session.Folders, folder).Split('/', StringSplitOptions.RemoveEmptyEntries).Select(SafeName).ToArray();
            var writer = FolderWriter.Create(format, target, parts);
            await using (writer)
            {
                var snapshot = view.Current;
                for (var i = 0; i < snapshot.Count; i++)
                {
                    var entry = snapshot[i];
                    if (writer is MsgFolderWriter properties)
                    {
                        if ((await session.OpenPropertiesAsync(folder.Id, entry.Id, cancel)).TryGet(out var message))
                            await properties.AddAsync(entry.Uid, message, cancel);
                        step();
                        continue;
                    }
                    if (!(await session.OpenMimeAsync(folder.Id, entry.Id, cancel)).TryGet(out var lease))
                        continue; // Deleted since the snapshot.
                    using (lease)
                        await writer.AddAsync(entry.Uid, entry.State, new FileTime(entry.ReceivedTicks), lease.Memory, cancel);
                    step();
                }
                return writer.Count;
            }
        }
    }

    /// <summary>A folder's name as one path component: no separators, no leading dots, no control characters.</summary>
    private static string SafeName(string name)
    {
        var safe = new string([.. name.Select(c => c is '/' or '\\' || char.IsControl(c) ? '_' : c)]);
        return safe.TrimStart('.') is { Length: > 0 } kept && kept.Length == safe.Length ? safe : "_" + safe;
    }

    private abstract class FolderWriter : IAsyncDisposable
    {
        public int Count { get; protected set; }

        public static FolderWriter Create(Format format, string target, string[] parts) => format switch
        {
            Format.Mbox => new MboxWriter(Path.Combine([target, .. parts]) + ".mbox"),
            Format.Maildir => new MaildirWriter(parts is ["Inbox"] ? target : Path.Combine(target, "." + string.Join('.', parts.Select(p => p.Replace('.', '_'))))),
            Format.Msg => new MsgFolderWriter(Path.Combine([target, .. parts])),
            _ => new EmlWriter(Path.Combine([target, .. parts])),
        };

        public abstract Task AddAsync(uint uid, MessageState state, FileTime received, ReadOnlyMemory<byte> mime, CancellationToken cancel);

        public virtual ValueTask DisposeAsync() => default;
    }

    private sealed class EmlWriter : FolderWriter
    {
        private readonly string _directory;

        public EmlWriter(string directory) => System.IO.Directory.CreateDirectory(_directory = directory);

        public override async Task AddAsync(uint uid, MessageState state, FileTime received, ReadOnlyMemory<byte> mime, CancellationToken cancel)
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory, uid.ToString("D8", CultureInfo.InvariantCulture) + ".eml"), mime, cancel);
            Count++;
        }
    }

    private sealed class MsgFolderWriter : FolderWriter
    {
        private readonly string _directory;

        public MsgFolderWriter(string directory) => System.IO.Directory.CreateDirectory(_directory = directory);

        public async Task AddAsync(uint uid, PropertyMessage message, CancellationToken cancel)
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory, uid.ToString("D8", CultureInfo.InvariantCulture) + ".msg"), MessageFile.Write(message, MessageFileFormat.Msg), cancel);
            Count++;
        }

        public override Task AddAsync(uint uid, MessageState state, FileTime received, ReadOnlyMemory<byte> mime, CancellationToken cancel) =>
            throw new NotSupportedException("Properties are written, not mail.");
    }

    private sealed class MboxWriter : FolderWriter
    {
        private readonly FileStream _file;

        public MboxWriter(string path)
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _file = File.Create(path);
        }

        public override async Task AddAsync(uint uid, MessageState state, FileTime received, ReadOnlyMemory<byte> mime, CancellationToken cancel)
        {
            var time = received.ToDateTimeOffset().ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
            await _file.WriteAsync(Encoding.ASCII.GetBytes($"From MAILER-DAEMON {time}\n"), cancel);
            var body = LineEnds.ToLf(mime.Span);
            var from = 0;
            while (from < body.Length)
            {
                var end = Array.IndexOf(body, (byte)'\n', from) is >= 0 and var at ? at + 1 : body.Length;
                if (body.AsSpan(from, end - from).TrimStart((byte)'>').StartsWith("From "u8))
                    _file.WriteByte((byte)'>');
                await _file.WriteAsync(body.AsMemory(from, end - from), cancel);
                from = end;
            }
            await _file.WriteAsync(body is [.., (byte)'\n'] ? "\n"u8.ToArray() : "\n\n"u8.ToArray(), cancel);
            Count++;
        }

        public override ValueTask DisposeAsync() => _file.DisposeAsync();
    }

    private sealed class MaildirWriter : FolderWriter
    {
        private readonly string _directory;

        public MaildirWriter(string directory)
        {
            _directory = directory;
            foreach (var part in (string[])["cur", "new", "tmp"])
                System.IO.Directory.CreateDirectory(Path.Combine(directory, part));
        }

        public override async Task AddAsync(uint uid, MessageState state, FileTime received, ReadOnlyMemory<byte> mime, CancellationToken cancel)
        {
            var flags = string.Concat(
                state.HasFlag(MessageState.Draft) ? "D" : "", state.HasFlag(MessageState.Flagged) ? "F" : "", state.HasFlag(MessageState.Forwarded) ? "P" : "",
                state.HasFlag(MessageState.Answered) ? "R" : "", state.HasFlag(MessageState.Read) ? "S" : "", state.HasFlag(MessageState.Deleted) ? "T" : "");
            var unique = $"{received.ToDateTimeOffset().ToUnixTimeSeconds()}.U{uid}.rialto";
            var temporary = Path.Combine(_directory, "tmp", unique);
            await File.WriteAllBytesAsync(temporary, LineEnds.ToLf(mime.Span), cancel);
            File.SetLastWriteTimeUtc(temporary, received.ToDateTimeOffset().UtcDateTime);
            File.Move(temporary, Path.Combine(_directory, "cur", $"{unique}:2,{flags}"), overwrite: true);
            Count++;
        }
    }
}
