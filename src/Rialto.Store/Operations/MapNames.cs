using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Ids for property names. [MS-OXCPRPT] 3.2.5.10.</summary>
internal static class MapNames
{
    public static ushort[] Compute(Draft draft, IReadOnlyList<PropertyName> names)
    {
        var ids = new ushort[names.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = IdOf(draft, names[i]);
        return ids;
    }

    /// <summary>Gives ids to all names of a message, embedded ones included.</summary>
    public static void AddAll(Draft draft, PropertyMessage? message)
    {
        foreach (var one in NamedProperties.WithEmbedded(message))
        {
            foreach (var name in one.NamedProperties.Values)
                IdOf(draft, name);
        }
    }

    /// <summary>The id, given now where there was none; 0 when the mailbox has no more to give.</summary>
    public static ushort IdOf(Draft draft, PropertyName name)
    {
        if (draft.Names.TryGetId(name, out var id))
            return id;
        if (draft.Names.Count >= draft.Options.MaximumNamedProperties || draft.Names.Next > 0xFFFE)
            return 0;
        id = (ushort)draft.Names.Next;
        draft.AddName(id, name);
        return id;
    }
}
