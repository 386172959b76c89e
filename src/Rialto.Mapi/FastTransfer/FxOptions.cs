// [MS-OXCFXICS] 2.2.3.1.1.1.1 SendOptions and CopyFlags, 3.2.5.8.1.1 what they mean together; 3.2.5.10 filters.
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>What a client wants of a stream.</summary>
[Flags]
internal enum SendOptions : byte
{
    None = 0,
    Unicode = 0x01,
    UseCpid = 0x02,
    ForUpload = Unicode | UseCpid,
    RecoverMode = 0x04,
    ForceUnicode = 0x08,
    PartialItem = 0x10,
    Reserved1 = 0x20,
    Reserved2 = 0x40,
    Known = 0x7F,
}

internal static class SendOptionsForms
{
    /// <summary>Strings are held in Unicode here: what is to go "as stored" goes so.</summary>
    public static FxStrings Strings(this SendOptions options) =>
        (options & SendOptions.UseCpid) != 0 ? FxStrings.CodePageType
        : (options & (SendOptions.Unicode | SendOptions.ForceUnicode)) != 0 ? FxStrings.Unicode
        : FxStrings.CodePage;
}

/// <summary>Properties and subobjects that a client named, to be left out or to be the only ones.</summary>
internal sealed class FxFilter
{
    private readonly HashSet<ushort> _ids;
    private Func<ushort, bool>? _only;

    private FxFilter(PropertyTag[] tags, bool isOnly)
    {
        Tags = tags;
        IsOnly = isOnly;
        _ids = [.. tags.Select(t => t.Id)];
    }

    /// <summary>Everything.</summary>
    public static FxFilter None { get; } = new([], false);

    /// <summary>Whether the named ones are the only ones.</summary>
    public bool IsOnly { get; }

    public PropertyTag[] Tags { get; }

    public static FxFilter Without(PropertyTag[] tags) => tags.Length == 0 ? None : new(tags, false);

    public static FxFilter Only(PropertyTag[] tags) => new(tags, true);

    /// <summary>What this one lets through, as far as the condition holds.</summary>
    public FxFilter Where(Func<ushort, bool> only) => new(Tags, IsOnly) { _only = only };

    public bool Takes(ushort id) => (_ids.Count == 0 ? !IsOnly : _ids.Contains(id) == IsOnly) && (_only is null || _only(id));
}
