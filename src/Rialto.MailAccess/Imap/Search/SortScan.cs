// RFC 5256 3: what messages are sorted by, RFC 5957 3 display names.
using System.Text;
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// Sorts positions. Arrival and size come from the folder's index; what headers say is taken from the digests in one scan, a key a message and criterion.
/// Texts compare by i;unicode-casemap's order, folded to upper case; equal ones keep the mailbox's order.
/// </summary>
internal sealed class SortScan(FolderSnapshot snapshot, IReadOnlyList<SortCriterion> criteria, PositionSet found, IContentConverter converter) : IDigestSink
{
    private readonly Row[] _rows = new Row[found.Count()];
    private readonly byte[] _scratch = new byte[4096];
    private int _next;

    /// <summary>The positions in order.</summary>
    public async ValueTask<(StoreError Error, int[] Positions)> RunAsync(MailboxSession mailbox, FolderId folder, CancellationToken cancel)
    {
        if (_rows.Length == 0)
            return (StoreError.None, []);
        var at = 0;
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
            _rows[at++] = FromIndex(position);
        if (criteria.Any(c => c.Field is not (SortField.Arrival or SortField.Size)))
        {
            var error = await mailbox.ScanDigestsAsync(folder, snapshot[_rows[0].Position].Uid, snapshot[_rows[^1].Position].Uid, this, cancel);
            if (error != StoreError.None)
                return (error, []);
        }
        Array.Sort(_rows, Compare);
        return (StoreError.None, Array.ConvertAll(_rows, row => row.Position));
    }

    public bool Add(uint uid, ReadOnlySpan<byte> digest)
    {
        while (_next < _rows.Length && snapshot[_rows[_next].Position].Uid < uid)
            _next++;
        if (_next == _rows.Length)
            return false;
        if (snapshot[_rows[_next].Position].Uid != uid)
            return true;
        converter.SplitDigest(digest, out var envelope, out _);
        Read(envelope, _rows[_next++]);
        return _next < _rows.Length;
    }

    private Row FromIndex(int position)
    {
        var row = new Row(position, new long[criteria.Count], new string[criteria.Count]);
        ref readonly var entry = ref snapshot[position];
        for (var i = 0; i < criteria.Count; i++)
        {
            row.Texts[i] = "";
            // A message without a date sorts by its arrival (RFC 5256 2.2).
            row.Numbers[i] = criteria[i].Field switch
            {
                SortField.Arrival or SortField.Date => entry.ReceivedTicks,
                SortField.Size => entry.MimeSize,
                _ => 0,
            };
        }
        return row;
    }

    private void Read(ReadOnlySpan<byte> envelope, in Row row)
    {
        var reader = new EnvelopeReader(envelope);
        if (!reader.TryOpen())
            return;
        var date = reader.String(_scratch);
        for (var i = 0; i < criteria.Count; i++)
        {
            if (criteria[i].Field == SortField.Date && MailDate.Parse(date) is { } sent)
                row.Numbers[i] = FileTime.From(sent).Ticks;
        }
        var subject = reader.String(_scratch);
        for (var i = 0; i < criteria.Count; i++)
        {
            if (criteria[i].Field == SortField.Subject)
                row.Texts[i] = BaseSubject.Of(HeaderText.Decode(subject), out _).ToUpperInvariant();
        }
        ReadAddress(ref reader, row, SortField.From, SortField.DisplayFrom);
        reader.Skip();
        reader.Skip();
        ReadAddress(ref reader, row, SortField.To, SortField.DisplayTo);
        ReadAddress(ref reader, row, SortField.Cc, null);
    }

    /// <summary>address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")", the first one counts</summary>
    private void ReadAddress(ref EnvelopeReader reader, in Row row, SortField plain, SortField? display)
    {
        var wanted = false;
        foreach (var criterion in criteria)
            wanted |= criterion.Field == plain || criterion.Field == display;
        if (!wanted)
        {
            reader.Skip();
            return;
        }
        if (!reader.TryOpen() || !reader.TryOpen())
            return;
        var name = HeaderText.Decode(reader.String(_scratch));
        reader.Skip();
        var mailbox = Encoding.UTF8.GetString(reader.String(_scratch));
        var host = Encoding.UTF8.GetString(reader.String(_scratch));
        reader.TryClose();
        while (!reader.TryClose())
            reader.Skip();
        for (var i = 0; i < criteria.Count; i++)
        {
            if (criteria[i].Field == plain)
                row.Texts[i] = mailbox.ToUpperInvariant();
            else if (criteria[i].Field == display)
                row.Texts[i] = (name.Length > 0 ? name : host.Length > 0 ? $"{mailbox}@{host}" : mailbox).ToUpperInvariant();
        }
    }

    private int Compare(Row left, Row right)
    {
        for (var i = 0; i < criteria.Count; i++)
        {
            var order = left.Numbers[i].CompareTo(right.Numbers[i]);
            if (order == 0)
                order = string.CompareOrdinal(left.Texts[i], right.Texts[i]);
            if (order != 0)
                return criteria[i].Descending ? -order : order;
        }
        return left.Position.CompareTo(right.Position);
    }

    private readonly record struct Row(int Position, long[] Numbers, string[] Texts);
}
