namespace Rialto.Content.Tnef;

/// <summary>What a value of PtypObject begins with: the interface that the object had. [MS-OXTNEF] 2.1.3.4.</summary>
internal static class TnefInterfaces
{
    /// <summary>An embedded message: a TNEF stream follows.</summary>
    public static readonly Guid Message = new("00020307-0000-0000-C000-000000000046");

    /// <summary>A structured storage: a compound file follows.</summary>
    public static readonly Guid Storage = new("0000000B-0000-0000-C000-000000000046");

    public static readonly Guid Stream = new("0000000C-0000-0000-C000-000000000046");
}
