// [MS-OXCTABL] 2.2.2.3 sort orders, 3.2.5.2 multivalue instances.
using System.Runtime.CompilerServices;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>One row of an order: the message as far as row events tell of it, and the keys in the smallest form that compares.</summary>
internal readonly struct SortRow
{
    public MessageId Id { get; init; }

    public long Mid { get; init; }

    /// <summary>Of the message's newest change: another one at the same place is a modified row.</summary>
    public long Sequence { get; init; }

    /// <summary>The first key: its number, or the first bytes of its text's key.</summary>
    public long Primary { get; init; }

    /// <summary>Null for one number; bytes for one text; otherwise a <see cref="KeyPart"/> a key.</summary>
    public object? Rest { get; init; }

    public uint Uid { get; init; }

    /// <summary>Which of a multiple value's rows it is.</summary>
    public ushort Instance { get; init; }

    public bool IsUnread { get; init; }

    public bool IsSameRow(in SortRow other) => Id == other.Id && Instance == other.Instance;

    /// <summary>The same place and keys, with the stamps of a newer entry.</summary>
    public SortRow With(in ViewEntry entry) => this with { Sequence = entry.Sequence, IsUnread = (entry.State & MessageState.Read) == 0 };
}

/// <summary>A key's value: a number, or bytes.</summary>
internal readonly record struct KeyPart(long Number, byte[]? Bytes)
{
    public static readonly KeyPart NoNumber = new(long.MinValue, null);

    public static readonly KeyPart NoBytes = new(0, []);

    public int CompareTo(in KeyPart other) =>
        Bytes is null || other.Bytes is null ? Number.CompareTo(other.Number) : Bytes.AsSpan().SequenceCompareTo(other.Bytes);
}

/// <summary>Makes and compares the rows of one order. What has no value stands lowest; ties stand in UID order, newest first where the first key descends.</summary>
internal sealed class OrderKeys
{
    private readonly OrderKey[] _keys;
    private readonly Collation _collation;

    /// <param name="sort">Null: the order of the UIDs.</param>
    /// <param name="collation">How text compares.</param>
    /// <param name="instances">The multiple-valued property whose values each make a row; the order's own key goes before it.</param>
    /// <param name="keywordsId">The id of the mailbox for PidNameKeywords, which rows hold; 0 for none.</param>
    public OrderKeys(SortOrderSet? sort, Collation collation, PropertyTag? instances, ushort keywordsId)
    {
        _collation = collation;
        _keys = sort is null ? [] : [.. sort.Keys.Select(OrderKey.From)];
        CategoryCount = Math.Min(sort?.CategoryCount ?? 0, _keys.Length);
        ExpandedCount = sort?.ExpandedCount ?? 0;
        Aggregate = CategoryCount > 0 && CategoryCount < _keys.Length && _keys[CategoryCount].IsAggregate ? CategoryCount : -1;
        Instances = instances;
        foreach (var key in _keys)
        {
            Needs |= key.Needs;
            DependsOnState |= key.DependsOnState;
            NeedsWholeRow |= key.Column == SortColumn.Other;
            NeedsContent |= key.Column == SortColumn.Other && !IsInRow(key.Tag);
            if ((key.Tag.Type & PropertyType.MultipleInstance) != 0)
                Instances = key.Tag;
        }
        if (Instances is { } tag)
        {
            DependsOnState = true;
            NeedsWholeRow = true;
            NeedsContent |= !IsInRow(tag);
        }
        HasParts = _keys.Length > 1 || CategoryCount > 0;
        IsNarrow = _keys.All(k => k.IsNarrow);

        bool IsInRow(PropertyTag tag) => SummaryProperties.Knows(tag) || (tag.Id == keywordsId && keywordsId != 0);
    }

    /// <summary>Summary columns beside the narrow row.</summary>
    public SummaryColumns Needs { get; }

    public bool DependsOnState { get; }

    public bool NeedsWholeRow { get; }

    public bool NeedsContent { get; }

    /// <summary>Keys that make categories: the first ones.</summary>
    public int CategoryCount { get; }

    public int ExpandedCount { get; }

    /// <summary>The key by whose largest or smallest value in each category the innermost categories stand; -1 for none.</summary>
    public int Aggregate { get; }

    public PropertyTag? Instances { get; }

    public ReadOnlySpan<OrderKey> Keys => _keys;

    /// <summary>Whether rows hold a part a key, beyond the first key's number or bytes.</summary>
    public bool HasParts { get; }

    /// <summary>Whether the narrow row has all keys.</summary>
    public bool IsNarrow { get; }

    /// <summary>Whether the order is that of storage's index of the newest.</summary>
    public bool IsNewestFirst => _keys is [{ Column: SortColumn.Received, Descending: true }] && CategoryCount == 0 && Instances is null;

    /// <summary>From the narrow row, which has all keys.</summary>
    public SortRow Row(in ViewEntry entry)
    {
        if (_keys.Length == 0)
            return Row(in entry, entry.Uid, null, 0);
        if (!HasParts)
            return Row(in entry, _keys[0].Number(in entry), null, 0);
        var parts = new KeyPart[_keys.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = new KeyPart(_keys[i].Number(in entry), null);
        return Row(in entry, parts[0].Number, parts, 0);
    }

    /// <summary>From the keys' values.</summary>
    public SortRow Row(in ViewEntry entry, KeyPart[] parts, int instance)
    {
        if (parts.Length == 0)
            return Row(in entry, entry.Uid, null, instance);
        var first = parts[0];
        var primary = first.Bytes is null ? first.Number : Collation.Head(first.Bytes);
        return Row(in entry, primary, HasParts ? parts : first.Bytes, instance);
    }

    /// <summary>From the value of the only key.</summary>
    public SortRow Row(in ViewEntry entry, in KeyPart only) =>
        Row(in entry, only.Bytes is null ? only.Number : Collation.Head(only.Bytes), only.Bytes, 0);

    /// <summary>From the whole message: one row, or one for each value of the instances' property.</summary>
    public void Rows(in ViewEntry entry, in RowSource message, List<SortRow> rows)
    {
        var count = 1;
        PropertyValue instances = default;
        if (Instances is { } tag && message.TryGet(tag, out instances))
            count = Math.Clamp(PropertyElements.Count(instances), 1, ushort.MaxValue);
        for (var instance = 0; instance < count; instance++)
        {
            var parts = new KeyPart[_keys.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                var key = _keys[i];
                var isInstance = Instances is { } own && own.Id == key.Tag.Id;
                parts[i] = isInstance ? Part(in key, instances, instance) : Part(in key, in entry, in message);
            }
            rows.Add(Row(in entry, parts, instance));
        }
    }

    public KeyPart Text(ReadOnlySpan<char> text) => new(0, _collation.Key(text));

    private static SortRow Row(in ViewEntry entry, long primary, object? rest, int instance) => new()
    {
        Id = entry.Id,
        Mid = entry.Mid,
        Sequence = entry.Sequence,
        Primary = primary,
        Rest = rest,
        Uid = entry.Uid,
        Instance = (ushort)instance,
        IsUnread = (entry.State & MessageState.Read) == 0,
    };

    private KeyPart Part(in OrderKey key, in ViewEntry entry, in RowSource message)
    {
        if (key.IsText && key.Column != SortColumn.Other)
            return Text(key.Text(message.Row));
        if (key.Column != SortColumn.Other)
            return new KeyPart(key.IsNarrow ? key.Number(in entry) : key.Number(message.Row), null);
        return Part(in key, message.TryGet(key.Tag, out var value) ? value : default, 0);
    }

    /// <summary>A value of any type; one that is not of the key's kind counts as none, so that all compare.</summary>
    private KeyPart Part(in OrderKey key, PropertyValue value, int element)
    {
        if (!value.IsAbsent && !value.IsError && (value.Type & PropertyType.MultipleFlag) != 0)
            value = element < PropertyElements.Count(value) ? PropertyElements.At(value, element) : default;
        if (key.IsNumber)
        {
            if (value.IsAbsent || value.IsError || value.Reference is not null || value.Type == PropertyType.Guid)
                return KeyPart.NoNumber;
            return new KeyPart(
                value.Type switch
                {
                    PropertyType.Floating32 => Ordered(value.AsSingle()),
                    PropertyType.Floating64 or PropertyType.FloatingTime => Ordered(value.AsDouble()),
                    PropertyType.Boolean => value.AsBoolean() ? 1 : 0,
                    PropertyType.Time => value.AsTime().Ticks,
                    _ => value.AsInt64(),
                },
                null);
        }
        return value.Reference switch
        {
            _ when value.IsAbsent || value.IsError => KeyPart.NoBytes,
            string text when key.IsText => Text(text),
            byte[] bytes when !key.IsText => new KeyPart(0, bytes.Length <= MostKeyBytes ? bytes : bytes[..MostKeyBytes]),
            _ when value.Type == PropertyType.Guid && !key.IsText => new KeyPart(0, value.AsGuid().ToByteArray()),
            _ => KeyPart.NoBytes,
        };
    }

    /// <summary>Bytes of a binary value that decide: as many as tables show of it.</summary>
    private const int MostKeyBytes = 510;

    /// <summary>A number that orders as the double does.</summary>
    private static long Ordered(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    public int Compare(in SortRow a, in SortRow b)
    {
        var firstDescends = _keys.Length > 0 && _keys[0].Descending;
        var order = a.Primary.CompareTo(b.Primary);
        if (order != 0)
            return firstDescends ? -order : order;
        if (HasParts)
        {
            var left = Unsafe.As<KeyPart[]>(a.Rest!);
            var right = Unsafe.As<KeyPart[]>(b.Rest!);
            for (var i = 0; i < left.Length; i++)
            {
                order = i == Aggregate ? 0 : left[i].CompareTo(in right[i]);
                if (order != 0)
                    return _keys[i].Descending ? -order : order;
            }
        }
        else if (a.Rest is not null && b.Rest is not null)
        {
            order = Unsafe.As<byte[]>(a.Rest).AsSpan().SequenceCompareTo(Unsafe.As<byte[]>(b.Rest));
            if (order != 0)
                return firstDescends ? -order : order;
        }
        if (a.Uid != b.Uid)
            return firstDescends ? b.Uid.CompareTo(a.Uid) : a.Uid.CompareTo(b.Uid);
        return a.Instance.CompareTo(b.Instance);
    }

    public static KeyPart[] PartsOf(in SortRow row) => (KeyPart[])row.Rest!;
}

internal readonly struct SortProbe(OrderKeys keys, SortRow row) : IBlockProbe<SortRow>
{
    public int Compare(in SortRow entry) => keys.Compare(in entry, in row);
}
