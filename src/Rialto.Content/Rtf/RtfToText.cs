// RTF to plain text, as PidTagBody has it beside PidTagRtfCompressed ([MS-OXCMSG] 2.2.1.58.1).
using System.Text;

namespace Rialto.Content.Rtf;

/// <summary>RTF as plain text: lines ended by CR LF, cells by tabs, links with their address behind them.</summary>
public static class RtfToText
{
    /// <summary>The text: what \fromtext holds, or the text of the page. Any bytes give a string.</summary>
    public static string Convert(ReadOnlySpan<byte> rtf, RtfLimits? limits = null)
    {
        limits ??= RtfLimits.Default;
        if (RtfEncapsulation.TryExtractText(rtf, out var text, limits))
            return text;
        var writer = new Writer(limits);
        writer.Run(rtf);
        return writer.Result;
    }

    private sealed class Writer(RtfLimits limits) : RtfConverter(limits)
    {
        private readonly StringBuilder _out = new();
        private int _link;
        private int _linkStart;

        public string Result => _out.ToString();

        protected override void PageText(ReadOnlySpan<char> text)
        {
            LinkChanges(State.Format.Link);
            if (HasMarker)
                _out.Append(TakeMarker());
            if (State.Format.Caps)
                _out.Append(text.ToString().ToUpperInvariant());
            else
                _out.Append(text);
            Done = _out.Length > Limits.MaxOutput;
        }

        protected override void Special(char c)
        {
            // A place where a word may be broken is nothing in text.
            if (c != '\u00AD')
                Text([c == '\u2011' ? '-' : c]);
        }

        private void LinkChanges(int link)
        {
            if (link == _link)
                return;
            if (_link > 0)
            {
                var address = Address(Links[_link - 1]);
                var shown = _out.ToString(_linkStart, _out.Length - _linkStart).Trim();
                if (shown.Length > 0 && !address.StartsWith('#') && !address.Equals(shown, StringComparison.OrdinalIgnoreCase)
                    && !address.Equals("mailto:" + shown, StringComparison.OrdinalIgnoreCase) && !address.Equals("http://" + shown, StringComparison.OrdinalIgnoreCase)
                    && !address.Equals("https://" + shown, StringComparison.OrdinalIgnoreCase))
                {
                    _out.Append(" <").Append(address).Append("> ");
                }
            }
            _link = link;
            _linkStart = _out.Length;
        }

        protected override void PageWord(RtfWord word)
        {
            switch (word)
            {
                case RtfWord.Paragraph or RtfWord.Line or RtfWord.Row or RtfWord.NestedRow or RtfWord.Section or RtfWord.Page:
                    LinkChanges(0);
                    if (HasMarker)
                        _out.Append(TakeMarker());
                    _out.Append("\r\n");
                    break;
                case RtfWord.Tab or RtfWord.Cell or RtfWord.NestedCell:
                    LinkChanges(State.Format.Link);
                    _out.Append('\t');
                    break;
            }
        }

        protected override void Ended() => LinkChanges(0);
    }
}
