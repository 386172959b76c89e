using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>Texts of messages one after the other: upper-case by ordinal rules, in UTF-8, with a byte between them that no UTF-8 has. Written once, then read only.</summary>
internal sealed class TextSegment(TextTarget target) : ISummarySink
{
    private const byte Separator = 0xFF;

    private readonly List<uint> _uids = [];
    private readonly List<int> _ends = [];
    private byte[] _bytes = new byte[4096];
    private char[] _buffer = new char[512];
    private int _length;

    public SummaryColumns Columns => target switch
    {
        TextTarget.Subject => SummaryColumns.Subject,
        TextTarget.From => SummaryColumns.From,
        TextTarget.To => SummaryColumns.To,
        TextTarget.Cc => SummaryColumns.Cc,
        TextTarget.Bcc => SummaryColumns.Bcc,
        _ => SummaryColumns.InternetMessageId,
    };

    public long Size => _bytes.Length + 8L * _uids.Capacity;

    /// <summary>What is looked for, in the form that the texts have.</summary>
    public static byte[] Needle(string text) => Encoding.UTF8.GetBytes(text.ToUpperInvariant());

    public void Add(in SummaryRow row)
    {
        switch (target)
        {
            case TextTarget.Subject:
                // The two halves are one text.
                Append(row.SubjectPrefix);
                Append(row.NormalizedSubject);
                break;
            case TextTarget.From:
                Append(row.FromName);
                Separate();
                Append(row.FromAddress);
                break;
            case TextTarget.To:
                Append(row.DisplayTo);
                break;
            case TextTarget.Cc:
                Append(row.DisplayCc);
                break;
            case TextTarget.Bcc:
                Append(row.DisplayBcc);
                break;
            default:
                Append(row.InternetMessageId);
                break;
        }
        End(row.Uid);
    }

    public void Add(MessageRow row)
    {
        var text = target switch
        {
            TextTarget.Subject => row.Subject,
            TextTarget.From => row.FromName,
            TextTarget.To => row.DisplayTo,
            TextTarget.Cc => row.DisplayCc,
            TextTarget.Bcc => row.DisplayBcc,
            _ => row.InternetMessageId,
        };
        Append(Encoding.UTF8.GetBytes(text));
        if (target == TextTarget.From)
        {
            Separate();
            Append(Encoding.UTF8.GetBytes(row.FromAddress));
        }
        End(row.Uid);
    }

    /// <summary>Adds the UIDs of the messages that hold the bytes, each once.</summary>
    public void Find(ReadOnlySpan<byte> needle, List<uint> uids)
    {
        if (needle.IsEmpty)
        {
            uids.AddRange(_uids);
            return;
        }
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, _length);
        var entry = 0;
        for (var at = 0; at < bytes.Length; at = _ends[entry++])
        {
            var next = bytes[at..].IndexOf(needle);
            if (next < 0)
                return;
            at += next;
            while (_ends[entry] <= at)
                entry++;
            uids.Add(_uids[entry]);
        }
    }

    private void End(uint uid)
    {
        Separate();
        _uids.Add(uid);
        _ends.Add(_length);
    }

    private void Separate()
    {
        Reserve(1);
        _bytes[_length++] = Separator;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            Reserve(text.Length);
            Ascii.ToUpper(text, _bytes.AsSpan(_length), out var written);
            _length += written;
            return;
        }
        // As many characters as bytes at most.
        if (_buffer.Length < text.Length)
            _buffer = new char[text.Length * 2];
        var chars = _buffer.AsSpan(0, Encoding.UTF8.GetChars(text, _buffer));
        var upper = new char[chars.Length];
        System.MemoryExtensions.ToUpperInvariant(chars, upper);
        Reserve(Encoding.UTF8.GetMaxByteCount(upper.Length));
        _length += Encoding.UTF8.GetBytes(upper, _bytes.AsSpan(_length));
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
