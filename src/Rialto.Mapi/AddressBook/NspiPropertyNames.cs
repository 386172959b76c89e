// [MS-NSPI] 3.1.4.16 NspiGetNamesFromIDs, 3.1.4.17 NspiGetIDsFromNames: methods that the RPC transport alone has.
using Rialto.Directory.AddressBook;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook;

/// <summary>A property by its set and number; no set where a tag has no name.</summary>
public readonly record struct NspiPropertyName(Guid? Set, uint Id);

/// <summary>
/// Names of the address book's properties. All of them belong to PS_MAPI, where the number is the tag; there are no other sets here.
/// </summary>
internal static class NspiPropertyNames
{
    /// <summary>
    /// The names of tags, in their order; or of all properties of a set, where no tags are given. Without tags the set PS_MAPI is not told.
    /// </summary>
    public static ErrorCode FromIds(Guid? set, PropertyTag[]? tags, out PropertyTag[]? returned, out NspiPropertyName[] names)
    {
        returned = null;
        names = [];
        if (tags is null)
        {
            if (set == PropertySets.Mapi)
                return ErrorCode.NotSupported;
            returned = set is null ? null : [];
            return ErrorCode.Success;
        }
        names = [.. tags.Select(tag => set is null || set == PropertySets.Mapi ? NameOf(tag) : default)];
        return ErrorCode.Success;
    }

    /// <summary>The tags of names, in their order and without a type; 0x0000000A where a name is none. ErrorsReturned then, or AccessDenied where all must be known.</summary>
    public static ErrorCode ToIds(uint flags, IReadOnlyList<NspiPropertyName> names, out PropertyTag[]? tags)
    {
        tags = null;
        if (names.Count > NspiFields.MaximumCount)
            return ErrorCode.InvalidParameter;
        var found = names.Select(TagOf).ToArray();
        var isWhole = !found.Contains(Unknown);
        if (!isWhole && (flags & NspiFlags.VerifyNames) != 0)
            return ErrorCode.AccessDenied;
        tags = found;
        return isWhole ? ErrorCode.Success : ErrorCode.ErrorsReturned;
    }

    private static PropertyTag Unknown => new(0, PropertyType.ErrorCode);

    private static NspiPropertyName NameOf(PropertyTag tag) => PropertyMap.Find(tag.Id) is null ? default : new(PropertySets.Mapi, tag.Value);

    private static PropertyTag TagOf(NspiPropertyName name) =>
        name.Set == PropertySets.Mapi && PropertyMap.Find(new PropertyTag(name.Id).Id) is not null ? new PropertyTag(name.Id).WithType(PropertyType.Unspecified) : Unknown;
}
