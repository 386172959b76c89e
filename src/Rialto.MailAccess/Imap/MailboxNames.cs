// RFC 3501 5.1 mailbox naming; RFC 9051 5.1 Net-Unicode (RFC 5198 2, 3); RFC 6154 special-use attributes.
using System.Buffers;
using System.Text;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>A mailbox of a listing.</summary>
/// <param name="Folder">Null for a name that is only the top of a namespace.</param>
/// <param name="Selectable">False for a folder that is only on the way to one that is shown.</param>
internal readonly record struct ListedMailbox(Folder? Folder, string Name, bool Selectable, bool HasChildren)
{
    /// <summary>The store that it is in.</summary>
    public required MailboxSession Mailbox { get; init; }
}

/// <summary>
/// The folders of the IPM subtree by IMAP's names: "/" between levels, INBOX for the inbox in any spelling. A "/" within a folder's own name
/// is shown as U+2215, which looks the same. Case does not matter, as in the store.
/// </summary>
internal readonly struct MailboxNames(MailboxSession mailbox, ImapOptions options, string prefix = "")
{
    public const char Separator = '/';

    internal const string Inbox = "INBOX";
    internal const char SlashInName = '\u2215';

    private FolderTree Tree => mailbox.Folders;

    private Folder Top => Tree.Special(mailbox.Header.IsPublic ? SpecialFolder.PublicIpmSubtree : SpecialFolder.IpmSubtree) ?? Tree.Root;

    public MailboxSession Mailbox => mailbox;

    /// <summary>What stands before the names: "" in the user's own mailbox.</summary>
    public string Prefix => prefix;

    public static bool IsInbox(string name) => name.Equals(Inbox, StringComparison.OrdinalIgnoreCase);

    public static string? SpecialUse(Folder? folder) => folder?.Special switch
    {
        SpecialFolder.SentItems => "\\Sent",
        SpecialFolder.Drafts => "\\Drafts",
        SpecialFolder.DeletedItems => "\\Trash",
        SpecialFolder.JunkEmail => "\\Junk",
        _ => null,
    };

    /// <summary>The folder of that name, if clients may see it.</summary>
    public Folder? Find(string name)
    {
        if (!TryLocal(ref name))
            return null;
        // What nearly every delivery and APPEND asks for.
        if (IsInbox(name))
            return Tree.Special(SpecialFolder.Inbox) is { } inbox && IsShown(inbox) ? inbox : null;
        var folder = Top;
        var isFirst = true;
        foreach (var part in name.Split(Separator))
        {
            var child = isFirst && IsInbox(part) ? Tree.Special(SpecialFolder.Inbox) : Child(folder, part);
            if (child is null)
                return null;
            folder = child;
            isFirst = false;
        }
        return IsShown(folder) ? folder : null;
    }

    /// <summary>
    /// Where a mailbox of that name would be: the deepest folder on its way that exists, and the names below it, the last one its own.
    /// False for a name that no folder can have.
    /// </summary>
    public bool TryPlace(string name, out Folder parent, out IReadOnlyList<string> missing)
    {
        parent = Top;
        missing = [];
        if (!TryLocal(ref name))
            return false;
        var parts = name.Split(Separator);
        var at = 0;
        for (; at < parts.Length; at++)
        {
            var child = at == 0 && IsInbox(parts[0]) ? Tree.Special(SpecialFolder.Inbox) : Child(parent, parts[at]);
            if (child is null)
                break;
            parent = child;
        }
        missing = [.. parts.Skip(at).Select(p => Composed(p).Replace(SlashInName, Separator))];
        return missing.All(p => p.Length > 0 && p.AsSpan().IndexOfAnyInRange('\x7F', '\x9F') < 0 && !p.AsSpan().ContainsAny('\u2028', '\u2029'));
    }

    /// <summary>In the normalization form that names are made in; empty for what has none. What other clients have made otherwise keeps its own.</summary>
    private static string Composed(string name) => Ascii.IsValid(name) ? name : IsText(name) ? name.Normalize(NormalizationForm.FormC) : "";

    /// <summary>Whether it is all characters: no half of one, and not U+FFFE.</summary>
    private static bool IsText(ReadOnlySpan<char> name)
    {
        while (!name.IsEmpty)
        {
            if (name[0] == '\uFFFE' || Rune.DecodeFromUtf16(name, out _, out var used) != OperationStatus.Done)
                return false;
            name = name[used..];
        }
        return true;
    }

    public string NameOf(Folder folder)
    {
        if (folder.Special == SpecialFolder.Inbox && folder.Parent == Top.Id)
            return Below + Inbox;
        var names = new Stack<string>();
        var top = Top.Id;
        for (var f = folder; f.Id != top && f.Id != f.Parent; f = Tree.TryGet(f.Parent, out var parent) ? parent : Top)
            names.Push(OwnName(f));
        return string.Join(Separator, prefix.Length > 0 ? names.Prepend(prefix) : names);
    }

    /// <summary>Takes the namespace off.</summary>
    private bool TryLocal(ref string name)
    {
        if (prefix.Length == 0)
            return true;
        if (name.Length <= prefix.Length + 1 || !name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        name = name[(prefix.Length + 1)..];
        return true;
    }

    /// <summary>Every mailbox that clients see, parents before children, INBOX first.</summary>
    public List<ListedMailbox> All()
    {
        var listed = new List<ListedMailbox>();
        if (Tree.Special(SpecialFolder.Inbox) is { } inbox && inbox.Parent == Top.Id)
            AddSubtree(inbox, Below, listed);
        AddChildren(Top, Below, listed, skip: SpecialFolder.Inbox);
        return listed;
    }

    /// <summary>One mailbox, as a listing has it.</summary>
    public ListedMailbox Listed(Folder folder) => new(folder, NameOf(folder), IsShown(folder), HasShownBelow(folder)) { Mailbox = mailbox };

    private bool HasShownBelow(Folder folder)
    {
        foreach (var child in Tree.Children(folder.Id))
        {
            if (IsShown(child) || HasShownBelow(child))
                return true;
        }
        return false;
    }

    /// <summary>Mail folders, unless the options say that all are shown.</summary>
    public bool IsShown(Folder folder)
    {
        if (folder.Hidden || folder.Type != FolderType.Generic || folder.Special is SpecialFolder.IpmSubtree or SpecialFolder.MailboxRoot or SpecialFolder.PublicIpmSubtree)
            return false;
        if (!mailbox.IsOwner && (mailbox.RightsOn(folder.Id) & FolderRights.FolderVisible) == 0)
            return false;
        if (options.ShowAllFolders)
            return true;
        return !options.HiddenFolders.Contains(folder.Special) && HoldsMail(folder.ContainerClass);
    }

    private string Below => prefix.Length > 0 ? prefix + Separator : "";

    private static bool HoldsMail(string containerClass) =>
        containerClass.Length == 0 || containerClass.Equals("IPF.Note", StringComparison.OrdinalIgnoreCase)
        || containerClass.StartsWith("IPF.Note.", StringComparison.OrdinalIgnoreCase) || containerClass.Equals("IPF", StringComparison.OrdinalIgnoreCase)
        || containerClass.Equals("IPF.Post", StringComparison.OrdinalIgnoreCase);

    private bool AddChildren(Folder parent, string above, List<ListedMailbox> listed, SpecialFolder skip = SpecialFolder.None)
    {
        var any = false;
        foreach (var child in Tree.Children(parent.Id))
        {
            if (skip == SpecialFolder.None || child.Special != skip)
                any |= AddSubtree(child, above, listed);
        }
        return any;
    }

    // The store bounds the depth (StoreOptions.MaximumFolderDepth), and with it this recursion.
    private bool AddSubtree(Folder folder, string above, List<ListedMailbox> listed)
    {
        var name = above + OwnName(folder);
        var at = listed.Count;
        var isShown = IsShown(folder);
        listed.Add(default);
        var hasChildren = AddChildren(folder, name + Separator, listed);
        if (!isShown && !hasChildren)
        {
            listed.RemoveAt(at);
            return false;
        }
        listed[at] = new ListedMailbox(folder, name, isShown, hasChildren) { Mailbox = mailbox };
        return true;
    }

    private static string OwnName(Folder folder) => folder.Special == SpecialFolder.Inbox ? Inbox : folder.Name.Replace(Separator, SlashInName);

    private Folder? Child(Folder parent, string name)
    {
        if (name.Length == 0)
            return null;
        var child = Tree.Child(parent.Id, name) ?? Tree.Child(parent.Id, Composed(name));
        if (child is null && name.Contains(SlashInName, StringComparison.Ordinal))
            child = Tree.Child(parent.Id, name.Replace(SlashInName, Separator));
        return child?.Special == SpecialFolder.Inbox ? null : child;
    }
}
