// RTF 1.9.1: groups and their state, character sets, Unicode, header tables, destinations. What becomes of the text is said by the kinds of it.
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Rtf;

/// <summary>
/// Walks RTF once, keeping what a reader of any kind must know. Groups deeper than the limit share the state of the deepest one kept, so depth costs nothing;
/// every table is bounded.
/// </summary>
internal abstract class RtfInterpreter(RtfLimits limits)
{
    // Windows knows 31 characters.
    private const int MaxName = 64;

    private RtfState[] _stack = new RtfState[16];
    private int _depth;
    private long _beyond;
    private int _skip;
    private bool _star;
    private bool _groupJustBegan;

    private Decoder? _decoder;
    private int _decoderCodePage;
    private bool _decoderHolds;

    private int _defaultFont;
    private int _documentCodePage = 1252;
    private readonly Dictionary<int, RtfFont> _fonts = [];
    private int _tableFont;
    private int _tableFontCodePage;
    private readonly StringBuilder _tableFontName = new();
    private int _red, _green, _blue;
    private bool _colorSet;

    protected RtfState State = new() { UnicodeSkip = 1, CodePage = 1252 };

    protected RtfLimits Limits { get; } = limits;

    /// <summary>0xRRGGBB, or -1 for the reader's own colour.</summary>
    protected List<int> Colors { get; } = [];

    protected int DocumentCodePage => _documentCodePage;

    /// <summary>Set by a kind of reader that has had enough.</summary>
    protected bool Done { get; set; }

    protected RtfFont FontOf(int number) => _fonts.TryGetValue(number, out var font) ? font : new("", 0);

    public void Run(ReadOnlySpan<byte> rtf)
    {
        var reader = new RtfReader(rtf);
        while (!Done && reader.Read())
        {
            var began = _groupJustBegan;
            _groupJustBegan = false;
            switch (reader.Kind)
            {
                case RtfTokenKind.GroupStart:
                    FlushDecoder();
                    _skip = 0;
                    Push();
                    _groupJustBegan = true;
                    break;
                case RtfTokenKind.GroupEnd:
                    FlushDecoder();
                    _skip = 0;
                    if (!Pop())
                        Done = true;
                    break;
                case RtfTokenKind.Text:
                    Bytes(reader.Span);
                    break;
                case RtfTokenKind.Hex:
                    Bytes([reader.Byte]);
                    break;
                case RtfTokenKind.Binary:
                    if (_skip > 0)
                        _skip--;
                    else if (State.Destination == RtfDestination.Picture)
                        PictureBytes(reader.Span);
                    break;
                case RtfTokenKind.Symbol:
                    Symbol(reader.Byte, began);
                    break;
                default:
                    var star = _star;
                    _star = false;
                    Control(RtfWords.Find(reader.Span), reader.Parameter, reader.HasParameter, star);
                    break;
            }
        }
        FlushDecoder();
        Ended();
    }

    /// <summary>Decoded text of the body, of a \*\htmltag group or of a \pntext, as State.Destination says.</summary>
    protected abstract void Text(ReadOnlySpan<char> text);

    /// <summary>A character that has a control word or symbol of its own: quotes, dashes, spaces, U+00A0, U+00AD, U+2011.</summary>
    protected virtual void Special(char c) => Text([c]);

    /// <summary>Words that the interpreter itself has no use for, in the body and in \*\htmltag.</summary>
    protected abstract void Word(RtfWord word, int parameter, bool hasParameter);

    /// <summary>A group has closed; State is its parent's again.</summary>
    protected virtual void Closed(in RtfState inner)
    {
    }

    protected virtual void FieldText(ReadOnlySpan<char> text)
    {
    }

    protected virtual void PictureText(ReadOnlySpan<byte> hex)
    {
    }

    protected virtual void PictureBytes(ReadOnlySpan<byte> bytes)
    {
    }

    protected virtual void ListTableWord(RtfWord word, int parameter)
    {
    }

    protected virtual void Ended()
    {
    }

    /// <summary>Whether this kind reads a destination; else it is skipped.</summary>
    protected virtual bool Wants(RtfDestination destination) => false;

    /// <summary>Text in a symbol font: by default the characters of windows-1252, which is how HTML writes them.</summary>
    protected virtual void SymbolText(ReadOnlySpan<byte> text) => Decode(text, 1252);

    private void Push()
    {
        if (_depth == Limits.MaxDepth)
        {
            _beyond++;
            return;
        }
        if (_depth == _stack.Length)
            Array.Resize(ref _stack, Math.Min(Limits.MaxDepth, _depth * 2));
        _stack[_depth++] = State;
        _star = false;
    }

    private bool Pop()
    {
        if (_beyond > 0)
        {
            _beyond--;
            return true;
        }
        if (_depth == 0)
            return false;
        var inner = State;
        State = _stack[--_depth];
        if (inner.Destination == RtfDestination.FontTable && _tableFontName.Length > 0)
            FontEnds();
        if (inner.Destination != RtfDestination.FontTable || State.Destination == RtfDestination.FontTable)
        {
            Closed(inner);
            return _depth > 0;
        }
        // The font table may come after the words that lean on it.
        State.CodePage = CodePageOf(State.Format.Font);
        for (var i = 0; i < _depth; i++)
            _stack[i].CodePage = CodePageOf(_stack[i].Format.Font);
        return _depth > 0;
    }

    private int CodePageOf(int font) => _fonts.TryGetValue(font, out var found) && found.CodePage != 0 ? found.CodePage : _documentCodePage;

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (_skip > 0)
        {
            var skipped = Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            bytes = bytes[skipped..];
        }
        if (bytes.IsEmpty)
            return;
        switch (State.Destination)
        {
            case RtfDestination.Skipped or RtfDestination.Alternative or RtfDestination.ListTable or RtfDestination.ListOverrideTable or RtfDestination.ListNumber:
                return;
            case RtfDestination.ColorTable:
                foreach (var b in bytes)
                {
                    if (b == ';')
                        ColorEnds();
                }
                return;
            case RtfDestination.FontTable:
                FontName(bytes);
                return;
            case RtfDestination.Picture:
                PictureText(bytes);
                return;
        }
        if (State.CodePage == RtfCharset.Symbol)
            SymbolText(bytes);
        else
            Decode(bytes, State.CodePage);
    }

    private void Decode(ReadOnlySpan<byte> bytes, int codePage)
    {
        Span<char> chars = stackalloc char[512];
        if (_decoderHolds && _decoderCodePage != codePage)
            FlushDecoder();
        if (!_decoderHolds)
        {
            // ASCII means itself in every code page that RTF has.
            while (!bytes.IsEmpty)
            {
                System.Text.Ascii.ToUtf16(bytes[..Math.Min(bytes.Length, chars.Length)], chars, out var written);
                if (written == 0)
                    break;
                Out(chars[..written]);
                bytes = bytes[written..];
            }
            if (bytes.IsEmpty)
                return;
        }
        if (_decoder is null || _decoderCodePage != codePage)
        {
            _decoder = (MailCharset.Find(codePage) ?? MailCharset.Windows1252).GetDecoder();
            _decoderCodePage = codePage;
        }
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, chars, false, out var used, out var made, out _);
            Out(chars[..made]);
            bytes = bytes[used..];
        }
        _decoderHolds = true;
    }

    /// <summary>A lead byte without its trail gives the replacement character.</summary>
    private void FlushDecoder()
    {
        if (!_decoderHolds)
            return;
        Span<char> chars = stackalloc char[8];
        _decoderHolds = false;
        _decoder!.Convert([], chars, true, out _, out var made, out _);
        Out(chars[..made]);
    }

    private void Out(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (State.Destination == RtfDestination.FieldInstruction)
            FieldText(text);
        else if (State.Destination is RtfDestination.Body or RtfDestination.HtmlTag or RtfDestination.ListText)
            Text(text);
    }

    private void Symbol(byte symbol, bool first)
    {
        switch (symbol)
        {
            case (byte)'*':
                _star = first;
                return;
            case (byte)'{' or (byte)'}' or (byte)'\\':
                Bytes([symbol]);
                return;
        }
        FlushDecoder();
        if (_skip > 0)
        {
            _skip--;
            return;
        }
        var c = symbol switch
        {
            (byte)'~' => '\u00A0',
            (byte)'-' => '\u00AD',
            (byte)'_' => '\u2011',
            (byte)'\t' => '\t',
            _ => '\0',
        };
        if (c == '\t')
            Body(RtfWord.Tab, 0, false);
        else if (c != '\0')
            Character(c);
    }

    private void Character(char c)
    {
        if (State.Destination is RtfDestination.Body or RtfDestination.HtmlTag or RtfDestination.ListText)
            Special(c);
        else if (State.Destination == RtfDestination.FieldInstruction)
            FieldText([c]);
    }

    private void Body(RtfWord word, int parameter, bool hasParameter)
    {
        if (State.Destination is RtfDestination.Body or RtfDestination.HtmlTag or RtfDestination.ListText or RtfDestination.ListNumber or RtfDestination.Picture)
            Word(word, parameter, hasParameter);
    }

    private void Control(RtfWord word, int parameter, bool has, bool star)
    {
        FlushDecoder();
        // A control word ends what stands in for a \u, even where the stand-in is shorter than \uc says.
        _skip = 0;
        switch (word)
        {
            case RtfWord.Unknown:
                if (star)
                    State.Destination = RtfDestination.Skipped;
                return;
            case RtfWord.Skipped or RtfWord.MhtmlTag:
                State.Destination = RtfDestination.Skipped;
                return;
            case RtfWord.Unicode:
                UnicodeCharacter(parameter);
                return;
            case RtfWord.UnicodeSkip:
                State.UnicodeSkip = Math.Clamp(parameter, 0, 255);
                return;
            case RtfWord.Ansi or RtfWord.Mac or RtfWord.Pc or RtfWord.Pca:
                DocumentSet(word switch { RtfWord.Mac => 10000, RtfWord.Pc => 437, RtfWord.Pca => 850, _ => 1252 });
                return;
            case RtfWord.AnsiCodePage:
                if (MailCharset.Find(parameter) is not null)
                    DocumentSet(parameter);
                return;
            case RtfWord.DefaultFont:
                _defaultFont = parameter;
                State.Format.Font = parameter;
                State.CodePage = CodePageOf(parameter);
                return;
            case RtfWord.HtmlRtf:
                State.HtmlRtf = !has || parameter != 0;
                return;
            case RtfWord.FontTable:
                Enter(RtfDestination.FontTable, always: true);
                return;
            case RtfWord.ColorTable:
                Enter(RtfDestination.ColorTable);
                return;
            case RtfWord.ListTable:
                Enter(RtfDestination.ListTable);
                return;
            case RtfWord.ListOverrideTable:
                Enter(RtfDestination.ListOverrideTable);
                return;
            case RtfWord.HtmlTag:
                Enter(RtfDestination.HtmlTag);
                return;
            case RtfWord.FieldInstruction:
                Enter(RtfDestination.FieldInstruction);
                return;
            case RtfWord.ListText:
                Enter(RtfDestination.ListText);
                return;
            case RtfWord.Pn:
                Enter(RtfDestination.ListNumber);
                return;
            case RtfWord.Picture:
                Enter(RtfDestination.Picture);
                Body(word, parameter, has);
                return;
            case RtfWord.Upr:
                if (State.Destination == RtfDestination.Body)
                    State.Destination = RtfDestination.Alternative;
                return;
            case RtfWord.UniDestination:
                State.Destination = State.Destination == RtfDestination.Alternative ? RtfDestination.Body : RtfDestination.Skipped;
                return;
            case RtfWord.PnTextBefore or RtfWord.PnTextAfter:
                State.Destination = RtfDestination.Skipped;
                return;
        }
        if (State.Destination == RtfDestination.FontTable)
            FontWord(word, parameter);
        else if (State.Destination == RtfDestination.ColorTable)
            ColorWord(word, parameter);
        else if (State.Destination is RtfDestination.ListTable or RtfDestination.ListOverrideTable)
            ListTableWord(word, parameter);
        else if (State.Destination != RtfDestination.Skipped)
            BodyWord(word, parameter, has);
    }

    private void BodyWord(RtfWord word, int parameter, bool has)
    {
        switch (word)
        {
            case RtfWord.Font:
                State.Format.Font = parameter;
                State.CodePage = CodePageOf(parameter);
                return;
            case RtfWord.Plain:
                State.Format = new RtfFormat { Font = _defaultFont, Link = State.Format.Link, Size = 24 };
                State.CodePage = CodePageOf(_defaultFont);
                return;
            case RtfWord.LeftQuote:
                Character('\u2018');
                return;
            case RtfWord.RightQuote:
                Character('\u2019');
                return;
            case RtfWord.LeftDoubleQuote:
                Character('\u201C');
                return;
            case RtfWord.RightDoubleQuote:
                Character('\u201D');
                return;
            case RtfWord.Bullet:
                Character('\u2022');
                return;
            case RtfWord.EnDash:
                Character('\u2013');
                return;
            case RtfWord.EmDash:
                Character('\u2014');
                return;
            case RtfWord.EnSpace:
                Character('\u2002');
                return;
            case RtfWord.EmSpace:
                Character('\u2003');
                return;
            case RtfWord.QuarterSpace:
                Character('\u2005');
                return;
            case RtfWord.ZeroJoin:
                Character('\u200D');
                return;
            case RtfWord.ZeroNoJoin:
                Character('\u200C');
                return;
            case RtfWord.LtrMark:
                Character('\u200E');
                return;
            case RtfWord.RtlMark:
                Character('\u200F');
                return;
        }
        Body(word, parameter, has);
    }

    private void Enter(RtfDestination destination, bool always = false)
    {
        if (State.Destination != RtfDestination.Skipped)
            State.Destination = always || Wants(destination) ? destination : RtfDestination.Skipped;
    }

    private void DocumentSet(int codePage)
    {
        _documentCodePage = codePage;
        State.CodePage = CodePageOf(State.Format.Font);
    }

    private void UnicodeCharacter(int value)
    {
        _skip = State.UnicodeSkip;
        Span<char> chars = stackalloc char[2];
        var length = 1;
        if (value is > 0xFFFF and <= 0x10FFFF)
            length = new Rune(value).EncodeToUtf16(chars);
        else
            chars[0] = (char)(ushort)value;
        Out(chars[..length]);
    }

    private void FontWord(RtfWord word, int parameter)
    {
        switch (word)
        {
            case RtfWord.Font:
                if (_tableFontName.Length > 0)
                    FontEnds();
                _tableFont = parameter;
                _tableFontCodePage = 0;
                break;
            case RtfWord.FontCharset:
                if (_tableFontCodePage == 0)
                    _tableFontCodePage = RtfCharset.CodePage(parameter);
                Keep();
                break;
            case RtfWord.FontCodePage:
                if (parameter > 0 && MailCharset.Find(parameter) is not null)
                    _tableFontCodePage = parameter;
                Keep();
                break;
        }
    }

    private void Keep()
    {
        if (_fonts.Count < Limits.MaxTableEntries || _fonts.ContainsKey(_tableFont))
            _fonts[_tableFont] = new(FontOf(_tableFont).Name, _tableFontCodePage);
    }

    private void FontName(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b == ';')
                FontEnds();
            else if (_tableFontName.Length < MaxName)
                _tableFontName.Append((char)b);
        }
    }

    private void FontEnds()
    {
        if (_fonts.Count < Limits.MaxTableEntries || _fonts.ContainsKey(_tableFont))
            _fonts[_tableFont] = new(_tableFontName.ToString().Trim().Trim('"'), _tableFontCodePage);
        _tableFontName.Clear();
    }

    private void ColorWord(RtfWord word, int parameter)
    {
        _colorSet = true;
        switch (word)
        {
            case RtfWord.Red:
                _red = parameter & 255;
                break;
            case RtfWord.Green:
                _green = parameter & 255;
                break;
            case RtfWord.Blue:
                _blue = parameter & 255;
                break;
        }
    }

    private void ColorEnds()
    {
        if (Colors.Count < Limits.MaxTableEntries)
            Colors.Add(_colorSet ? _red << 16 | _green << 8 | _blue : -1);
        (_red, _green, _blue, _colorSet) = (0, 0, 0, false);
    }
}
