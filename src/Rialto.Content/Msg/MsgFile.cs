// [MS-OXMSG] .msg and .oft files.
using Rialto.Content.CompoundFiles;
using Rialto.Model;

namespace Rialto.Content.Msg;

/// <summary>Why bytes cannot be read as a .msg file at all.</summary>
public enum MsgError
{
    None,

    /// <summary>The bytes are no compound file.</summary>
    NoCompoundFile,

    /// <summary>A compound file, but too damaged to find anything in it.</summary>
    DamagedCompoundFile,

    /// <summary>A compound file that holds no message: a document, say.</summary>
    NoMessage,
}

/// <summary>Bounds of reading a .msg file; those of its compound file hold besides.</summary>
public sealed record MsgLimits
{
    public static MsgLimits Default { get; } = new();

    /// <summary>Messages in messages; deeper ones are kept as the bytes of their storage. Mail programs open a few levels at most.</summary>
    public int MaxEmbeddedDepth { get; init; } = 50;

    /// <summary>UTF-16 code units of a property's name. [MS-OXCDATA] 2.6.1 has room for 127; what a file makes of it must not multiply its size.</summary>
    public int MaxNameLength { get; init; } = 512;

    /// <summary>Warnings kept: nobody reads more.</summary>
    public int MaxWarnings { get; init; } = 200;
}

/// <summary>A .msg file that was read.</summary>
public sealed record MsgFile
{
    /// <summary>The class of what Outlook saves as a message.</summary>
    public static readonly Guid MessageClassId = new("00020d0b-0000-0000-c000-000000000046");

    /// <summary>The class of what Outlook saves as a template (.oft).</summary>
    public static readonly Guid TemplateClassId = new("0006f046-0000-0000-c000-000000000046");

    /// <summary>
    /// The message. Strings of an ANSI file are decoded and keep the type String8. An attachment that is a storage (afStorage) has PidTagAttachDataObject
    /// with the bytes of a compound file.
    /// </summary>
    public required PropertyMessage Message { get; init; }

    /// <summary>Whether PidTagStoreSupportMask says that strings are Unicode. [MS-OXMSG] 2.1.1.</summary>
    public required bool IsUnicode { get; init; }

    /// <summary>The code page that strings of type String8 were read in.</summary>
    public required int CodePage { get; init; }

    /// <summary>The class of the root storage.</summary>
    public required Guid ClassId { get; init; }

    public bool IsTemplate => ClassId == TemplateClassId;

    public required IReadOnlyList<MsgWarning> Warnings { get; init; }

    /// <summary>Null, with the reason, when no message can be found. Total, in time and memory linear in the bytes.</summary>
    public static MsgFile? Read(ReadOnlyMemory<byte> bytes, out MsgError error, MsgLimits? limits = null)
    {
        var compound = CompoundFile.Read(bytes, out var compoundError);
        if (compound is null)
        {
            error = compoundError is CompoundFileError.NoSignature ? MsgError.NoCompoundFile : MsgError.DamagedCompoundFile;
            return null;
        }
        var file = MsgReader.Read(compound, limits ?? MsgLimits.Default);
        error = file is null ? MsgError.NoMessage : MsgError.None;
        return file;
    }
}
