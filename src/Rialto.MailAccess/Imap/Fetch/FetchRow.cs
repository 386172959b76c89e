// RFC 3501 7.4.2: the FETCH response.
using System.Buffers.Text;
using System.IO.Pipelines;
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>
/// Formats the parts of a FETCH response that come from the folder's index and the digest, straight into the connection's buffer. One for a command; a row
/// allocates nothing. With <paramref name="byUid"/> the rows are UIDFETCH responses (RFC 9586 3.3).
/// </summary>
internal sealed class FetchRow(FetchItem[] items, PipeWriter output, IContentConverter converter, FlagTexts flags, bool byUid = false)
{
    // "* 4294967295 FETCH (" and ")\r\n", and for each item its label, a space and the longest value that is no digest's or flags'.
    private readonly int _fixedLength = 64 + items.Sum(i => i.Label.Length + 32);

    private readonly int _digestCopies = items.Count(i => i.Kind is FetchItemKind.Envelope or FetchItemKind.BodyStructure or FetchItemKind.Body);

    private readonly bool _hasBody = items.Any(i => i.Kind == FetchItemKind.Body);

    /// <summary>Bytes written since the last call of <see cref="TakeWritten"/>.</summary>
    private long _written;

    public long TakeWritten()
    {
        var written = _written;
        _written = 0;
        return written;
    }

    public bool NeedsDigest => _digestCopies > 0;

    /// <summary>Writes a whole row.</summary>
    public void Write(int position, in ViewEntry entry, ReadOnlySpan<byte> digest)
    {
        var flagText = flags.Of(entry);
        if (_hasBody)
        {
            WriteWithBody(position, entry, flagText, digest);
            return;
        }
        ReadOnlySpan<byte> envelope = default, bodyStructure = default;
        if (_digestCopies > 0)
            converter.SplitDigest(digest, out envelope, out bodyStructure);
        var span = output.GetSpan(_fixedLength + flagText.Length + envelope.Length + bodyStructure.Length + _digestCopies * digest.Length);
        var at = Begin(span, position, entry.Uid);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                span[at++] = (byte)' ';
            at += Item(span[at..], items[i], entry, flagText, envelope, bodyStructure);
        }
        at += Put(span[at..], ")\r\n"u8);
        output.Advance(at);
        _written += at;
    }

    /// <summary>"* n FETCH (" for a row whose items are written one by one.</summary>
    public void WriteBegin(int position, uint uid)
    {
        var span = output.GetSpan(32);
        output.Advance(Begin(span, position, uid));
    }

    /// <summary>One item that needs no content.</summary>
    public void WriteItem(FetchItem item, in ViewEntry entry, ReadOnlySpan<byte> digest, byte[]? flagText = null)
    {
        ReadOnlySpan<byte> envelope = default, bodyStructure = default;
        if (item.Kind is FetchItemKind.Envelope or FetchItemKind.BodyStructure or FetchItemKind.Body)
            converter.SplitDigest(digest, out envelope, out bodyStructure);
        if (item.Kind == FetchItemKind.Body)
        {
            new ImapWriter(output).Raw(item.Label);
            ImapDigest.WriteBody(bodyStructure, output);
            return;
        }
        flagText ??= flags.Of(entry);
        var span = output.GetSpan(item.Label.Length + 32 + flagText.Length + envelope.Length + bodyStructure.Length);
        output.Advance(Item(span, item, entry, flagText, envelope, bodyStructure));
    }

    private void WriteWithBody(int position, in ViewEntry entry, byte[] flagText, ReadOnlySpan<byte> digest)
    {
        var before = output.UnflushedBytes;
        WriteBegin(position, entry.Uid);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                new ImapWriter(output).Raw(" "u8);
            WriteItem(items[i], entry, digest, flagText);
        }
        new ImapWriter(output).Raw(")\r\n"u8);
        _written += output.UnflushedBytes - before;
    }

    private int Begin(Span<byte> span, int position, uint uid)
    {
        span[0] = (byte)'*';
        span[1] = (byte)' ';
        Utf8Formatter.TryFormat(byUid ? uid : (uint)position + 1, span[2..], out var length);
        return 2 + length + Put(span[(2 + length)..], byUid ? " UIDFETCH ("u8 : " FETCH ("u8);
    }

    private static int Item(Span<byte> span, FetchItem item, in ViewEntry entry, byte[] flagText, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> bodyStructure)
    {
        var at = Put(span, item.Label);
        switch (item.Kind)
        {
            case FetchItemKind.Uid:
                return at + Number(span[at..], entry.Uid);
            case FetchItemKind.Flags:
                return at + Put(span[at..], flagText);
            case FetchItemKind.InternalDate:
                return at + ImapDates.Format(new Model.FileTime(entry.ReceivedTicks).ToDateTimeOffset(), span[at..]);
            case FetchItemKind.Size:
                return at + Number(span[at..], entry.MimeSize);
            case FetchItemKind.ModSeq:
                span[at++] = (byte)'(';
                at += Number(span[at..], entry.Sequence);
                span[at++] = (byte)')';
                return at;
            case FetchItemKind.Envelope:
                return at + Put(span[at..], envelope);
            default:
                return at + Put(span[at..], bodyStructure);
        }
    }

    private static int Number(Span<byte> span, long value)
    {
        Utf8Formatter.TryFormat(value, span, out var written);
        return written;
    }

    private static int Put(Span<byte> span, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span);
        return bytes.Length;
    }
}
