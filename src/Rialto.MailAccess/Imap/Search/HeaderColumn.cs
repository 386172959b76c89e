// RFC 5256 2.1, 2.2, 3; RFC 5957 3; RFC 3501 6.4.4: what of each message's header messages are sorted, threaded and found by.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.MailAccess.Imap.Search;

internal enum ColumnKind
{
    Date,
    Subject,
    From,
    To,
    Cc,
    DisplayFrom,
    DisplayTo,
    References,
    AllFrom,
    AllTo,
    AllCc,
    AllBcc,
}

/// <summary>
/// One value of every message of a folder, in UID order. What stands under a UID never changes, so that rows are only ever added at the end: who holds the arrays and the count of a
/// moment may read on while others add.
/// </summary>
internal abstract class HeaderColumn
{
    private uint[] _uids = new uint[64];

    public int Count { get; private set; }

    /// <summary>The UIDs; the first <see cref="Count"/> of them.</summary>
    public uint[] Uids => _uids;

    public uint LastUid => Count == 0 ? 0 : _uids[Count - 1];

    /// <summary>Bytes that it takes.</summary>
    public virtual long Size => 4L * _uids.Length;

    public static HeaderColumn Create(ColumnKind kind) => kind switch
    {
        ColumnKind.Date => new DateColumn(),
        ColumnKind.References => new ReferencesColumn(),
        _ => new TextKeyColumn(kind),
    };

    /// <summary>Adds a message behind all others.</summary>
    public void Append(uint uid, in HeaderValues values)
    {
        Add(values);
        if (Count == _uids.Length)
            Array.Resize(ref _uids, Count * 2);
        _uids[Count++] = uid;
    }

    protected abstract void Add(in HeaderValues values);

    protected static void Reserve<T>(ref T[] array, int used, int more)
    {
        if (array.Length - used < more)
            Array.Resize(ref array, Math.Max(array.Length * 2, used + more));
    }
}

/// <summary>A message as its digest tells of it.</summary>
internal readonly ref struct HeaderValues(long received, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> hashes, byte[] scratch)
{
    /// <summary>When it arrived, in ticks.</summary>
    public long Received { get; } = received;

    public ReadOnlySpan<byte> Envelope { get; } = envelope;

    /// <summary>Its own id and its references, 8 bytes each.</summary>
    public ReadOnlySpan<byte> Hashes { get; } = hashes;

    /// <summary>Room for a string without its escapes.</summary>
    public byte[] Scratch { get; } = scratch;

    /// <summary>Behind the envelope's first strings: 0 date, 1 subject, 2 from, 5 to, 6 cc, 7 bcc. False where there is no envelope.</summary>
    public bool TryGoTo(int item, out EnvelopeReader reader)
    {
        reader = new EnvelopeReader(Envelope);
        if (!reader.TryOpen())
            return false;
        for (; item > 0; item--)
            reader.Skip();
        return true;
    }
}

/// <summary>When messages were sent, in ticks; those that do not say count as sent when they arrived (RFC 5256 2.2).</summary>
internal sealed class DateColumn : HeaderColumn, IRanked
{
    private long[] _ticks = new long[64];

    public long[] Ticks => _ticks;

    public Ranking? Ranking { get; set; }

    public override long Size => base.Size + 8L * _ticks.Length + Ranking.SizeOf(Ranking);

    public ulong PrefixOf(int row) => (ulong)_ticks[row];

    public int Compare(int left, int right) => _ticks[left].CompareTo(_ticks[right]);

    protected override void Add(in HeaderValues values)
    {
        Reserve(ref _ticks, Count, 1);
        _ticks[Count] = values.TryGoTo(0, out var reader) && MailDate.Parse(reader.String(values.Scratch)) is { } sent ? FileTime.From(sent).Ticks : values.Received;
    }
}

/// <summary>Own ids and references, as hashes: a thread's links.</summary>
internal sealed class ReferencesColumn : HeaderColumn
{
    private ulong[] _own = new ulong[64];
    private int[] _ends = new int[64];
    private ulong[] _references = new ulong[64];

    public ulong[] Own => _own;

    /// <summary>Where the references of each message end among those of all.</summary>
    public int[] Ends => _ends;

    public ulong[] References => _references;

    public override long Size => base.Size + 12L * _own.Length + 8L * _references.Length;

    protected override void Add(in HeaderValues values)
    {
        var ids = MemoryMarshal.Cast<byte, ulong>(values.Hashes);
        Reserve(ref _own, Count, 1);
        Reserve(ref _ends, Count, 1);
        _own[Count] = ids.IsEmpty ? 0 : ids[0];
        var start = Count == 0 ? 0 : _ends[Count - 1];
        ids = ids.IsEmpty ? ids : ids[1..];
        Reserve(ref _references, start, ids.Length);
        ids.CopyTo(_references.AsSpan(start));
        _ends[Count] = start + ids.Length;
    }
}

/// <summary>
/// Texts, upper-case by ordinal rules, in UTF-8, so that bytes compare as i;unicode-casemap has it (RFC 5051): base subjects, addresses. A byte that no UTF-8 has stands behind each.
/// </summary>
internal sealed class TextKeyColumn(ColumnKind kind) : HeaderColumn, IRanked
{
    private const byte Separator = 0xFF;

    private byte[] _bytes = new byte[1024];
    private int[] _ends = new int[64];
    private bool[] _isReply = [];
    private int _length;

    public Ranking? Ranking { get; set; }

    /// <summary>Of subjects: whether they say that the message is a reply or a forward.</summary>
    public bool[] IsReply => _isReply;

    public override long Size => base.Size + _bytes.Length + 4L * _ends.Length + _isReply.Length + Ranking.SizeOf(Ranking);

    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            var start = row == 0 ? 0 : _ends[row - 1];
            return _bytes.AsSpan(start, _ends[row] - start - 1);
        }
    }

    public ulong PrefixOf(int row)
    {
        var text = this[row];
        if (text.Length >= 8)
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        text.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    public int Compare(int left, int right) => this[left].SequenceCompareTo(this[right]);

    /// <summary>The rows of messages that hold the bytes, of the first so many.</summary>
    public void Find(ReadOnlySpan<byte> needle, int count, List<int> rows)
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, count == 0 ? 0 : _ends[count - 1]);
        var row = 0;
        for (var at = 0; at < bytes.Length; at = _ends[row++])
        {
            var next = bytes[at..].IndexOf(needle);
            if (next < 0)
                return;
            at += next;
            while (_ends[row] <= at)
                row++;
            rows.Add(row);
        }
    }

    protected override void Add(in HeaderValues values)
    {
        switch (kind)
        {
            case ColumnKind.Subject:
                AddSubject(values);
                break;
            case ColumnKind.From or ColumnKind.To or ColumnKind.Cc:
                AddMailbox(values);
                break;
            case ColumnKind.DisplayFrom or ColumnKind.DisplayTo:
                AddDisplay(values);
                break;
            default:
                AddAll(values);
                break;
        }
        Put([Separator]);
        Reserve(ref _ends, Count, 1);
        _ends[Count] = _length;
    }

    private void AddSubject(in HeaderValues values)
    {
        var isReply = false;
        if (values.TryGoTo(1, out var reader))
            PutUpper(BaseSubject.Of(Decoded(reader.String(values.Scratch)), out isReply));
        Reserve(ref _isReply, Count, 1);
        _isReply[Count] = isReply;
    }

    /// <summary>address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")": the first one's mailbox counts</summary>
    private void AddMailbox(in HeaderValues values)
    {
        if (!values.TryGoTo(Place, out var reader) || !reader.TryOpen() || !reader.TryOpen())
            return;
        reader.Skip();
        reader.Skip();
        PutUpper(reader.String(values.Scratch));
    }

    private void AddDisplay(in HeaderValues values)
    {
        if (!values.TryGoTo(Place, out var reader) || !reader.TryOpen() || !reader.TryOpen())
            return;
        var name = Decoded(reader.String(values.Scratch));
        reader.Skip();
        if (name.Length > 0)
        {
            PutUpper(name);
            return;
        }
        PutUpper(reader.String(values.Scratch));
        var host = reader.String(values.Scratch);
        if (host.IsEmpty)
            return;
        Put("@"u8);
        PutUpper(host);
    }

    /// <summary>Every name and address of the field, groups' names too.</summary>
    private void AddAll(in HeaderValues values)
    {
        if (!values.TryGoTo(Place, out var reader) || !reader.TryOpen())
            return;
        while (reader.TryOpen())
        {
            var name = reader.String(values.Scratch);
            if (!name.IsEmpty)
            {
                PutDecoded(name);
                Put(" "u8);
            }
            reader.Skip();
            Put("<"u8);
            PutUpper(reader.String(values.Scratch));
            var host = reader.String(values.Scratch);
            if (!host.IsEmpty)
            {
                Put("@"u8);
                PutUpper(host);
            }
            Put(">, "u8);
            while (!reader.TryClose())
                reader.Skip();
        }
    }

    private int Place => kind switch
    {
        ColumnKind.To or ColumnKind.DisplayTo or ColumnKind.AllTo => 5,
        ColumnKind.Cc or ColumnKind.AllCc => 6,
        ColumnKind.AllBcc => 7,
        _ => 2,
    };

    private static bool IsPlain(ReadOnlySpan<byte> raw) => Ascii.IsValid(raw) && raw.IndexOf("=?"u8) < 0;

    private static string Decoded(ReadOnlySpan<byte> raw) => IsPlain(raw) ? Encoding.ASCII.GetString(raw) : HeaderText.Decode(raw);

    private void PutDecoded(ReadOnlySpan<byte> raw)
    {
        if (IsPlain(raw))
            PutUpper(raw);
        else
            PutUpper(HeaderText.Decode(raw));
    }

    private void PutUpper(ReadOnlySpan<byte> text)
    {
        if (!Ascii.IsValid(text))
        {
            PutUpper(Encoding.UTF8.GetString(text));
            return;
        }
        Reserve(ref _bytes, _length, text.Length);
        Ascii.ToUpper(text, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    private void PutUpper(string text)
    {
        var upper = text.ToUpperInvariant();
        Reserve(ref _bytes, _length, Encoding.UTF8.GetMaxByteCount(upper.Length));
        _length += Encoding.UTF8.GetBytes(upper, _bytes.AsSpan(_length));
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        Reserve(ref _bytes, _length, bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
