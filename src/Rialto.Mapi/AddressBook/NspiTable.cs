// [MS-OXNSPI] 3.1.4.4 tables, 3.1.4.5 positions in them.
using Rialto.Directory.AddressBook;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook;

/// <summary>The table that a STAT names, sorted as it says.</summary>
internal readonly struct NspiTable(AddressBookSnapshot book, AddressBookList list, AddressBookOrder order)
{
    public AddressBookList List => list;

    public AddressBookOrder Order => order;

    public SortedEntries Entries { get; } = book.View(list, order);

    /// <summary>The table; an error where there is no such list, or no such way to sort.</summary>
    public static ErrorCode Find(NspiCall call, in Stat stat, out NspiTable table)
    {
        table = default;
        if (call.Book.FindList(stat.ContainerId) is not { } list)
            return ErrorCode.InvalidBookmark;
        table = new(call.Book, list, OrderOf(stat));
        return ErrorCode.Success;
    }

    /// <summary>The order that a STAT asks for: by display name, unless phonetically.</summary>
    public static AddressBookOrder OrderOf(in Stat stat) =>
        AddressBookOrder.Of(stat.SortLocale, stat.SortType == (uint)AddressBookSort.PhoneticDisplayName ? AddressBookSort.PhoneticDisplayName : AddressBookSort.DisplayName);

    /// <summary>Whether tables can be sorted that way. 2.2.1.10.</summary>
    public static bool IsSort(uint sortType) => sortType is (uint)AddressBookSort.DisplayName or (uint)AddressBookSort.PhoneticDisplayName;

    /// <summary>The row that the STAT begins at, before its Delta. 3.1.4.5.1, 3.1.4.5.2.</summary>
    public ErrorCode Locate(in Stat stat, out int position)
    {
        switch (stat.CurrentRec)
        {
            case Stat.BeginningOfTable:
                position = 0;
                return ErrorCode.Success;
            case Stat.EndOfTable:
                position = Entries.Count;
                return ErrorCode.Success;
            case Stat.Current:
                var intended = stat.TotalRecs == 0 ? 0 : (long)((ulong)Entries.Count * stat.NumPos / stat.TotalRecs);
                position = (int)Math.Min(intended, Entries.Count);
                return ErrorCode.Success;
            default:
                position = book.PositionOf(list, order, stat.CurrentRec);
                return position >= 0 ? ErrorCode.Success : ErrorCode.NotFound;
        }
    }

    /// <summary>The row so many away, within the table or right behind it.</summary>
    public int Move(int position, long delta) => (int)Math.Clamp(position + delta, 0, Entries.Count);

    /// <summary>The STAT standing at that row.</summary>
    public Stat At(in Stat stat, int position)
    {
        var at = stat;
        at.CurrentRec = position < Entries.Count ? Entries[position] : Stat.EndOfTable;
        at.Delta = 0;
        at.NumPos = (uint)position;
        at.TotalRecs = (uint)Entries.Count;
        return at;
    }
}
