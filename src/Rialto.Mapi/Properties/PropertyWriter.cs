// [MS-OXCPRPT] 3.2.5.4 RopSetProperties, 3.2.5.5 RopDeleteProperties.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>Sets and deletes properties of an object, telling what could not be.</summary>
internal static class PropertyWriter
{
    public static async ValueTask<ProblemsResponse> SetAsync(RopCall call, RopRequest request, PropertyValue[] values)
    {
        if (!call.TryGet<PropertyObject>(request, out var target, out var error))
            return new ProblemsResponse { ReturnValue = error };
        // A type without a known size hides where the next value begins: nothing of the request can be done.
        if (values is [.., { IsError: true } last] && last.AsError() == ErrorCode.UnexpectedType)
            return new ProblemsResponse { ReturnValue = ErrorCode.UnexpectedType };
        if (!target.CanWrite)
            return new ProblemsResponse { ReturnValue = ErrorCode.AccessDenied };
        await target.LoadAsync(call.Cancel);
        var changes = new PropertyChanges();
        for (var i = 0; i < values.Length; i++)
            Add(changes, target, (ushort)i, values[i]);
        return await ApplyAsync(call, target, changes);
    }

    public static async ValueTask<ProblemsResponse> DeleteAsync(RopCall call, RopRequest request, PropertyTag[] tags)
    {
        if (!call.TryGet<PropertyObject>(request, out var target, out var error))
            return new ProblemsResponse { ReturnValue = error };
        if (!target.CanWrite)
            return new ProblemsResponse { ReturnValue = ErrorCode.AccessDenied };
        await target.LoadAsync(call.Cancel);
        var changes = new PropertyChanges();
        for (var i = 0; i < tags.Length; i++)
        {
            if (target.IsReadOnly(tags[i].Id))
                changes.Fail((ushort)i, tags[i], ErrorCode.ComputedValue);
            else
                changes.Delete.Add(((ushort)i, tags[i]));
        }
        return await ApplyAsync(call, target, changes);
    }

    /// <summary>Adds a value to the changes if it may be set there; otherwise its problem.</summary>
    public static void Add(PropertyChanges changes, PropertyObject target, ushort index, PropertyValue value)
    {
        var checkedAs = PropertyRules.Check(target.Mailbox, value);
        if (checkedAs == ErrorCode.Success && target is LogonObject logon && (logon.IsReadOnly(value.Tag.Id) || logon.Refuses(value.Tag.Id)))
        {
            checkedAs = ErrorCode.AccessDenied;
        }
        else if (checkedAs == ErrorCode.Success && target.IsReadOnly(value.Tag.Id))
        {
            if (target is DraftObject draft && draft.FailsSaving(value.Tag.Id))
            {
                draft.WasReadOnlySet = true;
                return;
            }
            checkedAs = ErrorCode.ComputedValue;
        }
        if (checkedAs == ErrorCode.Success)
            changes.Set.Add((index, PropertyRules.Normalise(value)));
        else
            changes.Fail(index, value.Tag, checkedAs);
    }

    private static async ValueTask<ProblemsResponse> ApplyAsync(RopCall call, PropertyObject target, PropertyChanges changes)
    {
        var error = changes.Set.Count + changes.Delete.Count > 0 ? await target.ChangeAsync(call, changes) : ErrorCode.Success;
        if (error != ErrorCode.Success)
            return new ProblemsResponse { ReturnValue = error };
        changes.Problems.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        return new ProblemsResponse { PropertyProblems = [.. changes.Problems] };
    }
}
