using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>What a TNEF stream holds. [MS-OXTNEF] 2.1.</summary>
public sealed class TnefMessage
{
    /// <summary>
    /// The message: all its attributes as properties. Strings of a code page are PtypString here. Recipients are there only where the stream has a recipient
    /// table, as those of embedded messages do; the carrying mail's header tells the others.
    /// </summary>
    public required PropertyMessage Message { get; init; }

    /// <summary>The attach key: what the sender's gateway numbered the stream with. [MS-OXTNEF] 2.1.1.</summary>
    public ushort Key { get; init; }

    /// <summary>The code page of the stream's 8-bit strings; 0 where it told none and windows-1252 was taken.</summary>
    public int CodePage { get; init; }

    public IReadOnlyList<TnefWarning> Warnings { get; init; } = [];

    /// <summary>Whether the bytes were a TNEF stream at all.</summary>
    public bool IsTnef => Warnings is not [{ Kind: TnefWarningKind.NotTnef }, ..];
}
