// RTF to HTML, as PidTagHtml has it where a message holds PidTagRtfCompressed alone ([MS-OXCMSG] 2.2.1.58.3).
using System.Globalization;
using System.Text;
using Rialto.Content.Bodies;

namespace Rialto.Content.Rtf;

/// <summary>What a conversion to HTML may be told.</summary>
public sealed record RtfToHtmlOptions
{
    /// <summary>HTML for the n-th \objattph (an attachment's place in the text), from 0 in the order of PidTagRenderingPosition; null for nothing.</summary>
    public Func<int, string?>? Attachment { get; init; }

    /// <summary>PNG and JPEG pictures of the text itself as data: addresses; metafiles are left out.</summary>
    public bool Pictures { get; init; } = true;

    public RtfLimits Limits { get; init; } = RtfLimits.Default;
}

/// <summary>RTF as HTML.</summary>
public static class RtfToHtml
{
    /// <summary>The HTML, as characters: what \fromhtml1 holds exactly; of \fromtext the text as HTML; else the page with its formatting. Any bytes give a document.</summary>
    public static string Convert(ReadOnlySpan<byte> rtf, RtfToHtmlOptions? options = null)
    {
        options ??= new();
        if (RtfEncapsulation.TryExtractHtml(rtf, out var html, options.Limits))
            return html;
        if (RtfEncapsulation.TryExtractText(rtf, out var text, options.Limits))
            return TextToHtml.Convert(text);
        var writer = new Writer(options);
        writer.Run(rtf);
        return writer.Result;
    }

    private sealed class Writer(RtfToHtmlOptions options) : RtfConverter(options.Limits)
    {
        private const string Head = "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n<style>p,li{margin:0}td{vertical-align:top}</style>\r\n</head>\r\n<body>\r\n";
        private const string Tail = "</body>\r\n</html>\r\n";

        private const int MaxLists = 16;

        private readonly StringBuilder _out = new(Head);
        private readonly Stack<(bool Bullet, int Level)> _lists = new();
        private RtfFormat _run;
        private bool _runOpen;
        private bool _paragraphOpen;
        private bool _tableOpen;
        private bool _rowOpen;
        private bool _cellOpen;
        private bool _space;
        private int _attachments;
        private readonly RtfPicture _picture = new(options.Limits.MaxOutput / 4);

        public string Result => _out.ToString();

        protected override void PageText(ReadOnlySpan<char> text)
        {
            Paragraph();
            Run();
            if (State.Format.Caps)
                text = text.ToString().ToUpperInvariant();
            while (!text.IsEmpty)
            {
                var mark = text.IndexOf(' ');
                var word = mark < 0 ? text : text[..mark];
                if (word.Length > 0)
                {
                    HtmlReference.Encode(word, _out);
                    _space = false;
                }
                if (mark < 0)
                    break;
                // The second blank of several would vanish.
                _out.Append(_space ? "&nbsp;" : " ");
                _space = true;
                text = text[(mark + 1)..];
            }
            Done = _out.Length > Limits.MaxOutput;
        }

        protected override void Special(char c)
        {
            if (c == '\u00A0' && State.Destination == RtfDestination.Body && !State.Format.Hidden)
            {
                Paragraph();
                Run();
                _out.Append("&nbsp;");
            }
            else
            {
                Text([c]);
            }
        }

        protected override void PageWord(RtfWord word)
        {
            switch (word)
            {
                case RtfWord.Paragraph or RtfWord.Section:
                    Paragraph();
                    if (_space || _out[^1] == '>' && !_runOpen)
                        _out.Append("&nbsp;");
                    EndParagraph();
                    break;
                case RtfWord.Line:
                    Paragraph();
                    _out.Append("<br>\r\n");
                    _space = true;
                    break;
                case RtfWord.Page:
                    EndParagraph();
                    break;
                case RtfWord.Tab:
                    Paragraph();
                    Run();
                    _out.Append("&nbsp;&nbsp;&nbsp; ");
                    _space = true;
                    break;
                case RtfWord.NestedCell:
                    Paragraph();
                    _out.Append("&nbsp; ");
                    break;
                case RtfWord.NestedRow:
                    Paragraph();
                    _out.Append("<br>\r\n");
                    break;
                case RtfWord.Cell:
                    EndParagraph();
                    EndLists();
                    OpenCell();
                    _out.Append("</td>");
                    _cellOpen = false;
                    break;
                case RtfWord.Row:
                    EndParagraph();
                    EndLists();
                    EndRow();
                    break;
                case RtfWord.ObjectPlaceholder:
                    if (options.Attachment?.Invoke(_attachments++) is { Length: > 0 } html)
                    {
                        Paragraph();
                        EndRun();
                        _out.Append(html);
                    }
                    break;
            }
        }

        protected override bool Wants(RtfDestination destination) => base.Wants(destination) || destination == RtfDestination.Picture && options.Pictures && State.Destination == RtfDestination.Body;

        protected override void PictureWord(RtfWord word, int parameter) => _picture.Take(word, parameter);

        protected override void PictureText(ReadOnlySpan<byte> hex) => _picture.AppendHex(hex);

        protected override void PictureBytes(ReadOnlySpan<byte> bytes) => _picture.Append(bytes);

        protected override void Closed(in RtfState inner)
        {
            base.Closed(inner);
            if (inner.Destination != RtfDestination.Picture || State.Destination == RtfDestination.Picture)
                return;
            if (!State.Format.Hidden && _picture.ToHtml() is { } html)
            {
                Paragraph();
                EndRun();
                _out.Append(html);
                _space = false;
                Done = _out.Length > Limits.MaxOutput;
            }
            _picture.Clear();
        }

        private void OpenCell()
        {
            if (!_tableOpen)
                _out.Append("<table border=\"1\" cellspacing=\"0\" cellpadding=\"3\">\r\n");
            if (!_rowOpen)
                _out.Append("<tr>");
            if (!_cellOpen)
                _out.Append("<td>");
            (_tableOpen, _rowOpen, _cellOpen) = (true, true, true);
        }

        private void EndRow()
        {
            if (_cellOpen)
                _out.Append("</td>");
            if (_rowOpen)
                _out.Append("</tr>\r\n");
            (_rowOpen, _cellOpen) = (false, false);
        }

        private void EndTable()
        {
            EndRow();
            if (_tableOpen)
                _out.Append("</table>\r\n");
            _tableOpen = false;
        }

        private void Paragraph()
        {
            if (_paragraphOpen)
                return;
            ref readonly var paragraph = ref State.Paragraph;
            if (paragraph.InTable)
            {
                if (!_cellOpen)
                    EndLists();
                OpenCell();
            }
            else if (_tableOpen)
            {
                EndLists();
                EndTable();
            }
            var item = HasMarker;
            if (item)
            {
                var bullet = IsBullet(paragraph, TakeMarker());
                List(paragraph.ListStyle > 0 ? paragraph.ListDepth : paragraph.LeftIndent, bullet);
                _out.Append("<li");
            }
            else
            {
                EndLists();
                _out.Append("<p");
            }
            Style(paragraph, item);
            _out.Append('>');
            _paragraphOpen = true;
            _space = true;
        }

        /// <summary>Lists of Word 97 count their levels; those of Word 6 are told apart by how far they are indented.</summary>
        private void List(int level, bool bullet)
        {
            while (_lists.TryPeek(out var top) && (top.Level > level || top.Level == level && top.Bullet != bullet))
                EndList();
            if (_lists.TryPeek(out var outer) && outer.Level == level || _lists.Count == MaxLists)
                return;
            _out.Append(bullet ? "<ul>\r\n" : "<ol>\r\n");
            _lists.Push((bullet, level));
        }

        private void EndList() => _out.Append(_lists.Pop().Bullet ? "</ul>\r\n" : "</ol>\r\n");

        private void EndLists()
        {
            while (_lists.Count > 0)
                EndList();
        }

        private void Style(in RtfParagraph paragraph, bool item)
        {
            if (paragraph.RightToLeft)
                _out.Append(" dir=\"rtl\"");
            var start = _out.Length;
            if (paragraph.Alignment != RtfAlignment.Left)
                _out.Append("text-align:").Append(paragraph.Alignment switch { RtfAlignment.Right => "right", RtfAlignment.Center => "center", _ => "justify" }).Append(';');
            if (!item && paragraph.LeftIndent > 0)
                _out.Append(CultureInfo.InvariantCulture, $"margin-left:{Math.Min(paragraph.LeftIndent, 14400) / 20.0:0.#}pt;");
            if (!item && paragraph.FirstIndent != 0 && !paragraph.InTable)
                _out.Append(CultureInfo.InvariantCulture, $"text-indent:{Math.Clamp(paragraph.FirstIndent, -14400, 14400) / 20.0:0.#}pt;");
            if (_out.Length == start)
                return;
            _out.Length--;
            _out.Insert(start, " style=\"").Append('"');
        }

        private void EndParagraph()
        {
            if (!_paragraphOpen)
                return;
            EndRun();
            // The tag that was opened is the one of the paragraph before any list ended.
            _out.Append(_lists.Count > 0 ? "</li>\r\n" : "</p>\r\n");
            _paragraphOpen = false;
            _space = false;
        }

        private void Run()
        {
            ref readonly var format = ref State.Format;
            if (_runOpen && _run == format)
                return;
            EndRun();
            _run = format;
            _runOpen = true;
            if (format.Link > 0 && format.Link <= Links.Count)
            {
                _out.Append("<a href=\"");
                HtmlReference.Encode(Address(Links[format.Link - 1]), _out);
                _out.Append("\">");
            }
            Span(format);
            if (format.Bold)
                _out.Append("<b>");
            if (format.Italic)
                _out.Append("<i>");
            if (format.Underline)
                _out.Append("<u>");
            if (format.Strike)
                _out.Append("<s>");
            if (format.Script != 0)
                _out.Append(format.Script > 0 ? "<sup>" : "<sub>");
        }

        private void Span(in RtfFormat format)
        {
            _out.Append("<span style=\"");
            var font = FontOf(format.Font);
            // Their characters were made ordinary ones.
            if (font.Name.Length > 0 && font.CodePage != RtfCharset.Symbol)
            {
                _out.Append("font-family:'");
                HtmlReference.Encode(font.Name.Replace("'", "", StringComparison.Ordinal), _out);
                _out.Append("';");
            }
            _out.Append(CultureInfo.InvariantCulture, $"font-size:{(format.Size == 0 ? 24 : format.Size) / 2.0:0.#}pt");
            if (format.Color > 0 && format.Color < Colors.Count && Colors[format.Color] >= 0)
                _out.Append(CultureInfo.InvariantCulture, $";color:#{Colors[format.Color]:x6}");
            if (format.Background > 0 && format.Background < Colors.Count && Colors[format.Background] >= 0)
                _out.Append(CultureInfo.InvariantCulture, $";background-color:#{Colors[format.Background]:x6}");
            _out.Append("\">");
        }

        private void EndRun()
        {
            if (!_runOpen)
                return;
            if (_run.Script != 0)
                _out.Append(_run.Script > 0 ? "</sup>" : "</sub>");
            if (_run.Strike)
                _out.Append("</s>");
            if (_run.Underline)
                _out.Append("</u>");
            if (_run.Italic)
                _out.Append("</i>");
            if (_run.Bold)
                _out.Append("</b>");
            _out.Append("</span>");
            if (_run.Link > 0 && _run.Link <= Links.Count)
                _out.Append("</a>");
            _runOpen = false;
        }

        protected override void Ended()
        {
            EndParagraph();
            EndLists();
            EndTable();
            _out.Append(Tail);
        }
    }
}
