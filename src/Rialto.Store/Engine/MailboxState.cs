using System.Collections.Immutable;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>What an open mailbox keeps in memory at one sequence. Immutable: the writer computes the next one and installs it once storage has taken the batch.</summary>
internal sealed record MailboxState
{
    public required long Sequence { get; init; }

    public required FolderTree Folders { get; init; }

    public required NamedPropertyMap Names { get; init; }

    public required ImmutableDictionary<string, string> Settings { get; init; }

    public required long OldestChange { get; init; }

    /// <summary>Bytes of all messages of all folders.</summary>
    public required long Used { get; init; }

    public static MailboxState From(MailboxImage image)
    {
        var folders = FolderTree.From(image.Folders);
        return new MailboxState
        {
            Sequence = image.Sequence,
            Folders = folders,
            Names = NamedPropertyMap.From(image.NamedProperties),
            Settings = image.Settings.ToImmutableDictionary(StringComparer.Ordinal),
            OldestChange = image.OldestChange,
            Used = folders.All.Sum(f => f.Counters.Size),
        };
    }

    public long LongSetting(string name, long otherwise) =>
        Settings.TryGetValue(name, out var text) && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

/// <summary>Names of the settings that the engine keeps with a mailbox. On disk.</summary>
internal static class SettingNames
{
    /// <summary>Bytes allowed; absent: the server's default; 0: no limit.</summary>
    public const string Quota = "quota";

    /// <summary>Largest UIDVALIDITY that a folder deleted since has had.</summary>
    public const string UidValidity = "uidvalidity";

    /// <summary>What was soft-deleted up to this sequence has been purged.</summary>
    public const string PurgedUpTo = "purged";

    /// <summary>"1" while the owner is out of office (PidTagOutOfOfficeState).</summary>
    public const string OutOfOffice = "outofoffice";

    /// <summary>The server that the mailbox has moved to, as https://host[:port].</summary>
    public const string MovedTo = "movedto";

    /// <summary>Entries of the change log up to this sequence are forgotten.</summary>
    public const string OldestChange = "oldestchange";
}
