// RFC 2046 5.1: multiparts and their delimiters; RFC 5322 2.2: header fields; RFC 2046 5.2.1: message/rfc822.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>
/// One pass over the message. Every open multipart has its boundary on a stack; a leaf's end is the next line that is a delimiter of any of
/// them, so that a multipart that is never closed ends with the one around it, and no byte of a body is looked at twice.
/// </summary>
internal ref struct MimeReader
{
    private static readonly SearchValues<byte> NotInName = SearchValues.Create([.. Enumerable.Range(0, 33).Select(i => (byte)i), 127]);

    private readonly MimeMessage _message;
    private readonly MimeLimits _limits;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly byte _newLine;
    private readonly byte[] _delimiterStart;
    private ReadOnlyMemory<byte>[] _boundaries;
    private int _boundaryCount;
    private ulong _firstBytes;
    private MimeHeaderField[] _fields;
    private int _fieldCount;
    private int _partCount;

    private static readonly byte[] LineFeedDashes = "\n--"u8.ToArray();
    private static readonly byte[] CarriageReturnDashes = "\r--"u8.ToArray();

    public MimeReader(MimeMessage message, MimeLimits limits)
    {
        _message = message;
        _limits = limits;
        _bytes = message.Bytes.Span;
        _newLine = (byte)'\n';
        _delimiterStart = LineFeedDashes;
        _boundaries = [];
        _fields = ArrayPool<MimeHeaderField>.Shared.Rent(64);
        if (!_bytes.Contains((byte)'\n') && _bytes.Contains((byte)'\r'))
        {
            // Classic Mac line ends, through and through.
            _newLine = (byte)'\r';
            _delimiterStart = CarriageReturnDashes;
            Warn(MimeWarningKind.BareCarriageReturns, 0);
        }
    }

    /// <summary>A delimiter line: whose (index on the stack, -1 for the end of the message), where it starts, where the next line starts.</summary>
    private readonly record struct Delimiter(int Level, int LineStart, int Next, bool IsClose);

    public void Read()
    {
        ReadEntity(_message.Root, 0, 0, inDigest: false);
        _message.Fields = _fields.AsSpan(0, _fieldCount).ToArray();
    }

    public void Release() => ArrayPool<MimeHeaderField>.Shared.Return(_fields);

    private Delimiter ReadEntity(MimePart part, int start, int depth, bool inDigest)
    {
        _partCount++;
        part.HeaderOffset = start;
        part.FirstHeader = _fieldCount;
        var next = ReadHeader(start, part.IsMessage, out var bodyStart);
        part.HeaderCount = _fieldCount - part.FirstHeader;
        part.HeaderLength = bodyStart - start;
        part.BodyOffset = bodyStart;

        var multipart = ReadContentFields(part, inDigest, out var boundary);
        if (next.LineStart >= 0)
        {
            // The header ran into a delimiter: no body at all.
            if (multipart || part.Type == "message" && IsMessageSubtype(part.Subtype))
                Override(part, "text", "plain");
            return next;
        }
        if (multipart)
            return ReadMultipart(part, boundary, depth);
        if (part.Type == "message" && IsMessageSubtype(part.Subtype))
            return ReadEmbedded(part, depth);
        next = NextDelimiter(bodyStart);
        part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
        if (part.IsText)
            part.Lines = part.RawBody.Count(_newLine);
        return next;
    }

    private static bool IsMessageSubtype(string subtype) => subtype is "rfc822" or "global";

    private Delimiter ReadMultipart(MimePart part, ReadOnlyMemory<byte> boundary, int depth)
    {
        var bodyStart = part.BodyOffset;
        Delimiter next;
        if (boundary.IsEmpty || depth >= _limits.MaxDepth)
        {
            next = NextDelimiter(bodyStart);
            part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
            if (boundary.IsEmpty)
                Override(part, "text", "plain");
            else
                Override(part, "application", "octet-stream");
            Warn(boundary.IsEmpty ? MimeWarningKind.MissingBoundary : MimeWarningKind.TooDeep, bodyStart);
            return next;
        }

        var level = Push(boundary);
        var children = default(ArrayBuilder);
        var digest = part.Subtype == "digest";
        next = NextDelimiter(bodyStart);
        while (next.Level == level && !next.IsClose)
        {
            if (_partCount >= _limits.MaxParts)
            {
                Warn(MimeWarningKind.TooManyParts, next.LineStart);
                do
                    next = NextDelimiter(next.Next);
                while (next.Level == level && !next.IsClose);
                break;
            }
            var child = new MimePart(_message, part);
            children.Add(child);
            next = ReadEntity(child, next.Next, depth + 1, digest);
        }
        _boundaryCount = level;
        if (next.Level == level)
            next = NextDelimiter(next.Next);
        else if (children.Count > 0)
            Warn(MimeWarningKind.UnclosedMultipart, next.LineStart);
        part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
        part.ChildArray = children.ToArray();
        // A last part without a byte starts where the delimiter does, after the line end that belongs to it.
        if (children.Count > 0 && part.ChildArray[^1] is var last)
            part.BodyLength = Math.Max(part.BodyLength, last.HeaderOffset + last.Length - bodyStart);
        if (children.Count == 0)
        {
            Override(part, "text", "plain");
            Warn(MimeWarningKind.BoundaryNotFound, bodyStart);
        }
        return next;
    }

    private Delimiter ReadEmbedded(MimePart part, int depth)
    {
        var bodyStart = part.BodyOffset;
        Delimiter next;
        if (depth >= _limits.MaxDepth || _partCount >= _limits.MaxParts)
        {
            next = NextDelimiter(bodyStart);
            part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
            Override(part, "application", "octet-stream");
            Warn(depth >= _limits.MaxDepth ? MimeWarningKind.TooDeep : MimeWarningKind.TooManyParts, bodyStart);
            return next;
        }
        var embedded = new MimePart(_message, part);
        part.Embedded = embedded;
        next = ReadEntity(embedded, bodyStart, depth + 1, inDigest: false);
        part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
        part.BodyLength = Math.Max(part.BodyLength, embedded.Length);
        part.Lines = part.RawBody.Count(_newLine);
        return next;
    }

    private void Override(MimePart part, string type, string subtype)
    {
        part.Type = type;
        part.Subtype = subtype;
        part.TypeIsDeclared = false;
        if (part.IsText)
            part.Lines = part.RawBody.Count(_newLine);
    }

    private int BodyEnd(Delimiter next, int bodyStart)
    {
        if (next.Level < 0)
            return _bytes.Length;
        // The line end before a delimiter belongs to the delimiter.
        var end = next.LineStart;
        if (end > bodyStart && _bytes[end - 1] == _newLine)
        {
            end--;
            if (_newLine == '\n' && end > bodyStart && _bytes[end - 1] == '\r')
                end--;
        }
        return Math.Max(end, bodyStart);
    }

    private int Push(ReadOnlyMemory<byte> boundary)
    {
        if (_boundaryCount == _boundaries.Length)
            Array.Resize(ref _boundaries, Math.Max(4, _boundaryCount * 2));
        _boundaries[_boundaryCount] = boundary;
        // A filter that only grows: signature separators and rules of dashes are told from delimiters at once.
        _firstBytes |= 1UL << (boundary.Span[0] & 63);
        return _boundaryCount++;
    }

    /// <summary>The next delimiter line of any open multipart at or after a line start.</summary>
    private Delimiter NextDelimiter(int lineStart)
    {
        if (_boundaryCount > 0)
        {
            if (IsDelimiter(lineStart, out var found))
                return found;
            var position = lineStart;
            while (true)
            {
                var index = _bytes[position..].IndexOf(_delimiterStart);
                if (index < 0)
                    break;
                position += index + 1;
                if (IsDelimiter(position, out found))
                    return found;
                position++;
            }
        }
        return new Delimiter(-1, _bytes.Length, _bytes.Length, false);
    }

    private readonly bool IsDelimiter(int lineStart, out Delimiter found)
    {
        found = default;
        if (_boundaryCount == 0 || _bytes.Length - lineStart < 3 || _bytes[lineStart] != '-' || _bytes[lineStart + 1] != '-')
            return false;
        var rest = _bytes[(lineStart + 2)..];
        if ((_firstBytes & 1UL << (rest[0] & 63)) == 0)
            return false;
        // The innermost first: mailers that forward reuse a boundary.
        for (var level = _boundaryCount - 1; level >= 0; level--)
        {
            var boundary = _boundaries[level].Span;
            if (!rest.StartsWith(boundary))
                continue;
            var tail = rest[boundary.Length..];
            var padding = LengthOfPadding(tail);
            if (padding >= 0)
            {
                found = new Delimiter(level, lineStart, lineStart + 2 + boundary.Length + padding, false);
                return true;
            }
            if (tail.StartsWith("--"u8) && (padding = LengthOfPadding(tail[2..])) >= 0)
            {
                found = new Delimiter(level, lineStart, lineStart + 4 + boundary.Length + padding, true);
                return true;
            }
        }
        return false;
    }

    /// <summary>Length of white space up to and including the line end; -1 where something else stands in the line.</summary>
    private readonly int LengthOfPadding(ReadOnlySpan<byte> tail)
    {
        for (var i = 0; i < tail.Length; i++)
        {
            var b = tail[i];
            if (b == _newLine)
                return i + 1;
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
                return -1;
            if (i == 256)
                return -1;
        }
        return tail.Length;
    }

    /// <summary>Reads fields up to and including the blank line. A delimiter in the way ends the header: it is returned (else its LineStart is -1).</summary>
    private Delimiter ReadHeader(int start, bool isMessage, out int bodyStart)
    {
        var none = new Delimiter(-1, -1, -1, false);
        var position = start;
        var open = -1;
        var firstField = _fieldCount;
        if (isMessage && StartsWithEnvelopeLine(_bytes[start..]))
            position = LineEnd(start);
        while (position < _bytes.Length)
        {
            var end = LineEnd(position);
            var first = _bytes[position];
            if (first == _newLine || first == '\r' && end - position == 2)
            {
                Close(ref open, position);
                bodyStart = end;
                return none;
            }
            if (first is (byte)' ' or (byte)'\t' && open >= 0)
            {
                position = end;
                continue;
            }
            if (first == '-' && IsDelimiter(position, out var found))
            {
                Close(ref open, position);
                bodyStart = BodyEnd(found, start);
                return found;
            }
            if (IsField(_bytes[position..end], out var nameLength, out var colon))
            {
                Close(ref open, position);
                open = position;
                Add(position, nameLength, position + colon + 1);
            }
            else if (end < _bytes.Length && IsField(_bytes[end..LineEnd(end)], out nameLength, out _)
                && (_fieldCount > firstField || MimeHeaderNames.Find(_bytes.Slice(end, nameLength)) != MimeHeaderId.Other))
            {
                // A stray line, or the rest of a field that lost its indentation, among fields: those go on after it.
                Warn(MimeWarningKind.InvalidHeaderLine, position);
                Close(ref open, position);
            }
            else if (IsBlank(_bytes[position..end]))
            {
                // White space alone: old software takes it for the blank line.
                Warn(MimeWarningKind.InvalidHeaderLine, position);
                Close(ref open, position);
                bodyStart = end;
                return none;
            }
            else
            {
                Warn(MimeWarningKind.MissingBlankLine, position);
                Close(ref open, position);
                bodyStart = position;
                return none;
            }
            position = end;
        }
        Close(ref open, position);
        bodyStart = _bytes.Length;
        return none;
    }

    private static bool StartsWithEnvelopeLine(ReadOnlySpan<byte> bytes) => bytes.StartsWith("From "u8) || bytes.StartsWith(">From "u8);

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r\n"u8).IsEmpty;

    private static bool IsField(ReadOnlySpan<byte> line, out int nameLength, out int colon)
    {
        colon = line.IndexOf((byte)':');
        nameLength = 0;
        if (colon <= 0)
            return false;
        var name = line[..colon].TrimEnd(" \t"u8);
        nameLength = name.Length;
        return nameLength > 0 && !name.ContainsAny(NotInName);
    }

    private readonly int LineEnd(int position)
    {
        var index = _bytes[position..].IndexOf(_newLine);
        return index < 0 ? _bytes.Length : position + index + 1;
    }

    private void Add(int offset, int nameLength, int valueOffset)
    {
        if (_fieldCount >= _limits.MaxHeaderFields)
        {
            if (_fieldCount == _limits.MaxHeaderFields)
                Warn(MimeWarningKind.TooManyHeaderFields, offset);
            return;
        }
        if (_fieldCount == _fields.Length)
        {
            var larger = ArrayPool<MimeHeaderField>.Shared.Rent(_fieldCount * 2);
            _fields.AsSpan().CopyTo(larger);
            ArrayPool<MimeHeaderField>.Shared.Return(_fields);
            _fields = larger;
        }
        _fields[_fieldCount++] = new MimeHeaderField(MimeHeaderNames.Find(_bytes.Slice(offset, nameLength)), offset, nameLength, valueOffset, valueOffset);
    }

    private void Close(ref int open, int end)
    {
        if (open >= 0 && _fieldCount > 0 && _fields[_fieldCount - 1] is var field && field.Offset == open)
            _fields[_fieldCount - 1] = new MimeHeaderField(field.Id, field.Offset, field.NameLength, field.ValueOffset, end);
        open = -1;
    }

    /// <summary>Sets type and encoding. True for a multipart, whose boundary comes along.</summary>
    private readonly bool ReadContentFields(MimePart part, bool inDigest, out ReadOnlyMemory<byte> boundary)
    {
        boundary = default;
        if (inDigest)
        {
            part.Type = "message";
            part.Subtype = "rfc822";
        }
        var multipart = false;
        var typed = false;
        for (var i = part.FirstHeader; i < _fieldCount; i++)
        {
            ref readonly var field = ref _fields[i];
            if (field.Id == MimeHeaderId.ContentType && !typed)
            {
                typed = true;
                var value = _bytes[field.ValueOffset..field.End];
                var parameters = new MimeParameterReader(value);
                if (!parameters.ReadContentType(out var type, out var subtype))
                {
                    Warn(MimeWarningKind.InvalidContentType, field.Offset);
                    if (Ascii.EqualsIgnoreCase(type, "text"u8))
                        (part.Type, part.Subtype) = ("text", "plain");
                    continue;
                }
                part.Type = MimeTypeNames.Intern(type);
                part.Subtype = MimeTypeNames.Intern(subtype);
                part.TypeIsDeclared = true;
                if (part.Type != "multipart")
                    continue;
                multipart = true;
                boundary = FindBoundary(ref parameters, field);
            }
            else if (field.Id == MimeHeaderId.ContentTransferEncoding)
            {
                part.Encoding = MimeTypeNames.Encoding(_bytes[field.ValueOffset..field.End]);
            }
        }
        return multipart;
    }

    private readonly ReadOnlyMemory<byte> FindBoundary(ref MimeParameterReader parameters, MimeHeaderField field)
    {
        while (parameters.Read())
        {
            if (!Ascii.EqualsIgnoreCase(parameters.Name, "boundary"u8))
            {
                if (parameters.Name.Contains((byte)'*') && Ascii.EqualsIgnoreCase(parameters.Name[..parameters.Name.IndexOf((byte)'*')], "boundary"u8))
                    return System.Text.Encoding.Latin1.GetBytes(MimeParameters.Parse(_bytes[field.ValueOffset..field.End]).Get("boundary") ?? "");
                continue;
            }
            var raw = parameters.RawValue;
            if (!raw.ContainsAny((byte)'\\', (byte)'\r', (byte)'\n'))
            {
                // RFC 2046 5.1.1: white space at its end is none of the boundary's.
                var trimmed = raw.TrimEnd(" \t"u8);
                return _message.Bytes.Slice(field.ValueOffset + parameters.RawValueOffset, trimmed.Length);
            }
            return MimeParameterReader.Unescape(raw).AsSpan().TrimEnd(" \t"u8).ToArray();
        }
        return default;
    }

    private readonly void Warn(MimeWarningKind kind, int offset) => _message.Warn(kind, offset, _limits.MaxWarnings);

    private struct ArrayBuilder
    {
        private MimePart[]? _items;

        public int Count { get; private set; }

        public void Add(MimePart part)
        {
            _items ??= new MimePart[4];
            if (Count == _items.Length)
                Array.Resize(ref _items, Count * 2);
            _items[Count++] = part;
        }

        public readonly MimePart[] ToArray() => Count == 0 ? MimePart.None : Count == _items!.Length ? _items : _items.AsSpan(0, Count).ToArray();
    }
}
