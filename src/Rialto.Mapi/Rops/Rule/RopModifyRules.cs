// [MS-OXCROPS] 2.2.11.1 wire; [MS-OXORULE] 2.2.1, 3.2.5.2 behaviour.
using Rialto.Delivery;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyRules
{
    /// <summary>[MS-OXORULE] 2.2.1.1: the rules of the request take the place of all.</summary>
    private const byte Replace = 0x01;

    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ModifyRulesFlags;
        public TableRowChange[] RulesData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ModifyRulesFlags);
            TableRowChange.Fields(ref io, ref request.RulesData, request.Context.Form);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) => new() { ReturnValue = await ApplyAsync(call, request) };

    private static async ValueTask<ErrorCode> ApplyAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return error;
        if ((request.ModifyRulesFlags & ~Replace) != 0)
            return ErrorCode.InvalidParameter;
        if (!folder.TryGet(out _))
            return ErrorCode.NotFound;
        if ((folder.Mailbox.RightsOn(folder.Id) & FolderRights.FolderOwner) == 0)
            return ErrorCode.AccessDenied;

        var now = await FolderRules.OfAsync(folder.Mailbox, folder.Id, call.Service.RuleLimits, call.Cancel);
        var edit = new RuleSetEdit(now.Standard, folder.Mailbox.Header.IsPublic, (request.ModifyRulesFlags & Replace) != 0);
        foreach (var change in request.RulesData)
        {
            error = edit.Apply(change);
            if (error != ErrorCode.Success)
                return error;
        }
        var limits = call.Service.RuleLimits;
        if (edit.Exceeds(limits, limits.MaximumExcess))
            return ErrorCode.NotEnoughMemory;
        error = await SaveAsync(call, folder, edit);
        // 3.2.5.2: what is beyond the limit is kept all the same, and told.
        return error == ErrorCode.Success && edit.Exceeds(limits, 1) ? ErrorCode.NotEnoughMemory : error;
    }

    private static async ValueTask<ErrorCode> SaveAsync(RopCall call, FolderObject folder, RuleSetEdit edit)
    {
        var store = call.Service.Store;
        var change = new CombinedChange();
        foreach (var removed in edit.Removed)
            change.Deletions.Add((folder.Id, removed.Id));
        foreach (var modified in edit.Modified)
            change.Replacements.Add((folder.Id, modified.Id, await store.PreparePropertiesAsync(modified.ToMessage(), call.Cancel)));
        foreach (var added in edit.Added)
        {
            change.Appends.Add((folder.Id, await store.PreparePropertiesAsync(added.ToMessage(), call.Cancel),
                AppendOptions.Default with { State = MessageState.Associated | MessageState.Read }));
        }
        foreach (var key in await OutOfOfficeHistory.KeysOfAsync(folder.Mailbox, edit.Forgotten, call.Cancel))
            change.States.Add((key, null));
        var hasRules = edit.Count > 0;
        if (folder.TryGet(out var current) && FolderProperties.HasRules(current) != hasRules)
            change.Folders.Add((folder.Id, f => WithHasRules(f, hasRules)));
        if (edit.IsEmpty && change.Folders.Count == 0 && change.States.Count == 0)
            return ErrorCode.Success;
        var applied = await folder.Mailbox.ApplyAsync(change, call.Cancel);
        return RopCall.ErrorOf(applied.Error);
    }

    private static Folder WithHasRules(Folder folder, bool hasRules)
    {
        var bag = new PropertyBag();
        if (folder.Properties is not null && PropertyBagCodec.TryRead(folder.Properties, out PropertyBag stored))
            bag = stored;
        bag.Set(PropertyValue.Of(PropertyTags.HasRules, hasRules));
        return folder with { Properties = PropertyBagCodec.Write(bag) };
    }
}
