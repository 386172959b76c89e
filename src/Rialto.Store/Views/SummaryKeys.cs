using System.Runtime.InteropServices;
using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// Joins a scan of summaries with the states, both in UID order (what only one of them saw is in a delta), filters, and makes the rows. Keys of text cost more
/// than reading it, so full chunks are handed to other threads while the scan goes on.
/// </summary>
internal sealed class SummaryKeys(OrderKeys keys, RowFilter? filter, HotRow row, List<ViewEntry> entries) : ISummarySink
{
    private readonly List<Task<SortRow[]>> _making = [];
    private Chunk _chunk = new(keys);
    private int _next;

    public void Add(in SummaryRow summary)
    {
        var span = CollectionsMarshal.AsSpan(entries);
        while (_next < span.Length && span[_next].Uid < summary.Uid)
            _next++;
        if (_next == span.Length || span[_next].Uid != summary.Uid || span[_next].Id != summary.Id)
            return;
        ref readonly var entry = ref span[_next];
        if (filter is not null)
        {
            row.Set(in entry, in summary);
            if (!filter.Matches(row))
                return;
        }
        _chunk.Add(in entry, in summary);
        if (_chunk.IsFull)
            HandOver();
    }

    public async Task<List<SortRow>> FinishAsync()
    {
        HandOver();
        var rows = new List<SortRow>(filter is null ? entries.Count : 16);
        foreach (var made in _making)
            rows.AddRange(await made);
        return rows;
    }

    private void HandOver()
    {
        var full = _chunk;
        _chunk = new Chunk(keys);
        _making.Add(Task.Run(full.Make));
    }

    /// <summary>Some rows' values as they were read: numbers and UTF-8.</summary>
    private sealed class Chunk(OrderKeys keys)
    {
        private const int Size = 4096;

        private readonly List<ViewEntry> _entries = [];
        private readonly List<long> _numbers = [];
        private readonly List<int> _ends = [];
        private byte[] _bytes = new byte[4096];
        private int _length;

        public bool IsFull => _entries.Count == Size;

        public void Add(in ViewEntry entry, in SummaryRow summary)
        {
            _entries.Add(entry);
            foreach (ref readonly var key in keys.Keys)
            {
                if (!key.IsText)
                {
                    _numbers.Add(key.IsNarrow ? key.Number(in entry) : key.Number(in summary));
                    continue;
                }
                Append(key.Text(in summary, out var rest));
                Append(rest);
                _ends.Add(_length);
            }
        }

        public SortRow[] Make()
        {
            var rows = new SortRow[_entries.Count];
            var chars = new char[512];
            int number = 0, text = 0, start = 0;
            for (var i = 0; i < rows.Length; i++)
            {
                var entry = _entries[i];
                var parts = new KeyPart[keys.Keys.Length];
                for (var k = 0; k < parts.Length; k++)
                {
                    if (!keys.Keys[k].IsText)
                    {
                        parts[k] = new KeyPart(_numbers[number++], null);
                        continue;
                    }
                    var utf8 = _bytes.AsSpan(start, _ends[text] - start);
                    start = _ends[text++];
                    if (chars.Length < utf8.Length)
                        chars = new char[utf8.Length * 2];
                    parts[k] = keys.Text(chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, chars)));
                }
                rows[i] = keys.Row(in entry, parts, 0);
            }
            return rows;
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
