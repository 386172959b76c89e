using System.CommandLine;
using Rialto.Content.Dump;
using Rialto.Server.Import;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto convert IN [OUT] [--dump]`: one message from any format to any other. Works on files alone; needs no data directory.</summary>
internal static class ConvertCommand
{
    private const string Standard = "-";

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("convert", "Converts a message: .eml, .msg, .oft, TNEF (.tnef, winmail.dat) and readable JSON, each to any other.");
        var input = new Argument<string>("IN") { Description = "The message; what it is is told by looking. - for standard input." };
        var output = new Argument<string?>("OUT") { Description = "The file to write; its ending says what it becomes. - for standard output.", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<MessageFormat?>("--from") { Description = "What IN is, where looking at it is not enough.", HelpName = "eml|msg|tnef|json" };
        var to = new Option<MessageFormat?>("--to") { Description = "What OUT becomes, where its name does not say.", HelpName = "eml|msg|tnef|json" };
        var dump = new Option<bool>("--dump") { Description = "Prints the properties of IN, long binaries as length and hash." };
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        command.Options.Add(from);
        command.Options.Add(to);
        command.Options.Add(dump);
        command.SetAction(async (parsed, cancel) =>
        {
            var source = parsed.GetRequiredValue(input);
            var target = parsed.GetValue(output);
            var show = parsed.GetValue(dump);
            if (target is null && !show)
                throw new CommandException("Name a file to write, or say --dump to see the properties.");
            var format = target is null ? MessageFormat.Json : parsed.GetValue(to) ?? MessageFormats.OfName(target)
                ?? throw new CommandException($"{target} does not say what to write: end it with .eml, .msg, .oft, .tnef, .dat or .json, or give --to.");
            var read = Read(await BytesAsync(root.Environment, source, cancel), source, parsed.GetValue(from));
            WriteWarnings(root.Environment, source, read);
            if (show)
                await root.Environment.Console.Out.WriteAsync(System.Text.Encoding.UTF8.GetString(PropertyMessageJson.Write(read.Message, PropertyMessageJsonOptions.Short)));
            if (target is not null)
                await WriteAsync(root.Environment, target, Bytes(read, format, target), cancel);
            return 0;
        });
        return command;
    }

    private static async Task<byte[]> BytesAsync(CommandEnvironment environment, string source, CancellationToken cancel)
    {
        if (source == Standard)
        {
            var input = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = await environment.Console.ReadInputAsync(buffer, cancel)) > 0;)
            {
                input.Write(buffer, 0, count);
                if (input.Length > MessageSource.MaximumFile)
                    throw new CommandException($"Standard input is longer than {MessageSource.MaximumFile} bytes, and no message is.");
            }
            return input.ToArray();
        }
        var path = environment.Resolve(source);
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MessageSource.MaximumFile
                ? await File.ReadAllBytesAsync(path, cancel)
                : throw new CommandException($"{source} has {length} bytes; a message may have {MessageSource.MaximumFile}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{source} cannot be read: {e.Message}");
        }
    }

    private static ReadMessage Read(byte[] bytes, string source, MessageFormat? given)
    {
        var format = given ?? MessageFormats.Detect(bytes)
            ?? throw new CommandException($"{source} is no message that is known here. If it is mail all the same, say --from eml.");
        try
        {
            return MessageFormats.Read(bytes, format);
        }
        catch (FormatException e)
        {
            throw new CommandException($"{source} cannot be converted: {e.Message}");
        }
    }

    private static byte[] Bytes(ReadMessage read, MessageFormat format, string target)
    {
        try
        {
            return MessageFormats.Write(read.Message, format, target.EndsWith(".oft", StringComparison.OrdinalIgnoreCase));
        }
        catch (NotSupportedException e)
        {
            throw new CommandException($"{target} cannot be written: {e.Message}");
        }
    }

    private static async Task WriteAsync(CommandEnvironment environment, string target, byte[] bytes, CancellationToken cancel)
    {
        if (target == Standard)
        {
            await environment.Console.WriteOutputAsync(bytes, cancel);
            return;
        }
        try
        {
            await File.WriteAllBytesAsync(environment.Resolve(target), bytes, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{target} cannot be written: {e.Message}");
        }
    }

    private static void WriteWarnings(CommandEnvironment environment, string source, ReadMessage read)
    {
        if (read.Warnings.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumn("Where").AddColumn($"What was wrong with {Markup.Escape(source)}");
        foreach (var (where, what) in read.Warnings)
            table.AddRow(new Text(where), new Text(what));
        environment.AnsiError.Write(table);
    }
}
