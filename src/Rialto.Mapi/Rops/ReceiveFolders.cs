// [MS-OXCSTOR] 2.2.1.2, 3.2.5.2: where messages of a class arrive.
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>The receive folders that every mailbox has from the start; RopSetReceiveFolder is not built, so there are no others.</summary>
internal static class ReceiveFolders
{
    /// <summary>[MS-OXCSTOR] 3.2.5.2: the defaults of a new mailbox.</summary>
    public static readonly (string MessageClass, SpecialFolder Folder)[] All =
    [
        ("", SpecialFolder.Inbox), ("IPC", SpecialFolder.MailboxRoot), ("IPM", SpecialFolder.Inbox), ("REPORT.IPM", SpecialFolder.Inbox),
    ];

    /// <summary>The longest entry that the class begins with, at a dot or as a whole; letters compare ignoring case.</summary>
    public static (string MessageClass, SpecialFolder Folder) Find(string messageClass)
    {
        var best = All[0];
        foreach (var entry in All)
        {
            var name = entry.MessageClass;
            if (name.Length > best.MessageClass.Length && messageClass.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && (messageClass.Length == name.Length || messageClass[name.Length] == '.'))
            {
                best = entry;
            }
        }
        return best;
    }

    /// <summary>2.2.1.2.1.1: printable ASCII, no dot at either end and no two in a row.</summary>
    public static bool IsValidClass(string messageClass, int maximumLength)
    {
        if (messageClass.Length > maximumLength || messageClass.StartsWith('.') || messageClass.EndsWith('.') || messageClass.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in messageClass)
        {
            if (c is < ' ' or > '~')
                return false;
        }
        return true;
    }
}
