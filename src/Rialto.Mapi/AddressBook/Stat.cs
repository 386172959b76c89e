// [MS-OXNSPI] 2.2.8 STAT, 2.2.1.8 positions.
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>A place in a table of the address book, and how its strings are to be. 36 bytes.</summary>
public struct Stat : IWireStructure<Stat>
{
    /// <summary>Before the first row.</summary>
    public const uint BeginningOfTable = 0;

    /// <summary>Where NumPos of TotalRecs is.</summary>
    public const uint Current = 1;

    /// <summary>Behind the last row.</summary>
    public const uint EndOfTable = 2;

    public uint SortType;

    /// <summary>The list; 0 is the global one.</summary>
    public uint ContainerId;

    /// <summary>The row's number, or one of the positions above.</summary>
    public uint CurrentRec;
    public int Delta;
    public uint NumPos;
    public uint TotalRecs;
    public uint CodePage;
    public uint TemplateLocale;
    public uint SortLocale;

    public static void Fields<TIo>(ref TIo io, scoped ref Stat value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.SortType);
        io.U32(ref value.ContainerId);
        io.U32(ref value.CurrentRec);
        io.I32(ref value.Delta);
        io.U32(ref value.NumPos);
        io.U32(ref value.TotalRecs);
        io.U32(ref value.CodePage);
        io.U32(ref value.TemplateLocale);
        io.U32(ref value.SortLocale);
    }
}
