using Rialto.Ldap.Ldif;
using Rialto.Server.Hosting;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto import --ldif FILE`: accounts, groups, contacts and rooms from an LDIF file, and changes to them.</summary>
internal static class ImportLdif
{
    /// <summary>Rows of the table of failures; the rest is counted.</summary>
    private const int MaxRows = 200;

    public static async Task<int> RunAsync(RialtoCommand root, RialtoServices services, string path, bool mailboxes, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
        var import = new LdifImport(services.Directory, services.Passwords) { WithMailboxes = mailboxes };
        await root.Environment.Ansi.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("Importing", maxValue: Math.Max(1, file.Length));
                await import.RunAsync(
                    file,
                    bytes =>
                    {
                        task.Increment(bytes);
                        task.Description = $"Importing ({import.Added} entries)";
                    },
                    cancel);
                task.Value = task.MaxValue;
            });
        if (mailboxes)
            await services.Engine.CreateMailboxesAsync([.. import.Mailboxes.Select(m => (m.MailboxGuid, m.Id))], cancel);
        var output = root.Environment.Console.Out;
        await output.WriteLineAsync($"Added {import.Added} entries, changed {import.Changed}, {import.Failures.Count} problems; {import.Skipped} domains and containers were there already.");
        if (import.WithoutPassword > 0)
            await output.WriteLineAsync($"{import.WithoutPassword} accounts have no password: theirs were hashed elsewhere. Set them with `rialto account set --password`.");
        if (import.Failures.Count == 0)
            return 0;
        await Output.WriteTableAsync(root.Environment, import.Failures.Take(MaxRows).ToList(),
            [("Line", f => f.Line.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Entry", f => f.Dn), ("Problem", f => f.Reason)]);
        if (import.Failures.Count > MaxRows)
            await output.WriteLineAsync($"… and {import.Failures.Count - MaxRows} more.");
        return 1;
    }
}
