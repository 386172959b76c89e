// [MS-OXCFXICS] 2.2.3.1.1.5, 3.2.5.8.1.5 the portions of a stream.
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
    /// The next portion: at most as many bytes as there is room for, cut where streams may be cut. A failure stays ([MS-OXCFXICS] 3.2.5.8.1.5), except
    /// ServerBusy, after which the download goes on where it was.
    /// </summary>
    public async ValueTask<(ErrorCode Error, int Length)> ReadAsync(Memory<byte> room, CancellationToken cancel)
    {
        IsStarted = true;
        while (_failure == ErrorCode.Success && !_producer.IsDone && _buffer.Length < room.Length)
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
                return (ErrorCode.ServerBusy, 0);
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
                return (ErrorCode.ServerBusy, 0);
            }
        }
        if (_failure != ErrorCode.Success)
            return (_failure, 0);
        var taken = _buffer.Take(room.Span);
        _delivered += taken;
        _producer.Delivered(_delivered);
        return (ErrorCode.Success, taken);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _producer.Dispose();
    }
}
