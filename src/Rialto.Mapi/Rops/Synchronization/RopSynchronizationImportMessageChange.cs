// [MS-OXCROPS] 2.2.13.2 wire; [MS-OXCFXICS] 2.2.3.2.4.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportMessageChange
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte ImportFlag;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ImportFlag);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.MessageId);
        }
    }

    // 2.2.3.2.4.2.1
    private const byte Associated = 0x10;
    private const byte FailOnConflict = 0x40;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncUploadObject>(request, out var context, out var error))
            return new Response { ReturnValue = error };
        if (!context.IsContents)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        context.Begin();
        if ((request.ImportFlag & ~(Associated | FailOnConflict)) != 0)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        // These four, in this order, and no others.
        if (request.PropertyValues is not [var sourceKey, var modified, var changeKey, var predecessors]
            || sourceKey.Tag != PropertyTags.SourceKey || modified.Tag != PropertyTags.LastModificationTime
            || changeKey.Tag != PropertyTags.ChangeKey || predecessors.Tag != PropertyTags.PredecessorChangeList
            || !SourceKey.TryRead(context.Mailbox, sourceKey.AsBinary(), out var key)
            || ImportedVersion.Read(context.Mailbox, changeKey.AsBinary(), predecessors.AsBinary(), modified.AsTime()) is not { } version)
        {
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        }
        var import = new MessageImport(context, key, version, (request.ImportFlag & Associated) != 0, (request.ImportFlag & FailOnConflict) != 0);
        error = await import.CheckAsync(call.Cancel);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        var message = MessageObject.Importing(context.Logon, import, call.Session.Form);
        NewMessage.Initialise(message, call);
        // 2.2.3.2.4.2.2: MessageId is zero.
        return new Response { ReturnValue = call.Open(request.OutputHandleIndex, message) };
    }
}
