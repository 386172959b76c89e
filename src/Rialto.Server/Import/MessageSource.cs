using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Import;

/// <summary>A message found in a file, in CRLF form, with what the file says of it.</summary>
/// <param name="Where">The file, and the message's number in it where it holds several: for the summary of failures.</param>
/// <param name="Folder">Path below the target folder (Maildir++ subfolders, directories of files); empty for the target itself.</param>
internal sealed record FoundMessage(string Where, string Folder, ReadOnlyMemory<byte> Bytes, MessageState State, IReadOnlyList<string> Keywords, FileTime? Received)
{
    /// <summary>The message where the file holds it as properties; its bytes are then the file's.</summary>
    public PropertyMessage? Properties { get; init; }
}

/// <summary>A file or message that could not be read, and why.</summary>
internal sealed record ImportFailure(string Where, string Reason);

/// <summary>Messages of a path: .eml, .msg, mbox, Maildir, or a directory of these. The kind is told by looking, not by configuration.</summary>
internal static class MessageSource
{
    /// <summary>A file larger than this that is no mbox is refused: no mail is that large, and it would have to be held in memory.</summary>
    public const long MaximumFile = 512L * 1024 * 1024;

    /// <summary>The files to read, so that progress has a total.</summary>
    public static IReadOnlyList<SourceFile> List(string path)
    {
        if (File.Exists(path))
            return [new SourceFile(path, "", LooksLikeMbox(path) ? SourceKind.Mbox : IsMsg(path) ? SourceKind.Msg : SourceKind.Eml)];
        if (!System.IO.Directory.Exists(path))
            throw new Commands.CommandException($"There is no file or directory {path}.");
        var files = new List<SourceFile>();
        AddDirectory(path, "", files, 0);
        return files;
    }

    private static void AddDirectory(string directory, string folder, List<SourceFile> files, int depth)
    {
        if (depth > 50)
            return;
        if (MaildirReader.IsMaildir(directory))
        {
            files.AddRange(MaildirReader.List(directory, folder));
            foreach (var sub in System.IO.Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(sub);
                if (name.StartsWith('.') && MaildirReader.IsMaildir(sub))
                    files.AddRange(MaildirReader.List(sub, Combine(folder, name[1..].Replace('.', '/'))));
                else if (name is not ("cur" or "new" or "tmp"))
                    AddDirectory(sub, Combine(folder, name), files, depth + 1);
            }
            return;
        }
        foreach (var file in System.IO.Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            if (file.EndsWith(".eml", StringComparison.OrdinalIgnoreCase))
                files.Add(new SourceFile(file, folder, SourceKind.Eml));
            else if (IsMsg(file))
                files.Add(new SourceFile(file, folder, SourceKind.Msg));
            else if (LooksLikeMbox(file))
                files.Add(new SourceFile(file, folder, SourceKind.Mbox));
        }
        foreach (var sub in System.IO.Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
            AddDirectory(sub, Combine(folder, Path.GetFileName(sub)), files, depth + 1);
    }

    private static bool IsMsg(string file) => file.EndsWith(".msg", StringComparison.OrdinalIgnoreCase);

    private static string Combine(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;

    private static bool LooksLikeMbox(string file)
    {
        Span<byte> head = stackalloc byte[5];
        using var stream = File.OpenRead(file);
        return stream.ReadAtLeast(head, 5, throwOnEndOfStream: false) == 5 && head.SequenceEqual("From "u8);
    }

    public static IEnumerable<FoundMessage> Read(SourceFile file) => file.Kind switch
    {
        SourceKind.Mbox => MboxReader.Read(file),
        SourceKind.Msg => ReadMsg(file),
        _ => ReadOne(file),
    };

    private static IEnumerable<FoundMessage> ReadMsg(SourceFile file)
    {
        if (new FileInfo(file.Path).Length > MaximumFile)
            throw new IOException($"the file is larger than a message may be ({MaximumFile} bytes)");
        var bytes = File.ReadAllBytes(file.Path);
        PropertyMessage message;
        try
        {
            message = MessageFile.Unicode(MessageFile.Read(bytes, MessageFileFormat.Msg, "it").Message);
        }
        catch (Commands.CommandException e)
        {
            throw new IOException(e.Message);
        }
        // [MS-OXCMSG] 2.2.1.6: mfRead, mfUnsent.
        var flags = message.Properties.GetInt32(PropertyTags.MessageFlags);
        var state = ((flags & 1) != 0 ? MessageState.Read : MessageState.None) | ((flags & 8) != 0 ? MessageState.Draft : MessageState.None);
        yield return new FoundMessage(file.Path, file.Folder, bytes, state, [], message.Properties.GetTime(PropertyTags.MessageDeliveryTime)) { Properties = message };
    }

    private static IEnumerable<FoundMessage> ReadOne(SourceFile file)
    {
        var info = new FileInfo(file.Path);
        if (info.Length > MaximumFile)
            throw new IOException($"the file has {info.Length} bytes; a message may have {MaximumFile}");
        var bytes = LineEnds.ToCrLf(File.ReadAllBytes(file.Path));
        var (state, keywords) = file.Kind == SourceKind.Maildir ? MaildirReader.StateOf(file) : (MessageState.None, []);
        var received = file.Kind == SourceKind.Maildir ? FileTime.From(info.LastWriteTimeUtc) : (FileTime?)null;
        yield return new FoundMessage(file.Path, file.Folder, bytes, state, keywords, received);
    }
}

internal enum SourceKind
{
    Eml,
    Mbox,
    Maildir,
    Msg,
}

internal sealed record SourceFile(string Path, string Folder, SourceKind Kind);
