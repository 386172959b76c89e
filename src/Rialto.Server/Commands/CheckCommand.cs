using System.CommandLine;
using Rialto.Store;
using Rialto.Store.Backend;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto check`: verifies every invariant of the data, read-only. Exit code 0: sound; 1: something is wrong.</summary>
internal static class CheckCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("check", "Verifies every invariant of the data, read-only.");
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var defects = 0;
            await root.Environment.Ansi.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask("Checking");
                    var report = new SynchronousProgress(p =>
                    {
                        task.Description = $"Checking {Markup.Escape(p.What)}";
                        task.MaxValue = Math.Max(1, p.Total);
                        task.Value = p.Done;
                    });
                    await foreach (var defect in services.Backend.CheckAsync(report, cancel))
                        await ReportAsync(defect);
                    await foreach (var defect in StoreChecker.CheckAsync(services.Engine, report, cancel))
                        await ReportAsync(defect);
                    await foreach (var defect in DirectoryCheck.CheckAsync(services, cancel))
                        await ReportAsync(defect);
                });
            if (defects == 0)
            {
                await root.Environment.Console.Out.WriteLineAsync("Everything is sound.");
                return 0;
            }
            await root.Environment.Console.Error.WriteLineAsync($"{defects} defects. Restore the mailboxes named from a backup (`rialto restore`), or keep the data directory as it is and report them.");
            return 1;

            async Task ReportAsync(string defect)
            {
                defects++;
                await root.Environment.Console.Out.WriteLineAsync(defect);
            }
        }));
        return command;
    }

    /// <summary>Reports on the calling thread, unlike Progress, whose callbacks may come after the work is done.</summary>
    internal sealed class SynchronousProgress(Action<BackendProgress> report) : IProgress<BackendProgress>
    {
        public void Report(BackendProgress value) => report(value);
    }
}
