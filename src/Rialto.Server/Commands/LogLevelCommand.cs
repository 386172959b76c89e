using System.CommandLine;
using Microsoft.Extensions.Logging;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto loglevel`: what the running server logs, shown and changed until it stops.</summary>
internal static class LogLevelCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("loglevel", "Shows or changes what the running server logs, until it stops.");
        var level = new Argument<string?>("LEVEL") { Description = "Trace, Debug, Information, Warning, Error, Critical or None; \"default\" takes a change back.", Arity = ArgumentArity.ZeroOrOne };
        var category = new Option<string>("--category") { Description = "Only this part, e.g. Rialto.Smtp or Rialto.MailAccess.Imap.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        command.Arguments.Add(level);
        command.Options.Add(category);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var levels = services.Running?.Levels ?? throw new CommandException("No server runs on this data directory: set logLevel in rialto.json for the next start.");
            if (parsed.GetValue(level) is { } wanted)
                levels.Set(parsed.GetValue(category)!, Parse(wanted));
            await Output.WriteTableAsync(root.Environment, levels.All, [("Category", l => l.Category.Length == 0 ? "(everything)" : l.Category), ("Level", l => l.Level.ToString())]);
            return 0;
        }));
        return command;
    }

    private static LogLevel? Parse(string text) =>
        text.Equals("default", StringComparison.OrdinalIgnoreCase) ? null
        : Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level
        : throw new CommandException($"\"{text}\" is none of {string.Join(", ", Enum.GetNames<LogLevel>())} and not \"default\".");
}
