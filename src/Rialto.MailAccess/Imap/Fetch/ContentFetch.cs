// RFC 3501 6.4.5 for BODY[…], RFC822 and its parts; RFC 3516 4.2, 4.3 BINARY; RFC 8474 EMAILID, THREADID; RFC 8970 PREVIEW; RFC 8514 SAVEDATE.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>
/// Writes rows that need the message itself, or its summary. Bodies go from the blob store's mapped memory into the connection's buffer, a flush at a time. Where many messages
/// are asked for, what is needed of their rows and digests is read a batch at a time.
/// </summary>
internal sealed class ContentFetch(ImapSession session, SelectedFolder folder, FetchItem[] items, FetchRow row, FlagTexts flags)
{
    private const int Batch = 128;

    private readonly FolderSnapshot _snapshot = folder.Seen;
    private readonly DigestBatch _digests = new();
    private readonly ContentPlaces _places = new();
    private readonly bool _needsRow = items.Any(i => i.NeedsRow);
    private readonly bool _needsContent = items.Any(i => i.NeedsContent);
    private readonly bool _needsSaved = items.Any(i => i.Kind == FetchItemKind.SaveDate);
    private readonly Dictionary<MessageId, FileTime> _saved = [];

    /// <summary>Positions on which this FETCH set \Seen: their rows show the flags. RFC 3501 6.4.5.</summary>
    public HashSet<int> MadeSeen { get; init; } = [];

    public int Gone { get; private set; }

    /// <summary>Whether a part was asked for decoded whose encoding nobody knows. RFC 3516 4.3.</summary>
    public bool HasUnknownEncoding { get; private set; }

    public async ValueTask<StoreError> RunAsync(Selection selection, CancellationToken cancel)
    {
        for (var range = 0; range < selection.Ranges.Length; range++)
        {
            var (first, last) = selection.Ranges[range];
            for (; first <= last; first += Batch)
            {
                var error = await RunBatchAsync(first, Math.Min(last, first + Batch - 1), selection.Count > 1, cancel);
                if (error != StoreError.None)
                    return error;
            }
        }
        return StoreError.None;
    }

    private async ValueTask<StoreError> RunBatchAsync(int first, int last, bool isMany, CancellationToken cancel)
    {
        if (row.NeedsDigest)
        {
            _digests.Clear();
            var error = await folder.Mailbox.ScanDigestsAsync(folder.Id, _snapshot[first].Uid, _snapshot[last].Uid, _digests, cancel);
            if (error != StoreError.None)
                return error;
        }
        IReadOnlyList<MessageRow?>? rows = null;
        if (isMany && !_needsRow)
        {
            _places.Clear();
            var error = await folder.Mailbox.ScanSummariesAsync(folder.Id, _snapshot[first].Uid, _snapshot[last].Uid, SummaryColumns.Content, _places, cancel);
            if (error != StoreError.None)
                return error;
        }
        else if (_needsRow)
        {
            var ids = new MessageId[last - first + 1];
            for (var i = 0; i < ids.Length; i++)
                ids[i] = _snapshot[first + i].Id;
            var read = await folder.Mailbox.ReadRowsAsync(folder.Id, ids, cancel);
            if (!read.TryGet(out rows))
                return read.Error;
            if (_needsSaved && await ReadSavedAsync(ids, cancel) is var error and not StoreError.None)
                return error;
        }
        for (var position = first; position <= last; position++)
        {
            var place = rows?[position - first]?.Mime ?? default;
            if (rows is not null ? rows[position - first] is null : isMany && !_places.TryGet(_snapshot[position].Uid, out place))
            {
                Gone++;
                continue;
            }
            var error = await WriteAsync(position, rows?[position - first], place, cancel);
            if (error == StoreError.NotFound)
                Gone++;
            else if (error != StoreError.None)
                return error;
        }
        return StoreError.None;
    }

    private async ValueTask<StoreError> ReadSavedAsync(MessageId[] ids, CancellationToken cancel)
    {
        var read = await folder.Mailbox.ReadSavedTimesAsync(folder.Id, ids, cancel);
        if (!read.TryGet(out var times))
            return read.Error;
        _saved.Clear();
        for (var i = 0; i < ids.Length; i++)
        {
            if (times[i] is { } time)
                _saved[ids[i]] = time;
        }
        return StoreError.None;
    }

    private async ValueTask<StoreError> WriteAsync(int position, MessageRow? known, BlobRef place, CancellationToken cancel)
    {
        var id = _snapshot[position].Id;
        var uid = _snapshot[position].Uid;
        if (!_needsContent && (!row.NeedsDigest || _digests.Contains(uid)))
            return await WriteItemsAsync(position, known, null);
        if (session.LastMessage is not { } message || message.Id != id)
        {
            var opened = await OpenAsync(id, place, cancel);
            if (!opened.TryGet(out var lease))
                return opened.Error;
            message = new OpenedMessage(id, lease);
            session.Remember(message);
        }
        if (row.NeedsDigest && !_digests.Contains(uid))
            _digests.Add(uid, Content.Mime.ImapDigest.Build(Content.Mime.MimeMessage.Parse(message.Bytes)));
        return await WriteItemsAsync(position, known, message);
    }

    private async ValueTask<StoreError> WriteItemsAsync(int position, MessageRow? known, OpenedMessage? message)
    {
        row.WriteBegin(position, _snapshot[position].Uid);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                session.Writer.Raw(" "u8);
            if (items[i].Kind == FetchItemKind.Section)
                await WriteSectionAsync(items[i], message!);
            else if (items[i].NeedsContent)
                await WriteBinaryAsync(items[i], message!);
            else if (items[i].NeedsRow)
                WriteRowItem(items[i], known!);
            else
                WriteItem(items[i], position);
        }
        if (MadeSeen.Contains(position) && !items.Contains(FetchItem.Flags))
        {
            session.Writer.Raw(" "u8);
            WriteItem(FetchItem.Flags, position);
        }
        session.Writer.Raw(")\r\n"u8);
        if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
            throw new IOException("The client is gone.");
        return StoreError.None;
    }

    private async ValueTask<StoreResult<BlobLease>> OpenAsync(MessageId id, BlobRef place, CancellationToken cancel)
    {
        if (place.IsNone)
            return await folder.Mailbox.OpenMimeAsync(folder.Id, id, cancel);
        return await session.Engine.Backend.Blobs.OpenAsync(place, cancel);
    }

    private void WriteItem(FetchItem item, int position)
    {
        ref readonly var entry = ref _snapshot[position];
        var flagText = flags.Of(entry, MadeSeen.Contains(position) ? MessageState.Read : MessageState.None);
        row.WriteItem(item, entry, _digests.Of(entry.Uid), flagText);
    }

    private async ValueTask WriteSectionAsync(FetchItem item, OpenedMessage message)
    {
        session.Writer.Raw(item.Label);
        if (!message.TryFind(item, out var section))
        {
            session.Writer.Raw("NIL"u8);
            return;
        }
        if (item.PartialOffset >= 0)
        {
            var offset = (int)Math.Min(item.PartialOffset, section.Length);
            section = section.Slice(offset, (int)Math.Min(item.PartialLength, section.Length - offset));
        }
        if (section.IsEmpty)
        {
            session.Writer.Raw("\"\""u8);
            return;
        }
        session.Writer.LiteralHead(section.Length);
        await WriteBytesAsync(section);
    }

    private async ValueTask WriteBytesAsync(ReadOnlyMemory<byte> section)
    {
        var size = session.Options.FlushSize;
        while (section.Length > size)
        {
            session.Writer.Raw(section.Span[..size]);
            section = section[size..];
            if (!await session.FlushAsync())
                throw new IOException("The client is gone.");
        }
        session.Writer.Raw(section.Span);
    }

    /// <summary>A part's content as it was before it was encoded: as a literal8 where there are zeros in it.</summary>
    private async ValueTask WriteBinaryAsync(FetchItem item, OpenedMessage message)
    {
        session.Writer.Raw(item.Label);
        if (!message.TryDecode(item.Part, out var content, out var isUnknown))
        {
            HasUnknownEncoding |= isUnknown;
            session.Writer.Raw(item.Kind == FetchItemKind.BinarySize ? "0"u8 : "NIL"u8);
            return;
        }
        if (item.Kind == FetchItemKind.BinarySize)
        {
            session.Writer.Number(content.Length);
            return;
        }
        if (item.PartialOffset >= 0)
        {
            var offset = (int)Math.Min(item.PartialOffset, content.Length);
            content = content.Slice(offset, (int)Math.Min(item.PartialLength, content.Length - offset));
        }
        if (content.Span.Contains((byte)0))
            session.Writer.Raw("~"u8);
        session.Writer.LiteralHead(content.Length);
        await WriteBytesAsync(content);
    }

    private void WriteRowItem(FetchItem item, MessageRow known)
    {
        var writer = session.Writer;
        writer.Raw(item.Label);
        switch (item.Kind)
        {
            case FetchItemKind.EmailId:
                writer.Ascii($"({ObjectIds.OfContent(known)})");
                break;
            case FetchItemKind.ThreadId:
                writer.Ascii(known.ConversationId == Guid.Empty ? "NIL" : $"({ObjectIds.OfThread(known.ConversationId)})");
                break;
            case FetchItemKind.SaveDate when _saved.TryGetValue(known.Id, out var saved):
                Span<byte> text = stackalloc byte[32];
                writer.Raw(text[..ImapDates.Format(saved.ToDateTimeOffset(), text)]);
                break;
            case FetchItemKind.SaveDate:
                writer.Raw("NIL"u8);
                break;
            default:
                writer.String(PreviewText.Of(known.Preview));
                break;
        }
    }

    /// <summary>Digests of one batch, copied, for the spans of a scan live only as long as its call.</summary>
    private sealed class DigestBatch : IDigestSink
    {
        private readonly Dictionary<uint, byte[]> _digests = [];

        public void Clear() => _digests.Clear();

        public bool Contains(uint uid) => _digests.ContainsKey(uid);

        public ReadOnlySpan<byte> Of(uint uid) => _digests.TryGetValue(uid, out var digest) ? digest : default;

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            _digests[uid] = digest.ToArray();
            return true;
        }
    }
}
