using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Copies within a mailbox: new items over the same content.</summary>
internal static class CopyMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> ComputeAsync(
        Draft draft, FolderId from, IReadOnlyList<MessageId> messages, FolderId to, Principal principal, CancellationToken cancel)
    {
        var rows = await draft.ReadRowsAsync(from, messages, cancel);
        var digests = await DigestsAsync(draft, from, rows, cancel);
        if (!draft.Folders.TryGet(from, out _) || !draft.Folders.TryGet(to, out var target))
            return StoreError.NotFound;
        if (target.Type == FolderType.Search)
            return StoreError.NotSupported;
        if (draft.Refuse(target, rows.Sum(r => r.MimeSize), rows.Count == 0 ? 0 : rows.Max(r => r.MimeSize)) is var refused and not StoreError.None)
            return refused;
        var appended = new List<AppendedMessage>(rows.Count);
        foreach (var row in rows)
        {
            var number = draft.Next();
            var copy = row with
            {
                Id = new MessageId(number),
                Folder = to,
                Uid = draft.NextUid(to),
                Mid = number,
                Sequence = number,
                Cn = number,
                ReadCn = 0,
                ChangeKey = null,
                PredecessorChangeList = null,
                SourceKey = null,
                Created = draft.Now,
                Modified = draft.Now,
                UrlName = "",
                Creator = principal.Kind == PrincipalKind.System ? Guid.Empty : principal.Id,
                State = MoveMessages.StateAfter(row.State),
            };
            draft.Insert(copy, digests.GetValueOrDefault(row.Id), new MessageOrigin(row.Folder, row.Mid));
            appended.Add(new AppendedMessage(copy.Id, copy.Uid, target.UidValidity, number));
        }
        return appended;
    }

    /// <summary>
    /// The digests of the rows, scanned run by run: a client copies neighbours more often than not. What an earlier operation of the same batch
    /// inserted is not in storage yet and is analysed again.
    /// </summary>
    public static async ValueTask<Dictionary<MessageId, ReadOnlyMemory<byte>>> DigestsAsync(Draft draft, FolderId folder, List<MessageRow> rows, CancellationToken cancel)
    {
        const uint mostGap = 64;
        var digests = new Dictionary<MessageId, ReadOnlyMemory<byte>>(rows.Count);
        var byUid = rows.OrderBy(r => r.Uid).ToList();
        for (var start = 0; start < byUid.Count;)
        {
            var end = start + 1;
            while (end < byUid.Count && byUid[end].Uid - byUid[end - 1].Uid <= mostGap)
                end++;
            var sink = new DigestCollector(byUid, start, end, digests);
            await draft.Mailbox.Storage.ScanDigestsAsync(folder, byUid[start].Uid, byUid[end - 1].Uid, sink, cancel);
            start = end;
        }
        foreach (var row in rows)
        {
            if (digests.ContainsKey(row.Id))
                continue;
            using var lease = await draft.Mailbox.Engine.Backend.Blobs.OpenAsync(row.Mime, cancel);
            digests[row.Id] = draft.Mailbox.Engine.Converter.Analyze(lease.Memory).Digest;
        }
        return digests;
    }

    private sealed class DigestCollector(List<MessageRow> rows, int start, int end, Dictionary<MessageId, ReadOnlyMemory<byte>> digests) : IDigestSink
    {
        private int _next = start;

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            while (_next < end && rows[_next].Uid < uid)
                _next++;
            if (_next < end && rows[_next].Uid == uid)
                digests[rows[_next++].Id] = digest.ToArray();
            return _next < end;
        }
    }
}
