using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Properties as streams. [MS-OXCPRPT] 3.2.5.11-3.2.5.24.</summary>
public class StreamWriteTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte ReadOnly = 0;
    private const byte ReadWrite = 1;
    private const byte Create = 2;
    private const byte BestAccess = 3;

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task A_large_attachment_is_written_and_read_back()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var (_, attachment) = await session.CreateAttachmentAsync(message);
        var data = new byte[1_000_000];
        new Random(1).NextBytes(data);
        var stream = await session.OpenStreamAsync(attachment, PropertyTags.AttachDataBinary, Create);
        await session.WriteAllAsync(stream, data);
        await session.CallAsync<PlainResponse>(RopId.CommitStream, new RopCommitStream.Request(), stream);
        await session.ReleaseAsync(stream);
        await session.SaveAttachmentAsync(attachment);
        var mid = await session.SaveAsync(message);
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        var (_, read) = (0, await session.OpenAttachmentAsync(opened, 0));
        (await session.StreamAsync(read, PropertyTags.AttachDataBinary)).ShouldBe(data);
        (await session.PropertiesAsync(read, PropertyTags.AttachDataBinary))[0].AsError().ShouldBe(ErrorCode.NotEnoughMemory);
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_is_written_is_the_property_at_once()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.TryAsync(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.Body, OpenModeFlags = ReadWrite }, message)).ShouldBe(ErrorCode.NotFound);
        var stream = await session.OpenStreamAsync(message, PropertyTags.Body, Create);
        await session.WriteAsync(stream, Encoding.Unicode.GetBytes("hello "));
        (await session.TextAsync(message, PropertyTags.Body)).ShouldBe("hello ");
        await session.WriteAsync(stream, Encoding.Unicode.GetBytes("world"));
        (await session.TextAsync(message, PropertyTags.Body)).ShouldBe("hello world");
        await session.ReleaseAsync(stream);
        var narrow = await session.OpenStreamAsync(message, PropertyTags.Body.WithType(PropertyType.String8), ReadWrite);
        (await session.ReadAsync(narrow)).ShouldBe("hello world"u8.ToArray());
        await session.WriteAsync(narrow, "!"u8.ToArray());
        var mid = await session.SaveAsync(message);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.TextAsync(other, PropertyTags.Body)).ShouldBe("hello world!");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Seeking_sizing_and_cutting()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var tag = new PropertyTag(0x6A10, PropertyType.Binary);
        var stream = await session.OpenStreamAsync(message, tag, Create);
        await session.WriteAsync(stream, [1, 2, 3]);
        (await session.SeekAsync(stream, 1, 2)).ShouldBe(5ul);
        await session.WriteAsync(stream, [9]);
        (await session.SeekAsync(stream, 0, 0)).ShouldBe(0ul);
        (await session.ReadAsync(stream)).ShouldBe([1, 2, 3, 0, 0, 9]);
        await session.CallAsync<PlainResponse>(RopId.SetStreamSize, new RopSetStreamSize.Request { StreamSize = 2 }, stream);
        await session.CallAsync<PlainResponse>(RopId.SetStreamSize, new RopSetStreamSize.Request { StreamSize = 4 }, stream);
        (await session.SeekAsync(stream, 2, -4)).ShouldBe(0ul);
        (await session.ReadAsync(stream)).ShouldBe([1, 2, 0, 0]);
        (await session.CallAsync<RopGetStreamSize.Response>(RopId.GetStreamSize, new RopGetStreamSize.Request(), stream)).StreamSize.ShouldBe(4u);
        (await session.TryAsync(RopId.SeekStream, new RopSeekStream.Request { Origin = 0, Offset = -1 }, stream)).ShouldBe((ErrorCode)0x80030019);
        (await session.TryAsync(RopId.SeekStream, new RopSeekStream.Request { Origin = 0, Offset = 0x80000000 }, stream)).ShouldBe((ErrorCode)0x80030019);
        (await session.TryAsync(RopId.SeekStream, new RopSeekStream.Request { Origin = 3 }, stream)).ShouldBe(ErrorCode.StorageInvalidParameter);
        (await session.PropertiesAsync(message, tag))[0].AsBinary().ShouldBe([1, 2, 0, 0]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Limits_of_a_stream_and_of_a_session()
    {
        await using var server = await MapiServer.StartAsync(o => (o.MaximumStreamSize, o.MaximumStreamBytesPerSession) = (10_000, 25_000));
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var stream = await session.OpenStreamAsync(message, new PropertyTag(0x6A11, PropertyType.Binary), Create);
        await session.WriteAsync(stream, new byte[9_999]);
        (await session.TryAsync(RopId.WriteStream, new RopWriteStream.Request { Data = [1, 2] }, stream)).ShouldBe(ErrorCode.TooBig);
        (await session.TryAsync(RopId.WriteStreamExtended, new RopWriteStreamExtended.Request { Data = [1, 2] }, stream)).ShouldBe(ErrorCode.TooBig);
        (await session.TryAsync(RopId.SetStreamSize, new RopSetStreamSize.Request { StreamSize = 10_001 }, stream)).ShouldBe(ErrorCode.TooBig);
        // A place beyond what it may hold can be sought, and not written at.
        (await session.SeekAsync(stream, 0, int.MaxValue)).ShouldBe((ulong)int.MaxValue);
        (await session.TryAsync(RopId.WriteStream, new RopWriteStream.Request { Data = [1] }, stream)).ShouldBe(ErrorCode.TooBig);
        (await session.ReadAsync(stream)).ShouldBeEmpty();
        (await session.SeekAsync(stream, 0, 9_999)).ShouldBe(9_999ul);
        (await session.CallAsync<RopWriteStreamExtended.Response>(RopId.WriteStreamExtended, new RopWriteStreamExtended.Request { Data = [7] }, stream)).WrittenSize.ShouldBe(1u);
        var second = await session.OpenStreamAsync(message, new PropertyTag(0x6A12, PropertyType.Binary), Create);
        await session.WriteAsync(second, new byte[9_000]);
        var third = await session.OpenStreamAsync(message, new PropertyTag(0x6A13, PropertyType.Binary), Create);
        (await session.TryAsync(RopId.WriteStream, new RopWriteStream.Request { Data = new byte[9_000] }, third)).ShouldBe(ErrorCode.NotEnoughMemory);
        await session.ReleaseAsync(second);
        await session.ReleaseAsync(stream);
        await session.WriteAsync(third, new byte[9_000]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_stream_open_for_reading_takes_no_bytes()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Body, "text"));
        var mid = await session.SaveAsync(message);
        message = await session.OpenAsync(handle, logon.FolderIds[4], mid, 0);
        var stream = await session.OpenStreamAsync(message, PropertyTags.Body, BestAccess);
        (await session.TryAsync(RopId.WriteStream, new RopWriteStream.Request { Data = [1] }, stream)).ShouldBe(ErrorCode.StorageAccessDenied);
        (await session.TryAsync(RopId.SetStreamSize, new RopSetStreamSize.Request(), stream)).ShouldBe(ErrorCode.StorageAccessDenied);
        (await session.TryAsync(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.Body, OpenModeFlags = ReadWrite }, message)).ShouldBe(ErrorCode.AccessDenied);
        (await session.TryAsync(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.Importance }, message)).ShouldBe(ErrorCode.NotSupported);
        (await session.TryAsync(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.Body }, handle)).ShouldBe(ErrorCode.NotSupported);
        mid.ShouldNotBe(0ul);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Clones_share_bytes_and_copies_move_both_pointers()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var stream = await session.OpenStreamAsync(message, new PropertyTag(0x6A14, PropertyType.Binary), Create);
        await session.WriteAsync(stream, [1, 2, 3, 4, 5, 6]);
        await session.SeekAsync(stream, 0, 2);
        var clone = (await session.OpenAsync<PlainResponse>(RopId.CloneStream, new RopCloneStream.Request(), stream)).Handle;
        (await session.ReadAsync(clone, 2)).ShouldBe([3, 4]);
        (await session.ReadAsync(stream, 1)).ShouldBe([3]);
        await session.WriteAsync(stream, [44]);
        await session.SeekAsync(clone, 0, 3);
        (await session.ReadAsync(clone, 1)).ShouldBe([44]);

        var target = await session.OpenStreamAsync(message, new PropertyTag(0x6A15, PropertyType.Binary), Create);
        await session.SeekAsync(stream, 0, 1);
        var reply = await session.ExecuteAsync([(RopId.CopyToStream, new RopCopyToStream.Request { DestHandleIndex = 1, ByteCount = 3 })], [stream, target]);
        reply.Get<RopCopyToStream.Response>().WrittenByteCount.ShouldBe(3ul);
        (await session.SeekAsync(stream, 1, 0)).ShouldBe(4ul);
        (await session.SeekAsync(target, 1, 0)).ShouldBe(3ul);
        (await session.PropertiesAsync(message, new PropertyTag(0x6A15, PropertyType.Binary)))[0].AsBinary().ShouldBe([2, 3, 44]);
        reply = await session.ExecuteAsync([(RopId.CopyToStream, new RopCopyToStream.Request { DestHandleIndex = 1, ByteCount = 3 })], [stream, RopSession.NoHandle]);
        reply.Get<RopCopyToStream.Response>().ReturnValue.ShouldBe(ErrorCode.NullDestinationObject);
        reply.Get<RopCopyToStream.Response>().DestHandleIndex.ShouldBe(1u);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_folders_property_is_written_when_its_stream_is_committed_or_closed()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var tag = new PropertyTag(0x36DA, PropertyType.Binary);
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[6]);
        var stream = await session.OpenStreamAsync(folder, tag, Create);
        await session.WriteAsync(stream, [1, 2]);
        (await session.PropertiesAsync(folder, tag))[0].IsError.ShouldBeTrue();
        await session.CallAsync<PlainResponse>(RopId.CommitStream, new RopCommitStream.Request(), stream);
        (await session.PropertiesAsync(folder, tag))[0].AsBinary().ShouldBe([1, 2]);
        await session.WriteAsync(stream, [3]);
        await session.ReleaseAsync(stream);
        (await session.PropertiesAsync(folder, tag))[0].AsBinary().ShouldBe([1, 2, 3]);
        stream = await session.OpenStreamAsync(folder, tag, ReadWrite);
        await session.SeekAsync(stream, 2, 0);
        (await session.CallAsync<RopWriteAndCommitStream.Response>(RopId.WriteAndCommitStream, new RopWriteAndCommitStream.Request { Data = [4] }, stream)).WrittenSize.ShouldBe((ushort)1);
        (await session.PropertiesAsync(folder, tag))[0].AsBinary().ShouldBe([1, 2, 3, 4]);
        var read = await session.OpenStreamAsync(folder, tag, ReadOnly);
        (await session.ReadAsync(read)).ShouldBe([1, 2, 3, 4]);
        session.Http.Dispose();
    }
}
