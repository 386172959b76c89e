using Rialto.Model;

namespace Rialto.Content.Msg;

/// <summary>What the reader had to put up with.</summary>
public enum MsgWarningKind
{
    /// <summary>The compound file is damaged; see <see cref="CompoundFiles.CompoundFile.Warnings"/>.</summary>
    DamagedCompoundFile,

    /// <summary>An object without property stream, or with one that is cut off.</summary>
    BadPropertyStream,

    /// <summary>A property of a type that there is not; left out.</summary>
    UnknownType,

    /// <summary>A property whose value is not in the file; left out.</summary>
    MissingValue,

    /// <summary>A value that does not fit its type; as much as fits was taken.</summary>
    BadValue,

    /// <summary>A value that the property stream does not list; taken.</summary>
    UnlistedProperty,

    /// <summary>An id that occurs in two types; the first was taken, Unicode before others.</summary>
    DuplicateProperty,

    /// <summary>A property from 0x8000 on that has no name in the file.</summary>
    UnnamedProperty,

    /// <summary>Names cannot be read.</summary>
    BadNames,

    /// <summary>The header tells of other numbers of recipients or attachments than there are.</summary>
    WrongCount,

    /// <summary>A message deeper than <see cref="MsgLimits.MaxEmbeddedDepth"/>; kept as bytes.</summary>
    TooDeep,
}

/// <summary>A deviation: where ("Attachments[0].Embedded", empty for the message itself), and the property where there is one.</summary>
public readonly record struct MsgWarning(MsgWarningKind Kind, string Where, PropertyTag Tag)
{
    public override string ToString()
    {
        var what = Tag.Value == 0 ? Kind.ToString() : $"{Kind}: {PropertyRegistry.Describe(Tag)}";
        return Where.Length == 0 ? what : $"{Where}: {what}";
    }
}

/// <summary>Warnings up to a limit.</summary>
internal sealed class MsgWarnings(int most)
{
    public List<MsgWarning> List { get; } = [];

    public void Add(MsgWarningKind kind, string where, PropertyTag tag = default)
    {
        if (List.Count < most)
            List.Add(new MsgWarning(kind, where, tag));
    }
}
