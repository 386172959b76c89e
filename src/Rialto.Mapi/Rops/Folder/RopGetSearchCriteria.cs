// [MS-OXCROPS] 2.2.4.5 wire; [MS-OXCFOLD] 2.2.1.5 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetSearchCriteria
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool UseUnicode;
        public bool IncludeRestriction;
        public bool IncludeFolders;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.UseUnicode);
            io.Bool(ref request.IncludeRestriction);
            io.Bool(ref request.IncludeFolders);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public Restriction? RestrictionData;
        public byte LogonId;
        public ulong[] FolderIds = [];
        public uint SearchFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RestrictionField.Field(ref io, ref response.RestrictionData, response.Context.Form);
            io.U8(ref response.LogonId);
            io.Numbers(ref response.FolderIds, CountWidth.UInt16);
            io.U32(ref response.SearchFlags);
        }
    }

    /// <summary>[MS-OXCFOLD] 2.2.1.5.2.</summary>
    [Flags]
    public enum SearchState : uint
    {
        Running = 0x00000001,
        Rebuild = 0x00000002,
        Recursive = 0x00000004,
        Foreground = 0x00000008,
        Complete = 0x00001000,
        Static = 0x00010000,
        ContentIndexed = 0x01000000,
        NotContentIndexed = 0x08000000,
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new Response { ReturnValue = error });
        if (!folder.TryGet(out var now))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        if (now.Type != FolderType.Search)
            return new(new Response { ReturnValue = ErrorCode.NotSearchFolder });
        if (folder.Mailbox.Searches.CriteriaOf(folder.Id) is not { } criteria)
            return new(new Response { ReturnValue = ErrorCode.NotInitialized });
        // A search that follows what happens in its folders runs, with its first results complete or not; rebuilding says that these are still being looked for.
        var searches = folder.Mailbox.Searches;
        var isFilling = searches.IsRunning(folder.Id);
        var state = (searches.IsActive(folder.Id) ? SearchState.Running : 0) | (isFilling ? SearchState.Running | SearchState.Rebuild : SearchState.Complete);
        state |= (criteria.IsRecursive ? SearchState.Recursive : 0) | (criteria.IsForeground ? SearchState.Foreground : 0) | (criteria.IsStatic ? SearchState.Static : 0)
            | (criteria.IsNotIndexed ? SearchState.NotContentIndexed : 0);
        return new(new Response
        {
            LogonId = request.LogonId,
            RestrictionData = request.IncludeRestriction ? WithText(criteria.Restriction, request.UseUnicode) : null,
            FolderIds = request.IncludeFolders ? [.. criteria.Folders.Select(Ids.Of)] : [],
            SearchFlags = (uint)state,
        });
    }

    /// <summary>The text of a restriction in the form asked for.</summary>
    private static Restriction? WithText(Restriction? restriction, bool unicode) => restriction switch
    {
        null => null,
        AndRestriction and => new AndRestriction([.. and.Terms.Select(t => WithText(t, unicode)!)]),
        OrRestriction or => new OrRestriction([.. or.Terms.Select(t => WithText(t, unicode)!)]),
        NotRestriction not => new NotRestriction(WithText(not.Term, unicode)!),
        ContentRestriction content => content with { Tag = Typed(content.Tag, unicode), Value = Typed(content.Value, unicode) },
        PropertyRestriction property => property with { Tag = Typed(property.Tag, unicode), Value = Typed(property.Value, unicode) },
        SubObjectRestriction sub => sub with { Term = WithText(sub.Term, unicode)! },
        CommentRestriction comment => comment with { Term = WithText(comment.Term, unicode) },
        CountRestriction count => count with { Term = WithText(count.Term, unicode)! },
        _ => restriction,
    };

    private static PropertyTag Typed(PropertyTag tag, bool unicode) =>
        tag.Type is PropertyType.String or PropertyType.String8 ? tag.WithType(unicode ? PropertyType.String : PropertyType.String8) : tag;

    private static PropertyValue Typed(PropertyValue value, bool unicode) => value.WithTag(Typed(value.Tag, unicode));
}
