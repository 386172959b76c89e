// RFC 3501 6; the extensions stand beside their rows.
using System.Collections.Frozen;
using System.Text;
using Rialto.MailAccess.Imap.Commands;

namespace Rialto.MailAccess.Imap;

/// <summary>One command: its name, where it is allowed, what may be told before its end, and how it is made.</summary>
internal sealed record ImapCommandRow(string Name, ImapStates States, ImapUpdates Updates, Func<ImapCommand> Create)
{
    /// <summary>Whether it takes or gives sequence numbers. RFC 9586 3.</summary>
    public bool NeedsNumbers { get; } = Name is "FETCH" or "STORE" or "COPY" or "MOVE" or "SEARCH" or "SORT" or "THREAD" or "REPLACE";
}

/// <summary>Every command there is.</summary>
internal static class ImapCommandTable
{
    public static IReadOnlyList<ImapCommandRow> Rows { get; } =
    [
        new("CAPABILITY", ImapStates.Any, ImapUpdates.All, () => new CapabilityCommand()),
        new("NOOP", ImapStates.Any, ImapUpdates.All, () => new NoopCommand()),
        new("LOGOUT", ImapStates.Any, ImapUpdates.None, () => new LogoutCommand()),
        new("ID", ImapStates.Any, ImapUpdates.All, () => new IdCommand()), // RFC 2971
        new("STARTTLS", ImapStates.NotAuthenticated, ImapUpdates.None, () => new StartTlsCommand()),
        new("AUTHENTICATE", ImapStates.NotAuthenticated, ImapUpdates.None, () => new AuthenticateCommand()), // RFC 4959 SASL-IR
        new("LOGIN", ImapStates.NotAuthenticated, ImapUpdates.None, () => new LoginCommand()),
        new("ENABLE", ImapStates.LoggedIn, ImapUpdates.All, () => new EnableCommand()), // RFC 5161
        new("SELECT", ImapStates.LoggedIn, ImapUpdates.None, () => new SelectCommand(readOnly: false)),
        new("EXAMINE", ImapStates.LoggedIn, ImapUpdates.None, () => new SelectCommand(readOnly: true)),
        new("CREATE", ImapStates.LoggedIn, ImapUpdates.All, () => new CreateCommand()),
        new("DELETE", ImapStates.LoggedIn, ImapUpdates.All, () => new DeleteCommand()),
        new("RENAME", ImapStates.LoggedIn, ImapUpdates.All, () => new RenameCommand()),
        new("SUBSCRIBE", ImapStates.LoggedIn, ImapUpdates.All, () => new SubscribeCommand(subscribe: true)),
        new("UNSUBSCRIBE", ImapStates.LoggedIn, ImapUpdates.All, () => new SubscribeCommand(subscribe: false)),
        new("LIST", ImapStates.LoggedIn, ImapUpdates.All, () => new ListCommand()), // RFC 3348, 5258, 5819, 6154
        new("LSUB", ImapStates.LoggedIn, ImapUpdates.All, () => new LsubCommand()),
        new("STATUS", ImapStates.LoggedIn, ImapUpdates.All, () => new StatusCommand()),
        new("NAMESPACE", ImapStates.LoggedIn, ImapUpdates.All, () => new NamespaceCommand()), // RFC 2342
        new("GETQUOTA", ImapStates.LoggedIn, ImapUpdates.All, () => new GetQuotaCommand()), // RFC 9208
        new("SETQUOTA", ImapStates.LoggedIn, ImapUpdates.All, () => new SetQuotaCommand()),
        new("GETQUOTAROOT", ImapStates.LoggedIn, ImapUpdates.All, () => new GetQuotaRootCommand()),
        new("GETMETADATA", ImapStates.LoggedIn, ImapUpdates.All, () => new GetMetadataCommand()), // RFC 5464
        new("SETMETADATA", ImapStates.LoggedIn, ImapUpdates.All, () => new SetMetadataCommand()),
        new("NOTIFY", ImapStates.LoggedIn, ImapUpdates.All, () => new NotifyCommand()), // RFC 5465
        new("COMPRESS", ImapStates.LoggedIn, ImapUpdates.None, () => new CompressCommand()), // RFC 4978
        new("MYRIGHTS", ImapStates.LoggedIn, ImapUpdates.All, () => new MyRightsCommand()), // RFC 4314
        new("GETACL", ImapStates.LoggedIn, ImapUpdates.All, () => new GetAclCommand()),
        new("SETACL", ImapStates.LoggedIn, ImapUpdates.All, () => new SetAclCommand(delete: false)),
        new("DELETEACL", ImapStates.LoggedIn, ImapUpdates.All, () => new SetAclCommand(delete: true)),
        new("LISTRIGHTS", ImapStates.LoggedIn, ImapUpdates.All, () => new ListRightsCommand()),
        new("UNAUTHENTICATE", ImapStates.LoggedIn, ImapUpdates.None, () => new UnauthenticateCommand()), // RFC 8437
        new("GENURLAUTH", ImapStates.LoggedIn, ImapUpdates.All, () => new GenUrlAuthCommand()), // RFC 4467
        new("RESETKEY", ImapStates.LoggedIn, ImapUpdates.All, () => new ResetKeyCommand()),
        new("URLFETCH", ImapStates.LoggedIn, ImapUpdates.All, () => new UrlFetchCommand()),
        new("APPEND", ImapStates.LoggedIn, ImapUpdates.All, () => new AppendCommand()), // RFC 3502, 4315, 7888, 7889
        new("IDLE", ImapStates.LoggedIn, ImapUpdates.All, () => new IdleCommand()), // RFC 2177
        new("CHECK", ImapStates.Selected, ImapUpdates.All, () => new CheckCommand()),
        new("CLOSE", ImapStates.Selected, ImapUpdates.None, () => new CloseCommand()),
        new("UNSELECT", ImapStates.Selected, ImapUpdates.None, () => new UnselectCommand()), // RFC 3691
        new("EXPUNGE", ImapStates.Selected, ImapUpdates.All, () => new ExpungeCommand(byUid: false)),
        new("UID EXPUNGE", ImapStates.Selected, ImapUpdates.All, () => new ExpungeCommand(byUid: true)), // RFC 4315
        new("SEARCH", ImapStates.Selected, ImapUpdates.NoExpunge, () => new SearchCommand(byUid: false)), // RFC 4731
        new("UID SEARCH", ImapStates.Selected, ImapUpdates.All, () => new SearchCommand(byUid: true)),
        new("CANCELUPDATE", ImapStates.Selected, ImapUpdates.All, () => new CancelUpdateCommand()), // RFC 5267
        new("SORT", ImapStates.Selected, ImapUpdates.NoExpunge, () => new SortCommand(byUid: false)), // RFC 5256, 5267
        new("UID SORT", ImapStates.Selected, ImapUpdates.All, () => new SortCommand(byUid: true)),
        new("THREAD", ImapStates.Selected, ImapUpdates.NoExpunge, () => new ThreadCommand(byUid: false)), // RFC 5256
        new("UID THREAD", ImapStates.Selected, ImapUpdates.All, () => new ThreadCommand(byUid: true)),
        new("FETCH", ImapStates.Selected, ImapUpdates.NoExpunge, () => new FetchCommand(byUid: false)),
        new("UID FETCH", ImapStates.Selected, ImapUpdates.All, () => new FetchCommand(byUid: true)),
        new("STORE", ImapStates.Selected, ImapUpdates.NoExpunge, () => new StoreCommand(byUid: false)),
        new("UID STORE", ImapStates.Selected, ImapUpdates.All, () => new StoreCommand(byUid: true)),
        new("REPLACE", ImapStates.Selected, ImapUpdates.All, () => new ReplaceCommand(byUid: false)), // RFC 8508
        new("UID REPLACE", ImapStates.Selected, ImapUpdates.All, () => new ReplaceCommand(byUid: true)),
        new("COPY", ImapStates.Selected, ImapUpdates.All, () => new CopyCommand(byUid: false)),
        new("UID COPY", ImapStates.Selected, ImapUpdates.All, () => new CopyCommand(byUid: true)),
        new("MOVE", ImapStates.Selected, ImapUpdates.All, () => new MoveCommand(byUid: false)), // RFC 6851
        new("UID MOVE", ImapStates.Selected, ImapUpdates.All, () => new MoveCommand(byUid: true)),
    ];

    private static readonly FrozenDictionary<string, ImapCommandRow>.AlternateLookup<ReadOnlySpan<char>> s_byName =
        Rows.ToFrozenDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The command of that name; "UID FETCH" and its like are one name.</summary>
    public static ImapCommandRow? Find(ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[32];
        if (name.Length > characters.Length)
            return null;
        characters = characters[..Encoding.ASCII.GetChars(name, characters)];
        return s_byName.TryGetValue(characters, out var row) ? row : null;
    }
}
