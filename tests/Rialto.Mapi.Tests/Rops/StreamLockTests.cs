using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCPRPT] 3.2.5.21, 3.2.5.22.</summary>
public sealed class StreamLockTests : IAsyncLifetime
{
    private const byte ReadWrite = 1;
    private const uint WritesOnly = 1;

    private static readonly PropertyTag s_tag = new(0x6A30, PropertyType.Binary);

    private readonly ManualTimeProvider _time = new();
    private MapiServer _server = null!;
    private RopSession _first = null!;
    private RopSession _second = null!;
    private uint _mine;
    private uint _theirs;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync(time: _time);
        (_first, var logon, var handle) = await _server.LogonAsync();
        (_second, _, var other) = await _server.LogonAsync();
        var message = await _first.CreateMessageAsync(handle, logon.FolderIds[4]);
        await _first.SetAsync(message, PropertyValue.Of(s_tag, new byte[100]));
        var id = await _first.SaveAsync(message);
        _mine = await _first.OpenStreamAsync(message, s_tag, ReadWrite);
        _theirs = await _second.OpenStreamAsync(await _second.OpenAsync(other, logon.FolderIds[4], id, ReadWrite), s_tag, ReadWrite);
    }

    public async Task DisposeAsync()
    {
        _first.Http.Dispose();
        _second.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_locked_region_is_its_sessions_own()
    {
        (await LockAsync(_first, _mine, 10, 20)).ShouldBe(ErrorCode.Success);
        (await LockAsync(_first, _mine, 15, 1)).ShouldBe(ErrorCode.AccessDenied);
        (await LockAsync(_second, _theirs, 29, 5)).ShouldBe(ErrorCode.AccessDenied);
        (await LockAsync(_second, _theirs, 30, 5)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_first, _mine, 10)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_second, _theirs, 10)).ShouldBe(ErrorCode.AccessDenied);
        (await ReadAsync(_second, _theirs, 0, 10)).ShouldBe(ErrorCode.Success);
        (await ReadAsync(_second, _theirs, 0, 11)).ShouldBe(ErrorCode.AccessDenied);
        (await WriteAsync(_second, _theirs, 50)).ShouldBe(ErrorCode.Success);
        (await UnlockAsync(_second, _theirs, 10, 20)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_second, _theirs, 10)).ShouldBe(ErrorCode.AccessDenied);
        (await UnlockAsync(_first, _mine, 10, 20)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_second, _theirs, 10)).ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task A_lock_against_writing_leaves_reading_and_goes_with_its_stream()
    {
        (await LockAsync(_first, _mine, 0, 100, WritesOnly)).ShouldBe(ErrorCode.Success);
        (await ReadAsync(_second, _theirs, 0, 50)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_second, _theirs, 0)).ShouldBe(ErrorCode.AccessDenied);
        (await _second.TryAsync(RopId.SetStreamSize, new RopSetStreamSize.Request { StreamSize = 50 }, _theirs)).ShouldBe(ErrorCode.AccessDenied);
        await _first.ReleaseAsync(_mine);
        (await WriteAsync(_second, _theirs, 0)).ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task A_lock_whose_session_sleeps_gives_way()
    {
        (await LockAsync(_first, _mine, 0, 10)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(_first, _mine, 0)).ShouldBe(ErrorCode.Success);
        _time.Advance(TimeSpan.FromSeconds(20));
        (await LockAsync(_second, _theirs, 0, 10)).ShouldBe(ErrorCode.AccessDenied);
        _time.Advance(TimeSpan.FromSeconds(11));
        (await LockAsync(_second, _theirs, 0, 10)).ShouldBe(ErrorCode.Success);
        (await ReadAsync(_first, _mine, 0, 1)).ShouldBe(ErrorCode.NetworkError);
        (await ReadAsync(_first, _mine, 20, 1)).ShouldBe(ErrorCode.Success);
        (await _first.TryAsync(RopId.CommitStream, new RopCommitStream.Request(), _mine)).ShouldBe(ErrorCode.NetworkError);
    }

    [Fact]
    public async Task Only_streams_are_locked()
    {
        var (session, _, handle) = await _server.LogonAsync();
        (await LockAsync(session, handle, 0, 1)).ShouldBe(ErrorCode.NotSupported);
        (await UnlockAsync(session, handle, 0, 1)).ShouldBe(ErrorCode.NotSupported);
        session.Http.Dispose();
    }

    private static Task<ErrorCode> LockAsync(RopSession session, uint stream, ulong offset, ulong size, uint flags = 0) =>
        session.TryAsync(RopId.LockRegionStream, new RopLockRegionStream.Request { RegionOffset = offset, RegionSize = size, LockFlags = flags }, stream);

    private static Task<ErrorCode> UnlockAsync(RopSession session, uint stream, ulong offset, ulong size) =>
        session.TryAsync(RopId.UnlockRegionStream, new RopUnlockRegionStream.Request { RegionOffset = offset, RegionSize = size }, stream);

    private static async Task<ErrorCode> WriteAsync(RopSession session, uint stream, long at)
    {
        await session.SeekAsync(stream, 0, at);
        return await session.TryAsync(RopId.WriteStream, new RopWriteStream.Request { Data = [1, 2, 3] }, stream);
    }

    private static async Task<ErrorCode> ReadAsync(RopSession session, uint stream, long at, ushort count)
    {
        await session.SeekAsync(stream, 0, at);
        return await session.TryAsync(RopId.ReadStream, new RopReadStream.Request { ByteCount = count }, stream);
    }
}
