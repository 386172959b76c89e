using System.Buffers;
using Rialto.Wire;

namespace Rialto.Content.Mime;

/// <summary>
/// What the reader sees of a message: all of it where it is in memory, else a piece that slides along with the position the reader asks for. Positions count
/// from the start of the message and never go back by more than <see cref="Behind"/>.
/// <code>
///            seen
///        ┌──────────┐
/// ───────┼──────────┼──────────▶
///    behind│position  not yet read
/// </code>
/// Whatever must outlive the piece is taken out of it before it slides: header blocks, and the count of line ends.
/// </summary>
internal ref struct MimeWindow
{
    /// <summary>Bytes before the position that stay in sight: the line end before a delimiter.</summary>
    public const int Behind = 2;

    /// <summary>Reads this large cost no more a byte than larger ones. Below 8 KB a line that the reader looks ahead in would not fit.</summary>
    public const int DefaultSize = 128 << 10;

    private readonly MimeSource? _source;
    private byte[]? _buffer;
    private ReadOnlySpan<byte> _seen;
    private int _start;
    private int _counting;
    private int _countedTo;
    private int _lines;
    private byte[]? _kept;
    private int _keptLength;
    private int _keptTo;
    private int _keepLimit;

    public MimeWindow(ReadOnlySpan<byte> whole)
    {
        _seen = whole;
        Length = whole.Length;
        Initialize();
    }

    public MimeWindow(MimeSource source, int size = DefaultSize)
    {
        _source = source;
        Length = source.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(size, Length));
        Slide(0);
        Initialize();
    }

    /// <summary>LF; CR where the message has no LF at all: classic Mac line ends.</summary>
    public byte NewLine { get; private set; } = (byte)'\n';

    public int Length { get; }

    private readonly int SeenEnd => _start + _seen.Length;

    public readonly byte this[int position] => _seen[position - _start];

    public readonly void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        if (_kept is not null)
            ArrayPool<byte>.Shared.Return(_kept);
    }

    /// <summary>The bytes from a position on: count of them, fewer only at the end of the message, perhaps more. The position is the lowest still needed.</summary>
    public ReadOnlySpan<byte> From(int position, int count)
    {
        if (SeenEnd - position < count && SeenEnd < Length)
            Slide(position);
        return _seen[(position - _start)..];
    }

    /// <summary>The position after the next line end.</summary>
    public int LineEnd(int position)
    {
        while (true)
        {
            var rest = From(position, 1);
            var index = rest.IndexOf(NewLine);
            if (index >= 0)
                return position + index + 1;
            position += rest.Length;
            if (position >= Length)
                return Length;
        }
    }

    /// <summary>The start of the next line that begins with "--"; -1 where there is none.</summary>
    public int NextDashes(int position)
    {
        var wanted = NewLine == '\n' ? "\n--"u8 : "\r--"u8;
        while (true)
        {
            var rest = From(position, 3);
            var index = rest.IndexOf(wanted);
            if (index >= 0)
                return position + index + 1;
            if (position + rest.Length >= Length)
                return -1;
            position = Math.Max(position + 1, position + rest.Length - 2);
        }
    }

    /// <summary>Starts counting line ends at a position, or goes on where they are counted already. Returns the count so far.</summary>
    public int BeginCount(int position)
    {
        if (_counting++ == 0)
            _countedTo = position;
        else
            CountTo(position);
        return _lines;
    }

    /// <summary>The count up to a position that was reached.</summary>
    public int EndCount(int position)
    {
        CountTo(position);
        _counting--;
        return _lines;
    }

    public void CancelCount() => _counting--;

    private void CountTo(int position)
    {
        while (_countedTo < position)
        {
            var rest = From(_countedTo, 1);
            if (rest.IsEmpty)
                return;
            if (rest.Length > position - _countedTo)
                rest = rest[..(position - _countedTo)];
            CountSeen(_countedTo + rest.Length);
        }
    }

    private void CountSeen(int position)
    {
        if (position <= _countedTo)
            return;
        _lines += _seen[(_countedTo - _start)..(position - _start)].Count(NewLine);
        _countedTo = position;
    }

    /// <summary>From here on, up to a limit, bytes are kept for <see cref="EndKeep"/>. Nothing is copied of a message in memory.</summary>
    public void BeginKeep(int position, int limit)
    {
        if (_source is null)
            return;
        _keptTo = position;
        _keepLimit = limit;
        _keptLength = 0;
        _kept ??= ArrayPool<byte>.Shared.Rent(4096);
    }

    /// <summary>The bytes from <see cref="BeginKeep"/> to here; null for a message in memory.</summary>
    public byte[]? EndKeep(int position)
    {
        if (_source is null)
            return null;
        Keep(position);
        _keepLimit = 0;
        return _kept.AsSpan(0, _keptLength).ToArray();
    }

    private void Keep(int position)
    {
        position = Math.Min(position, _keepLimit);
        var count = position - _keptTo;
        if (count <= 0)
            return;
        PooledArray.Reserve(ref _kept!, _keptLength, count);
        _seen.Slice(_keptTo - _start, count).CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += count;
        _keptTo = position;
    }

    private void Slide(int position)
    {
        var from = Math.Max(_start, position - Behind);
        if (_counting > 0)
            CountSeen(from);
        Keep(from);
        var rest = _seen[(from - _start)..];
        rest.CopyTo(_buffer);
        var seen = Math.Min(_buffer!.Length, Length - from);
        _source!.Read(from + rest.Length, _buffer.AsSpan(rest.Length, seen - rest.Length));
        _start = from;
        _seen = _buffer.AsSpan(0, seen);
    }

    private void Initialize()
    {
        if (!_seen.Contains((byte)'\n') && _seen.Contains((byte)'\r') && !RestContainsLineFeed())
            NewLine = (byte)'\r';
    }

    private readonly bool RestContainsLineFeed()
    {
        if (SeenEnd >= Length)
            return false;
        var buffer = ArrayPool<byte>.Shared.Rent(DefaultSize);
        var found = false;
        for (var position = SeenEnd; position < Length && !found;)
        {
            var count = Math.Min(buffer.Length, Length - position);
            _source!.Read(position, buffer.AsSpan(0, count));
            found = buffer.AsSpan(0, count).Contains((byte)'\n');
            position += count;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }
}
