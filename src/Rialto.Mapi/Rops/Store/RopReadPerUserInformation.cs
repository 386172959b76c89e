// [MS-OXCROPS] 2.2.3.12 wire; [MS-OXCSTOR] 2.2.1.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReadPerUserInformation
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId FolderId;
        public byte Reserved;
        public uint DataOffset;
        public ushort MaxDataSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.FolderId);
            io.U8(ref request.Reserved);
            io.U32(ref request.DataOffset);
            io.U16(ref request.MaxDataSize);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasFinished;
        public byte[] Data = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasFinished);
            io.Bytes(ref response.Data, CountWidth.UInt16);
        }
    }

    /// <summary>Bytes of one response, and where the client names none: what Exchange takes (footnotes 46 and 47).</summary>
    private const int MaximumDataSize = 4096;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new Response { ReturnValue = error };
        if (logon.Mailbox.Header.IsPublic)
            return await ReadPublicAsync(call, request, logon);
        var row = await PerUserInformation.ReadAsync(logon.Mailbox, request.FolderId, call.Cancel);
        return Segment(request, row?.Set ?? default);
    }

    /// <summary>3.2.5.12.3: what the user has read in the folder now, as the store keeps it; nothing where there is no such folder.</summary>
    private static async ValueTask<Response> ReadPublicAsync(RopCall call, Request request, LogonObject logon)
    {
        var id = request.FolderId.Id;
        var folder = new Rialto.Store.FolderId((long)id.Counter);
        if (id.Replica != logon.Mailbox.Header.ReplicaGuid || !FolderAccess.IsVisible(logon.Mailbox.RightsOn(folder)))
            return Segment(request, default);
        var read = await logon.Mailbox.ReadReadSetAsync(folder, call.Cancel);
        // 2.2.1.12.2: nothing again for who has it already and asks the same again. Asked for in other pieces it is read anew, as 3.2.5.12.1 tells.
        if (request.DataOffset == 0 && logon.PerUserRead.TryGetValue(folder, out var known) && known.Read == read && known.MaxDataSize == request.MaxDataSize)
            return new Response { HasFinished = true };
        var set = new ReplicaIdSet();
        set[logon.Mailbox.Header.ReplicaGuid].Union(read);
        var response = Segment(request, read.IsEmpty ? default : set.ToReplGuids());
        if (response is { ReturnValue: ErrorCode.Success, HasFinished: true } && !read.IsEmpty)
            logon.PerUserRead[folder] = (read, request.MaxDataSize);
        return response;
    }

    private static Response Segment(Request request, ReadOnlyMemory<byte> set)
    {
        if (request.DataOffset > set.Length)
            return new Response { ReturnValue = ErrorCode.GeneralFailure };
        var limit = request.MaxDataSize == 0 ? MaximumDataSize : Math.Min((int)request.MaxDataSize, MaximumDataSize);
        var rest = set[(int)request.DataOffset..];
        var data = rest.Length > limit ? rest[..limit] : rest;
        return new Response { HasFinished = data.Length == rest.Length, Data = data.ToArray() };
    }
}
