// RFC 5321 2.3.8, 4.5.2 (lines and dots), 4.4 (Return-Path is the last server's); RFC 6152, RFC 6531 3.5, RFC 3030 3 (what a message needs of the next server).
using System.Text;
using Rialto.Content.Mime;
using Rialto.Store.Backend;

namespace Rialto.Smtp.Client;

/// <summary>A message as it goes out: what was put before it at delivery is taken off, its lines end in CRLF, and what it needs of the next server is known.</summary>
internal sealed class OutgoingContent : IDisposable
{
    private readonly BlobLease lease;
    private readonly ReadOnlyMemory<byte> prefix;
    private ReadOnlyMemory<byte>? sevenBit;
    private bool sevenBitTried;

    private OutgoingContent(BlobLease lease, ReadOnlyMemory<byte> prefix)
    {
        this.lease = lease;
        this.prefix = prefix;
        Body = WithoutReturnPath(lease.Memory);
        var body = Body.Span;
        var header = body.IndexOf("\r\n\r\n"u8) is >= 0 and var at ? body[..(at + 2)] : body;
        HasEightBitHeader = !Ascii.IsValid(header) || !Ascii.IsValid(prefix.Span);
        IsEightBit = HasEightBitHeader || !Ascii.IsValid(body[header.Length..]);
        HasCleanLines = AreClean(body);
        IsBinary = (!HasCleanLines || body.Contains((byte)0)) && HoldsOctets(MimeMessage.Parse(Body).Root);
    }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Needs 8BITMIME.</summary>
    public bool IsEightBit { get; }

    /// <summary>Needs SMTPUTF8.</summary>
    public bool HasEightBitHeader { get; }

    /// <summary>All line ends are CRLF and the last line has one.</summary>
    public bool HasCleanLines { get; }

    /// <summary>Has a part of octets, which line ends are no line ends in: needs BINARYMIME, or another encoding.</summary>
    public bool IsBinary { get; }

    /// <summary>Octets that will be sent, nearly: stuffed dots and mended line ends are not counted.</summary>
    public long Length => prefix.Length + Body.Length;

    public static async ValueTask<OutgoingContent> OpenAsync(IBlobStore blobs, Store.BlobRef content, ReadOnlyMemory<byte> prefix, CancellationToken cancel) =>
        new(await blobs.OpenAsync(content, cancel), prefix);

    /// <summary>The message with everything in it encoded that is not lines of seven bits; null where that cannot be done without breaking it.</summary>
    public ReadOnlyMemory<byte>? WithoutOctets() => SevenBitForm.OfOctets(Body);

    private static bool HoldsOctets(MimePart part) =>
        part.Embedded is { } embedded ? HoldsOctets(embedded) : part.IsMultipart ? part.Children.Any(HoldsOctets) : part.Encoding == MimeTransferEncoding.Binary;

    /// <summary>The message in seven bits; null where that cannot be done without breaking it.</summary>
    public ReadOnlyMemory<byte>? ToSevenBit()
    {
        if (!sevenBitTried)
        {
            sevenBitTried = true;
            sevenBit = SevenBitForm.Of(Body);
        }

        return sevenBit;
    }

    /// <summary>Sends the content behind an accepted DATA, up to and including the dot.</summary>
    public async ValueTask SendDataAsync(SmtpLink link, ReadOnlyMemory<byte> body, TimeSpan limit)
    {
        if (!prefix.IsEmpty) await SendLinesAsync(link, prefix, limit);
        await SendLinesAsync(link, body, limit);
        link.Write(".\r\n"u8);
        await link.FlushAsync(limit);
    }

    /// <summary>Sends the content as one chunk. Only for clean lines.</summary>
    public async ValueTask SendChunkAsync(SmtpLink link, ReadOnlyMemory<byte> body, TimeSpan limit)
    {
        link.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"BDAT {prefix.Length + body.Length} LAST\r\n"));
        await link.SendAsync(prefix, limit);
        await link.SendAsync(body, limit);
        await link.FlushAsync(limit);
    }

    public void Dispose() => lease.Dispose();

    /// <summary>The message without the field that its own way in put first: the next delivery puts another.</summary>
    internal static ReadOnlyMemory<byte> WithoutReturnPath(ReadOnlyMemory<byte> message)
    {
        if (message.Length < 12 || !Ascii.EqualsIgnoreCase(message.Span[..12], "Return-Path:"u8)) return message;
        var at = 0;
        while (true)
        {
            var end = message.Span[at..].IndexOf((byte)'\n');
            if (end < 0) return message;
            at += end + 1;
            if (at >= message.Length || message.Span[at] is not ((byte)' ' or (byte)'\t')) return message[at..];
        }
    }

    internal static bool AreClean(ReadOnlySpan<byte> body)
    {
        if (!body.EndsWith("\r\n"u8)) return false;
        while (!body.IsEmpty)
        {
            var at = body.IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0) return false;
            if (body[at] != '\r' || at + 1 >= body.Length || body[at + 1] != '\n') return false;
            body = body[(at + 2)..];
        }

        return true;
    }

    /// <summary>Line by line where a line has to be changed, in one piece where none has.</summary>
    private static async ValueTask SendLinesAsync(SmtpLink link, ReadOnlyMemory<byte> body, TimeSpan limit)
    {
        if (AreClean(body.Span))
        {
            var rest = body;
            while (!rest.IsEmpty)
            {
                if (rest.Span[0] == '.') link.Write("."u8);
                // The dot belongs to the next piece, which puts another before it.
                var at = rest.Span.IndexOf("\r\n."u8);
                var piece = at < 0 ? rest : rest[..(at + 2)];
                await link.SendAsync(piece, limit);
                if (link.Unsent > 48 * 1024) await link.FlushAsync(limit);
                rest = rest[piece.Length..];
            }

            return;
        }

        while (!body.IsEmpty)
        {
            // No line feed and no carriage return goes out alone: the next server might take one for the end of a line, and a dot behind it for the end of the message.
            var at = body.Span.IndexOfAny((byte)'\r', (byte)'\n');
            var line = at < 0 ? body : body[..at];
            if (line.Length > 0 && line.Span[0] == '.') link.Write("."u8);
            await link.SendAsync(line, limit);
            link.Write("\r\n"u8);
            if (at < 0) return;
            body = body[(at + (body.Span[at..].StartsWith("\r\n"u8) ? 2 : 1))..];
            if (link.Unsent > 48 * 1024) await link.FlushAsync(limit);
        }
    }
}
