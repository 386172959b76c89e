// [MS-OXCFXICS] 2.2.3.1.1.5, 3.2.5.8.1.5 the portions of a stream.
using System.Buffers;
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Mapi.FastTransfer;

/// <summary>A stream on its way to a client.</summary>
internal sealed class FxDownload : IDisposable
{
    private readonly FxBuffer _buffer = new();
    private readonly FxWriter _writer;
    private readonly FxProducer _producer;
    private byte[] _portion = [];
    private bool _isRented;
    private ErrorCode _failure;
    private long _delivered;

    public FxDownload(FxProducer producer, FxStrings strings, Encoding codePage, Func<ushort, PropertyName?> nameOf)
    {
        _producer = producer;
        _writer = new FxWriter(_buffer, strings, codePage, nameOf);
    }

    /// <summary>Whether the client has begun to take it.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Whether the client has all of it.</summary>
    public bool IsDone => _producer.IsDone && _buffer.IsEmpty;

    /// <summary>Steps done and in all, within 16 bits.</summary>
    public (ushort Done, ushort Total) Progress
    {
        get
        {
            var total = Math.Max(1, _producer.Total);
            var done = Math.Min(_producer.Done, total);
            return total <= ushort.MaxValue ? ((ushort)done, (ushort)total) : ((ushort)(done * ushort.MaxValue / total), ushort.MaxValue);
        }
    }

    /// <summary>
    /// The next portion: at most as many bytes as there is room for, cut where streams may be cut; it stands until the next is made. A failure stays
    /// ([MS-OXCFXICS] 3.2.5.8.1.5), except ServerBusy, after which the download goes on where it was.
    /// </summary>
    public async ValueTask<(ErrorCode Error, ReadOnlyMemory<byte> Portion)> ReadAsync(int room, CancellationToken cancel)
    {
        IsStarted = true;
        while (_failure == ErrorCode.Success && !_producer.IsDone && _buffer.Length < room)
        {
            var mark = _buffer.Here;
            try
            {
                _failure = await _producer.ProduceAsync(_writer, cancel);
            }
            catch (StorageUnavailableException)
            {
                _buffer.Return(mark);
                if (!_buffer.IsEmpty)
                    break;
                return (ErrorCode.ServerBusy, default);
            }
            catch (OperationCanceledException)
            {
                _buffer.Return(mark);
                throw;
            }
            if (_failure == ErrorCode.ServerBusy)
            {
                _failure = ErrorCode.Success;
                _buffer.Return(mark);
                if (!_buffer.IsEmpty)
                    break;
                return (ErrorCode.ServerBusy, default);
            }
        }
        if (_failure != ErrorCode.Success)
            return (_failure, default);
        var isLast = _producer.IsDone && _buffer.Length <= room;
        var taken = _buffer.Take(Room(isLast ? (int)_buffer.Length : room, isLast));
        _delivered += taken;
        _producer.Delivered(_delivered);
        return (ErrorCode.Success, _portion.AsMemory(0, taken));
    }

    /// <summary>Memory for a portion. The same serves all but the last: what is behind that holds none, however long the client keeps it.</summary>
    private Span<byte> Room(int size, bool isLast)
    {
        if (isLast || _portion.Length < size)
        {
            Free();
            (_portion, _isRented) = isLast ? (new byte[size], false) : (ArrayPool<byte>.Shared.Rent(size), true);
        }
        return _portion.AsSpan(0, size);
    }

    private void Free()
    {
        if (_isRented)
            ArrayPool<byte>.Shared.Return(_portion);
        (_portion, _isRented) = ([], false);
    }

    public void Dispose()
    {
        Free();
        _buffer.Dispose();
        _producer.Dispose();
    }
}
