// [MS-OXCMAPIHTTP] 2.2.5.10.1 EntryIds.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>EntryIDs one after the other, each behind its size.</summary>
internal static class EntryIdArray
{
    public static void Fields<TIo>(ref TIo io, scoped ref byte[][]? value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "HasEntryIds");
        if (!has)
            return;
        var count = value?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt32, "EntryIdCount");
        if (count > NspiFields.MaximumCount || io.IsReading && count > io.Remaining / sizeof(uint))
        {
            io.Fail();
            return;
        }
        var ids = io.IsReading ? new byte[count][] : value!;
        for (var i = 0; i < count && !io.Failed; i++)
            io.Bytes(ref ids[i], CountWidth.UInt32, "EntryId");
        value = io.Failed ? [] : ids;
    }
}
