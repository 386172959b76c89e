// RFC 5322, RFC 2045-2049.
namespace Rialto.Content.Mime;

/// <summary>
/// A parsed message: its tree of parts as offsets into the bytes, which it holds on to and never copies. Any bytes parse; what was wrong
/// with them stands in <see cref="Warnings"/>. Immutable once parsed.
/// </summary>
public sealed class MimeMessage
{
    private List<MimeWarning>? _warnings;

    private MimeMessage(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Root = new MimePart(this, null);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public MimePart Root { get; }

    public IReadOnlyList<MimeWarning> Warnings => _warnings ?? (IReadOnlyList<MimeWarning>)[];

    internal MimeHeaderField[] Fields { get; set; } = [];

    /// <summary>Parses a message of up to 2 GB in time linear in its length. Never throws on input.</summary>
    public static MimeMessage Parse(ReadOnlyMemory<byte> bytes, MimeLimits? limits = null)
    {
        var message = new MimeMessage(bytes);
        var reader = new MimeReader(message, limits ?? MimeLimits.Default);
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

    internal void Warn(MimeWarningKind kind, int offset, int limit)
    {
        _warnings ??= [];
        if (_warnings.Count < limit)
            _warnings.Add(new MimeWarning(kind, offset));
    }
}
