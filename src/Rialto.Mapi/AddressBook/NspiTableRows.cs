// [MS-OXCMAPIHTTP] 2.2.5.12.2, 2.2.5.16.2: what the methods that read a table answer.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Rows of a table, and where the client stands in it then.</summary>
internal struct NspiTableRows : INspiResponse<NspiTableRows>
{
    public ErrorCode ErrorCode;
    public Stat? State;
    public NspiRows? Rows;

    public readonly ErrorCode Error => ErrorCode;

    public static void Fields<TIo>(ref TIo io, scoped ref NspiTableRows value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Enum(ref value.ErrorCode);
        NspiFields.State(ref io, ref value.State);
        NspiFields.Rows(ref io, ref value.Rows, value.State?.CodePage ?? 0);
    }

    public static ValueTask<NspiTableRows> Failed(ErrorCode error) => new(new NspiTableRows { ErrorCode = error });

    /// <summary>The rows of those numbers; none where no columns are asked for.</summary>
    public static async ValueTask<NspiTableRows> ReadAsync(NspiRowReader? reader, Stat stat, ReadOnlyMemory<uint> numbers) =>
        new() { State = stat, Rows = reader is null ? null : await reader.ReadAsync(numbers) };
}
