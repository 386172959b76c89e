// [MS-OXCROPS] 2.2.3.1 wire; [MS-OXCSTOR] 2.2.1.1, 3.2.5.1 behaviour.
using Rialto.Directory;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopLogon
{
    /// <summary>[MS-OXCSTOR] 2.2.1.1.1.</summary>
    [Flags]
    public enum LogonFlag : byte
    {
        Private = 0x01,
        Undercover = 0x02,
        Ghosted = 0x04,
        SplProcess = 0x08,
    }

    /// <summary>[MS-OXCSTOR] 2.2.1.1.1.</summary>
    [Flags]
    public enum OpenFlag : uint
    {
        UseAdminPrivilege = 0x00000001,
        Public = 0x00000002,
        HomeLogon = 0x00000004,
        TakeOwnership = 0x00000008,
        AlternateServer = 0x00000100,
        IgnoreHomeMdb = 0x00000200,
        NoMail = 0x00000400,
        UsePerMdbReplidMapping = 0x01000000,
        SupportProgress = 0x20000000,
    }

    /// <summary>What the user may do with the mailbox. [MS-OXCSTOR] 2.2.1.1.3.</summary>
    [Flags]
    public enum ResponseFlag : byte
    {
        Reserved = 0x01,
        OwnerRight = 0x02,
        SendAsRight = 0x04,
        OutOfOffice = 0x10,
    }

    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LogonFlag LogonFlags;
        public OpenFlag OpenFlags;
        public uint StoreState;

        /// <summary>The legacyExchangeDN of the mailbox; empty for public folders.</summary>
        public string Essdn = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            // The one index of this request is the output handle's.
            Header(ref io, request);
            io.Enum(ref request.LogonFlags);
            io.Enum(ref request.OpenFlags);
            io.U32(ref request.StoreState);
            var essdn = new Essdn { Value = request.Essdn };
            io.Sized(ref essdn, CountWidth.UInt16, "Essdn");
            request.Essdn = essdn.Value;
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public const int FolderIdCount = 13;

        public LogonFlag LogonFlags;
        public ulong[] FolderIds = new ulong[FolderIdCount];

        public ResponseFlag ResponseFlags;
        public Guid MailboxGuid;
        public ushort ReplId;
        public Guid ReplGuid;
        public LogonTime LogonTime;
        public ulong GwartTime;
        public uint StoreState;

        public Guid PerUserGuid;

        /// <summary>With WrongServer: where the mailbox is.</summary>
        public string ServerName = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
            {
                if (response.ReturnValue == ErrorCode.WrongServer)
                {
                    io.Enum(ref response.LogonFlags);
                    var size = (byte)Math.Min(byte.MaxValue, response.ServerName.Length + 1);
                    io.U8(ref size, "ServerNameSize");
                    io.AsciiZ(ref response.ServerName);
                }
                return;
            }
            io.Enum(ref response.LogonFlags);
            io.NumbersOf(ref response.FolderIds, FolderIdCount);
            if ((response.LogonFlags & LogonFlag.Private) != 0)
            {
                io.Enum(ref response.ResponseFlags);
                io.Guid(ref response.MailboxGuid);
                io.U16(ref response.ReplId);
                io.Guid(ref response.ReplGuid);
                io.Structure(ref response.LogonTime);
                io.U64(ref response.GwartTime);
                io.U32(ref response.StoreState);
            }
            else
            {
                io.U16(ref response.ReplId);
                io.Guid(ref response.ReplGuid);
                io.Guid(ref response.PerUserGuid);
            }
        }
    }

    /// <summary>[MS-OXCROPS] 2.2.3.1.2.1.</summary>
    public struct LogonTime : IWireStructure<LogonTime>
    {
        public byte Seconds;
        public byte Minutes;
        public byte Hour;
        public byte DayOfWeek;
        public byte Day;
        public byte Month;
        public ushort Year;

        public static LogonTime Of(DateTimeOffset utc) => new()
        {
            Seconds = (byte)utc.Second,
            Minutes = (byte)utc.Minute,
            Hour = (byte)utc.Hour,
            DayOfWeek = (byte)utc.DayOfWeek,
            Day = (byte)utc.Day,
            Month = (byte)utc.Month,
            Year = (ushort)utc.Year,
        };

        public static void Fields<TIo>(ref TIo io, scoped ref LogonTime value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref value.Seconds);
            io.U8(ref value.Minutes);
            io.U8(ref value.Hour);
            io.U8(ref value.DayOfWeek);
            io.U8(ref value.Day);
            io.U8(ref value.Month);
            io.U16(ref value.Year);
        }
    }

    /// <summary>The DN with its NUL; nothing at all where EssdnSize is 0.</summary>
    private struct Essdn : IWireStructure<Essdn>
    {
        public string Value;

        public static void Fields<TIo>(ref TIo io, scoped ref Essdn value)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (io.IsReading ? io.Remaining > 0 : value.Value.Length > 0)
                io.AsciiZ(ref value.Value, "Essdn");
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if ((request.LogonFlags & LogonFlag.Private) == 0)
            return await PublicLogon.ExecuteAsync(call, request);
        var service = call.Service;
        if (service.Directory.Current.FindByLegacyDn(request.Essdn) is not { } recipient)
            return new Response { ReturnValue = ErrorCode.UnknownUser };
        if (recipient is not MailboxRecipient { MailboxEnabled: true } owner || owner is PublicStore)
            return new Response { ReturnValue = ErrorCode.UnknownUser };
        // 3.2.5.1.1: several mailboxes in one session only with maps of replicas and names of their own.
        if ((request.OpenFlags & OpenFlag.UsePerMdbReplidMapping) == 0 && call.Session.Logons.Any(l => l.Session.MailboxId != owner.MailboxGuid && !l.Session.Header.IsPublic))
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        // Who asks for it as an administrator fetches what a moved mailbox has left here: `rialto mailbox copy` does.
        var opened = await service.Store.OpenAsync(
            owner.MailboxGuid, PrincipalFor(call, owner), call.Cancel, evenMoved: (request.OpenFlags & OpenFlag.UseAdminPrivilege) != 0);
        if (opened.Error == StoreError.Moved)
            return await RedirectAsync(call, request, owner);
        if (!opened.Succeeded)
            return new Response { ReturnValue = opened.Error == StoreError.AccessDenied ? ErrorCode.LoginPermission : ErrorOf(opened.Error) };
        var session = opened.Value;
        if (!session.IsOwner && !SeesAnything(session))
        {
            session.Dispose();
            return new Response { ReturnValue = ErrorCode.LoginPermission };
        }
        // A LogonId in use stands for the new logon from now on.
        call.Session.ReleaseLogon(request.LogonId);
        var logon = new LogonObject(service, session, owner, request.LogonId, call.Session.Locale);
        var error = call.Open(request.InputHandleIndex, logon);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        // Search folders are up to date by the time that somebody looks at them.
        if (session.IsOwner)
            session.Searches.StartAll();
        await logon.LoadAsync(call.Cancel);
        if (service.Submission is { } submission)
            await submission.ResumeAsync(session, owner);
        return Describe(call, request, logon);
    }

    /// <summary>[MS-OXCSTOR] 2.2.1.1.2: the server to log on to instead, by its DN. Clients ask Autodiscover where that is.</summary>
    private static async ValueTask<Response> RedirectAsync(RopCall call, Request request, MailboxRecipient owner)
    {
        var moved = await call.Service.Store.MovedToAsync(owner.MailboxGuid, call.Cancel);
        if (!Uri.TryCreate(moved, UriKind.Absolute, out var server) || call.Service.Directory.Current.Organisation is not { } organisation)
            return new Response { ReturnValue = ErrorCode.UnknownUser };
        return new Response
        {
            ReturnValue = ErrorCode.WrongServer, LogonFlags = request.LogonFlags & LogonFlag.Private, ServerName = $"{LegacyDn.Base(organisation.Name)}/cn=Configuration/cn=Servers/cn={server.Host}",
        };
    }

    /// <summary>Who has full access to a mailbox by the directory is as its owner there; what others may do, its folders' permissions say.</summary>
    internal static Principal PrincipalFor(RopCall call, MailboxRecipient owner)
    {
        var principal = call.Session.Principal;
        var directory = call.Service.Directory.Current;
        return directory.Find<Account>(principal.Id) is { } user && directory.Includes(owner.FullAccess, user)
            ? principal with { Kind = PrincipalKind.Administrator }
            : principal;
    }

    /// <summary>Free and busy times, which everybody may see, are no reason to log on.</summary>
    private static bool SeesAnything(MailboxSession session) =>
        session.Folders.Descendants(session.Folders.Root.Id)
            .Any(f => (session.RightsOn(f.Id) & (FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.FolderOwner)) != 0);

    private static ErrorCode ErrorOf(StoreError error) => error == StoreError.NotFound ? ErrorCode.UnknownUser : RopCall.ErrorOf(error);

    private static Response Describe(RopCall call, Request request, LogonObject logon)
    {
        var session = logon.Session;
        var now = call.Service.Time.GetUtcNow();
        var response = new Response
        {
            LogonFlags = request.LogonFlags & (LogonFlag.Private | LogonFlag.Undercover | LogonFlag.Ghosted),
            ResponseFlags = ResponseFlag.Reserved,
            MailboxGuid = session.MailboxId,
            ReplId = StoreKeys.OwnReplica,
            ReplGuid = session.Header.ReplicaGuid,
            LogonTime = LogonTime.Of(now),
            // Changes when the server's catalogue of mailboxes does ([MS-OXCSTOR] 2.2.1.1.3): this mailbox's own birth.
            GwartTime = (ulong)FileTime.From(new DateTimeOffset(session.Header.CreatedUtcTicks, TimeSpan.Zero)).Ticks,
        };
        if (session.IsOwner)
            response.ResponseFlags |= ResponseFlag.OwnerRight;
        if (logon.Find(PropertyTags.OutOfOfficeState) is { Type: PropertyType.Boolean } away && away.AsBoolean())
            response.ResponseFlags |= ResponseFlag.OutOfOffice;
        var directory = call.Service.Directory.Current;
        if (session.Principal.Id == logon.Owner.Id || (directory.Find<Account>(session.Principal.Id) is { } user && directory.Includes(logon.Owner.SendAs, user)))
            response.ResponseFlags |= ResponseFlag.SendAsRight;
        for (var i = 0; i < Response.FolderIdCount; i++)
            response.FolderIds[i] = session.Folders.Special((SpecialFolder)i) is { } folder ? Ids.Of(folder.Id) : 0;
        return response;
    }
}
