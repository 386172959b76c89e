// [MS-OXCMAPIHTTP] 2.2.5.5 wire; [MS-OXNSPI] 3.1.4.1.10 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>The rows of a table that a restriction holds for, or the objects that a property of an object names.</summary>
internal static class NspiGetMatches
{
    public static async ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        if (NspiRowReader.IsUnicode(stat.CodePage))
            return new Response { ErrorCode = ErrorCode.NotSupported };
        if (request.Columns?.Length > call.Options.MaximumAddressBookColumns)
            return new Response { ErrorCode = ErrorCode.TableTooBig };
        var most = (int)Math.Min(request.RowCount, (uint)(request.Columns is null ? NspiFields.MaximumCount : call.Options.MaximumAddressBookMatches));
        // An explicit table to look in. Over RPC the parameter is reserved and its transport answers TooComplex: [MS-NSPI] 3.1.4.10.
        var table = request.MinimalIds is { Length: > 0 } ids ? ids.ToHashSet() : null;
        // The same answer to what can be no table: clients that take the field for the reserved one send the tag of a property.
        if (table is not null && !table.Any(number => call.Book.Find(number) is not null))
            return new Response { ErrorCode = ErrorCode.TooComplex };
        var limit = table is null ? most : NspiFields.MaximumCount;
        var error = request.Filter is { } filter
            ? NspiMatches.OfRestriction(call, stat, filter, limit, out var numbers)
            : NspiMatches.OfProperty(call, stat, request.PropertyName, limit, out numbers);
        if (error == ErrorCode.Success && table is not null)
            numbers = [.. numbers.Where(table.Contains)];
        if (error == ErrorCode.Success && numbers.Length > most)
            error = ErrorCode.TableTooBig;
        if (error != ErrorCode.Success)
            return new Response { ErrorCode = error };
        // The table is of the object, and stands for it from now on.
        if (request.Filter is null)
            stat.ContainerId = stat.CurrentRec;
        return new Response
        {
            State = stat,
            MinimalIds = numbers,
            Rows = request.Columns is { } columns ? await new NspiRowReader(call, columns, stat.CodePage, true).ReadAsync(numbers) : null,
        };
    }

    /// <summary>2.2.5.5.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public uint[]? MinimalIds;
        public uint InterfaceOptionFlags;
        public Restriction? Filter;

        /// <summary>A property by its set and number in place of its tag in ContainerId.</summary>
        public (Guid Set, uint Id)? PropertyName;
        public uint RowCount;
        public PropertyTag[]? Columns;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
            io.U32(ref value.InterfaceOptionFlags);
            var has = value.Filter is not null;
            io.Bool(ref has, "HasFilter");
            if (has)
                RestrictionCodec.Restriction(ref io, ref value.Filter, NspiFields.FormOf(value.State?.CodePage ?? 0), "Filter");
            has = value.PropertyName is not null;
            io.Bool(ref has, "HasPropertyName");
            if (has)
            {
                var name = value.PropertyName ?? default;
                io.Guid(ref name.Set, "PropertyNameGuid");
                io.U32(ref name.Id, "PropertyNameId");
                value.PropertyName = name;
            }
            io.U32(ref value.RowCount);
            NspiFields.Tags(ref io, ref value.Columns, "Columns");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.5.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public Stat? State;
        public uint[]? MinimalIds;
        public NspiRows? Rows;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
            NspiFields.Rows(ref io, ref value.Rows, value.State?.CodePage ?? 0);
        }
    }
}
