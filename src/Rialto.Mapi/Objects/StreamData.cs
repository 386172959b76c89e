// [MS-OXCPRPT] 3.2.5.11, 3.2.5.13, 3.2.5.24: what a stream, and its clones, hold.
using System.Text;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>
/// The bytes of a property opened as a stream. They are the property's own until the first write; from then on a copy that grows, counted
/// against what the session may hold. Clones share it.
/// </summary>
internal sealed class StreamData(MapiSession session, PropertyTag tag, ValueForm form, ReadOnlyMemory<byte> bytes, int limit)
{
    private const int SmallestBuffer = 4096;

    private ReadOnlyMemory<byte> _bytes = bytes;
    private byte[]? _buffer;
    private int _users;
    private bool _isDirty;

    private volatile bool _isDiscarded;

    public MapiSession Session { get; } = session;

    public PropertyTag Tag { get; } = tag;

    /// <summary>The most bytes it may hold.</summary>
    public int Limit { get; } = limit;

    public int Length => _bytes.Length;

    public ReadOnlyMemory<byte> Bytes => _bytes;

    public bool IsDirty => _isDirty;

    /// <summary>Whether no handle leads here any more.</summary>
    public bool IsClosed => _users == 0;

    public void AddUser() => _users++;

    public void RemoveUser()
    {
        if (--_users == 0 && _buffer is not null)
            Session.Unreserve(_buffer.Length);
    }

    /// <summary>Has the property become empty, as a stream opened with Create does at once.</summary>
    public void MarkDirty() => _isDirty = true;

    /// <summary>What was written and not yet taken over is lost: another session has a lock now that this one had before. Called from that session's thread.</summary>
    public void Discard() => _isDiscarded = true;

    /// <summary>The length from now on: zeros follow what was there, or the end is cut off. False when the session holds too much.</summary>
    public bool TrySetLength(int length)
    {
        if (length == Length)
            return true;
        if (!TryOwn(length))
            return false;
        if (length > Length)
            _buffer.AsSpan(Length, length - Length).Clear();
        _bytes = _buffer.AsMemory(0, length);
        _isDirty = true;
        return true;
    }

    /// <summary>Writes at a place, which may lie beyond the end; the stream reaches to the last byte written.</summary>
    public bool TryWrite(int position, ReadOnlySpan<byte> data)
    {
        var end = position + data.Length;
        if (end > Length ? !TrySetLength(end) : !TryOwn(Length))
            return false;
        data.CopyTo(_buffer.AsSpan(position));
        _isDirty |= data.Length > 0;
        return true;
    }

    /// <summary>The value as it is now, if it was written to since it was last taken.</summary>
    public bool TryTake(out PropertyValue value)
    {
        value = default;
        if (!_isDirty || _isDiscarded)
            return false;
        _isDirty = false;
        value = Value;
        return true;
    }

    private PropertyValue Value => Tag.Type switch
    {
        PropertyType.String => PropertyValue.Of(Tag, WithoutNul(Encoding.Unicode.GetString(_bytes.Span[..(Length & ~1)]))),
        PropertyType.String8 => PropertyValue.Of(Tag.WithType(PropertyType.String), WithoutNul(form.String8.GetString(_bytes.Span))),
        _ => PropertyValue.Of(Tag, _bytes.ToArray()),
    };

    /// <summary>Some clients write the NUL that ends a string in a buffer.</summary>
    private static string WithoutNul(string text) => text.EndsWith('\0') ? text[..^1] : text;

    private bool TryOwn(int length)
    {
        var capacity = _buffer?.Length ?? 0;
        if (_buffer is not null && capacity >= length)
            return true;
        var needed = Math.Max(length, Length);
        var wanted = Math.Max(needed, (int)Math.Min(Math.Max(SmallestBuffer, capacity * 2L), Limit));
        if (!Session.TryReserve(wanted - capacity))
            return false;
        var buffer = new byte[wanted];
        _bytes.CopyTo(buffer);
        _bytes = buffer.AsMemory(0, Length);
        _buffer = buffer;
        return true;
    }
}
