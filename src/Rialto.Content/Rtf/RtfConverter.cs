// RTF of its own (neither \fromhtml nor \fromtext): paragraphs, runs, lists, links, tables, as the formats that are written from it see them.
using System.Text;
using Rialto.Content.Bodies;

namespace Rialto.Content.Rtf;

/// <summary>The part that HTML and text have in common: links out of fields, list markers, what kind of list a number means.</summary>
internal abstract class RtfConverter(RtfLimits limits) : RtfInterpreter(limits)
{
    private const int MaxField = 8192;

    private readonly StringBuilder _field = new();
    private readonly StringBuilder _marker = new();
    private readonly Dictionary<int, bool> _bulletLists = [];
    private readonly Dictionary<int, bool> _bulletStyles = [];
    private bool _listSeen;
    private bool _listBullet;
    private int _overrideOf;

    protected List<string> Links { get; } = [];

    /// <summary>The text before a list item, as RTF holds it for readers without lists; empty outside lists. Taken by the first text of a paragraph.</summary>
    protected string TakeMarker()
    {
        var marker = _marker.ToString();
        _marker.Clear();
        return marker;
    }

    protected bool HasMarker => _marker.Length > 0;

    protected override bool Wants(RtfDestination destination) => destination is RtfDestination.ColorTable or RtfDestination.FieldInstruction or RtfDestination.ListText or RtfDestination.ListTable
        or RtfDestination.ListOverrideTable or RtfDestination.ListNumber;

    /// <summary>Text of the page.</summary>
    protected abstract void PageText(ReadOnlySpan<char> text);

    protected abstract void PageWord(RtfWord word);

    protected virtual void PictureWord(RtfWord word, int parameter)
    {
    }

    protected sealed override void Text(ReadOnlySpan<char> text)
    {
        if (State.Destination == RtfDestination.ListText)
        {
            if (_marker.Length < 64)
                _marker.Append(text[..Math.Min(text.Length, 64)]);
        }
        else if (!State.Format.Hidden)
        {
            PageText(text);
        }
    }

    protected sealed override void SymbolText(ReadOnlySpan<byte> text)
    {
        Func<byte, char> symbol = FontOf(State.Format.Font).Name.StartsWith("Wingdings", StringComparison.OrdinalIgnoreCase) ? RtfSymbol.Wingdings : RtfSymbol.SymbolFont;
        foreach (var b in text)
            Text([symbol(b)]);
    }

    protected sealed override void Word(RtfWord word, int parameter, bool has)
    {
        var on = !has || parameter != 0;
        ref var format = ref State.Format;
        ref var paragraph = ref State.Paragraph;
        switch (word)
        {
            case RtfWord.Bold:
                format.Bold = on;
                break;
            case RtfWord.Italic:
                format.Italic = on;
                break;
            case RtfWord.Underline:
                format.Underline = on;
                break;
            case RtfWord.UnderlineNone:
                format.Underline = false;
                break;
            case RtfWord.Strike:
                format.Strike = on;
                break;
            case RtfWord.Hidden:
                format.Hidden = on;
                break;
            case RtfWord.AllCaps:
                format.Caps = on;
                break;
            case RtfWord.Super:
                format.Script = (sbyte)(on ? 1 : 0);
                break;
            case RtfWord.Sub:
                format.Script = (sbyte)(on ? -1 : 0);
                break;
            case RtfWord.NoSuperSub:
                format.Script = 0;
                break;
            case RtfWord.FontSize:
                format.Size = (short)Math.Clamp(parameter, 0, 3000);
                break;
            case RtfWord.Color:
                format.Color = (short)Math.Clamp(parameter, 0, short.MaxValue);
                break;
            case RtfWord.Background or RtfWord.Highlight:
                format.Background = (short)Math.Clamp(parameter, 0, short.MaxValue);
                break;
            case RtfWord.ParagraphDefault:
                paragraph = default;
                break;
            case RtfWord.AlignLeft:
                paragraph.Alignment = RtfAlignment.Left;
                break;
            case RtfWord.AlignRight:
                paragraph.Alignment = RtfAlignment.Right;
                break;
            case RtfWord.AlignCenter:
                paragraph.Alignment = RtfAlignment.Center;
                break;
            case RtfWord.AlignJustify:
                paragraph.Alignment = RtfAlignment.Justify;
                break;
            case RtfWord.LeftIndent:
                paragraph.LeftIndent = parameter;
                break;
            case RtfWord.FirstIndent:
                paragraph.FirstIndent = parameter;
                break;
            case RtfWord.RightToLeft:
                paragraph.RightToLeft = true;
                break;
            case RtfWord.LeftToRight:
                paragraph.RightToLeft = false;
                break;
            case RtfWord.ListStyle:
                paragraph.ListStyle = parameter;
                break;
            case RtfWord.ListDepth:
                paragraph.ListDepth = (byte)Math.Clamp(parameter, 0, 8);
                break;
            case RtfWord.InTable:
                paragraph.InTable = on;
                break;
            case RtfWord.PnBullet:
                (paragraph.OldList, paragraph.OldBullet) = (true, true);
                break;
            case RtfWord.PnBody or RtfWord.PnDecimal:
                (paragraph.OldList, paragraph.OldBullet) = (true, false);
                break;
            case RtfWord.Tab when State.Destination == RtfDestination.ListText:
                Text("\t");
                break;
            case RtfWord.Png or RtfWord.Jpeg or RtfWord.PictureWidth or RtfWord.PictureHeight:
                PictureWord(word, parameter);
                break;
            default:
                if (State.Destination == RtfDestination.Body)
                    PageWord(word);
                break;
        }
    }

    protected override void Closed(in RtfState inner)
    {
        if (inner.Destination == RtfDestination.ListNumber && State.Destination == RtfDestination.Body)
        {
            // \*\pn describes the paragraph it stands in.
            State.Paragraph.OldList = inner.Paragraph.OldList;
            State.Paragraph.OldBullet = inner.Paragraph.OldBullet;
        }
        if (inner.Destination == RtfDestination.FieldInstruction && State.Destination != RtfDestination.FieldInstruction)
        {
            if (Target(_field.ToString()) is { } link && Links.Count < Limits.MaxTableEntries)
            {
                Links.Add(link);
                State.Format.Link = Links.Count;
            }
            _field.Clear();
        }
    }

    protected override void FieldText(ReadOnlySpan<char> text)
    {
        if (_field.Length < MaxField)
            _field.Append(text);
    }

    /// <summary>The address of a field HYPERLINK "address" [\l "place"]; null for other fields.</summary>
    private static string? Target(string instruction)
    {
        var at = instruction.IndexOf("HYPERLINK", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var rest = instruction.AsSpan(at + 9).Trim();
        var place = false;
        while (rest.Length > 1 && rest[0] == '\\')
        {
            place |= rest[1] is 'l' or 'L';
            rest = rest[2..].TrimStart();
        }
        if (rest.IsEmpty)
            return null;
        ReadOnlySpan<char> address;
        if (rest[0] == '"')
        {
            var close = rest[1..].IndexOf('"');
            address = close < 0 ? rest[1..] : rest.Slice(1, close);
        }
        else
        {
            var end = rest.IndexOf(' ');
            address = end < 0 ? rest : rest[..end];
        }
        // Word doubles the backslashes of a path.
        var target = address.Trim().ToString().Replace("\\\\", "\\", StringComparison.Ordinal);
        return target.Length == 0 ? null : place ? "#" + target : target;
    }

    protected override void ListTableWord(RtfWord word, int parameter)
    {
        switch (word)
        {
            case RtfWord.List:
                _listSeen = false;
                break;
            case RtfWord.LevelNumberFormat when !_listSeen:
                // \levelnfc23 is a bullet; the first level speaks for its list.
                (_listSeen, _listBullet) = (true, parameter == 23);
                break;
            case RtfWord.ListId when State.Destination == RtfDestination.ListTable:
                if (_bulletLists.Count < Limits.MaxTableEntries)
                    _bulletLists[parameter] = _listBullet;
                break;
            case RtfWord.ListId:
                _overrideOf = parameter;
                break;
            case RtfWord.ListStyle when State.Destination == RtfDestination.ListOverrideTable:
                if (_bulletStyles.Count < Limits.MaxTableEntries)
                    _bulletStyles[parameter] = _bulletLists.GetValueOrDefault(_overrideOf);
                break;
        }
    }

    /// <summary>Whether a list item's marker is a bullet, by the list's definition, else by the marker.</summary>
    protected bool IsBullet(in RtfParagraph paragraph, ReadOnlySpan<char> marker)
    {
        if (paragraph.ListStyle > 0 && _bulletStyles.TryGetValue(paragraph.ListStyle, out var bullet))
            return bullet;
        if (paragraph.OldList)
            return paragraph.OldBullet;
        marker = marker.Trim();
        return marker.Length == 1 && !char.IsLetterOrDigit(marker[0]) || marker is "o";
    }

    protected static string Address(string link) => HtmlReference.Decode(link);
}
