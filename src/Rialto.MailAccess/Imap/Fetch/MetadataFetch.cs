// RFC 3501 6.4.5 for items that need no content: one walk over the folder's index, merged with one scan over the digests.
using Rialto.Content.Mime;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>
/// Writes rows of ENVELOPE, BODYSTRUCTURE and BODY as the digests come from storage. When the client is slower than the scan, the scan ends and is taken up
/// again behind the last row, so that memory stays at one flush's size.
/// </summary>
internal sealed class MetadataFetch(ImapSession session, SelectedFolder folder, Selection selection, FetchRow row) : IDigestSink
{
    /// <summary>Messages between two wanted ranges that are cheaper scanned over than asked for anew.</summary>
    private const int BridgedGap = 64;

    private readonly FolderSnapshot _snapshot = folder.Seen;
    private int _range;
    private int _position;
    private int _lastRange;
    private ValueTask<bool> _flush;
    private bool _isFlushing;
    private long _unflushed;
    private List<int>? _missing;

    /// <summary>Messages that were asked for and are gone.</summary>
    public int Gone { get; private set; }

    public async ValueTask<StoreError> RunAsync(CancellationToken cancel)
    {
        for (var first = 0; first < selection.Ranges.Length; first = _lastRange + 1)
        {
            (_range, _lastRange) = (first, first);
            while (_lastRange + 1 < selection.Ranges.Length && selection.Ranges[_lastRange + 1].First - selection.Ranges[_lastRange].Last <= BridgedGap)
                _lastRange++;
            _position = selection.Ranges[first].First;
            var error = await ScanAsync(cancel);
            if (error != StoreError.None)
                return error;
        }
        return _missing is null ? StoreError.None : await WriteMissingAsync(_missing, cancel);
    }

    private async ValueTask<StoreError> ScanAsync(CancellationToken cancel)
    {
        var last = _snapshot[selection.Ranges[_lastRange].Last].Uid;
        while (_range <= _lastRange)
        {
            var error = await folder.Mailbox.ScanDigestsAsync(folder.Id, _snapshot[_position].Uid, last, this, cancel);
            if (error != StoreError.None)
                return error;
            if (!_isFlushing)
            {
                while (_range <= _lastRange)
                    SkipMissing();
                return StoreError.None;
            }
            _isFlushing = false;
            if (!await _flush)
                throw new IOException("The client is gone.");
        }
        return StoreError.None;
    }

    public bool Add(uint uid, ReadOnlySpan<byte> digest)
    {
        while (_range <= _lastRange)
        {
            ref readonly var entry = ref _snapshot[_position];
            if (entry.Uid > uid)
                return true;
            if (entry.Uid < uid)
            {
                SkipMissing();
                continue;
            }
            row.Write(_position, entry, digest);
            Advance();
            return _range <= _lastRange && Continues();
        }
        return false;
    }

    private void Advance()
    {
        if (++_position > selection.Ranges[_range].Last && ++_range <= _lastRange)
            _position = selection.Ranges[_range].First;
    }

    private void SkipMissing()
    {
        (_missing ??= []).Add(_position);
        Advance();
    }

    private bool Continues()
    {
        _unflushed += row.TakeWritten();
        if (_unflushed < session.Options.FlushSize)
            return true;
        _unflushed = 0;
        var flush = session.Transport.FlushAsync(session.Closed);
        if (flush.IsCompletedSuccessfully && flush.GetAwaiter().GetResult())
            return true;
        _flush = flush.IsCompleted ? new ValueTask<bool>(false) : flush;
        _isFlushing = true;
        return false;
    }

    // No digest: the message is gone, or its digest was lost and is made from the message.
    private async ValueTask<StoreError> WriteMissingAsync(List<int> positions, CancellationToken cancel)
    {
        foreach (var position in positions)
        {
            var opened = await folder.Mailbox.OpenMimeAsync(folder.Id, _snapshot[position].Id, cancel);
            if (opened.Error == StoreError.NotFound)
            {
                Gone++;
                continue;
            }
            if (!opened.Succeeded)
                return opened.Error;
            using var lease = opened.Value;
            row.Write(position, _snapshot[position], ImapDigest.Build(MimeMessage.Parse(lease.Memory)));
            if (!Continues())
            {
                _isFlushing = false;
                if (!await _flush)
                    throw new IOException("The client is gone.");
            }
        }
        return StoreError.None;
    }
}
