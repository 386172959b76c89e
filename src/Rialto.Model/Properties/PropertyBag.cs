using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Rialto.Model;

/// <summary>
/// The properties of one object, one value a property id, in the order of the ids. A look-up by tag finds the id in whatever type it is held
/// and leaves coercion to the caller ([MS-OXCDATA] 2.9: an object holds a property once, whatever its type).
/// Not safe for concurrent writes.
/// </summary>
public sealed class PropertyBag : IReadOnlyCollection<PropertyValue>
{
    private PropertyValue[] _items;
    private int _count;

    public PropertyBag(int capacity = 16) => _items = new PropertyValue[capacity];

    public PropertyBag(IEnumerable<PropertyValue> values) : this()
    {
        foreach (var value in values)
            Set(value);
    }

    public int Count => _count;

    public ReadOnlySpan<PropertyValue> Span => _items.AsSpan(0, _count);

    public void Set(PropertyValue value)
    {
        var i = IndexOf(value.Tag.Id);
        if (i >= 0)
        {
            _items[i] = value;
            return;
        }
        i = ~i;
        if (_count == _items.Length)
            Array.Resize(ref _items, Math.Max(8, _count * 2));
        Array.Copy(_items, i, _items, i + 1, _count - i);
        _items[i] = value;
        _count++;
    }

    public bool Remove(ushort id)
    {
        var i = IndexOf(id);
        if (i < 0)
            return false;
        Array.Copy(_items, i + 1, _items, i, --_count - i);
        _items[_count] = default;
        return true;
    }

    /// <summary>Gives named properties other ids; those without one in the table, or with 0, are removed.</summary>
    public void MapNamed(IReadOnlyDictionary<ushort, ushort> ids)
    {
        const ushort FirstNamed = 0x8000;
        var first = IndexOf(FirstNamed);
        if (first < 0)
            first = ~first;
        if (first == _count)
            return;
        // The named ones are the last.
        var named = Span[first..].ToArray();
        _items.AsSpan(first, _count - first).Clear();
        _count = first;
        foreach (ref readonly var value in named.AsSpan())
        {
            if (!value.Tag.IsNamed)
                Set(value);
            else if (ids.TryGetValue(value.Tag.Id, out var id) && id != 0)
                Set(value.WithTag(new PropertyTag(id, value.Tag.Type)));
        }
    }

    public bool TryGet(ushort id, [MaybeNullWhen(false)] out PropertyValue value)
    {
        var i = IndexOf(id);
        value = i >= 0 ? _items[i] : default;
        return i >= 0;
    }

    /// <summary>The value held under the tag's id, in the type it is held in; absent where there is none.</summary>
    public PropertyValue Get(PropertyTag tag) => TryGet(tag.Id, out var value) ? value : default;

    public string? GetString(PropertyTag tag) => TryGet(tag.Id, out var v) && v.Reference is string s ? s : null;

    public int GetInt32(PropertyTag tag, int otherwise = 0) => TryGet(tag.Id, out var v) && v.Type is PropertyType.Integer32 or PropertyType.Integer16 ? v.AsInt32() : otherwise;

    public bool GetBoolean(PropertyTag tag) => TryGet(tag.Id, out var v) && v.Type == PropertyType.Boolean && v.AsBoolean();

    public byte[]? GetBinary(PropertyTag tag) => TryGet(tag.Id, out var v) && v.Reference is byte[] b ? b : null;

    public FileTime? GetTime(PropertyTag tag) => TryGet(tag.Id, out var v) && v.Type == PropertyType.Time ? v.AsTime() : null;

    public IEnumerator<PropertyValue> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
            yield return _items[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(ushort id)
    {
        int low = 0, high = _count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _items[middle].Tag.Id;
            if (found == id)
                return middle;
            if (found < id)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}
