using System.Text;
using Rialto.Server.Commands;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>`rialto rop`: captures as hexadecimal digits, as a hex dump, as a file, from standard input.</summary>
public class RopCommandTests
{
    /// <summary>One extended buffer: RopRelease of handle 0, and a table of one handle.</summary>
    private const string Capture = "0000040009000900" + "0500" + "010000" + "FFFFFFFF";

    [Fact]
    public async Task A_capture_is_printed_in_whatever_form_it_is()
    {
        using var folder = new TempDirectory();
        var binary = Path.Combine(folder.Path, "a.bin");
        await File.WriteAllBytesAsync(binary, Convert.FromHexString(Capture));
        var dump = Path.Combine(folder.Path, "b.txt");
        await File.WriteAllTextAsync(dump, "0000: 00 00 04 00 09 00 09 00\n0008: 05-00-01-00-00\n000d: ff ff ff ff\n");
        foreach (var arguments in (string[][])[[Capture], ["a.bin"], ["b.txt"], ["-"]])
        {
            var console = new MemoryConsole(Encoding.ASCII.GetBytes(Capture));
            var code = await RialtoCommand.RunAsync(["rop", .. arguments], new CommandEnvironment(console, folder.Path), CancellationToken.None);
            code.ShouldBe(0, console.Errors.ToString());
            console.Written.ToString().ShouldContain("RopRelease (0x01)");
        }
    }

    [Theory]
    [InlineData("nothere.bin", "There is no file")]
    [InlineData("0102030405060708090A", "no Execute body")]
    public async Task What_is_none_is_said_to_be_none(string capture, string message)
    {
        using var folder = new TempDirectory();
        var console = new MemoryConsole([]);
        (await RialtoCommand.RunAsync(["rop", capture], new CommandEnvironment(console, folder.Path), CancellationToken.None)).ShouldNotBe(0);
        (console.Errors.ToString() + console.Written).ShouldContain(message);
    }
}
