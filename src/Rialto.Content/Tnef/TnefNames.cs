using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>The named properties of a message being written. An embedded message may have a table of its own or share those of the messages around it.</summary>
internal sealed class TnefNames(IReadOnlyDictionary<ushort, PropertyName> table, TnefNames? outer)
{
    public PropertyName? Find(ushort id) => table.TryGetValue(id, out var name) ? name : outer?.Find(id);
}
