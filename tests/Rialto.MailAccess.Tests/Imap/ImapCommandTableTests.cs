using Rialto.MailAccess.Imap;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>One command = one file + one row + one test class.</summary>
public sealed class ImapCommandTableTests
{
    private static readonly Type[] s_commands = [.. typeof(ImapCommand).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ImapCommand)) && !t.IsAbstract)];

    [Fact]
    public void Every_command_has_a_row()
    {
        var inTable = ImapCommandTable.Rows.Select(r => r.Create().GetType()).Distinct().OrderBy(t => t.Name);

        inTable.ShouldBe(s_commands.OrderBy(t => t.Name));
        ImapCommandTable.Rows.Select(r => r.Name).ShouldBeUnique();
        foreach (var row in ImapCommandTable.Rows)
            ImapCommandTable.Find(System.Text.Encoding.ASCII.GetBytes(row.Name.ToLowerInvariant())).ShouldBe(row);
    }

    [Fact]
    public void Every_command_has_a_test_class() =>
        s_commands.Select(t => t.Name + "Tests").Except(GetType().Assembly.GetTypes().Select(t => t.Name)).ShouldBeEmpty();

    [Fact]
    public void Every_command_has_a_file_that_cites_its_section()
    {
        if (Corpus.RepositoryRoot is not { } root)
            return;
        var folder = Path.Combine(root, "src", "Rialto.MailAccess", "Imap", "Commands");
        var files = System.IO.Directory.GetFiles(folder, "*.cs");
        files.Select(Path.GetFileNameWithoutExtension).Order().ShouldBe(s_commands.Select(t => t.Name).Order());
        foreach (var file in files)
            File.ReadLines(file).First().ShouldContain("RFC ");
    }
}
