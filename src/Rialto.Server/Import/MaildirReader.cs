using Rialto.Store;

namespace Rialto.Server.Import;

/// <summary>Maildir and Maildir++: one file a message under cur/ and new/, flags behind ":2," in the name.</summary>
internal static class MaildirReader
{
    public static bool IsMaildir(string directory) => System.IO.Directory.Exists(Path.Combine(directory, "cur")) && System.IO.Directory.Exists(Path.Combine(directory, "new"));

    public static IEnumerable<SourceFile> List(string directory, string folder)
    {
        foreach (var part in (string[])["cur", "new"])
            foreach (var file in System.IO.Directory.EnumerateFiles(Path.Combine(directory, part)).Order(StringComparer.Ordinal))
                if (!Path.GetFileName(file).StartsWith('.'))
                    yield return new SourceFile(file, folder, SourceKind.Maildir);
    }

    public static (MessageState State, IReadOnlyList<string> Keywords) StateOf(SourceFile file)
    {
        var name = Path.GetFileName(file.Path);
        var at = name.LastIndexOf(":2,", StringComparison.Ordinal);
        var state = MessageState.None;
        if (at >= 0)
            foreach (var letter in name.AsSpan(at + 3))
                state |= letter switch
                {
                    'S' => MessageState.Read,
                    'R' => MessageState.Answered,
                    'F' => MessageState.Flagged,
                    'T' => MessageState.Deleted,
                    'D' => MessageState.Draft,
                    'P' => MessageState.Forwarded,
                    _ => MessageState.None,
                };
        return (state, []);
    }
}
