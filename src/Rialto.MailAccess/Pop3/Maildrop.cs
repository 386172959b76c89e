// RFC 1939 5, RFC 6856 2.1: the maildrop as it stood when the client logged in.
using System.Collections;
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Pop3;

/// <summary>
/// The Inbox at the moment of log-in: numbers, sizes and unique ids stay what they are until QUIT, whatever arrives or goes meanwhile. Nothing is locked
/// (RFC 1939 4 would keep other clients out): a message that another client removed is told as gone when it is asked for.
/// </summary>
internal sealed class Maildrop : IDisposable
{
    private readonly StoreEngine _engine;
    private readonly MailboxSession _mailbox;
    private readonly FolderId _folder;
    private readonly FolderSnapshot _messages;
    private readonly BitArray _deleted;
    private readonly BitArray _retrieved;
    private readonly int _batch;
    private readonly ContentPlaces _places = new();
    private int _firstPlace;
    private int _endOfPlaces;

    /// <summary>Sizes, by index, of messages that are given out in another form than they have, as far as somebody asked.</summary>
    private readonly Dictionary<int, int> _surrogateSizes = [];

    private bool _knowsSurrogateSizes;

    private Maildrop(StoreEngine engine, MailboxSession mailbox, FolderId folder, FolderSnapshot messages, int batch)
    {
        _engine = engine;
        _mailbox = mailbox;
        _folder = folder;
        _messages = messages;
        _batch = batch;
        _deleted = new BitArray(messages.Count);
        _retrieved = new BitArray(messages.Count);
        Reset();
    }

    /// <summary>Messages at log-in, deleted ones included: the highest number.</summary>
    public int Count => _messages.Count;

    /// <summary>Messages that are not marked as deleted.</summary>
    public int Remaining { get; private set; }

    /// <summary>Their octets together.</summary>
    public long RemainingOctets { get; private set; }

    /// <summary>Opens the Inbox. The maildrop owns the mailbox session from then on.</summary>
    public static async ValueTask<StoreResult<Maildrop>> OpenAsync(StoreEngine engine, MailboxSession mailbox, int batch, CancellationToken cancel)
    {
        await mailbox.RefreshAsync(cancel);
        var inbox = SpecialFolders.IdOf(Model.SpecialFolder.Inbox);
        var opened = await mailbox.OpenViewAsync(inbox, cancel);
        if (!opened.TryGet(out var view))
            return opened.Error;
        using (view)
            return new Maildrop(engine, mailbox, inbox, view.Current, batch);
    }

    public void Dispose() => _mailbox.Dispose();

    public bool IsDeleted(int index) => _deleted[index];

    /// <summary>The octets of the message as it is, or of the form that <see cref="FindSurrogateSizesAsync"/> found.</summary>
    public int SizeOf(int index) => _surrogateSizes.TryGetValue(index, out var size) ? size : (int)_messages[index].MimeSize;

    /// <summary>
    /// For clients that did not say UTF8: finds how large the ASCII form is of the messages that have one, once. Opened for that are those alone whose structured fields, subject or names go
    /// beyond ASCII, as their digests tell: to open all would cost as much as to fetch them.
    /// </summary>
    /// <param name="index">One message; -1: all.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async ValueTask<StoreError> FindSurrogateSizesAsync(int index, CancellationToken cancel)
    {
        if (_knowsSurrogateSizes || Count == 0)
            return StoreError.None;
        var found = new FieldsBeyondAscii();
        var (first, last) = index < 0 ? (0, Count - 1) : (index, index);
        var error = await _mailbox.ScanDigestsAsync(_folder, _messages[first].Uid, _messages[last].Uid, found, cancel);
        if (error != StoreError.None)
            return error;
        foreach (var uid in found.Uids)
        {
            var position = _messages.PositionOfUid(uid);
            if (position < 0 || _surrogateSizes.ContainsKey(position))
                continue;
            var opened = await OpenAsync(position, cancel);
            if (opened.TryGet(out var message))
            {
                using (message)
                    _surrogateSizes[position] = SurrogateForm.Of(message.Memory).Length;
            }
            else if (opened.Error != StoreError.NotFound)
            {
                return opened.Error;
            }
        }
        _knowsSurrogateSizes = index < 0;
        return StoreError.None;
    }

    private sealed class FieldsBeyondAscii : IDigestSink
    {
        public List<uint> Uids { get; } = [];

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            if (ImapDigest.Split(digest, out var envelope, out var structure) && !(Ascii.IsValid(envelope) && Ascii.IsValid(structure)))
                Uids.Add(uid);
            return true;
        }
    }

    /// <summary>RFC 1939 7 UIDL: never the same for another message of this mailbox, and the same at every log-in.</summary>
    public string UniqueIdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{_messages.UidValidity:x8}{_messages[index].Uid:x8}");

    /// <summary>The message's octets. Where those of the messages that follow are is read with it.</summary>
    public async ValueTask<StoreResult<BlobLease>> OpenAsync(int index, CancellationToken cancel)
    {
        if (index < _firstPlace || index >= _endOfPlaces)
        {
            _places.Clear();
            var end = Math.Min(index + _batch, Count);
            var error = await _mailbox.ScanSummariesAsync(_folder, _messages[index].Uid, _messages[end - 1].Uid, SummaryColumns.Content, _places, cancel);
            if (error != StoreError.None)
                return error;
            (_firstPlace, _endOfPlaces) = (index, end);
        }
        if (!_places.TryGet(_messages[index].Uid, out var place))
            return StoreError.NotFound;
        return place.IsNone ? await _mailbox.OpenMimeAsync(_folder, _messages[index].Id, cancel) : await _engine.Backend.Blobs.OpenAsync(place, cancel);
    }

    public void MarkRetrieved(int index) => _retrieved[index] = true;

    public void Delete(int index)
    {
        _deleted[index] = true;
        Remaining--;
        RemainingOctets -= _messages[index].MimeSize;
    }

    /// <summary>RSET: nothing is marked as deleted.</summary>
    public void Reset()
    {
        _deleted.SetAll(false);
        Remaining = Count;
        RemainingOctets = 0;
        for (var position = 0; position < Count;)
        {
            var block = _messages.BlockAt(position);
            foreach (ref readonly var entry in block)
                RemainingOctets += entry.MimeSize;
            position += block.Length;
        }
    }

    /// <summary>QUIT: marks what was fetched as read and deletes what was marked, durably. Messages that are gone already are no error.</summary>
    public async ValueTask<StoreError> UpdateAsync(bool markRetrieved, CancellationToken cancel)
    {
        var deleted = Ids(index => _deleted[index]);
        var retrieved = markRetrieved ? Ids(index => _retrieved[index] && !_deleted[index] && (_messages[index].State & MessageState.Read) == 0) : [];
        if (retrieved.Count > 0)
        {
            var marked = await _mailbox.ChangeFlagsAsync(_folder, retrieved, new FlagChange(MessageState.Read, MessageState.None, [], [], false), cancel);
            if (!marked.Succeeded)
                return marked.Error;
        }
        return deleted.Count > 0 ? (await _mailbox.DeleteAsync(_folder, deleted, cancel)).Error : StoreError.None;
    }

    private List<MessageId> Ids(Func<int, bool> chosen)
    {
        var ids = new List<MessageId>();
        for (var index = 0; index < Count; index++)
        {
            if (chosen(index))
                ids.Add(_messages[index].Id);
        }
        return ids;
    }
}
