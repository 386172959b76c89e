using System.Collections.Immutable;
using System.Globalization;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Records;

/// <summary>A folder as another server gave it.</summary>
internal sealed class FolderRecord(PropertyBag header)
{
    public byte[] SourceKey => header.GetBinary(PropertyTags.SourceKey) ?? [];

    /// <summary>Empty for one right below the root.</summary>
    public byte[] ParentKey => header.GetBinary(PropertyTags.ParentSourceKey) ?? [];

    public string Name => header.GetString(PropertyTags.DisplayName) ?? "";

    public FileTime Modified => header.GetTime(PropertyTags.LastModificationTime) ?? default;

    public byte[] ChangeKey => header.GetBinary(PropertyTags.ChangeKey) ?? [];

    public byte[] Predecessors => header.GetBinary(PropertyTags.PredecessorChangeList) ?? [];

    /// <summary>Whether the other server knows of records.</summary>
    public bool IsWhole => header.TryGet(RecordTags.End.Id, out _);

    public FolderType Type => (FolderType)header.GetInt32(RecordTags.End);

    /// <summary>What a search folder looks for; null for others.</summary>
    public byte[]? Criteria => header.GetBinary(RecordTags.Criteria);

    /// <summary>What belongs to the mailbox itself, where the record is that of no folder.</summary>
    public byte[]? Mailbox => header.GetBinary(RecordTags.Mailbox);

    /// <summary>The folder with the record's values, in a mailbox that has ids of its own for named properties.</summary>
    public Folder ApplyTo(Folder folder, byte[]? properties, ImmutableArray<FolderPermission> permissions) => folder with
    {
        ContainerClass = header.GetString(RecordTags.ContainerClass) ?? folder.ContainerClass,
        Comment = header.GetString(RecordTags.Comment) ?? "",
        Hidden = header.GetBoolean(RecordTags.Hidden),
        Properties = properties,
        Permissions = permissions,
    };

    /// <summary>Its further properties with their names; null where it has none.</summary>
    public PropertyMessage? Properties => header.GetBinary(RecordTags.Properties) is { } stored && PropertyBagCodec.TryRead(stored, out PropertyMessage message) ? message : null;

    /// <summary>Who may do what, as far as this server knows the addresses.</summary>
    public ImmutableArray<FolderPermission> PermissionsIn(DirectorySnapshot directory, ISet<string> unknown)
    {
        var permissions = ImmutableArray.CreateBuilder<FolderPermission>();
        if (header.TryGet(RecordTags.Permissions.Id, out var value) && value.Reference is string[] lines)
        {
            foreach (var line in lines)
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space <= 0 || !uint.TryParse(line.AsSpan(0, space), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rights))
                    continue;
                var name = line[(space + 1)..];
                Guid? member = name switch
                {
                    "default" => FolderPermission.DefaultMember,
                    "anonymous" => FolderPermission.AnonymousMember,
                    _ => directory.FindByAddress(name)?.Id,
                };
                if (member is { } id)
                    permissions.Add(new FolderPermission(id, (FolderRights)rights));
                else
                    unknown.Add(name);
            }
        }
        return permissions.ToImmutable();
    }
}
