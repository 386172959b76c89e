// [MS-OXCMSG] 2.2.1.58: the body properties of a message, each made from another where the message lacks it; [MS-OXBBODY] 2.1.3.1 which other.
using Rialto.Content.Rtf;
using Rialto.Model;

namespace Rialto.Content.Bodies;

/// <summary>
/// PidTagBody, PidTagHtml and PidTagRtfCompressed of one message. A form that the message holds is given as it is; the others are made from the best body when
/// first asked for, always the same from the same. Not for concurrent use.
/// </summary>
public sealed class MessageBodies
{
    private readonly RtfLimits _limits;
    private string? _text;
    private byte[]? _html;
    private byte[]? _rtfCompressed;
    private byte[]? _rtf;
    private int _codePage;

    /// <summary>From the forms at hand, null for those the message lacks. codePage is PidTagInternetCodepage: that of the HTML bytes, and of HTML to be made; 0 for unknown.</summary>
    public MessageBodies(string? text, byte[]? html, byte[]? rtfCompressed, int codePage = 0, bool rtfInSync = false, BodyKind native = BodyKind.Undefined, RtfLimits? limits = null)
    {
        _limits = limits ?? RtfLimits.Default;
        (_text, _html, _codePage) = (text, html, codePage);
        if (rtfCompressed is not null && CompressedRtf.TryDecompress(rtfCompressed, out var rtf, _limits.MaxDecompressed))
            (_rtfCompressed, _rtf) = (rtfCompressed, rtf);
        Best = native is BodyKind.PlainText && text is not null || native is BodyKind.Html && html is not null || native is BodyKind.Rtf && _rtf is not null
            ? native
            : BestBody.Of(Present(text), Present(_rtf), Present(html), rtfInSync);
        // RTF that another body has left behind is no form of this message any more.
        if (Best is not BodyKind.Rtf && !rtfInSync)
            (_rtfCompressed, _rtf) = (null, null);
        if (html is not null && codePage <= 0)
            _codePage = HtmlCharset.Declared(html) is > 0 and var declared ? declared : Mime.MailCharset.Detect(html);
    }

    /// <summary>From the properties of a message. Values that are not in the bag itself (errors, values held elsewhere) count as absent: read them in first.</summary>
    public static MessageBodies Of(PropertyBag message, RtfLimits? limits = null)
    {
        byte[]? html = null;
        var codePage = message.GetInt32(PropertyTags.InternetCodepage);
        if (message.TryGet(PropertyTags.Html.Id, out var value))
        {
            // PidTagBodyHtml is the same id as a string.
            if (value.Reference is byte[] bytes)
                html = bytes;
            else if (value.Reference is string characters)
                html = HtmlCharset.Encode(characters, ref codePage);
        }
        var native = message.GetInt32(PropertyTags.NativeBody) is var n and >= 1 and <= 4 ? (BodyKind)n : BodyKind.Undefined;
        return new(message.GetString(PropertyTags.Body), html, message.GetBinary(PropertyTags.RtfCompressed), codePage, message.GetBoolean(PropertyTags.RtfInSync), native, limits);
    }

    /// <summary>The form the message was written in, of those it has.</summary>
    public BodyKind Best { get; }

    /// <summary>The code page of <see cref="Html"/>: PidTagInternetCodepage. 65001 for HTML made of characters that the message's own lacks.</summary>
    public int CodePage
    {
        get
        {
            _ = Html;
            return _codePage;
        }
    }

    /// <summary>PidTagBody.</summary>
    public string Text => _text ??= Best switch
    {
        BodyKind.Html => HtmlToText.Convert(HtmlCharset.Decode(_html!, _codePage)),
        BodyKind.Rtf => RtfEncapsulation.TryExtractHtml(_rtf, out var html, _limits) ? HtmlToText.Convert(html) : RtfToText.Convert(_rtf, _limits),
        _ => "",
    };

    /// <summary>PidTagHtml: HTML in the code page.</summary>
    public byte[] Html
    {
        get
        {
            if (_html is not null)
                return _html;
            var native = false;
            string html;
            if (_rtf is not null)
            {
                native = !RtfEncapsulation.TryExtractHtml(_rtf, out html, _limits);
                if (native)
                    html = RtfToHtml.Convert(_rtf, new RtfToHtmlOptions { Limits = _limits });
            }
            else
            {
                native = true;
                html = TextToHtml.Convert(Text);
            }
            // What is made here says UTF-8 of itself; HTML that was encapsulated says what it is.
            var codePage = native ? 65001 : HtmlCharset.Declared(html) is > 0 and var declared ? declared : _codePage;
            _html = HtmlCharset.Encode(html, ref codePage);
            _codePage = codePage;
            return _html;
        }
    }

    /// <summary>
    /// HTML in UTF-8, made of RTF that is the best body and no page of its own, with what stands for each place of an attachment: given its number in the text, from 0. Null for
    /// other messages.
    /// </summary>
    public byte[]? HtmlWithObjects(Func<int, string?> attachment)
    {
        if (Best != BodyKind.Rtf || _rtf is null || RtfEncapsulation.TryExtractHtml(_rtf, out _, _limits) || RtfEncapsulation.TryExtractText(_rtf, out _, _limits))
            return null;
        return System.Text.Encoding.UTF8.GetBytes(RtfToHtml.Convert(_rtf, new RtfToHtmlOptions { Limits = _limits, Attachment = attachment }));
    }

    /// <summary>PidTagRtfCompressed.</summary>
    public byte[] RtfCompressed => _rtfCompressed ??= CompressedRtf.Compress(Best == BodyKind.Html
        ? HtmlToRtf.Encapsulate(HtmlCharset.Decode(_html!, _codePage))
        : TextToRtf.Encapsulate(Text));

    private static BodyPresence Present(object? value) => value is null ? BodyPresence.NotFound : BodyPresence.Value;
}
