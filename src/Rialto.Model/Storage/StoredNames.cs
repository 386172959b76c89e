using System.Text;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>A message's table of named properties in <see cref="PropertyBagCodec"/>'s form: each property set once, then the names by ascending id.</summary>
internal static class StoredNames
{
    public static void Write(ref WireWriter writer, Dictionary<ushort, PropertyName> names)
    {
        var sets = names.Values.Select(n => n.PropertySet).Distinct().Order().ToList();
        writer.WriteVarint((uint)sets.Count);
        foreach (var set in sets)
            writer.WriteGuid(set);
        writer.WriteVarint((uint)names.Count);
        var previous = 0;
        foreach (var (id, name) in names.OrderBy(n => n.Key))
        {
            writer.WriteVarint((uint)(id - previous));
            previous = id;
            writer.WriteVarint((uint)sets.IndexOf(name.PropertySet));
            if (name.Name is { } text)
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                writer.WriteVarint((uint)utf8.Length + 1);
                writer.Write(utf8);
            }
            else
            {
                writer.WriteVarint(0);
                writer.WriteVarint(name.Lid);
            }
        }
    }

    public static void Read(ref WireReader reader, Dictionary<ushort, PropertyName> names)
    {
        var sets = new Guid[reader.ReadVarintCount(16)];
        for (var i = 0; i < sets.Length; i++)
            sets[i] = reader.ReadGuid();
        ulong id = 0;
        for (var left = reader.ReadVarintCount(3); left > 0 && !reader.Failed; left--)
        {
            id += reader.ReadVarint();
            var set = reader.ReadVarint();
            var kind = reader.ReadVarint();
            if (id > ushort.MaxValue || set >= (ulong)sets.Length || kind > int.MaxValue)
            {
                reader.Fail();
                return;
            }
            names[(ushort)id] = kind == 0
                ? new PropertyName(sets[set], (uint)reader.ReadVarint())
                : new PropertyName(sets[set], Encoding.UTF8.GetString(reader.ReadSpan((int)kind - 1)));
        }
    }
}
