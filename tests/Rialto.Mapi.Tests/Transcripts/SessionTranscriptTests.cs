using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Transcripts;

/// <summary>`rialto serve --trace mapi`: a session's operations as text.</summary>
public class SessionTranscriptTests
{
    [Fact]
    public async Task A_session_leaves_a_readable_file_of_its_own()
    {
        using var folder = new TempDirectory();
        await using var server = await MapiServer.StartAsync(o => o.TranscriptDirectory = folder.Path);
        await server.DeliverAsync("in the transcript");
        var (session, logon, handle) = await server.LogonAsync();
        var (table, _) = await session.ContentsTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]));
        await session.RowsAsync(table, [PropertyTags.Subject]);
        var (other, _, _) = await server.LogonAsync(2);
        var files = System.IO.Directory.GetFiles(folder.Path);
        files.Length.ShouldBe(2);
        var text = await File.ReadAllTextAsync(files.Single(f => f.Contains("user1", StringComparison.Ordinal)));
        text.ShouldContain("RopLogon");
        text.ShouldContain("RopSetColumns");
        text.ShouldContain("PidTagSubject");
        text.ShouldContain("in the transcript");
        text.ShouldNotContain("!", Case.Sensitive);
        // Credentials are no part of it.
        text.ShouldNotContain(TestDirectory.Password);
        session.Http.Dispose();
        other.Http.Dispose();
    }
}
