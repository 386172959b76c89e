// RFC 4511 4.1.1 (message), 4.1.11 (controls), 4.2 to 4.12 (requests), 5.2 (transport).
using System.Buffers;

namespace Rialto.Ldap.Wire;

/// <summary>How the head of the buffer stands.</summary>
internal enum FrameStatus
{
    /// <summary>A whole message.</summary>
    Whole,

    /// <summary>More bytes are needed.</summary>
    Partial,

    /// <summary>Not the beginning of a message.</summary>
    Malformed,

    /// <summary>Longer than allowed.</summary>
    TooLong,
}

/// <summary>A control of a request.</summary>
internal readonly record struct LdapControl(string Oid, bool IsCritical, byte[]? Value);

/// <summary>A request's frame: id, the operation's tag and content, controls.</summary>
internal ref struct LdapMessage
{
    public int Id;
    public byte Operation;
    public ReadOnlySpan<byte> Content;
    public LdapControl[] Controls;

    /// <summary>
    /// <code>
    /// 30 length  02 len messageID  [tag length protocolOp]  [A0 length controls]
    /// </code>
    /// Says how long the message at the head of the buffer is, from its first bytes alone.
    /// </summary>
    public static FrameStatus Measure(in ReadOnlySequence<byte> buffer, int limit, out int length)
    {
        length = 0;
        if (buffer.Length < 2) return buffer.Length == 1 && buffer.FirstSpan[0] != Tags.Sequence ? FrameStatus.Malformed : FrameStatus.Partial;
        Span<byte> head = stackalloc byte[6];
        var have = (int)Math.Min(6, buffer.Length);
        buffer.Slice(0, have).CopyTo(head);
        if (head[0] != Tags.Sequence) return FrameStatus.Malformed;
        if (head[1] < 0x80)
        {
            length = 2 + head[1];
        }
        else
        {
            var size = head[1] & 0x7F;
            if (size is 0 or > 4) return FrameStatus.Malformed;
            if (have < 2 + size) return FrameStatus.Partial;
            long value = 0;
            for (var i = 0; i < size; i++) value = value << 8 | head[2 + i];
            if (value > limit) return FrameStatus.TooLong;
            length = 2 + size + (int)value;
        }

        if (length > limit) return FrameStatus.TooLong;
        return buffer.Length < length ? FrameStatus.Partial : FrameStatus.Whole;
    }

    /// <summary>Takes a whole message apart; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, int maxControls, out LdapMessage message)
    {
        message = default;
        message.Controls = [];
        var frame = new BerReader(bytes).ReadConstructed(Tags.Sequence);
        message.Id = frame.ReadInteger();
        message.Content = frame.ReadAny(out message.Operation);
        if (frame.Failed || message.Id < 0) return false;
        if (frame.AtEnd) return true;
        if (frame.Peek != Tags.Controls)
        {
            // RFC 4511 4: unrecognised trailing elements are ignored.
            return true;
        }

        var list = frame.ReadConstructed(Tags.Controls);
        var controls = new List<LdapControl>();
        while (!list.AtEnd && !list.Failed)
        {
            var control = list.ReadConstructed(Tags.Sequence);
            var oid = control.ReadText();
            var critical = control.Peek == Tags.Boolean && control.ReadBoolean();
            var value = control.Peek == Tags.OctetString ? control.Read(Tags.OctetString).ToArray() : null;
            if (control.Failed || controls.Count == maxControls) return false;
            controls.Add(new(oid, critical, value));
        }

        message.Controls = [.. controls];
        return !list.Failed;
    }
}
