using System.CommandLine;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto transcript`: records what one user's programs and the server say to each other.</summary>
internal static class TranscriptCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("transcript", "Records the conversations of a user's programs with the running server (IMAP, POP3, SMTP, MAPI), without passwords. The files hold the user's mail.");
        var user = new Argument<string?>("ADDRESS") { Description = "Whose; without it, lists who is recorded.", Arity = ArgumentArity.ZeroOrOne };
        var off = new Option<bool>("--off") { Description = "Ends recording." };
        command.Arguments.Add(user);
        command.Options.Add(off);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var transcripts = services.Running?.Transcripts ?? throw new CommandException("No server runs on this data directory: there is nothing to record.");
            if (parsed.GetValue(user) is { } name)
            {
                var account = services.Directory.Current.FindByLogin(name) ?? throw new CommandException($"There is no account {name}. `rialto account list` shows them.");
                transcripts.Set(account.PrimaryAddress, !parsed.GetValue(off));
                await root.Environment.Console.Out.WriteLineAsync(
                    parsed.GetValue(off) ? $"{account.PrimaryAddress} is not recorded any more." : $"{account.PrimaryAddress} is recorded in {transcripts.Folder} until the server stops or --off. MAPI sessions from their next start.");
                return 0;
            }
            await Output.WriteTableAsync(root.Environment, transcripts.Users, [("Recorded", u => u)]);
            return 0;
        }));
        return command;
    }
}
