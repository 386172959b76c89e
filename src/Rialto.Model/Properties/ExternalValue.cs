namespace Rialto.Model;

/// <summary>
/// A long binary or string value that is kept outside its property bag. <paramref name="Reference"/> is the keeper's own key (a blob's hash);
/// <paramref name="Length"/> is the value's size in bytes, UTF-16 for strings, so that sizes can be told without fetching it.
/// </summary>
public sealed record ExternalValue(byte[] Reference, long Length)
{
    public bool Equals(ExternalValue? other) => other is not null && Length == other.Length && Reference.AsSpan().SequenceEqual(other.Reference);

    public override int GetHashCode() => HashCode.Combine(Length, Reference.Length);
}
