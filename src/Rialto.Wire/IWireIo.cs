using System.Runtime.CompilerServices;
using System.Text;

namespace Rialto.Wire;

/// <summary>The width of the count that precedes counted bytes, strings and arrays. All integers are little-endian.</summary>
public enum CountWidth : byte
{
    Byte = 1,
    UInt16 = 2,
    UInt32 = 4,
}

/// <summary>
/// One direction of a wire codec: reading, writing, sizing or dumping. A structure's <c>Fields</c> method calls the members below once a field,
/// in wire order, and thereby is its reader, writer, sizer and dumper; conditional fields are plain <c>if</c>s over what was read or is to be written.
/// Failure is sticky: after it a reader yields defaults and a writer ignores what it is given; nothing throws on account of input.
/// Null strings and arrays are written as empty ones.
/// </summary>
public interface IWireIo
{
    /// <summary>Whether values are being filled from bytes (reader, dumper) rather than turned into bytes (writer, sizer).</summary>
    bool IsReading { get; }

    /// <summary>Whether the input was malformed or cut short, or the output outgrew its limit.</summary>
    bool Failed { get; }

    /// <summary>Bytes read or written so far.</summary>
    int Position { get; }

    /// <summary>Bytes left to read in the innermost bounded region; 0 when not reading.</summary>
    int Remaining { get; }

    /// <summary>Marks the whole operation as failed: a value that the format forbids.</summary>
    void Fail();

    /// <summary>Opens a nested structure; false (and failed) beyond the depth limit. Every true is matched by one <see cref="Leave"/>.</summary>
    bool Enter(string name);

    void Leave();

    void U8(scoped ref byte value, [CallerArgumentExpression(nameof(value))] string name = "");

    void U16(scoped ref ushort value, [CallerArgumentExpression(nameof(value))] string name = "");

    void U32(scoped ref uint value, [CallerArgumentExpression(nameof(value))] string name = "");

    void U64(scoped ref ulong value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Six bytes, the highest first: the global counter of ids and change numbers ([MS-OXCFXICS] 2.2.2.5). Higher bits are not written.</summary>
    void U48BigEndian(scoped ref ulong value, [CallerArgumentExpression(nameof(value))] string name = "");

    void I16(scoped ref short value, [CallerArgumentExpression(nameof(value))] string name = "");

    void I32(scoped ref int value, [CallerArgumentExpression(nameof(value))] string name = "");

    void I64(scoped ref long value, [CallerArgumentExpression(nameof(value))] string name = "");

    void F32(scoped ref float value, [CallerArgumentExpression(nameof(value))] string name = "");

    void F64(scoped ref double value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>One byte; anything but 0 reads as true, true is written as 1.</summary>
    void Bool(scoped ref bool value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>16 bytes in the order of [MS-DTYP] 2.3.4.2 (first three groups little-endian).</summary>
    void Guid(scoped ref Guid value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An enumeration in the width of its underlying type. Unknown numbers pass through.</summary>
    void Enum<T>(scoped ref T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, Enum;

    /// <summary>Bytes preceded by their count. A null counts 0 and an empty value reads as an empty array.</summary>
    void Bytes(scoped ref byte[] value, CountWidth width, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>The same of bytes that may be part of something larger: they are written from where they are.</summary>
    void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Exactly <paramref name="count"/> bytes; on writing a shorter value is padded with zeros, a longer one fails.</summary>
    void FixedBytes(scoped ref byte[] value, int count, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>All that remains of the innermost region.</summary>
    void Rest(scoped ref byte[] value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Single-byte characters up to a NUL, as Latin-1; characters beyond it are written as '?'. Writing stops at a NUL in the value.</summary>
    void AsciiZ(scoped ref string value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Characters of a code page without NUL bytes of its own, up to a NUL.</summary>
    void EncodedZ(scoped ref string value, Encoding encoding, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>UTF-16LE up to a NUL character. Unpaired surrogates survive the round trip.</summary>
    void Utf16Z(scoped ref string value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Fixed-width little-endian numbers (or structs of one such number, as a property tag) preceded by their count.</summary>
    void Numbers<T>(scoped ref T[] value, CountWidth width, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged;

    /// <summary>The same with a count that stands elsewhere: read before, or fixed.</summary>
    void NumbersOf<T>(scoped ref T[] value, int count, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged;

    void Structure<T>(scoped ref T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : IWireStructure<T>;

    /// <summary>
    /// Opens a region preceded by its size in bytes, to be closed by <see cref="EndSized"/> with the token given: reading is bounded to it and skips
    /// what is left, writing fills in the size.
    /// </summary>
    int BeginSized(CountWidth width, string name);

    void EndSized(int token, CountWidth width);

    /// <summary>A structure preceded by its size in bytes; what the structure leaves unread of its region is skipped.</summary>
    void Sized<T>(scoped ref T value, CountWidth width, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : IWireStructure<T>;

    /// <summary>Structures preceded by their number.</summary>
    void Array<T>(scoped ref T[] value, CountWidth width, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : IWireStructure<T>;

    /// <summary>Structures whose number stands elsewhere.</summary>
    void ArrayOf<T>(scoped ref T[] value, int count, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : IWireStructure<T>;
}

/// <summary>A structure that declares its wire fields once, for every <see cref="IWireIo"/>. Structs read and write without boxing; classes need a value to fill.</summary>
public interface IWireStructure<TSelf>
    where TSelf : IWireStructure<TSelf>
{
    static abstract void Fields<TIo>(ref TIo io, scoped ref TSelf value)
        where TIo : struct, IWireIo, allows ref struct;
}
