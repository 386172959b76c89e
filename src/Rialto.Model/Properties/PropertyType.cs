namespace Rialto.Model;

/// <summary>The type half of a property tag. [MS-OXCDATA] 2.11.1.</summary>
public enum PropertyType : ushort
{
    Unspecified = 0x0000,
    Null = 0x0001,
    Integer16 = 0x0002,
    Integer32 = 0x0003,
    Floating32 = 0x0004,
    Floating64 = 0x0005,
    Currency = 0x0006,
    FloatingTime = 0x0007,
    ErrorCode = 0x000A,
    Boolean = 0x000B,
    Object = 0x000D,
    Integer64 = 0x0014,
    String8 = 0x001E,
    String = 0x001F,
    Time = 0x0040,
    Guid = 0x0048,
    ServerId = 0x00FB,
    Restriction = 0x00FD,
    RuleAction = 0x00FE,
    Binary = 0x0102,

    MultipleInteger16 = 0x1002,
    MultipleInteger32 = 0x1003,
    MultipleFloating32 = 0x1004,
    MultipleFloating64 = 0x1005,
    MultipleCurrency = 0x1006,
    MultipleFloatingTime = 0x1007,
    MultipleInteger64 = 0x1014,
    MultipleString8 = 0x101E,
    MultipleString = 0x101F,
    MultipleTime = 0x1040,
    MultipleGuid = 0x1048,
    MultipleBinary = 0x1102,

    /// <summary>MV_FLAG: set on every multiple-valued type.</summary>
    MultipleFlag = 0x1000,

    /// <summary>MV_INSTANCE: set with <see cref="MultipleFlag"/> where a table expands one row a value. [MS-OXCTABL] 2.2.2.1.</summary>
    MultipleInstance = 0x2000,
}
