using System.Text;

namespace Rialto.Server.Commands;

/// <summary>The console of this process.</summary>
internal sealed class ProcessConsole : ICommandConsole
{
    private Stream? _input;

    public TextWriter Out => Console.Out;

    public TextWriter Error => Console.Error;

    public int Width
    {
        get
        {
            if (Console.IsOutputRedirected)
                return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : 160;
            try
            {
                return Math.Max(40, Console.WindowWidth);
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }

    public bool Interactive => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public async ValueTask<string?> ReadSecretAsync(string prompt, CancellationToken cancel)
    {
        if (Console.IsInputRedirected)
        {
            var line = new MemoryStream();
            var one = new byte[1];
            var any = false;
            while (line.Length < 4096 && await ReadInputAsync(one, cancel) == 1)
            {
                any = true;
                if (one[0] == '\n')
                    break;
                line.WriteByte(one[0]);
            }
            return any ? Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r') : null;
        }
        await Console.Error.WriteAsync(prompt);
        var secret = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                secret.Length = Math.Max(0, secret.Length - 1);
            else if (key.KeyChar >= ' ')
                secret.Append(key.KeyChar);
        }
        await Console.Error.WriteLineAsync();
        return secret.ToString();
    }

    public ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancel) => (_input ??= Console.OpenStandardInput()).ReadAsync(buffer, cancel);

    public async ValueTask WriteOutputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await Console.Out.FlushAsync(cancel);
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes, cancel);
    }
}
