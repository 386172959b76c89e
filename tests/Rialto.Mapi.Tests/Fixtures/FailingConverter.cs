using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Mapi.Tests.Fixtures;

/// <summary>Cannot read mail with a certain text in it.</summary>
internal sealed class FailingConverter : IContentConverter
{
    private readonly PlainConverter _inner = new();

    public string? Fails { get; set; }

    public int Version => _inner.Version;

    public ContentFacts Analyze(ReadOnlyMemory<byte> mime) => _inner.Analyze(mime);

    public PropertyMessage ToProperties(ReadOnlyMemory<byte> mime) =>
        Fails is { } text && mime.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0 ? throw new InvalidDataException(text) : _inner.ToProperties(mime);

    public byte[] ToMime(PropertyMessage message) => _inner.ToMime(message);

    public string ExtractText(ReadOnlyMemory<byte> mime, int maximumLength) => _inner.ExtractText(mime, maximumLength);

    public void SplitDigest(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure) =>
        _inner.SplitDigest(digest, out envelope, out bodyStructure);
}
