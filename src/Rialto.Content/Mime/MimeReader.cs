// RFC 2046 5.1: multiparts and their delimiters; RFC 5322 2.2: header fields; RFC 2046 5.2.1: message/rfc822.
using System.Buffers;
using System.Text;
using Rialto.Wire;

namespace Rialto.Content.Mime;

/// <summary>
/// One pass over the message. Every open multipart has its boundary on a stack; a leaf's end is the next line that is a delimiter of any of
/// them, so that a multipart that is never closed ends with the one around it, and no byte of a body is looked at twice. The bytes come through a
/// <see cref="MimeWindow"/>, so that it is all the same whether the message is in memory.
/// </summary>
internal ref struct MimeReader
{
    // RFC 5322 2.1.1 allows lines of 998; neither the name of a field nor a stray line in a header is ever longer.
    private const int MaxNameLength = 1000;
    private const int MaxStrayLine = 4000;

    // RFC 2046 5.1.1 allows 70. A delimiter must be in sight whole.
    private const int MaxBoundaryLength = 1000;
    private const int MaxPadding = 256;

    private static readonly SearchValues<byte> EndOfName = SearchValues.Create([.. Enumerable.Range(0, 33).Select(i => (byte)i), (byte)':', 127]);

    private readonly MimeMessage _message;
    private readonly MimeLimits _limits;
    private readonly byte _newLine;
    private MimeWindow _window;
    private BoundaryStack _boundaries;
    private MimeHeaderField[] _fields;
    private int _fieldCount;
    private int _partCount;
    private int _headerRoom;
    private int _headerLimit;

    public MimeReader(MimeMessage message, MimeWindow window, MimeLimits limits)
    {
        _message = message;
        _limits = limits;
        _window = window;
        _newLine = window.NewLine;
        _headerRoom = limits.MaxHeaderBytes;
        _fields = ArrayPool<MimeHeaderField>.Shared.Rent(64);
        if (_newLine == '\r')
            Warn(MimeWarningKind.BareCarriageReturns, 0);
    }

    /// <summary>A delimiter line: whose (index on the stack, -1 for the end of the message), where it starts, where the next line starts.</summary>
    private readonly record struct Delimiter(int Level, int LineStart, int Next, bool IsClose);

    public void Read()
    {
        ReadEntity(_message.Root, 0, 0, inDigest: false);
        _message.Fields = _fields.AsSpan(0, _fieldCount).ToArray();
    }

    public readonly void Release()
    {
        _window.Release();
        ArrayPool<MimeHeaderField>.Shared.Return(_fields);
    }

    private Delimiter ReadEntity(MimePart part, int start, int depth, bool inDigest)
    {
        _partCount++;
        part.HeaderOffset = start;
        part.FirstHeader = _fieldCount;
        var next = ReadHeader(part, start, out var bodyStart);
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
        return ReadLeaf(part);
    }

    private static bool IsMessageSubtype(string subtype) => subtype is "rfc822" or "global";

    private Delimiter ReadLeaf(MimePart part)
    {
        var lines = part.IsText ? _window.BeginCount(part.BodyOffset) : 0;
        var next = NextDelimiter(part.BodyOffset);
        part.BodyLength = BodyEnd(next, part.BodyOffset) - part.BodyOffset;
        if (part.IsText)
            EndLines(part, next, lines);
        return next;
    }

    /// <summary>The line end before a delimiter is none of the body's.</summary>
    private void EndLines(MimePart part, Delimiter next, int before) =>
        part.Lines = _window.EndCount(next.LineStart) - before - (part.BodyOffset + part.BodyLength < next.LineStart ? 1 : 0);

    private Delimiter ReadMultipart(MimePart part, ReadOnlyMemory<byte> boundary, int depth)
    {
        var bodyStart = part.BodyOffset;
        if (boundary.IsEmpty || depth >= _limits.MaxDepth)
        {
            Warn(boundary.IsEmpty ? MimeWarningKind.MissingBoundary : MimeWarningKind.TooDeep, bodyStart);
            if (boundary.IsEmpty)
                Override(part, "text", "plain");
            else
                Override(part, "application", "octet-stream");
            return ReadLeaf(part);
        }

        var level = _boundaries.Push(boundary);
        var children = default(ArrayBuilder);
        var digest = part.Subtype == "digest";
        // Should no part of it be found, it is text.
        var lines = _window.BeginCount(bodyStart);
        var next = NextDelimiter(bodyStart);
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
            if (children.Count == 0)
                _window.CancelCount();
            var child = new MimePart(_message, part);
            children.Add(child);
            next = ReadEntity(child, next.Next, depth + 1, digest);
        }
        _boundaries.PopTo(level);
        if (next.Level == level)
            next = NextDelimiter(next.Next);
        else if (children.Count > 0)
            Warn(MimeWarningKind.UnclosedMultipart, next.LineStart);
        part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
        part.ChildArray = children.ToArray();
        if (children.Count == 0)
        {
            Override(part, "text", "plain");
            EndLines(part, next, lines);
            Warn(MimeWarningKind.BoundaryNotFound, bodyStart);
            return next;
        }
        // A last part without a byte starts where the delimiter does, after the line end that belongs to it.
        var last = part.ChildArray[^1];
        part.BodyLength = Math.Max(part.BodyLength, last.HeaderOffset + last.Length - bodyStart);
        return next;
    }

    private Delimiter ReadEmbedded(MimePart part, int depth)
    {
        var bodyStart = part.BodyOffset;
        if (depth >= _limits.MaxDepth || _partCount >= _limits.MaxParts)
        {
            Override(part, "application", "octet-stream");
            Warn(depth >= _limits.MaxDepth ? MimeWarningKind.TooDeep : MimeWarningKind.TooManyParts, bodyStart);
            return ReadLeaf(part);
        }
        var embedded = new MimePart(_message, part);
        part.Embedded = embedded;
        var lines = _window.BeginCount(bodyStart);
        var next = ReadEntity(embedded, bodyStart, depth + 1, inDigest: false);
        part.BodyLength = BodyEnd(next, bodyStart) - bodyStart;
        part.BodyLength = Math.Max(part.BodyLength, embedded.Length);
        EndLines(part, next, lines);
        return next;
    }

    private static void Override(MimePart part, string type, string subtype)
    {
        part.Type = type;
        part.Subtype = subtype;
        part.TypeIsDeclared = false;
    }

    private readonly int BodyEnd(Delimiter next, int bodyStart)
    {
        if (next.Level < 0)
            return next.LineStart;
        // The line end before a delimiter belongs to the delimiter.
        var end = next.LineStart;
        if (end > bodyStart && _window[end - 1] == _newLine)
        {
            end--;
            if (_newLine == '\n' && end > bodyStart && _window[end - 1] == '\r')
                end--;
        }
        return Math.Max(end, bodyStart);
    }

    /// <summary>The next delimiter line of any open multipart at or after a line start.</summary>
    private Delimiter NextDelimiter(int lineStart)
    {
        if (_boundaries.Count > 0)
        {
            if (IsDelimiter(lineStart, out var found))
                return found;
            var position = lineStart;
            while ((position = _window.NextDashes(position)) >= 0)
            {
                if (IsDelimiter(position, out found))
                    return found;
            }
        }
        return new Delimiter(-1, _window.Length, _window.Length, false);
    }

    private bool IsDelimiter(int lineStart, out Delimiter found)
    {
        found = default;
        if (_boundaries.Count == 0)
            return false;
        var room = _boundaries.MaxLength + 4 + MaxPadding;
        var line = _window.From(lineStart, room);
        if (line.Length < 3 || line[0] != '-' || line[1] != '-' || !_boundaries.MayStartWith(line[2]))
            return false;
        if (line.Length > room)
            line = line[..room];
        var end = line.IndexOf(_newLine);
        if (end < 0 && lineStart + line.Length < _window.Length)
            return false;
        var length = end < 0 ? line.Length : end;
        var level = _boundaries.Find(line[2..length].TrimEnd(" \t\r"u8), out var isClose);
        if (level < 0)
            return false;
        found = new Delimiter(level, lineStart, lineStart + length + (end < 0 ? 0 : 1), isClose);
        return true;
    }

    /// <summary>Reads fields up to and including the blank line. A delimiter in the way ends the header: it is returned (else its LineStart is -1).</summary>
    private Delimiter ReadHeader(MimePart part, int start, out int bodyStart)
    {
        _headerLimit = start + Math.Min(_headerRoom, _window.Length - start);
        _window.BeginKeep(start, _headerLimit);
        var next = ReadFields(start, part.IsMessage, out bodyStart);
        part.KeptHeader = _window.EndKeep(bodyStart);
        _headerRoom -= Math.Min(bodyStart, _headerLimit) - start;
        return next;
    }

    private Delimiter ReadFields(int start, bool isMessage, out int bodyStart)
    {
        var none = new Delimiter(-1, -1, -1, false);
        var position = start;
        var open = -1;
        var firstField = _fieldCount;
        if (isMessage && StartsWithEnvelopeLine(_window.From(start, 8)))
            position = _window.LineEnd(start);
        while (position < _window.Length)
        {
            var line = _window.From(position, MaxStrayLine + MaxNameLength);
            if (line.IsEmpty)
                break;
            var first = line[0];
            if (first == _newLine || first == '\r' && line.Length > 1 && line[1] == _newLine)
            {
                Close(ref open, position);
                bodyStart = position + (first == _newLine ? 1 : 2);
                return none;
            }
            if (first is (byte)' ' or (byte)'\t' && open >= 0)
            {
                position = _window.LineEnd(position);
                continue;
            }
            if (first == '-' && IsDelimiter(position, out var found))
            {
                bodyStart = BodyEnd(found, start);
                Close(ref open, bodyStart);
                return found;
            }
            if (IsField(line, out var nameLength, out var colon))
            {
                Close(ref open, position);
                open = position;
                Add(position, line[..nameLength], position + colon + 1);
                position = _window.LineEnd(position);
                continue;
            }
            var length = line[..Math.Min(line.Length, MaxStrayLine)].IndexOf(_newLine) + 1;
            if (length > 0 && IsField(line[length..], out nameLength, out _)
                && (_fieldCount > firstField || line[..length].TrimEnd(" \t\r\n"u8).IsEmpty || MimeHeaderNames.Find(line.Slice(length, nameLength)) != MimeHeaderId.Other))
            {
                // A stray line, or the rest of a field that lost its indentation, among fields: those go on after it.
                Warn(MimeWarningKind.InvalidHeaderLine, position);
                Close(ref open, position);
                position += length;
                continue;
            }
            Close(ref open, position);
            bodyStart = position;
            if (length == 0 && position + line.Length == _window.Length)
                length = line.Length;
            if (length > 0 && line[..length].TrimEnd(" \t\r\n"u8).IsEmpty)
            {
                // White space alone: old software takes it for the blank line.
                Warn(MimeWarningKind.InvalidHeaderLine, position);
                bodyStart += length;
                return none;
            }
            Warn(MimeWarningKind.MissingBlankLine, position);
            return none;
        }
        Close(ref open, position);
        bodyStart = _window.Length;
        return none;
    }

    private static bool StartsWithEnvelopeLine(ReadOnlySpan<byte> bytes) => bytes.StartsWith("From "u8) || bytes.StartsWith(">From "u8);

    /// <summary>field-name ":", and blanks between them: obsolete, RFC 5322 4.5.</summary>
    private static bool IsField(ReadOnlySpan<byte> line, out int nameLength, out int colon)
    {
        if (line.Length > MaxNameLength)
            line = line[..MaxNameLength];
        colon = nameLength = line.IndexOfAny(EndOfName);
        if (nameLength <= 0)
            return false;
        while (colon < line.Length && line[colon] is (byte)' ' or (byte)'\t')
            colon++;
        return colon < line.Length && line[colon] == ':';
    }

    private void Add(int offset, ReadOnlySpan<byte> name, int valueOffset)
    {
        if (_fieldCount >= _limits.MaxHeaderFields || valueOffset > _headerLimit)
        {
            _message.WarnOnce(MimeWarningKind.TooManyHeaderFields, offset, _limits.MaxWarnings);
            return;
        }
        PooledArray.Reserve(ref _fields, _fieldCount, 1);
        _fields[_fieldCount++] = new MimeHeaderField(MimeHeaderNames.Find(name), offset, name.Length, valueOffset, valueOffset);
    }

    private readonly void Close(ref int open, int end)
    {
        if (open >= 0 && _fieldCount > 0 && _fields[_fieldCount - 1] is var field && field.Offset == open)
        {
            if (end > _headerLimit)
                _message.WarnOnce(MimeWarningKind.TooManyHeaderFields, open, _limits.MaxWarnings);
            _fields[_fieldCount - 1] = new MimeHeaderField(field.Id, field.Offset, field.NameLength, field.ValueOffset, Math.Min(end, _headerLimit));
        }
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
        var header = part.RawHeader;
        for (var i = part.FirstHeader; i < _fieldCount; i++)
        {
            ref readonly var field = ref _fields[i];
            if (field.Id == MimeHeaderId.ContentType && !typed)
            {
                typed = true;
                var value = field.ValueIn(header, part.HeaderOffset);
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
                boundary = FindBoundary(ref parameters, part.HeaderMemory[(field.ValueOffset - part.HeaderOffset)..(field.End - part.HeaderOffset)]);
                if (boundary.Length > MaxBoundaryLength)
                    boundary = default;
            }
            else if (field.Id == MimeHeaderId.ContentTransferEncoding)
            {
                part.Encoding = MimeTypeNames.Encoding(field.ValueIn(header, part.HeaderOffset));
            }
        }
        return multipart;
    }

    private static ReadOnlyMemory<byte> FindBoundary(ref MimeParameterReader parameters, ReadOnlyMemory<byte> value)
    {
        while (parameters.Read())
        {
            if (!Ascii.EqualsIgnoreCase(parameters.Name, "boundary"u8))
            {
                if (parameters.Name.Contains((byte)'*') && Ascii.EqualsIgnoreCase(parameters.Name[..parameters.Name.IndexOf((byte)'*')], "boundary"u8))
                    return System.Text.Encoding.Latin1.GetBytes(MimeParameters.Parse(value.Span).Get("boundary") ?? "");
                continue;
            }
            var raw = parameters.RawValue;
            if (!raw.ContainsAny((byte)'\\', (byte)'\r', (byte)'\n'))
            {
                // RFC 2046 5.1.1: white space at its end is none of the boundary's.
                var trimmed = raw.TrimEnd(" \t"u8);
                return value.Slice(parameters.RawValueOffset, trimmed.Length);
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
