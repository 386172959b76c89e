// [MS-OXCPRPT] 2.2.24, 2.2.25, 3.2.5.21, 3.2.5.22: locked regions of streams, across the sessions of the server.
using Rialto.Mapi.Objects;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>Who has locked which bytes of which property. Hardly anybody does: as long as there is no lock, reading and writing cost nothing more.</summary>
internal sealed class StreamLocks(TimeProvider time, int limit)
{
    /// <summary>LockFlags: others may read, but not write.</summary>
    private const uint WritesOnly = 0x01;

    /// <summary>3.2.5.21: a lock whose session has done nothing for so long gives way to the next who wants one.</summary>
    private static readonly TimeSpan s_expiry = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<Place, List<Region>> _regions = [];
    private int _count;

    /// <summary>Locks a region for the stream's session.</summary>
    public ErrorCode TryLock(StreamObject stream, ulong offset, ulong size, uint flags)
    {
        if (size == 0)
            return ErrorCode.Success;
        var place = PlaceOf(stream);
        lock (_gate)
        {
            if (_count >= limit)
                return ErrorCode.NotEnoughMemory;
            if (!_regions.TryGetValue(place, out var regions))
                _regions.Add(place, regions = []);
            foreach (var region in regions)
            {
                if (region.IsExpired || !region.Touches(offset, size))
                    continue;
                if (region.Session == stream.Session || time.GetElapsedTime(region.Session.LastActive) <= s_expiry)
                    return ErrorCode.AccessDenied;
                region.IsExpired = true;
                region.Stream.Data.Discard();
            }
            _count += 1 - regions.RemoveAll(r => r.IsExpired && r.Session == stream.Session && r.Touches(offset, size));
            stream.HasLocks = true;
            regions.Add(new Region(stream, stream.Session, offset, size, flags));
            return ErrorCode.Success;
        }
    }

    /// <summary>Takes away the session's own locks on a region; those of others stay.</summary>
    public void Unlock(StreamObject stream, ulong offset, ulong size) => Remove(PlaceOf(stream), r => r.Session == stream.Session && r.Touches(offset, size));

    /// <summary>The stream is closed, and its locks with it.</summary>
    public void Release(StreamObject stream)
    {
        if (Volatile.Read(ref _count) == 0 || !stream.HasLocks)
            return;
        lock (_gate)
        {
            // Its place may have got another name since: a new message has been saved.
            foreach (var (place, regions) in _regions.ToList())
            {
                _count -= regions.RemoveAll(r => r.Stream == stream);
                if (regions.Count == 0)
                    _regions.Remove(place);
            }
        }
    }

    /// <summary>Whether the stream may read or write bytes: AccessDenied where another session's lock forbids it, NetworkError where its own has expired.</summary>
    public ErrorCode Check(StreamObject stream, long offset, long count, bool writes)
    {
        if (Volatile.Read(ref _count) == 0 || count <= 0)
            return ErrorCode.Success;
        lock (_gate)
        {
            if (!_regions.TryGetValue(PlaceOf(stream), out var regions))
                return ErrorCode.Success;
            var error = ErrorCode.Success;
            foreach (var region in regions)
            {
                if (!region.Touches((ulong)offset, (ulong)count))
                    continue;
                if (region.Session != stream.Session)
                    error = !region.IsExpired && (writes || region.Flags != WritesOnly) ? ErrorCode.AccessDenied : error;
                else if (region.IsExpired)
                    return ErrorCode.NetworkError;
            }
            return error;
        }
    }

    private void Remove(Place place, Predicate<Region> isGone)
    {
        lock (_gate)
        {
            if (!_regions.TryGetValue(place, out var regions))
                return;
            _count -= regions.RemoveAll(isGone);
            if (regions.Count == 0)
                _regions.Remove(place);
        }
    }

    /// <summary>The property behind a stream, the same for all who have opened it. What was never saved is its own session's alone.</summary>
    private static Place PlaceOf(StreamObject stream)
    {
        var path = "";
        ServerObject at = stream.Owner;
        while (true)
        {
            switch (at)
            {
                case AttachmentObject attachment:
                    path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/{attachment.Number}{path}");
                    at = attachment.Message;
                    continue;
                case MessageObject { Parent: { } parent }:
                    at = parent;
                    continue;
                case MessageObject { Row: { } row }:
                    return new Place(stream.Logon.Session.MailboxId, row.Id, path, stream.Data.Tag.Id);
                case FolderObject folder:
                    return new Place(stream.Logon.Session.MailboxId, folder.Id, path, stream.Data.Tag.Id);
                default:
                    return new Place(stream.Logon.Session.MailboxId, at, path, stream.Data.Tag.Id);
            }
        }
    }

    private readonly record struct Place(Guid Mailbox, object Root, string Path, ushort Property);

    private sealed class Region(StreamObject stream, MapiSession session, ulong offset, ulong size, uint flags)
    {
        public StreamObject Stream => stream;

        public MapiSession Session => session;

        public uint Flags => flags;

        public bool IsExpired { get; set; }

        public bool Touches(ulong from, ulong count) => from < Ending(offset, size) && offset < Ending(from, count);

        private static ulong Ending(ulong start, ulong length) => length > ulong.MaxValue - start ? ulong.MaxValue : start + length;
    }
}
