// RFC 5256 3: what messages are threaded by.
using System.Runtime.InteropServices;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>A message on its way into a thread.</summary>
/// <param name="Position">In the snapshot.</param>
/// <param name="Date">When it was sent, in ticks; its arrival where it does not say.</param>
/// <param name="Subject">Number of its base subject; 0: empty.</param>
/// <param name="IsReply">Whether the subject says that it is a reply or a forward.</param>
internal readonly record struct ThreadedMessage(int Position, long Date, int Subject, bool IsReply)
{
    /// <summary>Hash of its id; 0: none.</summary>
    public ulong Id { get; init; }

    /// <summary>Where its references stand among those of all.</summary>
    public int FirstReference { get; init; }

    public int References { get; init; }
}

/// <summary>
/// Gathers dates, base subjects and references of messages in one scan over the digests. Messages whose digest does not tell references are opened: those that were stored before
/// digests did, and those whose digest was lost.
/// </summary>
internal sealed class ThreadScan(FolderSnapshot snapshot, PositionSet found, IContentConverter converter) : IDigestSink
{
    private readonly ThreadedMessage[] _messages = new ThreadedMessage[found.Count()];
    private readonly List<ulong> _references = [];
    private readonly Dictionary<string, int> _subjects = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly byte[] _scratch = new byte[4096];
    private readonly List<int> _unread = [];
    private int _next;

    /// <summary>In the order of the mailbox.</summary>
    public ThreadedMessage[] Messages => _messages;

    public ReadOnlySpan<ulong> ReferencesOf(in ThreadedMessage message) => CollectionsMarshal.AsSpan(_references).Slice(message.FirstReference, message.References);

    public async ValueTask<StoreError> RunAsync(MailboxSession mailbox, FolderId folder, CancellationToken cancel)
    {
        var at = 0;
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
            _messages[at++] = new ThreadedMessage(position, snapshot[position].ReceivedTicks, 0, false);
        if (at == 0)
            return StoreError.None;
        var error = await mailbox.ScanDigestsAsync(folder, snapshot[_messages[0].Position].Uid, snapshot[_messages[^1].Position].Uid, this, cancel);
        if (error != StoreError.None)
            return error;
        for (; _next < _messages.Length; _next++)
            _unread.Add(_next);
        foreach (var number in _unread)
        {
            var opened = await mailbox.OpenMimeAsync(folder, snapshot[_messages[number].Position].Id, cancel);
            if (opened.Error == StoreError.NotFound)
                continue;
            if (!opened.Succeeded)
                return opened.Error;
            using var lease = opened.Value;
            if (converter.TryReadThread(ImapDigest.Build(MimeMessage.Parse(lease.Memory)), out var envelope, out var hashes))
                Read(number, envelope, hashes);
        }
        return StoreError.None;
    }

    public bool Add(uint uid, ReadOnlySpan<byte> digest)
    {
        while (_next < _messages.Length && snapshot[_messages[_next].Position].Uid < uid)
            _unread.Add(_next++);
        if (_next == _messages.Length)
            return false;
        if (snapshot[_messages[_next].Position].Uid != uid)
            return true;
        if (converter.TryReadThread(digest, out var envelope, out var hashes))
            Read(_next, envelope, hashes);
        else
            _unread.Add(_next);
        return ++_next < _messages.Length;
    }

    private void Read(int number, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> hashes)
    {
        ref var message = ref _messages[number];
        var ids = MemoryMarshal.Cast<byte, ulong>(hashes);
        message = message with { Id = ids.IsEmpty ? 0 : ids[0], FirstReference = _references.Count, References = Math.Max(0, ids.Length - 1) };
        if (ids.Length > 1)
            _references.AddRange(ids[1..]);
        var reader = new EnvelopeReader(envelope);
        if (!reader.TryOpen())
            return;
        if (MailDate.Parse(reader.String(_scratch)) is { } sent)
            message = message with { Date = FileTime.From(sent).Ticks };
        var subject = BaseSubject.Of(HeaderText.Decode(reader.String(_scratch)), out var isReply).ToUpperInvariant();
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_subjects, subject, out var exists);
        if (!exists)
            known = _subjects.Count - 1;
        message = message with { Subject = known, IsReply = isReply };
    }
}
