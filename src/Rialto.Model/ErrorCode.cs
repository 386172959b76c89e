namespace Rialto.Model;

/// <summary>Return values of ROPs and error cells of rows. [MS-OXCDATA] 2.4.</summary>
public enum ErrorCode : uint
{
    Success = 0,
    NotEnoughMemory = 0x8007000E,
    NotFound = 0x8004010F,
}
