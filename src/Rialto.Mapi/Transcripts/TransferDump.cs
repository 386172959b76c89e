// [MS-OXCFXICS] 2.2.3: the streams and states in the operations of a transcript.
using System.Globalization;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Transcripts;

/// <summary>Follows the streams and the uploaded states of a session, whose portions come in many operations.</summary>
internal sealed class TransferDump
{
    private const uint NoHandle = 0xFFFFFFFF;

    /// <summary>Streams followed at a time, and bytes of an uploaded state: a transcript may be of anything.</summary>
    private const int MostStreams = 1024;
    private const int MostStateBytes = 64 << 20;

    private readonly Dictionary<uint, FxDump> _streams = [];
    private readonly Dictionary<(uint Handle, byte Index), (PropertyTag Property, MemoryStream Bytes)> _states = [];

    /// <summary>Prints what the request carries of a stream or a state.</summary>
    /// <param name="text">Where the request was printed.</param>
    /// <param name="id">The operation.</param>
    /// <param name="request">The request.</param>
    /// <param name="handle">The object that it is about; of one opened in the same buffer it is not known yet.</param>
    public void Request(StringBuilder text, RopId id, RopRequest request, uint handle)
    {
        switch (request)
        {
            case RopFastTransferDestinationPutBuffer.Request put:
                StreamOf(handle).Append(text, put.TransferData);
                break;
            case RopFastTransferDestinationPutBufferExtended.Request put:
                StreamOf(handle).Append(text, put.TransferData);
                break;
            case RopSynchronizationUploadStateStreamBegin.Request begin:
                if (_states.Count >= MostStreams)
                    _states.Clear();
                _states[(handle, request.InputHandleIndex)] = (begin.StateProperty, new MemoryStream());
                break;
            case RopSynchronizationUploadStateStreamContinue.Request more when _states.TryGetValue((handle, request.InputHandleIndex), out var state):
                if (state.Bytes.Length + more.StreamData.Length <= MostStateBytes)
                    state.Bytes.Write(more.StreamData);
                break;
            case RopSynchronizationUploadStateStreamEnd.Request when _states.Remove((handle, request.InputHandleIndex), out var state):
                text.Append(CultureInfo.InvariantCulture, $"  state {NameOf(state.Property)}: ").Append(StateDump.Describe(state.Bytes.ToArray()) ?? "! no set").Append('\n');
                break;
            default:
                if (id == RopId.Release)
                    _streams.Remove(handle);
                break;
        }
    }

    /// <summary>Prints what the response carries of a stream.</summary>
    public void Response(StringBuilder text, RopRequest request, RopResponse response, uint handle)
    {
        if (response.ReturnValue != ErrorCode.Success)
            return;
        if (response is RopFastTransferSourceGetBuffer.Response portion)
        {
            const int done = 3;
            var stream = StreamOf(handle);
            stream.Append(text, portion.TransferBuffer.Span);
            if (portion.TransferStatus == done)
                stream.End(text);
        }
        else if (request is RopOpenRequest)
            // A handle that is given anew begins anew.
            _streams.Remove(handle);
    }

    private FxDump StreamOf(uint handle)
    {
        if (_streams.TryGetValue(handle, out var stream) && handle != NoHandle)
            return stream;
        if (_streams.Count >= MostStreams)
            _streams.Clear();
        return _streams[handle] = new FxDump();
    }

    private static string NameOf(PropertyTag property) => ((uint)property.Id << 16) switch
    {
        StateDump.IdsetGiven & 0xFFFF0000 => "MetaTagIdsetGiven",
        StateDump.CnsetSeen & 0xFFFF0000 => "MetaTagCnsetSeen",
        StateDump.CnsetSeenFai & 0xFFFF0000 => "MetaTagCnsetSeenFAI",
        StateDump.CnsetRead & 0xFFFF0000 => "MetaTagCnsetRead",
        _ => PropertyRegistry.Describe(property),
    };
}
