using System.CommandLine;
using System.Text;
using Rialto.Content.Dump;
using Rialto.Server.Import;

namespace Rialto.Server.Commands;

/// <summary>`rialto convert IN OUT`: a message file of one kind as one of another.</summary>
internal static class ConvertCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("convert", "Converts a message between .eml, .msg, TNEF (.tnef, winmail.dat) and a readable .json.");
        var input = new Argument<string>("IN") { Description = "The file, or - for standard input. Its kind is told by its content." };
        var output = new Argument<string?>("OUT") { Description = "The file to write; its extension says what it will be.", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<MessageFileFormat?>("--from") { Description = "What IN is, if not what it looks like.", HelpName = "eml|msg|tnef|json" };
        var to = new Option<MessageFileFormat?>("--to") { Description = "What OUT will be, whatever its name.", HelpName = "eml|msg|tnef|json" };
        var dump = new Option<bool>("--dump") { Description = "Prints the message's properties, long values shortened." };
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        command.Options.Add(from);
        command.Options.Add(to);
        command.Options.Add(dump);
        command.SetAction(async (parsed, cancel) =>
        {
            var environment = root.Environment;
            var name = parsed.GetRequiredValue(input);
            var target = parsed.GetValue(output);
            if (target is null && !parsed.GetValue(dump))
                throw new CommandException("Name a file to write, or give --dump to look at the message.");
            MessageFileFormat? format = target is null ? null : parsed.GetValue(to) ?? MessageFile.OfName(target)
                ?? throw new CommandException($"{target} does not say what it is to be: name it .eml, .msg, .tnef or .json, or give --to.");
            var bytes = await ReadAsync(environment, name, cancel);
            var (message, warnings) = MessageFile.Read(bytes, parsed.GetValue(from) ?? MessageFile.Detect(bytes), name);
            if (parsed.GetValue(dump))
                await environment.Console.Out.WriteLineAsync(Encoding.UTF8.GetString(PropertyMessageJson.Write(message, PropertyMessageJsonOptions.Short)));
            if (target is not null)
                await File.WriteAllBytesAsync(environment.Resolve(target), MessageFile.Write(message, format!.Value), cancel);
            foreach (var warning in warnings)
                await environment.Console.Error.WriteLineAsync($"{name}: {warning}");
            return 0;
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(CommandEnvironment environment, string name, CancellationToken cancel)
    {
        if (name != "-")
        {
            var path = environment.Resolve(name);
            if (!File.Exists(path))
                throw new CommandException($"There is no file {path}.");
            if (new FileInfo(path).Length > MessageSource.MaximumFile)
                throw new CommandException($"{path} is larger than any message ({MessageSource.MaximumFile / 1024 / 1024} MB).");
            return await File.ReadAllBytesAsync(path, cancel);
        }
        using var input = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await environment.Console.ReadInputAsync(buffer, cancel) is > 0 and var read)
        {
            if (input.Length + read > MessageSource.MaximumFile)
                throw new CommandException($"Standard input is larger than any message ({MessageSource.MaximumFile / 1024 / 1024} MB).");
            input.Write(buffer, 0, read);
        }
        return input.ToArray();
    }
}
