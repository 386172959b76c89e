// RFC 5322, RFC 2045-2049.
using Microsoft.Win32.SafeHandles;

namespace Rialto.Content.Mime;

/// <summary>
/// A parsed message: its tree of parts as offsets into the bytes, which it holds on to and never copies. Any bytes parse; what was wrong
/// with them stands in <see cref="Warnings"/>. Immutable once parsed. A message in a file need not be held: of it only the header blocks are kept, and bodies are read
/// from the file when they are asked for; the file must stay open as long.
/// </summary>
public sealed class MimeMessage
{
    private List<MimeWarning>? _warnings;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly MimeSource? _source;

    private MimeMessage(ReadOnlyMemory<byte> bytes, MimeSource? source)
    {
        _bytes = bytes;
        _source = source;
        Root = new MimePart(this, null);
    }

    /// <summary>The whole message. <see cref="InvalidOperationException"/> where it was parsed from a file: see <see cref="IsInMemory"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _source is null ? _bytes : throw new InvalidOperationException("The message is not in memory.");

    public bool IsInMemory => _source is null;

    public MimePart Root { get; }

    public IReadOnlyList<MimeWarning> Warnings => _warnings ?? (IReadOnlyList<MimeWarning>)[];

    internal MimeHeaderField[] Fields { get; set; } = [];

    /// <summary>Parses a message of up to 2 GB in time linear in its length. Never throws on input.</summary>
    public static MimeMessage Parse(ReadOnlyMemory<byte> bytes, MimeLimits? limits = null) =>
        Read(new MimeMessage(bytes, null), new MimeWindow(bytes.Span), limits);

    /// <summary>
    /// Parses a message in a file, reading it once from start to end. Memory: some hundred kilobytes and the header blocks. Fails as reading the file fails.
    /// </summary>
    public static MimeMessage Parse(SafeFileHandle file, long offset, long length, MimeLimits? limits = null) =>
        Parse(new MimeSource.OfFile(file, offset, MimeSource.MessageLength(length)), limits);

    /// <summary>Parses a message from a seekable stream's position to its end. The stream is the message's own as long as the message is used.</summary>
    public static MimeMessage Parse(Stream stream, MimeLimits? limits = null) => Parse(new MimeSource.OfStream(stream), limits);

    internal static MimeMessage Parse(MimeSource source, MimeLimits? limits, int windowSize = MimeWindow.DefaultSize) =>
        Read(new MimeMessage(default, source), new MimeWindow(source, windowSize), limits);

    private static MimeMessage Read(MimeMessage message, MimeWindow window, MimeLimits? limits)
    {
        var reader = new MimeReader(message, window, limits ?? MimeLimits.Default);
        try
        {
            reader.Read();
        }
        finally
        {
            reader.Release();
        }
        return message;
    }

    /// <summary>A range of the message as a stream, such as <see cref="MimeSections.Find"/> gives.</summary>
    public Stream Open(int offset, int length) => new MimeRangeStream(this, offset, length);

    internal ReadOnlySpan<byte> Range(int offset, int length)
    {
        if (_source is null)
            return _bytes.Span.Slice(offset, length);
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        return bytes.AsSpan(0, _source.Read(offset, bytes));
    }

    internal int Read(int offset, Span<byte> buffer)
    {
        if (_source is not null)
            return _source.Read(offset, buffer);
        _bytes.Span.Slice(offset, buffer.Length).CopyTo(buffer);
        return buffer.Length;
    }

    internal void Warn(MimeWarningKind kind, int offset, int limit)
    {
        _warnings ??= [];
        if (_warnings.Count < limit)
            _warnings.Add(new MimeWarning(kind, offset));
    }

    internal void WarnOnce(MimeWarningKind kind, int offset, int limit)
    {
        foreach (var warning in _warnings ?? [])
        {
            if (warning.Kind == kind)
                return;
        }
        Warn(kind, offset, limit);
    }
}
