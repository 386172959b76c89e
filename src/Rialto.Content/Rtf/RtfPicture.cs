// RTF 1.9.1 "Pictures": \pict with \pngblip or \jpegblip, in hexadecimal or \bin.
using System.Globalization;

namespace Rialto.Content.Rtf;

/// <summary>A picture as it is read; PNG and JPEG become an img element.</summary>
internal sealed class RtfPicture(int maxLength)
{
    private readonly MemoryStream _bytes = new();
    private string? _type;
    private int _width;
    private int _height;
    private int _high = -1;
    private int _total;

    public void Take(RtfWord word, int parameter)
    {
        switch (word)
        {
            case RtfWord.Png:
                _type = "image/png";
                break;
            case RtfWord.Jpeg:
                _type = "image/jpeg";
                break;
            case RtfWord.PictureWidth:
                _width = parameter;
                break;
            case RtfWord.PictureHeight:
                _height = parameter;
                break;
        }
    }

    public void AppendHex(ReadOnlySpan<byte> hex)
    {
        if (_type is null)
            return;
        foreach (var b in hex)
        {
            var digit = char.IsAsciiHexDigit((char)b) ? (b & 15) + (b > '9' ? 9 : 0) : -1;
            if (digit < 0)
                continue;
            if (_high < 0)
            {
                _high = digit;
                continue;
            }
            Append([(byte)(_high << 4 | digit)]);
            _high = -1;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_type is null || _total > maxLength - bytes.Length)
            return;
        _total += bytes.Length;
        _bytes.Write(bytes);
    }

    /// <summary>Null for a picture of a kind that browsers do not know, or an empty one.</summary>
    public string? ToHtml()
    {
        if (_type is null || _bytes.Length == 0)
            return null;
        // Twips to pixels of a ninety-sixth of an inch.
        var size = _width is > 0 and < 100_000 && _height is > 0 and < 100_000 ? string.Create(CultureInfo.InvariantCulture, $" width=\"{_width / 15}\" height=\"{_height / 15}\"") : "";
        return $"<img{size} src=\"data:{_type};base64,{Convert.ToBase64String(_bytes.GetBuffer(), 0, (int)_bytes.Length)}\">";
    }

    public void Clear()
    {
        _bytes.SetLength(0);
        (_type, _width, _height, _high) = (null, 0, 0, -1);
    }
}
