// XML 1.0 2.2: the characters that there are.
using System.Text;
using System.Xml;

namespace Rialto.Autodiscover.Access;

/// <summary>XML in and out: no DTD, no entities of its own, nothing fetched; text of the directory fit to be written.</summary>
internal static class SafeXml
{
    public static readonly XmlReaderSettings Reading = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    public static readonly XmlWriterSettings Writing = new() { Encoding = new UTF8Encoding(false), Indent = true };

    /// <summary>The text of an element that has nothing else; null when it has. The reader is left on the element's end.</summary>
    public static string? Of(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        var text = "";
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    text += reader.Value;
                    break;
                case XmlNodeType.EndElement:
                    return text.Trim();
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Without what XML cannot hold: control characters, halves of surrogate pairs.</summary>
    public static string Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                i++;
            else
                return Rebuild(text);
        }
        return text;
    }

    public static byte[] Write(Action<XmlWriter> content)
    {
        using var output = new MemoryStream(4096);
        using (var xml = XmlWriter.Create(output, Writing))
            content(xml);
        return output.ToArray();
    }

    private static string Rebuild(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\ufffd");
        return clean.ToString();
    }
}
