using System.Buffers.Binary;
using System.Diagnostics;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Wire;
using Rialto.Model;

namespace Rialto.Mapi.Bench;

/// <summary>What a download took.</summary>
internal readonly record struct Downloaded(TimeSpan Time, TimeSpan ServerCpu, TimeSpan ClientCpu, long Bytes, TimeSpan First);

/// <summary>Downloads by ICS that count what comes and look at nothing of it: a client on its caller's thread.</summary>
internal sealed class LeanSync(LeanSession session)
{
    private const byte Contents = 1;
    private const byte Unicode = 1;
    private const ushort ServerDecides = 0xBABE;
    private const int Partial = 1;

    /// <summary>Room for one response: the most that the protocol has, or one buffer.</summary>
    public uint Room { get; init; } = 0x100000;

    public ExecuteFlags Flags { get; init; } = ExecuteFlags.Chain;

    /// <summary>Configures a download with a state, and takes the whole of it.</summary>
    public Downloaded Download(uint folder, ClientState state, ushort flags, uint extra, PropertyTag[] tags)
    {
        var begun = Stopwatch.GetTimestamp();
        var (process, thread) = (ThreadClock.Process, ThreadClock.Thread);
        var context = Begin(folder, state, flags, extra, tags);
        var request = LeanSession.Body(Flags, Room, [context], GetBuffer(0));
        var (bytes, more) = Take(session.ExecuteChained(request));
        var first = Stopwatch.GetElapsedTime(begun);
        while (more)
        {
            (var length, more) = Take(session.ExecuteChained(request));
            bytes += length;
        }
        var client = ThreadClock.Thread - thread;
        var taken = new Downloaded(Stopwatch.GetElapsedTime(begun), ThreadClock.Process - process - client, client, bytes, first);
        Release(context);
        return taken;
    }

    /// <summary>A whole synchronisation in as few requests as it takes: state, stream and release of the context.</summary>
    public long Synchronize(uint folder, ClientState state, ushort flags, uint extra)
    {
        var body = LeanSession.Body(Flags, Room, [folder, RopSession.NoHandle], [.. Requests(state, flags, extra, []), GetBuffer(1)]);
        var answer = session.ExecuteChained(body);
        var (bytes, more) = TakeLast(answer, out var context);
        var request = LeanSession.Body(Flags, Room, [context], GetBuffer(0));
        while (more)
        {
            (var length, more) = Take(session.ExecuteChained(request));
            bytes += length;
        }
        Release(context);
        return bytes;
    }

    public uint Begin(uint folder, ClientState state, ushort flags, uint extra, PropertyTag[] tags) =>
        session.Run([folder, RopSession.NoHandle], [.. Requests(state, flags, extra, tags)]).Handles[1];

    /// <summary>One portion of a download.</summary>
    public void Step(uint context) => Take(session.ExecuteChained(LeanSession.Body(Flags, Room, [context], GetBuffer(0))));

    public void Release(uint context) => session.Execute(LeanSession.Body([context], (RopId.Release, new RopRelease.Request())));

    private static (RopId, RopRequest) GetBuffer(byte index) =>
        (RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { InputHandleIndex = index, BufferSize = ServerDecides, MaximumBufferSize = 0xFFFF });

    private static IEnumerable<(RopId, RopRequest)> Requests(ClientState state, ushort flags, uint extra, PropertyTag[] tags)
    {
        yield return (RopId.SynchronizationConfigure, new RopSynchronizationConfigure.Request
        {
            OutputHandleIndex = 1, SynchronizationType = Contents, SendOptions = Unicode, SynchronizationFlags = flags, SynchronizationExtraFlags = extra, PropertyTags = tags,
        });
        foreach (var (tag, value) in state.Properties)
        {
            yield return (RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { InputHandleIndex = 1, StateProperty = tag, TransferBufferSize = (uint)value.Length });
            if (value.Length > 0)
                yield return (RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { InputHandleIndex = 1, StreamData = value });
            yield return (RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request { InputHandleIndex = 1 });
        }
    }

    /// <summary>Bytes of the stream in all buffers of a response, and whether there are more to ask for.</summary>
    private static (long Bytes, bool More) Take(ReadOnlySpan<byte> buffers)
    {
        long bytes = 0;
        var status = 0;
        while (!buffers.IsEmpty)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(buffers[4..]);
            // RopSize, RopId, index, ReturnValue, TransferStatus … TransferBufferSize.
            (var length, status) = One(buffers[(ExtendedBuffer.HeaderSize + 2)..]);
            bytes += length;
            buffers = buffers[(ExtendedBuffer.HeaderSize + size)..];
        }
        return (bytes, status == Partial);
    }

    private static (int Length, int Status) One(ReadOnlySpan<byte> response)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(response[2..]) is not 0 and var error)
            throw new RopException((ErrorCode)error);
        return (BinaryPrimitives.ReadUInt16LittleEndian(response[13..]), BinaryPrimitives.ReadUInt16LittleEndian(response[6..]));
    }

    /// <summary>The same of a response that begins with those of the operations before: their sizes are known.</summary>
    private static (long Bytes, bool More) TakeLast(ReadOnlySpan<byte> buffers, out uint context)
    {
        // RopId, index and ReturnValue of the configuration, two or three operations of each state property.
        const int plain = 6;
        var at = ExtendedBuffer.HeaderSize + 2;
        while (buffers[at] != (byte)RopId.FastTransferSourceGetBuffer)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(buffers[(at + 2)..]) is not 0 and var error)
                throw new RopException((ErrorCode)error);
            at += plain;
        }
        int size = BinaryPrimitives.ReadUInt16LittleEndian(buffers[4..]);
        context = BinaryPrimitives.ReadUInt32LittleEndian(buffers[(ExtendedBuffer.HeaderSize + size - 4)..]);
        var (length, status) = One(buffers[at..]);
        var rest = buffers[(ExtendedBuffer.HeaderSize + size)..];
        if (rest.IsEmpty)
            return (length, status == Partial);
        var (more, isPartial) = Take(rest);
        return (length + more, isPartial);
    }
}
