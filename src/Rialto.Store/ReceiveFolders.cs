// [MS-OXCSTOR] 3.2.1 Receive folder table; 3.2.5.2, 3.2.5.3.
using System.Globalization;
using Rialto.Model;

namespace Rialto.Store;

/// <summary>Where messages of a class, and of those derived from it, arrive.</summary>
public sealed record ReceiveFolder(string MessageClass, FolderId Folder, FileTime Modified);

/// <summary>The receive folders of a mailbox at one moment.</summary>
public sealed class ReceiveFolders
{
    /// <summary>The setting that keeps what clients changed: a line an entry, folder, time and class; folder 0 for a default that was taken away.</summary>
    internal const string Setting = "receivefolders";

    /// <summary>Clients register a handful; delivery looks through them for every message.</summary>
    internal const int Maximum = 256;

    private readonly List<ReceiveFolder> _changed;
    private readonly List<ReceiveFolder> _all;

    private ReceiveFolders(List<ReceiveFolder> changed, FolderTree tree)
    {
        _changed = changed;
        _all = [];
        foreach (var (messageClass, special) in Defaults)
        {
            if (!changed.Exists(r => Same(r.MessageClass, messageClass)) && tree.Special(special) is { } folder)
                _all.Add(new ReceiveFolder(messageClass, folder.Id, folder.Created));
        }
        // A folder that was deleted receives nothing any more.
        _all.AddRange(changed.Where(r => r.Folder.Value != 0 && tree.TryGet(r.Folder, out _)));
    }

    /// <summary>3.2.3: what a mailbox is born with.</summary>
    private static (string MessageClass, SpecialFolder Folder)[] Defaults { get; } =
        [("", SpecialFolder.Inbox), ("IPM", SpecialFolder.Inbox), ("REPORT.IPM", SpecialFolder.Inbox), ("IPC", SpecialFolder.MailboxRoot)];

    public IReadOnlyList<ReceiveFolder> All => _all;

    /// <summary>The entry of the longest class that the message's begins with, at a dot or as a whole; letters compare ignoring case. The Inbox where none does.</summary>
    public ReceiveFolder Find(string messageClass)
    {
        ReceiveFolder? best = null;
        foreach (var entry in _all)
        {
            var name = entry.MessageClass;
            if ((best is null || name.Length > best.MessageClass.Length) && messageClass.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && (name.Length == 0 || messageClass.Length == name.Length || messageClass[name.Length] == '.'))
            {
                best = entry;
            }
        }
        return best ?? new ReceiveFolder("", SpecialFolders.IdOf(SpecialFolder.Inbox), default);
    }

    internal static ReceiveFolders From(string? setting, FolderTree tree)
    {
        var changed = new List<ReceiveFolder>();
        foreach (var line in (setting ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('\t', 3);
            if (parts.Length == 3 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var folder) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var time))
                changed.Add(new ReceiveFolder(parts[2], new FolderId(folder), new FileTime(time)));
        }
        return new ReceiveFolders(changed, tree);
    }

    /// <summary>The setting with one entry changed; folder 0 takes it away. Null where there would be too many.</summary>
    internal string? With(string messageClass, FolderId folder, FileTime now)
    {
        var changed = _changed.Where(r => !Same(r.MessageClass, messageClass)).ToList();
        if (folder.Value != 0 || Array.Exists(Defaults, d => Same(d.MessageClass, messageClass)))
            changed.Add(new ReceiveFolder(messageClass, folder, now));
        return changed.Count > Maximum
            ? null
            : string.Concat(changed.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Folder.Value}\t{r.Modified.Ticks}\t{r.MessageClass}\n")));
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
