using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>One row of an order: the message, and the keys in the smallest form that compares.</summary>
/// <param name="Primary">The first key: its number, or the first four characters of its text.</param>
/// <param name="Rest">Null for one number; the string for one text; otherwise a <see cref="KeyPart"/> a key.</param>
internal readonly record struct SortRow(MessageId Id, uint Uid, long Primary, object? Rest);

internal readonly record struct KeyPart(long Number, string? Text);

/// <summary>Makes and compares the rows of one order. Ties stand in UID order, newest first where the first key descends.</summary>
internal sealed class OrderKeys
{
    private readonly OrderKey[] _keys;

    public OrderKeys(Model.SortOrderSet? sort)
    {
        _keys = sort is null ? [] : [.. sort.Keys.Select(OrderKey.From)];
        foreach (var key in _keys)
        {
            Needs |= key.Needs;
            DependsOnState |= key.DependsOnState;
            NeedsWholeRow |= key.Column == SortColumn.Other;
            NeedsContent |= key.Column == SortColumn.Other && !SummaryProperties.Knows(key.Tag);
        }
    }

    /// <summary>Summary columns beside the narrow row.</summary>
    public SummaryColumns Needs { get; }

    public bool DependsOnState { get; }

    public bool NeedsWholeRow { get; }

    public bool NeedsContent { get; }

    /// <summary>Whether the order is that of storage's index of the newest.</summary>
    public bool IsNewestFirst => _keys is [{ Column: SortColumn.Received, Descending: true }];

    public SortRow Row(in ViewEntry entry)
    {
        if (_keys.Length == 0)
            return new SortRow(entry.Id, entry.Uid, entry.Uid, null);
        if (_keys.Length == 1)
            return new SortRow(entry.Id, entry.Uid, _keys[0].Number(in entry), null);
        var parts = new KeyPart[_keys.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = new KeyPart(_keys[i].Number(in entry), null);
        return new SortRow(entry.Id, entry.Uid, parts[0].Number, parts);
    }

    public SortRow Row(in ViewEntry entry, in SummaryRow summary)
    {
        if (_keys.Length == 1)
        {
            if (!_keys[0].IsText)
                return new SortRow(entry.Id, entry.Uid, _keys[0].IsNarrow ? _keys[0].Number(in entry) : _keys[0].Number(in summary), null);
            var text = _keys[0].Text(in summary);
            return new SortRow(entry.Id, entry.Uid, OrderKey.Head(text), text);
        }
        var parts = new KeyPart[_keys.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var key = _keys[i];
            parts[i] = key.IsText ? new KeyPart(0, key.Text(in summary)) : new KeyPart(key.IsNarrow ? key.Number(in entry) : key.Number(in summary), null);
        }
        return FromParts(in entry, parts);
    }

    /// <summary>From the whole message.</summary>
    public SortRow Row(in ViewEntry entry, RowSource message)
    {
        if (_keys.Length == 0)
            return Row(in entry);
        var parts = new KeyPart[_keys.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = Part(_keys[i], in entry, message);
        return FromParts(in entry, parts);
    }

    private static KeyPart Part(OrderKey key, in ViewEntry entry, RowSource message)
    {
        if (key.Column != SortColumn.Other)
            return key.IsText ? new KeyPart(0, key.Text(message.Row)) : new KeyPart(key.IsNarrow ? key.Number(in entry) : key.Number(message.Row), null);
        if (!message.TryGet(key.Tag, out var value) || value.IsAbsent || value.IsError)
            return key.IsText ? new KeyPart(0, "") : new KeyPart(long.MinValue, null);
        return value.Reference switch
        {
            string text => new KeyPart(0, OrderKey.Upper(text)),
            // Binary values order bytewise: hexadecimal digits do as well.
            byte[] bytes => new KeyPart(0, Convert.ToHexString(bytes)),
            null => new KeyPart(value.Type is Model.PropertyType.Floating64 or Model.PropertyType.FloatingTime ? Ordered(value.AsDouble()) : value.AsInt64(), null),
            var other => new KeyPart(0, other.ToString() ?? ""),
        };
    }

    /// <summary>A number that orders as the double does.</summary>
    private static long Ordered(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    private static SortRow FromParts(in ViewEntry entry, KeyPart[] parts)
    {
        var first = parts[0];
        var primary = first.Text is null ? first.Number : OrderKey.Head(first.Text);
        return new SortRow(entry.Id, entry.Uid, primary, parts.Length > 1 ? parts : first.Text);
    }

    public int Compare(in SortRow a, in SortRow b)
    {
        var firstDescends = _keys.Length > 0 && _keys[0].Descending;
        var order = a.Primary.CompareTo(b.Primary);
        if (order != 0)
            return firstDescends ? -order : order;
        if (a.Rest is string one && b.Rest is string other)
        {
            order = string.CompareOrdinal(one, other);
            if (order != 0)
                return firstDescends ? -order : order;
        }
        else if (a.Rest is KeyPart[] left && b.Rest is KeyPart[] right)
        {
            for (var i = 0; i < left.Length; i++)
            {
                order = left[i].Text is null || right[i].Text is null ? left[i].Number.CompareTo(right[i].Number) : string.CompareOrdinal(left[i].Text, right[i].Text);
                if (order != 0)
                    return _keys[i].Descending ? -order : order;
            }
        }
        return firstDescends ? b.Uid.CompareTo(a.Uid) : a.Uid.CompareTo(b.Uid);
    }
}

internal readonly struct SortProbe(OrderKeys keys, SortRow row) : IBlockProbe<SortRow>
{
    public int Compare(in SortRow entry) => keys.Compare(in entry, in row);
}
