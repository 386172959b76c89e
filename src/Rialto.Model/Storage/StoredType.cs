namespace Rialto.Model;

/// <summary>
/// The type byte of a value in <see cref="PropertyBagCodec"/>'s form. These numbers are on disk: they never change, new ones are only added.
/// </summary>
internal enum StoredType : byte
{
    Null = 0,
    Integer16 = 1,
    Integer32 = 2,
    Floating32 = 3,
    Floating64 = 4,
    Currency = 5,
    FloatingTime = 6,
    ErrorCode = 7,
    False = 8,
    True = 9,
    Object = 10,
    Integer64 = 11,
    String8 = 12,
    String = 13,
    Time = 14,
    Guid = 15,
    ServerId = 16,
    Restriction = 17,
    RuleAction = 18,
    Binary = 19,

    /// <summary>A string with unpaired surrogates, which UTF-8 cannot carry: UTF-16LE.</summary>
    StringUtf16 = 20,

    /// <summary>The same for String8.</summary>
    String8Utf16 = 21,

    MultipleInteger16 = 32 + Integer16,
    MultipleInteger32 = 32 + Integer32,
    MultipleFloating32 = 32 + Floating32,
    MultipleFloating64 = 32 + Floating64,
    MultipleCurrency = 32 + Currency,
    MultipleFloatingTime = 32 + FloatingTime,
    MultipleInteger64 = 32 + Integer64,
    MultipleString8 = 32 + String8,
    MultipleString = 32 + String,
    MultipleTime = 32 + Time,
    MultipleGuid = 32 + Guid,
    MultipleBinary = 32 + Binary,

    /// <summary>Added to Binary, Object, String, String8: the value is elsewhere, a reference to it is here.</summary>
    ExternalFlag = 64,
}
