// [MS-OXCSTOR] 2.2.1.1.4 response, 3.2.5.1.2 behaviour; [MS-OXCROPS] 2.2.3.1.3 wire.
using Rialto.Directory;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using static Rialto.Mapi.Rops.RopLogon;

namespace Rialto.Mapi.Rops;

/// <summary>RopLogon to the organisation's public folders.</summary>
internal static class PublicLogon
{
    private const LogonFlag KnownLogonFlags = LogonFlag.Private | LogonFlag.Undercover | LogonFlag.Ghosted | LogonFlag.SplProcess;

    private const OpenFlag KnownOpenFlags = OpenFlag.UseAdminPrivilege | OpenFlag.Public | OpenFlag.HomeLogon | OpenFlag.TakeOwnership | OpenFlag.AlternateServer
        | OpenFlag.IgnoreHomeMdb | OpenFlag.NoMail | OpenFlag.UsePerMdbReplidMapping | OpenFlag.SupportProgress;

    /// <summary>Folders of a public store that the response names; the places behind them are empty.</summary>
    private const int FolderCount = SpecialFolder.NntpArticleIndex - SpecialFolder.PublicRoot + 1;

    private static readonly SpecialFolder[] s_givenUp =
    [
        SpecialFolder.PublicFreeBusy, SpecialFolder.OfflineAddressBook, SpecialFolder.SiteFreeBusy, SpecialFolder.SiteOfflineAddressBook, SpecialFolder.NntpArticleIndex,
    ];

    /// <summary>PidTagEformsLocaleId, which [MS-OXPROPS] does not name: the language of a registry of forms.</summary>
    private const ushort EformsLocaleId = 0x3FE9;

    /// <summary>
    /// The Essdn says on which server the public folders are: an organisation has them once, and every server has all of them, so that they are meant whatever it says.
    /// For the same reason Ghosted, IgnoreHomeMdb and UsePerMdbReplidMapping change nothing.
    /// </summary>
    public static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if ((request.LogonFlags & ~KnownLogonFlags) != 0 || (request.OpenFlags & ~KnownOpenFlags) != 0)
            return new Response { ReturnValue = ErrorCode.GeneralFailure };
        var service = call.Service;
        var directory = service.Directory.Current;
        if ((request.OpenFlags & OpenFlag.Public) == 0 || directory.PublicStore is not { MailboxEnabled: true } store
            || directory.Find<Account>(call.Session.Principal.Id) is not { MailboxEnabled: true })
        {
            return new Response { ReturnValue = ErrorCode.LogonFailed };
        }
        var opened = await service.Store.OpenAsync(store.MailboxGuid, PrincipalFor(call, store), call.Cancel);
        if (!opened.TryGet(out var session))
            return new Response { ReturnValue = opened.Error == StoreError.AccessDenied ? ErrorCode.LoginPermission : ErrorCode.LogonFailed };
        if ((request.OpenFlags & OpenFlag.AlternateServer) != 0)
        {
            using (session)
                return Redirect(request, session);
        }
        // A LogonId in use stands for the new logon from now on.
        call.Session.ReleaseLogon(request.LogonId);
        var logon = new LogonObject(service, session, store, request.LogonId, call.Session.Locale);
        var error = call.Open(request.InputHandleIndex, logon);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        await logon.LoadAsync(call.Cancel);
        if (service.PostRules is { } rules)
            await rules.ResumeAsync(session);
        var response = new Response
        {
            LogonFlags = request.LogonFlags & (LogonFlag.Private | LogonFlag.Undercover | LogonFlag.Ghosted),
            ReplId = StoreKeys.OwnReplica,
            ReplGuid = session.Header.ReplicaGuid,
        };
        for (var i = 0; i < FolderCount; i++)
            response.FolderIds[i] = session.Folders.Special(SpecialFolder.PublicRoot + (byte)i) is { } folder ? Ids.Of(folder.Id) : 0;
        // 2.2.1.1.4, footnote 9: empty since Exchange 2013. The folders are there all the same.
        foreach (var given in call.Options.AnswersGivenUp ? (ReadOnlySpan<SpecialFolder>)[] : s_givenUp)
            response.FolderIds[given - SpecialFolder.PublicRoot] = 0;
        response.FolderIds[SpecialFolder.EFormsRegistryOfLocale - SpecialFolder.PublicRoot] = Ids.Of(RegistryFor(session, (int)call.Session.Locale.LcidString));
        return response;
    }

    /// <summary>Another server, where a folder's list of replicas names one; none otherwise.</summary>
    private static Response Redirect(Request request, MailboxSession session)
    {
        var other = session.Folders.All.SelectMany(f => session.ReplicasOf(f.Id).Others).Where(r => r.IsActive && r.Cost <= FolderReplicas.HighestCost)
            .OrderBy(r => r.Cost).ThenBy(r => r.Server, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
        return other is null
            ? new Response { ReturnValue = ErrorCode.LogonFailed }
            : new Response { ReturnValue = ErrorCode.WrongServer, LogonFlags = request.LogonFlags, ServerName = other.Server };
    }

    /// <summary>The registry of forms in the user's language where there is one, otherwise that for all.</summary>
    private static FolderId RegistryFor(MailboxSession session, int locale)
    {
        foreach (var child in session.Folders.Children(SpecialFolders.IdOf(SpecialFolder.EFormsRegistry)))
        {
            if (child.Properties is { } stored && PropertyBagCodec.TryFind(stored, EformsLocaleId, out var value) && value.Type == PropertyType.Integer32 && value.AsInt32() == locale)
                return child.Id;
        }
        return SpecialFolders.IdOf(SpecialFolder.EFormsRegistryOfLocale);
    }
}
