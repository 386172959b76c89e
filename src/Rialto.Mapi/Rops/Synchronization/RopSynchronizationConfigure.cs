// [MS-OXCROPS] 2.2.13.1 wire; [MS-OXCFXICS] 2.2.3.2.1.1 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationConfigure
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte SynchronizationType;
        public byte SendOptions;
        public ushort SynchronizationFlags;
        public Restriction? RestrictionData;
        public uint SynchronizationExtraFlags;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SynchronizationType);
            io.U8(ref request.SendOptions);
            io.U16(ref request.SynchronizationFlags);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.U32(ref request.SynchronizationExtraFlags);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }
}
