// [MS-OXCROPS] 2.2.8.1 wire; [MS-OXCPRPT] 2.2.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPropertyIdsFromNames
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte Flags;
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Flags);
            PropertyNameCodec.Names(ref io, ref request.PropertyNames);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort[] PropertyIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Numbers(ref response.PropertyIds, CountWidth.UInt16);
        }
    }

    private const byte Create = 0x02;

    /// <summary>Ids below this one are their own names in the set PS_MAPI.</summary>
    private const ushort FirstNamed = 0x8000;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        if ((request.Flags & ~Create) != 0)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        var mailbox = source.Mailbox;
        var names = request.PropertyNames;
        // 3.2.5.10: no names on a logon asks for all of them.
        if (names.Length == 0)
            return source is LogonObject ? new Response { PropertyIds = [.. mailbox.PropertyNames.Select(n => n.Key)] } : new Response { ReturnValue = ErrorCode.NotSupported };
        var mapped = names.Where(n => n is { } name && name.PropertySet != PropertySets.Mapi).Select(n => Coerce(n!.Value)).ToList();
        var creates = (request.Flags & Create) != 0;
        var found = await mailbox.GetPropertyIdsAsync(mapped, creates && MayCreate(mailbox), call.Cancel);
        if (!found.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(found.Error) };
        // 2.2.12: with no id left to give, the names that were to be created fail the whole.
        if (creates && found.Value.Contains((ushort)0) && MayCreate(mailbox))
            return new Response { ReturnValue = ErrorCode.NotEnoughMemory };
        var ids = new ushort[names.Length];
        var next = 0;
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] is not { } name)
                continue;
            if (name.PropertySet != PropertySets.Mapi)
                ids[i] = found.Value[next++];
            else if (!name.IsString && name.Lid < FirstNamed)
                ids[i] = (ushort)name.Lid;
        }
        // 2.2.12.2: a name that cannot be mapped has the id 0, and the whole is no less a success.
        return new Response { PropertyIds = ids };
    }

    /// <summary>Names of header fields are the same in any case.</summary>
    private static PropertyName Coerce(PropertyName name) =>
        name.IsString && name.PropertySet == PropertySets.InternetHeaders ? new PropertyName(name.PropertySet, name.Name!.ToLowerInvariant()) : name;

    /// <summary>Ids are few and for ever: only who may write something in the mailbox may use them up.</summary>
    private static bool MayCreate(MailboxSession mailbox) => mailbox.IsOwner
        || mailbox.Folders.All.Any(f => (mailbox.RightsOn(f.Id) & (FolderRights.Create | FolderRights.EditAny | FolderRights.EditOwned | FolderRights.FolderOwner)) != 0);
}
