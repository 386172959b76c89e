using Rialto.Wire;

namespace Rialto.Model;

/// <summary>An array being read whose announced length is not believed: grows with what has really come.</summary>
internal ref struct Growing<T>
{
    private T[] _items;
    private int _count;

    /// <summary>Fails the io when it reads and fewer than <paramref name="count"/> times <paramref name="least"/> bytes remain.</summary>
    public static Growing<T> Start<TIo>(ref TIo io, int count, int least)
        where TIo : struct, IWireIo, allows ref struct
    {
        var growing = new Growing<T> { _items = [] };
        if (!io.IsReading)
            return growing;
        if (count < 0 || (long)count * least > io.Remaining)
            io.Fail();
        else if (count > 0)
            growing._items = new T[Math.Min(count, WireLimits.ArrayAhead)];
        return growing;
    }

    public void Add(T item)
    {
        if (_count == _items.Length)
            Array.Resize(ref _items, Math.Max(4, _count * 2));
        _items[_count++] = item;
    }

    public readonly T[] ToArray() => _count == _items.Length ? _items : _items[.._count];
}
