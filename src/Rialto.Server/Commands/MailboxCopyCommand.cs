using System.CommandLine;
using System.Globalization;
using Rialto.Directory;
using Rialto.Mapi.Remote;
using Rialto.Server.Hosting;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto mailbox copy`: a mailbox of another Rialto server becomes one of this server's, and is kept up to date by running it again.</summary>
internal static class MailboxCopyCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("copy", "Copies a mailbox from another Rialto server over MAPI/HTTP. Run again it copies what changed since; broken off it goes on where it was.");
        var from = new Argument<string>("URL") { Description = "The other server: https://host[:port]." };
        var target = RecipientCommands.AddressArgument("Whose mailbox here.");
        var user = new Option<string?>("--user") { Description = "The mailbox's owner there (default: the same address). The password is read from standard input.", HelpName = "EMAIL" };
        var fingerprint = new Option<string?>("--fingerprint") { Description = "SHA-256 of the other server's certificate, where no authority vouches for it.", HelpName = "HEX" };
        command.Arguments.Add(from);
        command.Arguments.Add(target);
        command.Options.Add(user);
        command.Options.Add(fingerprint);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var owner = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(target));
            if (owner is PublicStore)
                throw new CommandException("Public folders are no mailbox: who has read what is kept for each person there. `rialto backup` copies them with everything else.");
            if (!Uri.TryCreate(parsed.GetRequiredValue(from), UriKind.Absolute, out var address) || address.Scheme != "https")
                throw new CommandException("The other server is to be named as https://host[:port].");
            using var session = await services.OpenMailboxAsync(owner, cancel)
                ?? throw new CommandException($"{owner.PrimaryAddress} has no mailbox. `rialto mailbox enable {owner.PrimaryAddress}` makes one.");
            var name = parsed.GetValue(user) ?? owner.PrimaryAddress;
            var password = await root.Environment.Console.ReadSecretAsync($"Password of {name} at {address.Host}: ", cancel);
            if (string.IsNullOrEmpty(password))
                throw new CommandException("No password came from standard input. Pipe one in: printf '%s\\n' \"$PASSWORD\" | rialto mailbox copy …");
            IReadOnlyList<CopiedFolder> folders = [];
            MailboxCopy? copy = null;
            try
            {
                await root.Environment.Ansi.Progress().AutoClear(false)
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .StartAsync(async progress =>
                    {
                        var task = progress.AddTask("Copying");
                        copy = new MailboxCopy(services.Engine, services.Directory.Current, session, new RemoteAccount(address, name, password, parsed.GetValue(fingerprint)))
                        {
                            Progress = (what, done, total) =>
                            {
                                task.Description = Markup.Escape($"Copying {what}");
                                task.MaxValue = Math.Max(1, total);
                                task.Value = done;
                            },
                        };
                        folders = await copy.RunAsync(cancel);
                        task.Description = "Copying";
                        task.Value = task.MaxValue;
                    });
            }
            catch (RemoteException e)
            {
                throw new CommandException(e.Message);
            }
            await Output.WriteTableAsync(root.Environment, folders,
            [
                ("Folder", f => f.Path), ("Messages there", f => Number(f.SourceMessages)), ("here", f => Number(f.Messages)),
                ("Associated there", f => Number(f.SourceAssociated)), ("here", f => Number(f.Associated)),
                ("Size there", f => Output.Size(f.SourceSize)), ("here", f => Output.Size(f.Size)), ("", f => f.IsEqual ? "equal" : "differs"),
            ]);
            var (there, here) = (folders.Sum(f => (long)f.SourceMessages + f.SourceAssociated), folders.Sum(f => (long)f.Messages + f.Associated));
            var console = root.Environment.Console.Out;
            await console.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{folders.Count} folders with {there} messages ({Output.Size(folders.Sum(f => f.SourceSize))}) there, {here} ({Output.Size(folders.Sum(f => f.Size))}) here; {folders.Count(f => !f.IsEqual)} folders differ."));
            await console.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"Copied {copy!.Folders} folders, {copy.Created} new and {copy.Updated} changed messages, {copy.ReadStates} read marks, {copy.Deleted} deletions; left {copy.Left} as they were changed here."));
            await TakeDelegatesAsync(services, owner, copy.Delegates, cancel);
            foreach (var unknown in copy.Unknown)
                await console.WriteLineAsync($"Left out of permissions, since nobody here has the address: {unknown}");
            return 0;
        }));
        return command;
    }

    /// <summary>Who may send on behalf of the owner there may do so here, as far as this server knows them; who may here already goes on to.</summary>
    private static async Task TakeDelegatesAsync(RialtoServices services, MailboxRecipient owner, IReadOnlyList<string> addresses, CancellationToken cancel)
    {
        var directory = services.Directory.Current;
        Guid[] missing = [.. addresses.Select(a => directory.FindByAddress(a)?.Id).OfType<Guid>().Except(directory.Find<MailboxRecipient>(owner.Id)?.SendOnBehalf ?? [])];
        if (missing.Length > 0)
            await services.Directory.UpdateAsync<MailboxRecipient>(owner.Id, m => m with { SendOnBehalf = [.. m.SendOnBehalf, .. missing.Except(m.SendOnBehalf)] }, cancel);
    }


    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
