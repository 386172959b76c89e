// [MS-OXCPERM] 2.2.7; the roles are the combinations that clients give names to.
using Rialto.Directory;
using Rialto.Store;

namespace Rialto.Server.Commands;

/// <summary>Folder rights and their members as text.</summary>
internal static class RightsText
{
    private const FolderRights ReadOnly = FolderRights.ReadAny | FolderRights.FolderVisible;
    private const FolderRights Own = FolderRights.EditOwned | FolderRights.DeleteOwned;
    private const FolderRights Any = Own | FolderRights.EditAny | FolderRights.DeleteAny;
    private const FolderRights FreeBusy = FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed;

    private static readonly (string Name, FolderRights Rights)[] s_roles =
    [
        ("owner", FolderRights.All), ("publishing-editor", ReadOnly | FolderRights.Create | Any | FolderRights.CreateSubFolder), ("editor", ReadOnly | FolderRights.Create | Any),
        ("publishing-author", ReadOnly | FolderRights.Create | Own | FolderRights.CreateSubFolder), ("author", ReadOnly | FolderRights.Create | Own),
        ("nonediting-author", ReadOnly | FolderRights.Create | FolderRights.DeleteOwned), ("reviewer", ReadOnly), ("contributor", FolderRights.FolderVisible | FolderRights.Create),
        ("none", FolderRights.None),
    ];

    private static readonly (string Name, FolderRights Right)[] s_rights =
    [
        ("read", FolderRights.ReadAny), ("create", FolderRights.Create), ("edit-own", FolderRights.EditOwned), ("delete-own", FolderRights.DeleteOwned),
        ("edit", FolderRights.EditAny), ("delete", FolderRights.DeleteAny), ("create-folder", FolderRights.CreateSubFolder), ("own", FolderRights.FolderOwner),
        ("contact", FolderRights.FolderContact), ("visible", FolderRights.FolderVisible), ("free-busy", FolderRights.FreeBusySimple),
        ("free-busy-details", FolderRights.FreeBusyDetailed),
    ];

    public static IEnumerable<string> Roles => s_roles.Select(r => r.Name);

    /// <summary>The role's name where the rights are one, with free/busy rights behind it; otherwise each right's.</summary>
    public static string Write(FolderRights rights)
    {
        var names = new List<string>();
        if (Array.Find(s_roles, r => r.Rights == (rights & ~FreeBusy)) is { Name: { } role } && (role != "none" || (rights & FreeBusy) == 0))
        {
            names.Add(role);
            rights &= FreeBusy;
        }
        names.AddRange(s_rights.Where(r => (rights & r.Right) != 0).Select(r => r.Name));
        return string.Join(',', names);
    }

    /// <summary>A change of a list: MEMBER=RIGHTS, nothing after the sign to take the entry away.</summary>
    public static (Guid Member, FolderRights? Rights) Read(DirectorySnapshot directory, string text)
    {
        var equals = text.LastIndexOf('=');
        if (equals <= 0)
            throw new CommandException($"{text} is no MEMBER=RIGHTS.");
        var member = text[..equals].ToLowerInvariant() switch
        {
            "default" => FolderPermission.DefaultMember,
            "anonymous" => FolderPermission.AnonymousMember,
            _ => RecipientCommands.Find<Recipient>(directory, text[..equals]).Id,
        };
        if (equals == text.Length - 1)
            return (member, null);
        var rights = FolderRights.None;
        foreach (var name in text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Array.Find(s_roles, r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } role)
                rights |= role.Rights;
            else if (Array.Find(s_rights, r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } right)
                rights |= right.Right;
            else
                throw new CommandException($"There is no right {name}. Roles: {string.Join(", ", Roles)}. Rights: {string.Join(", ", s_rights.Select(r => r.Name))}.");
        }
        return (member, rights);
    }

    public static string MemberOf(DirectorySnapshot directory, Guid member) =>
        member == FolderPermission.DefaultMember ? "default" : member == FolderPermission.AnonymousMember ? "anonymous" : RecipientJson.AddressOf(directory, member);
}
