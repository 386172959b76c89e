namespace Rialto.Oab.Wire;

/// <summary>Sizes that values in a version 4 file may have; longer ones are cut or left out, and the record says so. [MS-OXOAB] 2.9.2.2.1.</summary>
public sealed class OabLimits
{
    /// <summary>Bytes of a text; a longer one is cut between characters. The usual limit of Exchange.</summary>
    public int MaximumText { get; set; } = 3_400;

    /// <summary>Bytes of all texts of one property together; what does not fit is left out.</summary>
    public int MaximumTexts { get; set; } = 65_536;

    /// <summary>Bytes of a binary value; a longer one is left out.</summary>
    public int MaximumBinary { get; set; } = 32_768;

    /// <summary>Bytes of all binary values of one property together.</summary>
    public int MaximumBinaries { get; set; } = 65_536;
}
