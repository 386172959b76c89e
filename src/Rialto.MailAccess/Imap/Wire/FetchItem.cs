// RFC 3501 6.4.5 and 9: fetch-att, section; RFC 7162 3.1.5 MODSEQ; RFC 3516 and RFC 9051 6.4.5 BINARY; RFC 8474 5 EMAILID, THREADID; RFC 8970 PREVIEW; RFC 8514 4.2 SAVEDATE.
using System.Buffers;
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

internal enum FetchItemKind
{
    Uid,
    Flags,
    InternalDate,
    Size,
    ModSeq,
    Envelope,
    Body,
    BodyStructure,

    /// <summary>BODY[…], RFC822, RFC822.HEADER, RFC822.TEXT.</summary>
    Section,

    /// <summary>BINARY[…]: a part's content, decoded.</summary>
    Binary,

    /// <summary>BINARY.SIZE[…].</summary>
    BinarySize,
    EmailId,
    ThreadId,
    Preview,
    SaveDate,
}

/// <summary>What of the message, or of a part, a section names.</summary>
internal enum SectionText
{
    Whole,
    Header,
    HeaderFields,
    HeaderFieldsNot,
    Text,
    Mime,
}

/// <summary>One data item of a FETCH.</summary>
/// <param name="Label">The item's name in the response, a space after it.</param>
internal sealed record FetchItem(FetchItemKind Kind, byte[] Label)
{
    public int[] Part { get; init; } = [];

    public SectionText Text { get; init; }

    public IReadOnlyList<byte[]> Fields { get; init; } = [];

    /// <summary>Whether fetching it leaves \Seen alone.</summary>
    public bool Peek { get; init; } = true;

    /// <summary>First byte of a partial fetch, or -1.</summary>
    public long PartialOffset { get; init; } = -1;

    public long PartialLength { get; init; }

    private static readonly FetchItem s_uid = Simple(FetchItemKind.Uid, "UID");
    private static readonly FetchItem s_flags = Simple(FetchItemKind.Flags, "FLAGS");
    private static readonly FetchItem s_internalDate = Simple(FetchItemKind.InternalDate, "INTERNALDATE");
    private static readonly FetchItem s_size = Simple(FetchItemKind.Size, "RFC822.SIZE");
    private static readonly FetchItem s_modSeq = Simple(FetchItemKind.ModSeq, "MODSEQ");
    private static readonly FetchItem s_envelope = Simple(FetchItemKind.Envelope, "ENVELOPE");
    private static readonly FetchItem s_body = Simple(FetchItemKind.Body, "BODY");
    private static readonly FetchItem s_bodyStructure = Simple(FetchItemKind.BodyStructure, "BODYSTRUCTURE");
    private static readonly FetchItem s_rfc822 = Simple(FetchItemKind.Section, "RFC822") with { Peek = false };
    private static readonly FetchItem s_rfc822Header = Simple(FetchItemKind.Section, "RFC822.HEADER") with { Text = SectionText.Header };
    private static readonly FetchItem s_rfc822Text = Simple(FetchItemKind.Section, "RFC822.TEXT") with { Text = SectionText.Text, Peek = false };

    private static readonly FetchItem s_emailId = Simple(FetchItemKind.EmailId, "EMAILID");
    private static readonly FetchItem s_threadId = Simple(FetchItemKind.ThreadId, "THREADID");
    private static readonly FetchItem s_preview = Simple(FetchItemKind.Preview, "PREVIEW");
    private static readonly FetchItem s_saveDate = Simple(FetchItemKind.SaveDate, "SAVEDATE");

    public static FetchItem Uid => s_uid;

    /// <summary>Whether it is made from the message's row.</summary>
    public bool NeedsRow => Kind is FetchItemKind.EmailId or FetchItemKind.ThreadId or FetchItemKind.Preview or FetchItemKind.SaveDate;

    /// <summary>Whether it is made from the message itself.</summary>
    public bool NeedsContent => Kind is FetchItemKind.Section or FetchItemKind.Binary or FetchItemKind.BinarySize;

    public static FetchItem Flags => s_flags;

    public static FetchItem ModSeq => s_modSeq;

    /// <summary>"ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")"</summary>
    public static List<FetchItem> ParseAll(ref ImapParser parser)
    {
        if (parser.TryTakeWord("ALL"u8))
            return [s_flags, s_internalDate, s_size, s_envelope];
        if (parser.TryTakeWord("FULL"u8))
            return [s_flags, s_internalDate, s_size, s_envelope, s_body];
        if (parser.TryTakeWord("FAST"u8))
            return [s_flags, s_internalDate, s_size];
        return parser.TryTake((byte)'(') ? ParseList(ref parser) : [Parse(ref parser)];
    }

    /// <summary>fetch-att *(SP fetch-att) ")", behind the bracket that begins them.</summary>
    public static List<FetchItem> ParseList(ref ImapParser parser)
    {
        var items = new List<FetchItem>();
        do
        {
            if (items.Count == parser.Options.MaximumFetchItems)
                parser.Fail("Too many data items");
            items.Add(Parse(ref parser));
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the data items expected");
        return items;
    }

    internal static FetchItem Parse(ref ImapParser parser)
    {
        var name = parser.ItemName();
        if (Is(name, "UID"u8))
            return s_uid;
        if (Is(name, "FLAGS"u8))
            return s_flags;
        if (Is(name, "INTERNALDATE"u8))
            return s_internalDate;
        if (Is(name, "SAVEDATE"u8))
            return s_saveDate;
        if (Is(name, "ENVELOPE"u8))
            return s_envelope;
        if (Is(name, "BODYSTRUCTURE"u8))
            return s_bodyStructure;
        if (Is(name, "RFC822.SIZE"u8))
            return s_size;
        if (Is(name, "RFC822"u8))
            return s_rfc822;
        if (Is(name, "RFC822.HEADER"u8))
            return s_rfc822Header;
        if (Is(name, "RFC822.TEXT"u8))
            return s_rfc822Text;
        if (Is(name, "MODSEQ"u8))
            return s_modSeq;
        if (Is(name, "BODY"u8))
            return parser.Next == '[' ? Section(ref parser, peek: false) : s_body;
        if (Is(name, "BODY.PEEK"u8) && parser.Next == '[')
            return Section(ref parser, peek: true);
        if (Is(name, "BINARY"u8))
            return Binary(ref parser, FetchItemKind.Binary, peek: false);
        if (Is(name, "BINARY.PEEK"u8))
            return Binary(ref parser, FetchItemKind.Binary, peek: true);
        if (Is(name, "BINARY.SIZE"u8))
            return Binary(ref parser, FetchItemKind.BinarySize, peek: true);
        if (Is(name, "EMAILID"u8))
            return s_emailId;
        if (Is(name, "THREADID"u8))
            return s_threadId;
        if (Is(name, "PREVIEW"u8))
            return Preview(ref parser);
        parser.Fail("Unknown data item");
        return s_uid;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(name, word);

    // section = "[" [section-spec] "]"; section-spec = section-msgtext / (section-part ["." section-text]), then ["<" number "." nz-number ">"]
    private static FetchItem Section(ref ImapParser parser, bool peek)
    {
        parser.Expect((byte)'[', "Section expected");
        var part = PartNumbers(ref parser, out var endsWithDot);
        var text = SectionText.Whole;
        List<byte[]> fields = [];
        if (parser.Next != ']' || endsWithDot)
            text = SectionTextOf(ref parser, part.Length > 0, out fields);
        parser.Expect((byte)']', "Closing bracket of the section expected");
        long offset = -1, length = 0;
        if (parser.TryTake((byte)'<'))
        {
            offset = parser.Number();
            parser.Expect((byte)'.', "Length of the partial fetch expected");
            length = parser.NonZeroNumber();
            parser.Expect((byte)'>', "Closing bracket of the partial fetch expected");
        }
        return new FetchItem(FetchItemKind.Section, LabelOf(part, text, fields, offset))
        {
            Part = part,
            Text = text,
            Fields = fields,
            Peek = peek,
            PartialOffset = offset,
            PartialLength = length,
        };
    }

    /// <summary>"BINARY" [".PEEK"] section-binary [partial] / "BINARY.SIZE" section-binary; section-binary = "[" [section-part] "]"</summary>
    private static FetchItem Binary(ref ImapParser parser, FetchItemKind kind, bool peek)
    {
        parser.Expect((byte)'[', "Part expected");
        var part = PartNumbers(ref parser, out var endsWithDot);
        if (endsWithDot)
            parser.Fail("Part expected");
        parser.Expect((byte)']', "Closing bracket of the part expected");
        long offset = -1, length = 0;
        if (kind == FetchItemKind.Binary && parser.TryTake((byte)'<'))
        {
            offset = parser.Number();
            parser.Expect((byte)'.', "Length of the partial fetch expected");
            length = parser.NonZeroNumber();
            parser.Expect((byte)'>', "Closing bracket of the partial fetch expected");
        }
        var label = $"{(kind == FetchItemKind.Binary ? "BINARY" : "BINARY.SIZE")}[{string.Join('.', part)}]{(offset >= 0 ? $"<{offset}>" : "")}";
        return Simple(kind, label) with { Part = part, Peek = peek, PartialOffset = offset, PartialLength = length };
    }

    /// <summary>"PREVIEW" [SP "(" "LAZY" ")"]: previews are made when a message comes, so that lazy ones are no other.</summary>
    private static FetchItem Preview(ref ImapParser parser)
    {
        parser.TryTakeLetters(" (LAZY)"u8);
        return s_preview;
    }

    private static int[] PartNumbers(ref ImapParser parser, out bool endsWithDot)
    {
        endsWithDot = false;
        if (parser.Next is < (byte)'0' or > (byte)'9')
            return [];
        var numbers = new List<int>(4);
        do
        {
            if (numbers.Count == parser.Options.MaximumPartDepth)
                parser.Fail("Part number is too deep");
            numbers.Add((int)Math.Min(parser.NonZeroNumber(), int.MaxValue));
            endsWithDot = parser.TryTake((byte)'.');
        }
        while (endsWithDot && parser.Next is >= (byte)'0' and <= (byte)'9');
        return [.. numbers];
    }

    private static SectionText SectionTextOf(ref ImapParser parser, bool hasPart, out List<byte[]> fields)
    {
        fields = [];
        if (parser.TryTakeWord("HEADER.FIELDS.NOT"u8))
        {
            fields = HeaderList(ref parser);
            return SectionText.HeaderFieldsNot;
        }
        if (parser.TryTakeWord("HEADER.FIELDS"u8))
        {
            fields = HeaderList(ref parser);
            return SectionText.HeaderFields;
        }
        if (parser.TryTakeWord("HEADER"u8))
            return SectionText.Header;
        if (parser.TryTakeWord("TEXT"u8))
            return SectionText.Text;
        if (hasPart && parser.TryTakeWord("MIME"u8))
            return SectionText.Mime;
        parser.Fail("Unknown section");
        return SectionText.Whole;
    }

    // header-list = "(" header-fld-name *(SP header-fld-name) ")"
    private static List<byte[]> HeaderList(ref ImapParser parser)
    {
        var names = new List<byte[]>();
        parser.Space();
        parser.Expect((byte)'(', "Header names expected");
        do
        {
            if (names.Count == parser.Options.MaximumFetchItems)
                parser.Fail("Too many header names");
            names.Add(parser.AString().ToArray());
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the header names expected");
        return names;
    }

    private static byte[] LabelOf(int[] part, SectionText text, List<byte[]> fields, long offset)
    {
        var buffer = new ArrayBufferWriter<byte>(32);
        var writer = new ImapWriter(buffer);
        writer.Raw("BODY["u8);
        for (var i = 0; i < part.Length; i++)
        {
            if (i > 0)
                writer.Raw("."u8);
            writer.Number(part[i]);
        }
        if (part.Length > 0 && text != SectionText.Whole)
            writer.Raw("."u8);
        writer.Raw(text switch
        {
            SectionText.Header => "HEADER"u8,
            SectionText.HeaderFields => "HEADER.FIELDS ("u8,
            SectionText.HeaderFieldsNot => "HEADER.FIELDS.NOT ("u8,
            SectionText.Text => "TEXT"u8,
            SectionText.Mime => "MIME"u8,
            _ => default,
        });
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
                writer.Raw(" "u8);
            writer.AString(fields[i]);
        }
        if (text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
            writer.Raw(")"u8);
        writer.Raw("]"u8);
        if (offset >= 0)
        {
            writer.Raw("<"u8);
            writer.Number(offset);
            writer.Raw(">"u8);
        }
        writer.Raw(" "u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static FetchItem Simple(FetchItemKind kind, string name) => new(kind, Encoding.ASCII.GetBytes(name + " "));
}
