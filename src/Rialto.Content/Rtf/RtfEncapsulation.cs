// [MS-OXRTFEX] 2.1.3.1 encapsulation syntax, 2.2.3 (3.1.3) recognising and taking out the original HTML or plain text.
using System.Text;

namespace Rialto.Content.Rtf;

/// <summary>What an RTF body was made from.</summary>
public enum RtfOrigin
{
    /// <summary>RTF itself.</summary>
    Native,

    /// <summary>\fromhtml1: HTML lies inside.</summary>
    Html,

    /// <summary>\fromtext: plain text lies inside.</summary>
    Text,
}

/// <summary>HTML and plain text that Exchange and Outlook carry inside RTF.</summary>
public static class RtfEncapsulation
{
    /// <summary>
    /// What the header says. [MS-OXRTFEX] 3.1.3.1.1 looks at ten tokens; here the header goes on to the first group, since writers put more before \fromhtml
    /// and nothing visible can come before that.
    /// </summary>
    public static RtfOrigin Detect(ReadOnlySpan<byte> rtf)
    {
        var reader = new RtfReader(rtf);
        if (!reader.Read() || reader.Kind != RtfTokenKind.GroupStart || !reader.Read() || reader.Kind != RtfTokenKind.Control || RtfWords.Find(reader.Span) != RtfWord.Rtf)
            return RtfOrigin.Native;
        for (var tokens = 0; tokens < 64 && reader.Read() && reader.Kind is RtfTokenKind.Control or RtfTokenKind.Symbol; tokens++)
        {
            if (reader.Kind != RtfTokenKind.Control)
                continue;
            switch (RtfWords.Find(reader.Span))
            {
                case RtfWord.FromHtml when reader.Parameter == 1:
                    return RtfOrigin.Html;
                case RtfWord.FromText:
                    return RtfOrigin.Text;
                case RtfWord.FontTable:
                    return RtfOrigin.Native;
            }
        }
        return RtfOrigin.Native;
    }

    /// <summary>The HTML inside \fromhtml1 RTF, as characters (its own charset declaration may name any). False where there is none.</summary>
    public static bool TryExtractHtml(ReadOnlySpan<byte> rtf, out string html, RtfLimits? limits = null)
    {
        html = "";
        if (Detect(rtf) != RtfOrigin.Html)
            return false;
        var reader = new Reader(limits ?? RtfLimits.Default, html: true);
        reader.Run(rtf);
        html = reader.Result;
        return true;
    }

    /// <summary>The text inside \fromtext RTF, lines ended by CR LF. False where there is none.</summary>
    public static bool TryExtractText(ReadOnlySpan<byte> rtf, out string text, RtfLimits? limits = null)
    {
        text = "";
        if (Detect(rtf) != RtfOrigin.Text)
            return false;
        var reader = new Reader(limits ?? RtfLimits.Default, html: false);
        reader.Run(rtf);
        text = reader.Result;
        return true;
    }

    private sealed class Reader(RtfLimits limits, bool html) : RtfInterpreter(limits)
    {
        private readonly StringBuilder _out = new();

        public string Result => _out.ToString();

        protected override bool Wants(RtfDestination destination) => destination == RtfDestination.HtmlTag && html && !State.HtmlRtf;

        protected override void Text(ReadOnlySpan<char> text)
        {
            if (State.HtmlRtf)
                return;
            _out.Append(text);
            Done = _out.Length > Limits.MaxOutput;
        }

        /// <summary>[MS-OXRTFEX] 2.1.3.1.4.2: what has a control word in RTF has a reference in HTML.</summary>
        protected override void Special(char c)
        {
            if (!html)
            {
                Text([c]);
                return;
            }
            Text(c switch
            {
                '\u00A0' => "&nbsp;",
                '\u00AD' or '\u2011' => "&shy;",
                '\u2018' => "&lsquo;",
                '\u2019' => "&rsquo;",
                '\u201C' => "&ldquo;",
                '\u201D' => "&rdquo;",
                '\u2022' => "&bull;",
                '\u2013' => "&ndash;",
                '\u2014' => "&mdash;",
                '\u2002' => "&ensp;",
                '\u2003' => "&emsp;",
                '\u200D' => "&zwj;",
                '\u200C' => "&zwnj;",
                '\u200E' => "&lrm;",
                '\u200F' => "&rlm;",
                _ => c.ToString(),
            });
        }

        protected override void Word(RtfWord word, int parameter, bool hasParameter)
        {
            switch (word)
            {
                case RtfWord.Paragraph or RtfWord.Line:
                    Text("\r\n");
                    break;
                case RtfWord.Tab:
                    Text("\t");
                    break;
            }
        }
    }
}
