// RFC 4314 2.1, 2.1.1; [MS-OXCPERM] 2.2.7.
using Rialto.Directory;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// IMAP's rights as those of folders. Rights that folders do not tell apart go together: s with w, p with i, t with e, x with a. Rights over own items only (an author's) have no letter
/// here and stay as they are unless w or t is taken away.
/// </summary>
internal static class AccessRights
{
    private static readonly (string Letters, FolderRights Rights, FolderRights Lesser)[] s_groups =
    [
        ("l", FolderRights.FolderVisible, FolderRights.None),
        ("r", FolderRights.ReadAny, FolderRights.None),
        ("sw", FolderRights.EditAny, FolderRights.EditOwned),
        ("ip", FolderRights.Create, FolderRights.None),
        ("k", FolderRights.CreateSubFolder, FolderRights.None),
        ("te", FolderRights.DeleteAny, FolderRights.DeleteOwned),
        ("xa", FolderRights.FolderOwner, FolderRights.None),
    ];

    /// <summary>What LISTRIGHTS tells: nothing that everybody has in any case, then the groups, then the two old names for several.</summary>
    public const string Optional = "l r sw ip k te xa c d";

    /// <summary>The letters, the obsolete c and d with them (2.1.1).</summary>
    public static string Text(FolderRights rights)
    {
        var text = string.Concat(s_groups.Where(g => (rights & g.Rights) != 0).Select(g => g.Letters));
        if ((rights & FolderRights.CreateSubFolder) != 0)
            text += "c";
        if ((rights & (FolderRights.DeleteAny | FolderRights.FolderOwner)) != 0)
            text += "d";
        return text;
    }

    /// <summary>What a change makes of rights; null where a letter is none.</summary>
    /// <param name="now">What is given now.</param>
    /// <param name="change">Letters, to be added behind "+", taken behind "-", else in place of all.</param>
    public static FolderRights? Change(FolderRights now, string change)
    {
        var sign = change.Length > 0 && change[0] is '+' or '-' ? change[0] : '=';
        if (!TryRead(sign == '=' ? change : change[1..], out var named))
            return null;
        var lesser = FolderRights.None;
        foreach (var group in s_groups)
        {
            if ((sign == '-' ? named & group.Rights : ~named & group.Rights) != 0)
                lesser |= group.Rights | group.Lesser;
            else if (sign != '-' && (named & group.Rights) != 0)
                named |= group.Lesser;
        }
        return sign == '+' ? now | named : now & ~lesser | (sign == '=' ? named : FolderRights.None);
    }

    private static bool TryRead(string letters, out FolderRights rights)
    {
        rights = FolderRights.None;
        foreach (var letter in letters)
        {
            if (letter == 'c')
                rights |= FolderRights.CreateSubFolder;
            else if (letter == 'd')
                rights |= FolderRights.DeleteAny | FolderRights.FolderOwner;
            else if (Array.Find(s_groups, g => g.Letters.Contains(letter, StringComparison.Ordinal)) is { Letters: not null } group)
                rights |= group.Rights;
            else
                return false;
        }
        return true;
    }

    /// <summary>Whom an identifier means: "anyone", "anonymous", or an address or alias of an account or group.</summary>
    public static Guid? MemberOf(DirectorySnapshot? directory, string identifier)
    {
        if (identifier.Equals("anyone", StringComparison.OrdinalIgnoreCase))
            return FolderPermission.DefaultMember;
        if (identifier.Equals("anonymous", StringComparison.OrdinalIgnoreCase))
            return FolderPermission.AnonymousMember;
        var known = directory?.FindByAddress(identifier) ?? directory?.FindByAlias(identifier);
        return known is MailboxRecipient or Group ? known.Id : null;
    }

    /// <summary>The identifier of a member; those that the directory no longer knows by their id.</summary>
    public static string IdentifierOf(DirectorySnapshot? directory, Guid member)
    {
        if (member == FolderPermission.DefaultMember)
            return "anyone";
        if (member == FolderPermission.AnonymousMember)
            return "anonymous";
        return directory?.Find<Recipient>(member) is { PrimaryAddress.Length: > 0 } known ? known.PrimaryAddress : member.ToString();
    }
}
