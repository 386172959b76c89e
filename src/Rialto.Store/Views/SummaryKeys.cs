using System.Runtime.InteropServices;
using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// Takes a scan of summaries in and makes the rows of an order. Keys of text cost more than reading it, so full chunks are handed to other threads while the scan goes on;
/// the narrow rows are joined at the end, both in UID order (what only one of the scans saw is in a delta).
/// </summary>
/// <param name="keys">The order.</param>
/// <param name="filter">What rows must match; null for all.</param>
/// <param name="row">What the filter looks at.</param>
/// <param name="entries">The narrow rows, which the filter needs; otherwise they may come as late as <see cref="FinishAsync"/>.</param>
internal sealed class SummaryKeys(OrderKeys keys, RowFilter? filter, HotRow row, List<ViewEntry> entries) : ISummarySink
{
    private readonly List<Task<Made[]>> _making = [];
    private Chunk _chunk = new(keys);
    private int _next;

    public void Add(in SummaryRow summary)
    {
        if (filter is not null)
        {
            var at = Join(CollectionsMarshal.AsSpan(entries), ref _next, summary.Uid, summary.Id);
            if (at < 0)
                return;
            row.Set(in CollectionsMarshal.AsSpan(entries)[at], in summary);
            if (!filter.Matches(row))
                return;
        }
        _chunk.Add(in summary);
        if (_chunk.IsFull)
            HandOver();
    }

    public async Task<List<SortRow>> FinishAsync(List<ViewEntry> narrow)
    {
        HandOver();
        var rows = new List<SortRow>(filter is null ? narrow.Count : 16);
        var next = 0;
        foreach (var making in _making)
            Take(await making, narrow, rows, ref next);
        return rows;
    }

    private void Take(Made[] made, List<ViewEntry> narrow, List<SortRow> rows, ref int next)
    {
        var span = CollectionsMarshal.AsSpan(narrow);
        foreach (ref readonly var one in made.AsSpan())
        {
            var at = Join(span, ref next, one.Uid, one.Id);
            if (at < 0)
                continue;
            ref readonly var entry = ref span[at];
            if (one.Parts is null)
            {
                rows.Add(keys.IsNarrow ? keys.Row(in entry) : keys.Row(in entry, in one.Only));
                continue;
            }
            for (var k = 0; k < one.Parts.Length; k++)
            {
                if (keys.Keys[k].IsNarrow)
                    one.Parts[k] = new KeyPart(keys.Keys[k].Number(in entry), null);
            }
            rows.Add(keys.Row(in entry, one.Parts, 0));
        }
    }

    /// <summary>Where the message is among the narrow rows from the last one found on, or -1.</summary>
    private static int Join(ReadOnlySpan<ViewEntry> entries, ref int next, uint uid, MessageId id)
    {
        while (next < entries.Length && entries[next].Uid < uid)
            next++;
        return next < entries.Length && entries[next].Uid == uid && entries[next].Id == id ? next : -1;
    }

    private void HandOver()
    {
        var full = _chunk;
        _chunk = new Chunk(keys);
        _making.Add(Task.Run(full.Make));
    }

    /// <summary>A row's keys but for those of the narrow row.</summary>
    private struct Made
    {
        public uint Uid;
        public MessageId Id;

        /// <summary>The value of an order's only key: most orders have one, and an array each would be most of what a load leaves to the collector.</summary>
        public KeyPart Only;
        public KeyPart[]? Parts;
    }

    /// <summary>Some rows' values as they were read: numbers and UTF-8.</summary>
    private sealed class Chunk(OrderKeys keys)
    {
        private const int Size = 4096;

        private readonly List<(uint Uid, MessageId Id)> _rows = [];
        private readonly List<long> _numbers = [];
        private readonly List<int> _ends = [];
        private byte[] _bytes = new byte[4096];
        private int _length;

        public bool IsFull => _rows.Count == Size;

        public void Add(in SummaryRow summary)
        {
            _rows.Add((summary.Uid, summary.Id));
            foreach (ref readonly var key in keys.Keys)
            {
                if (!key.IsText)
                {
                    if (!key.IsNarrow)
                        _numbers.Add(key.Number(in summary));
                    continue;
                }
                Append(key.Text(in summary, out var rest));
                Append(rest);
                _ends.Add(_length);
            }
        }

        public Made[] Make()
        {
            var made = new Made[_rows.Count];
            var chars = new char[512];
            int number = 0, text = 0, start = 0;
            for (var i = 0; i < made.Length; i++)
            {
                var array = made[i].Parts = keys.HasParts ? new KeyPart[keys.Keys.Length] : null;
                var parts = array ?? new Span<KeyPart>(ref made[i].Only)[..keys.Keys.Length];
                for (var k = 0; k < parts.Length; k++)
                {
                    if (!keys.Keys[k].IsText)
                    {
                        if (!keys.Keys[k].IsNarrow)
                            parts[k] = new KeyPart(_numbers[number++], null);
                        continue;
                    }
                    var utf8 = _bytes.AsSpan(start, _ends[text] - start);
                    start = _ends[text++];
                    if (chars.Length < utf8.Length)
                        chars = new char[utf8.Length * 2];
                    parts[k] = keys.Text(chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, chars)));
                }
                (made[i].Uid, made[i].Id) = _rows[i];
            }
            return made;
        }

        private void Append(ReadOnlySpan<byte> text)
        {
            if (_bytes.Length - _length < text.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + text.Length));
            text.CopyTo(_bytes.AsSpan(_length));
            _length += text.Length;
        }
    }
}
