using System.CommandLine;
using Rialto.Mapi.Transcripts;

namespace Rialto.Server.Commands;

/// <summary>`rialto rop FILE…`: captured MAPI requests and responses as readable trees.</summary>
internal static class RopCommand
{
    /// <summary>Bytes of one capture: the largest body that a server takes or sends.</summary>
    private const long MaximumCapture = 16 * 1024 * 1024;

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("rop", "Prints captured MAPI Execute requests and responses as readable trees.");
        var captures = new Argument<string[]>("CAPTURE")
        {
            Description = "Files in the order they were sent (binary, or hexadecimal digits), hexadecimal digits themselves, or - for standard input. Columns set in one are remembered for the next.",
            Arity = ArgumentArity.OneOrMore,
        };
        var response = new Option<bool>("--response") { Description = "They are responses, where the bytes do not say." };
        command.Arguments.Add(captures);
        command.Options.Add(response);
        command.SetAction(async (parsed, cancel) =>
        {
            var console = root.Environment.Console;
            var dump = new ExecuteDump();
            var failed = false;
            foreach (var capture in parsed.GetValue(captures) ?? [])
            {
                var bytes = FromHex(await ReadAsync(capture, root.Environment, cancel));
                var text = dump.Dump(bytes, parsed.GetValue(response) ? ExecuteDirection.Response : ExecuteDirection.Unknown);
                if (text is null)
                {
                    failed = true;
                    await console.Error.WriteLineAsync($"{capture}: {bytes.Length} bytes, which are no Execute body, no extended buffer and no ROP buffer. Give the body without its HTTP headers.");
                    continue;
                }
                await console.Out.WriteLineAsync($"{capture}, {bytes.Length} bytes");
                await console.Out.WriteLineAsync(text);
            }
            return failed ? 1 : 0;
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(string capture, CommandEnvironment environment, CancellationToken cancel)
    {
        if (capture == "-")
            return await ReadInputAsync(environment.Console, cancel);
        var path = environment.Resolve(capture);
        if (File.Exists(path))
        {
            return new FileInfo(path).Length <= MaximumCapture
                ? await File.ReadAllBytesAsync(path, cancel)
                : throw new CommandException($"{capture} is larger than any MAPI body ({MaximumCapture / 1024 / 1024} MB).");
        }
        return capture.Length > 8 && capture.All(c => char.IsAsciiHexDigit(c) || char.IsWhiteSpace(c))
            ? System.Text.Encoding.ASCII.GetBytes(capture)
            : throw new CommandException($"There is no file {capture}, and it is no row of hexadecimal digits either.");
    }

    private static async Task<byte[]> ReadInputAsync(ICommandConsole console, CancellationToken cancel)
    {
        using var input = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await console.ReadInputAsync(buffer, cancel) is > 0 and var read)
        {
            if (input.Length + read > MaximumCapture)
                throw new CommandException($"Standard input is larger than any MAPI body ({MaximumCapture / 1024 / 1024} MB).");
            input.Write(buffer, 0, read);
        }
        return input.ToArray();
    }

    /// <summary>Digits in pairs, with white space and the offsets of a hex dump's lines ("0010: ") left out; anything else is taken as it is.</summary>
    private static byte[] FromHex(byte[] bytes)
    {
        var digits = new List<byte>();
        foreach (var line in System.Text.Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            foreach (var c in colon is > 0 and <= 9 ? line[(colon + 1)..] : line)
            {
                if (char.IsAsciiHexDigit(c))
                    digits.Add((byte)c);
                else if (c is not (' ' or '\t' or '\r' or '-'))
                    return bytes;
            }
        }
        return digits.Count is > 0 && digits.Count % 2 == 0 ? Convert.FromHexString(System.Text.Encoding.ASCII.GetString([.. digits])) : bytes;
    }
}
