// [MS-OXCMAPIHTTP] 2.2.1.3 AddressBookPropertyValueList, 2.2.1.7 AddressBookPropertyRow, 2.2.1.8 LargePropertyTagArray; 2.2.5: optional fields after a byte that says whether they are there.
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Rows of a table: every row has a cell a column, an error where it has no value.</summary>
public sealed record NspiRows(PropertyTag[] Columns, IReadOnlyList<PropertyValue[]> Rows)
{
    /// <summary>None.</summary>
    public static NspiRows Empty { get; } = new([], []);
}

/// <summary>What the bodies of the address book's requests and responses have in common.</summary>
internal static class NspiFields
{
    /// <summary>Values of an array. [MS-OXNSPI] 2.2.2.2; [MS-OXCMAPIHTTP] 2.2.1.8.</summary>
    public const int MaximumCount = 100_000;

    /// <summary>The form of values with 8-bit strings in that code page.</summary>
    public static ValueForm FormOf(uint codePage) => ValueForm.AddressBook.WithString8(CodePages.Find(codePage));

    public static Encoding EncodingOf(uint codePage) => CodePages.Find(codePage);

    public static void Auxiliary<TIo>(ref TIo io, scoped ref byte[] value)
        where TIo : struct, IWireIo, allows ref struct => io.Bytes(ref value, CountWidth.UInt32, "AuxiliaryBuffer");

    public static void State<TIo>(ref TIo io, scoped ref Stat? value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "HasState");
        if (!has)
            return;
        var stat = value ?? default;
        io.Structure(ref stat, "State");
        value = stat;
    }

    public static void Number<TIo>(ref TIo io, scoped ref uint? value, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "Has" + name);
        if (!has)
            return;
        var number = value ?? 0;
        io.U32(ref number, name);
        value = number;
    }

    public static void Tags<TIo>(ref TIo io, scoped ref PropertyTag[]? value, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "Has" + name);
        if (!has)
            return;
        var tags = value ?? [];
        TagArray(ref io, ref tags, name);
        value = tags;
    }

    public static void TagArray<TIo>(ref TIo io, scoped ref PropertyTag[] value, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        PropertyValueCodec.Tags(ref io, ref value, CountWidth.UInt32, name);
        if (value.Length > MaximumCount)
            io.Fail();
    }

    public static void Numbers<TIo>(ref TIo io, scoped ref uint[]? value, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "Has" + name);
        if (!has)
            return;
        var numbers = value ?? [];
        io.Numbers(ref numbers, CountWidth.UInt32, name);
        if (numbers.Length > MaximumCount)
            io.Fail();
        value = numbers;
    }

    /// <summary>Strings after their number, each up to its NUL: UTF-16 ones, or 8-bit ones.</summary>
    public static void Strings<TIo>(ref TIo io, scoped ref string[]? value, bool unicode, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "Has" + name);
        if (!has)
            return;
        var count = value?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt32, name + "Count");
        var least = unicode ? 2 : 1;
        if (count > MaximumCount || io.IsReading && count > io.Remaining / least)
        {
            io.Fail();
            return;
        }
        var strings = io.IsReading ? new string[count] : value!;
        for (var i = 0; i < count && !io.Failed; i++)
        {
            if (unicode)
                io.Utf16Z(ref strings[i], name);
            else
                io.AsciiZ(ref strings[i], name);
        }
        value = io.Failed ? [] : strings;
    }

    /// <summary>Columns and rows.</summary>
    public static void Rows<TIo>(ref TIo io, scoped ref NspiRows? value, uint codePage)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "HasColumnsAndRows");
        if (!has)
            return;
        var columns = value?.Columns ?? [];
        TagArray(ref io, ref columns, "Columns");
        var count = value?.Rows.Count ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt32, "RowCount");
        // A row takes a byte at least.
        if (io.Failed || io.IsReading && count > io.Remaining)
        {
            io.Fail();
            return;
        }
        var form = FormOf(codePage);
        if (!io.IsReading)
        {
            for (var i = 0; i < count; i++)
                PropertyRowCodec.Row(ref io, columns, value!.Rows[i], form);
            return;
        }
        var rows = new List<PropertyValue[]>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var row = new PropertyValue[columns.Length];
            PropertyRowCodec.Row(ref io, columns, row, form);
            rows.Add(row);
        }
        value = new(columns, rows);
    }

    /// <summary>Values with their tags.</summary>
    public static void Values<TIo>(ref TIo io, scoped ref PropertyValue[]? value, uint codePage, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "Has" + name);
        if (!has)
            return;
        var values = value ?? [];
        PropertyValueCodec.TaggedArray(ref io, ref values, CountWidth.UInt32, FormOf(codePage), name);
        value = values;
    }

    /// <summary>The tables of values that GetSpecialTable answers with.</summary>
    public static void Tables<TIo>(ref TIo io, scoped ref PropertyValue[][]? value, uint codePage)
        where TIo : struct, IWireIo, allows ref struct
    {
        var has = value is not null;
        io.Bool(ref has, "HasRows");
        if (!has)
            return;
        var count = value?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt32, "RowsCount");
        if (io.Failed || io.IsReading && count > io.Remaining / sizeof(uint))
        {
            io.Fail();
            return;
        }
        var rows = io.IsReading ? new PropertyValue[count][] : value!;
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var row = rows[i] ?? [];
            PropertyValueCodec.TaggedArray(ref io, ref row, CountWidth.UInt32, FormOf(codePage), "Row");
            rows[i] = row;
        }
        value = rows;
    }
}
