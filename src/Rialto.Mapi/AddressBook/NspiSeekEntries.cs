// [MS-OXCMAPIHTTP] 2.2.5.16 wire; [MS-OXNSPI] 3.1.4.1.9 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Moves to the first row whose name is the one sought or comes after it.</summary>
internal static class NspiSeekEntries
{
    public static ValueTask<NspiTableRows> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        if (NspiRowReader.IsUnicode(stat.CodePage))
            return NspiTableRows.Failed(ErrorCode.NotSupported);
        if (request.Columns?.Length > call.Options.MaximumAddressBookColumns)
            return NspiTableRows.Failed(ErrorCode.TableTooBig);
        var error = NspiTable.Find(call, stat, out var table);
        if (error != ErrorCode.Success)
            return NspiTableRows.Failed(error);
        if (!NspiTable.IsSort(stat.SortType) || request.Target is not { } target || target.Reference is not string text || target.Tag.Id != SortedBy(stat))
            return NspiTableRows.Failed(ErrorCode.GeneralFailure);
        return request.ExplicitTable is { Length: > 0 } numbers ? OfNumbersAsync(call, request, table, stat, text, numbers) : OfTableAsync(call, request, table, stat, text);
    }

    /// <summary>2.2.5.16.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public PropertyValue? Target;
        public uint[]? ExplicitTable;
        public PropertyTag[]? Columns;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            var has = value.Target is not null;
            io.Bool(ref has, "HasTarget");
            if (has)
            {
                var target = value.Target ?? default;
                PropertyValueCodec.Tagged(ref io, ref target, NspiFields.FormOf(value.State?.CodePage ?? 0), "Target");
                value.Target = target;
            }
            NspiFields.Numbers(ref io, ref value.ExplicitTable, "ExplicitTable");
            NspiFields.Tags(ref io, ref value.Columns, "Columns");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    private static ushort SortedBy(in Stat stat) =>
        stat.SortType == (uint)AddressBookSort.PhoneticDisplayName ? PropertyIds.AddressBookPhoneticDisplayName : PropertyIds.DisplayName;

    private static ValueTask<NspiTableRows> OfTableAsync(NspiCall call, Request request, NspiTable table, Stat stat, string text)
    {
        var position = call.Book.Seek(table.List, table.Order, text);
        if (position == table.Entries.Count)
            return NspiTableRows.Failed(ErrorCode.NotFound);
        // A page; the client reads on with QueryRows.
        var numbers = request.Columns is null ? [] : new uint[Math.Min(call.Options.AddressBookPage, table.Entries.Count - position)];
        table.Entries.CopyTo(position, numbers);
        return NspiTableRows.ReadAsync(ReaderOf(call, request, stat), table.At(stat, position) with { Delta = stat.Delta }, numbers);
    }

    private static ValueTask<NspiTableRows> OfNumbersAsync(NspiCall call, Request request, NspiTable table, Stat stat, string text, uint[] numbers)
    {
        var order = table.Order;
        var position = Array.FindIndex(numbers, n => call.Book.Find(n) is { } entry && order.CompareTo(entry, text) >= 0);
        if (position < 0)
            return NspiTableRows.Failed(ErrorCode.NotFound);
        stat.CurrentRec = numbers[position];
        stat.NumPos = (uint)position;
        stat.TotalRecs = (uint)numbers.Length;
        return NspiTableRows.ReadAsync(ReaderOf(call, request, stat), stat, numbers.AsMemory(position, Math.Min(call.Options.MaximumAddressBookRows, numbers.Length - position)));
    }

    private static NspiRowReader? ReaderOf(NspiCall call, Request request, in Stat stat) => request.Columns is { } columns ? new(call, columns, stat.CodePage, true) : null;
}
