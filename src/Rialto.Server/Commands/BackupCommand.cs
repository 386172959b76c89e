using System.CommandLine;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto backup DIR`: a consistent copy of everything, made while the server works.</summary>
internal static class BackupCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("backup", "Copies everything, consistently, into an empty directory, while the server works.");
        var target = new Argument<string>("DIR") { Description = "Where to; must be empty or missing." };
        command.Arguments.Add(target);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            if (!services.Backend.IsShared)
                await BackUpAsync(services, root, parsed.GetRequiredValue(target), cancel);
            else
                throw new CommandException("Data in PostgreSQL is backed up with PostgreSQL's own tools: `pg_dump --format=custom` for one consistent copy while the servers run, or `pg_basebackup` with WAL archiving.");
            return 0;
        }));
        return command;
    }

    private static async Task BackUpAsync(Hosting.RialtoServices services, RialtoCommand root, string path, CancellationToken cancel)
    {
        var directory = root.Environment.Resolve(path);
        if (System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any())
            throw new CommandException($"{directory} is not empty. A backup goes into a directory of its own.");
        System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await root.Environment.Ansi.Progress().AutoClear(false).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("Backing up");
                await services.Backend.BackupAsync(directory, new CheckCommand.SynchronousProgress(p =>
                {
                    task.Description = $"Backing up {Markup.Escape(p.What)}";
                    task.MaxValue = Math.Max(1, p.Total);
                    task.Value = p.Done;
                }), cancel);
                task.Description = "Backing up";
                task.Value = task.MaxValue;
            });
        // What the server made or was given beside its data: without it clients would have to trust a new certificate.
        foreach (var name in (string[])[Rialto.Net.TlsCertificates.GeneratedFileName, Rialto.Directory.SecretKey.FileName, "rialto.json"])
            if (Path.Combine(services.Options.Data, name) is var file && File.Exists(file))
                File.Copy(file, Path.Combine(directory, name));
        await root.Environment.Console.Out.WriteLineAsync($"Backed up to {directory}. `rialto restore {directory} --data DIR` brings it back.");
    }
}

/// <summary>`rialto restore DIR`: a backup becomes the data directory.</summary>
internal static class RestoreCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("restore", "Makes a backup the data directory. The server must not run.");
        var source = new Argument<string>("DIR") { Description = "The backup." };
        var force = new Option<bool>("--force") { Description = "Replace the data that is there; it is moved aside, not deleted." };
        command.Arguments.Add(source);
        command.Options.Add(force);
        command.SetAction(async (parsed, cancel) =>
        {
            var options = root.LoadOptions(parsed);
            var from = root.Environment.Resolve(parsed.GetRequiredValue(source));
            await Hosting.StorageFactory.RestoreAsync(options, from, parsed.GetValue(force), root.Environment, cancel);
            return 0;
        });
        return command;
    }
}
