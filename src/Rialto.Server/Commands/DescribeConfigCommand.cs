using System.CommandLine;
using Rialto.Server.Configuration;

namespace Rialto.Server.Commands;

/// <summary>`rialto describe-config`: the commented configuration manual.</summary>
internal static class DescribeConfigCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("describe-config", "Prints every configuration option with its meaning and default: a rialto.json to start from.");
        command.SetAction(async (_, _) =>
        {
            await root.Environment.Console.Out.WriteAsync(ConfigurationManual.Write());
            return 0;
        });
        return command;
    }
}
