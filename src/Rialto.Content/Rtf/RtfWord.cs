// Control words of RTF 1.9.1 and [MS-OXRTFEX] 2.1.3.1 that mean something to a reader here.
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace Rialto.Content.Rtf;

/// <summary>Control words that are acted on; all others are Unknown and ignored, with their group where \* stands before them.</summary>
internal enum RtfWord : byte
{
    Unknown,

    // Document and character sets.
    Rtf, Ansi, Mac, Pc, Pca, AnsiCodePage, DefaultFont, UnicodeSkip, Unicode, FromHtml, FromText, HtmlRtf,

    // Destinations.
    FontTable, ColorTable, ListTable, ListOverrideTable, HtmlTag, MhtmlTag, FieldInstruction, FieldResult, Field, ListText, Pn, PnTextBefore, PnTextAfter, Picture, ObjectResult, ShapePicture, Upr, UniDestination, Skipped,

    // Tables.
    FontCharset, FontCodePage, Red, Green, Blue, List, ListLevel, LevelNumberFormat, ListId, ListOverride, ListTemplate,

    // Characters.
    Font, FontSize, Bold, Italic, Underline, UnderlineNone, Strike, Super, Sub, NoSuperSub, Color, Background, Highlight, Hidden, Plain, AllCaps,

    // Paragraphs.
    ParagraphDefault, Paragraph, Line, Tab, Page, Section, AlignLeft, AlignRight, AlignCenter, AlignJustify, LeftIndent, FirstIndent, RightToLeft, LeftToRight, ListStyle, ListDepth, PnBullet, PnBody, PnDecimal,

    // Tables of cells.
    RowDefaults, InTable, TableDepth, Cell, NestedCell, Row, NestedRow, CellRight, MergeFirst, MergeNext,

    // Text.
    LeftQuote, RightQuote, LeftDoubleQuote, RightDoubleQuote, Bullet, EnDash, EmDash, EnSpace, EmSpace, QuarterSpace, ZeroJoin, ZeroNoJoin, LtrMark, RtlMark, ObjectPlaceholder,

    // Pictures.
    Png, Jpeg, PictureWidth, PictureHeight,
}

internal static class RtfWords
{
    private static readonly FrozenDictionary<UInt128, RtfWord> ByName = new Dictionary<string, RtfWord>
    {
        ["rtf"] = RtfWord.Rtf, ["ansi"] = RtfWord.Ansi, ["mac"] = RtfWord.Mac, ["pc"] = RtfWord.Pc, ["pca"] = RtfWord.Pca, ["ansicpg"] = RtfWord.AnsiCodePage,
        ["deff"] = RtfWord.DefaultFont, ["uc"] = RtfWord.UnicodeSkip, ["u"] = RtfWord.Unicode, ["fromhtml"] = RtfWord.FromHtml, ["fromtext"] = RtfWord.FromText,
        ["htmlrtf"] = RtfWord.HtmlRtf, ["fonttbl"] = RtfWord.FontTable, ["colortbl"] = RtfWord.ColorTable, ["listtable"] = RtfWord.ListTable,
        ["listoverridetable"] = RtfWord.ListOverrideTable, ["htmltag"] = RtfWord.HtmlTag, ["mhtmltag"] = RtfWord.MhtmlTag, ["fldinst"] = RtfWord.FieldInstruction,
        ["fldrslt"] = RtfWord.FieldResult, ["field"] = RtfWord.Field, ["listtext"] = RtfWord.ListText, ["pntext"] = RtfWord.ListText, ["pn"] = RtfWord.Pn,
        ["pntxtb"] = RtfWord.PnTextBefore, ["pntxta"] = RtfWord.PnTextAfter, ["pict"] = RtfWord.Picture, ["result"] = RtfWord.ObjectResult, ["shppict"] = RtfWord.ShapePicture,
        ["upr"] = RtfWord.Upr, ["ud"] = RtfWord.UniDestination,
        ["fcharset"] = RtfWord.FontCharset, ["cpg"] = RtfWord.FontCodePage, ["red"] = RtfWord.Red, ["green"] = RtfWord.Green, ["blue"] = RtfWord.Blue,
        ["list"] = RtfWord.List, ["listlevel"] = RtfWord.ListLevel, ["levelnfc"] = RtfWord.LevelNumberFormat, ["levelnfcn"] = RtfWord.LevelNumberFormat, ["listid"] = RtfWord.ListId,
        ["listoverride"] = RtfWord.ListOverride, ["f"] = RtfWord.Font, ["fs"] = RtfWord.FontSize, ["b"] = RtfWord.Bold, ["i"] = RtfWord.Italic, ["ul"] = RtfWord.Underline,
        ["uld"] = RtfWord.Underline, ["uldb"] = RtfWord.Underline, ["ulw"] = RtfWord.Underline, ["uldash"] = RtfWord.Underline, ["ulth"] = RtfWord.Underline, ["ulwave"] = RtfWord.Underline,
        ["ulnone"] = RtfWord.UnderlineNone, ["strike"] = RtfWord.Strike, ["striked"] = RtfWord.Strike, ["super"] = RtfWord.Super, ["sub"] = RtfWord.Sub, ["nosupersub"] = RtfWord.NoSuperSub,
        ["cf"] = RtfWord.Color, ["cb"] = RtfWord.Background, ["chcbpat"] = RtfWord.Background, ["highlight"] = RtfWord.Highlight, ["v"] = RtfWord.Hidden, ["plain"] = RtfWord.Plain,
        ["caps"] = RtfWord.AllCaps,
        ["pard"] = RtfWord.ParagraphDefault, ["par"] = RtfWord.Paragraph, ["line"] = RtfWord.Line, ["tab"] = RtfWord.Tab, ["page"] = RtfWord.Page, ["sect"] = RtfWord.Section,
        ["ql"] = RtfWord.AlignLeft, ["qr"] = RtfWord.AlignRight, ["qc"] = RtfWord.AlignCenter, ["qj"] = RtfWord.AlignJustify, ["li"] = RtfWord.LeftIndent, ["fi"] = RtfWord.FirstIndent,
        ["rtlpar"] = RtfWord.RightToLeft, ["ltrpar"] = RtfWord.LeftToRight, ["ls"] = RtfWord.ListStyle, ["ilvl"] = RtfWord.ListDepth, ["pnlvlblt"] = RtfWord.PnBullet,
        ["pnlvlbody"] = RtfWord.PnBody, ["pndec"] = RtfWord.PnDecimal,
        ["trowd"] = RtfWord.RowDefaults, ["intbl"] = RtfWord.InTable, ["itap"] = RtfWord.TableDepth, ["cell"] = RtfWord.Cell, ["nestcell"] = RtfWord.NestedCell, ["row"] = RtfWord.Row,
        ["nestrow"] = RtfWord.NestedRow, ["cellx"] = RtfWord.CellRight, ["clmgf"] = RtfWord.MergeFirst, ["clmrg"] = RtfWord.MergeNext,
        ["lquote"] = RtfWord.LeftQuote, ["rquote"] = RtfWord.RightQuote, ["ldblquote"] = RtfWord.LeftDoubleQuote, ["rdblquote"] = RtfWord.RightDoubleQuote,
        ["bullet"] = RtfWord.Bullet, ["endash"] = RtfWord.EnDash, ["emdash"] = RtfWord.EmDash, ["enspace"] = RtfWord.EnSpace, ["emspace"] = RtfWord.EmSpace,
        ["qmspace"] = RtfWord.QuarterSpace, ["zwj"] = RtfWord.ZeroJoin, ["zwnj"] = RtfWord.ZeroNoJoin, ["ltrmark"] = RtfWord.LtrMark, ["rtlmark"] = RtfWord.RtlMark,
        ["objattph"] = RtfWord.ObjectPlaceholder, ["pngblip"] = RtfWord.Png, ["jpegblip"] = RtfWord.Jpeg, ["picwgoal"] = RtfWord.PictureWidth, ["pichgoal"] = RtfWord.PictureHeight,
        // Destinations whose text is no part of the page, whether or not \* stands before them.
        ["stylesheet"] = RtfWord.Skipped, ["info"] = RtfWord.Skipped, ["header"] = RtfWord.Skipped, ["headerl"] = RtfWord.Skipped, ["headerr"] = RtfWord.Skipped,
        ["headerf"] = RtfWord.Skipped, ["footer"] = RtfWord.Skipped, ["footerl"] = RtfWord.Skipped, ["footerr"] = RtfWord.Skipped, ["footerf"] = RtfWord.Skipped,
        ["objdata"] = RtfWord.Skipped, ["objclass"] = RtfWord.Skipped, ["objname"] = RtfWord.Skipped, ["datafield"] = RtfWord.Skipped, ["nonshppict"] = RtfWord.Skipped,
        ["shpinst"] = RtfWord.Skipped, ["sp"] = RtfWord.Skipped, ["filetbl"] = RtfWord.Skipped, ["revtbl"] = RtfWord.Skipped, ["xe"] = RtfWord.Skipped, ["tc"] = RtfWord.Skipped,
        ["nonesttables"] = RtfWord.Skipped, ["txe"] = RtfWord.Skipped, ["rxe"] = RtfWord.Skipped, ["private"] = RtfWord.Skipped, ["title"] = RtfWord.Skipped, ["fontemb"] = RtfWord.Skipped,
    }.ToFrozenDictionary(p => Key(Encoding.ASCII.GetBytes(p.Key)), p => p.Value);

    /// <summary>Words beyond sixteen letters share their beginning with no other that is known here.</summary>
    private static UInt128 Key(ReadOnlySpan<byte> name)
    {
        Span<byte> key = stackalloc byte[16];
        key.Clear();
        name[..Math.Min(16, name.Length)].CopyTo(key);
        return BinaryPrimitives.ReadUInt128LittleEndian(key);
    }

    public static RtfWord Find(ReadOnlySpan<byte> name) => ByName.GetValueOrDefault(Key(name));
}
