// [MS-OXCMAPIHTTP] 2.2.5.12 wire; [MS-OXNSPI] 3.1.4.1.8 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Reads rows of a table, or of numbers that the client gives.</summary>
internal static class NspiQueryRows
{
    public static ValueTask<NspiTableRows> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        var columns = request.Columns ?? NspiRowReader.DefaultColumns;
        if (NspiRowReader.IsUnicode(stat.CodePage))
            return NspiTableRows.Failed(ErrorCode.NotSupported);
        if (request.State is not null && !NspiRowReader.IsCodePage(stat.CodePage))
            return NspiTableRows.Failed(ErrorCode.InvalidCodepage);
        if (columns.Length > call.Options.MaximumAddressBookColumns)
            return NspiTableRows.Failed(ErrorCode.TableTooBig);
        var rows = new NspiRowReader(call, columns, stat.CodePage, (request.Flags & NspiFlags.EphemeralIds) != 0);
        var most = (int)Math.Min(request.RowCount, (uint)call.Options.MaximumAddressBookRows);
        return request.ExplicitTable is { Length: > 0 } numbers
            ? NspiTableRows.ReadAsync(rows, stat, numbers.AsMemory(0, Math.Min(numbers.Length, most)))
            : OfTableAsync(call, rows, stat, most);
    }

    /// <summary>2.2.5.12.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public Stat? State;
        public uint[] ExplicitTable;
        public uint RowCount;
        public PropertyTag[]? Columns;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            NspiFields.State(ref io, ref value.State);
            io.Numbers(ref value.ExplicitTable, CountWidth.UInt32);
            if (value.ExplicitTable?.Length > NspiFields.MaximumCount)
                io.Fail();
            io.U32(ref value.RowCount);
            NspiFields.Tags(ref io, ref value.Columns, "Columns");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    private static ValueTask<NspiTableRows> OfTableAsync(NspiCall call, NspiRowReader rows, Stat stat, int most)
    {
        var error = NspiTable.Find(call, stat, out var table);
        var position = 0;
        if (error == ErrorCode.Success)
            error = table.Locate(stat, out position);
        if (error != ErrorCode.Success)
            return NspiTableRows.Failed(error);
        position = table.Move(position, stat.Delta);
        var numbers = new uint[Math.Min(most, table.Entries.Count - position)];
        table.Entries.CopyTo(position, numbers);
        return NspiTableRows.ReadAsync(rows, table.At(stat, position + numbers.Length), numbers);
    }
}
