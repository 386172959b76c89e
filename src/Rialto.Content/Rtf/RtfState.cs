namespace Rialto.Content.Rtf;

/// <summary>Where the text of a group goes.</summary>
internal enum RtfDestination : byte
{
    Body,
    Skipped,
    FontTable,
    ColorTable,
    ListTable,
    ListOverrideTable,
    HtmlTag,
    FieldInstruction,
    ListText,
    ListNumber,
    Picture,

    /// <summary>\upr: the same text again without Unicode, before \*\ud.</summary>
    Alternative,
}

internal enum RtfAlignment : byte
{
    Left,
    Right,
    Center,
    Justify,
}

/// <summary>How characters look. Equal values make one run.</summary>
internal record struct RtfFormat
{
    public bool Bold { get; set; }
    public bool Italic { get; set; }
    public bool Underline { get; set; }
    public bool Strike { get; set; }
    public bool Hidden { get; set; }
    public bool Caps { get; set; }

    /// <summary>1 above the line, -1 below it.</summary>
    public sbyte Script { get; set; }

    /// <summary>Half points.</summary>
    public short Size { get; set; }
    public int Font { get; set; }

    /// <summary>Index into the colour table; 0 is the reader's own colour.</summary>
    public short Color { get; set; }
    public short Background { get; set; }

    /// <summary>Index into the links, from 1; 0 for none.</summary>
    public int Link { get; set; }
}

/// <summary>How a paragraph stands.</summary>
internal record struct RtfParagraph
{
    public RtfAlignment Alignment { get; set; }
    public bool RightToLeft { get; set; }
    public bool InTable { get; set; }

    /// <summary>Twips.</summary>
    public int LeftIndent { get; set; }
    public int FirstIndent { get; set; }

    /// <summary>\ls, from 1; 0 outside lists.</summary>
    public int ListStyle { get; set; }
    public byte ListDepth { get; set; }

    /// <summary>A \pn list of Word 6.</summary>
    public bool OldList { get; set; }
    public bool OldBullet { get; set; }
}

/// <summary>What a group inherits and gives back at its end.</summary>
internal struct RtfState
{
    public RtfDestination Destination;
    public bool HtmlRtf;
    public int UnicodeSkip;
    public int CodePage;
    public RtfFormat Format;
    public RtfParagraph Paragraph;
}

/// <summary>An entry of the font table.</summary>
internal readonly record struct RtfFont(string Name, int CodePage);
