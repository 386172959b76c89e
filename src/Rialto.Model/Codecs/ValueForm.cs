using System.Text;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// How property values stand in a buffer: the widths and presence bytes that [MS-OXCDATA] 2.11.1.1 and [MS-OXCMAPIHTTP] 2.2.1.1 leave to the context.
/// The number of values of a multiple-valued property is always 32 bits wide.
/// </summary>
public readonly struct ValueForm
{
    private readonly Encoding? _string8;

    private ValueForm(CountWidth count, bool hasPresence, Encoding? string8)
    {
        Count = count;
        HasPresence = hasPresence;
        _string8 = string8;
    }

    /// <summary>ROP buffers: byte counts and restriction counts of 16 bits.</summary>
    public static ValueForm Rop => new(CountWidth.UInt16, false, null);

    /// <summary>Extended rules and search folder definitions: counts of 32 bits. [MS-OXORULE] 2.2.4.</summary>
    public static ValueForm Wide => new(CountWidth.UInt32, false, null);

    /// <summary>The address book over HTTP: 32-bit counts, and a HasValue byte before strings, binaries and multiple values. [MS-OXCMAPIHTTP] 2.2.1.1.</summary>
    public static ValueForm AddressBook => new(CountWidth.UInt32, true, null);

    /// <summary>The width of byte counts and of restriction and action counts.</summary>
    public CountWidth Count { get; }

    public bool HasPresence { get; }

    /// <summary>The code page of PtypString8; Latin-1 until the client's is known.</summary>
    public Encoding String8 => _string8 ?? Encoding.Latin1;

    public ValueForm WithString8(Encoding encoding) => new(Count, HasPresence, encoding);
}
