using System.Text;
using Rialto.Server.Hosting;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>Where a command reads and writes: the process's own console, or one at the other end of the control socket.</summary>
public interface ICommandConsole
{
    TextWriter Out { get; }

    TextWriter Error { get; }

    /// <summary>Columns.</summary>
    int Width { get; }

    /// <summary>Whether somebody looks: progress bars and colours make sense.</summary>
    bool Interactive { get; }

    /// <summary>A secret from a prompt without echo, or the first line of standard input where that is no terminal; null when there is none.</summary>
    ValueTask<string?> ReadSecretAsync(string prompt, CancellationToken cancel);

    ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Bytes to standard output, for commands that run in the process that was called; <see cref="NotSupportedException"/> in others.</summary>
    ValueTask WriteOutputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException("Bytes can be written to a console of this process only.");
}

/// <summary>What a command works with.</summary>
public sealed class CommandEnvironment(ICommandConsole console, string workingDirectory)
{
    private IAnsiConsole? _ansi;
    private IAnsiConsole? _ansiError;

    public ICommandConsole Console { get; } = console;

    /// <summary>Relative paths in arguments are meant from here.</summary>
    public string WorkingDirectory { get; } = workingDirectory;

    /// <summary>Set when the command runs inside the server.</summary>
    public RialtoServices? Services { get; init; }

    /// <summary>Tables and progress bars.</summary>
    public IAnsiConsole Ansi => _ansi ??= Create(Console, Console.Out);

    /// <summary>Tables beside the output.</summary>
    public IAnsiConsole AnsiError => _ansiError ??= Create(Console, Console.Error);

    public string Resolve(string path) => Path.GetFullPath(path, WorkingDirectory);

    private static IAnsiConsole Create(ICommandConsole console, TextWriter writer)
    {
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = console.Interactive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = console.Interactive ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = console.Interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new SizedOutput(console, writer),
        });
        ansi.Profile.Capabilities.Unicode = true;
        return ansi;
    }

    private sealed class SizedOutput(ICommandConsole console, TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => console.Interactive;

        public int Width => console.Width;

        public int Height => 50;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
