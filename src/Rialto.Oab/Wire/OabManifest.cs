// [MS-OXWOAB] 2.2.2 the manifest, 4 its example: single-quoted or double-quoted attributes, a file's name as each element's text.
using System.Globalization;
using System.Text;
using System.Xml;

namespace Rialto.Oab.Wire;

/// <summary>A file that clients download.</summary>
/// <param name="Name">Its name below the book's URL.</param>
/// <param name="Sequence">The generation that it is of, or leads to.</param>
/// <param name="Size">Bytes as it is downloaded.</param>
/// <param name="UncompressedSize">Bytes of what it unpacks to.</param>
/// <param name="Sha1">SHA-1 of the bytes as they are downloaded, in lower-case hexadecimal.</param>
public sealed record OabFile(string Name, int Sequence, long Size, long UncompressedSize, string Sha1);

/// <summary>A template file: of a language, for Windows or for the Macintosh.</summary>
public sealed record OabTemplateFileEntry(OabFile File, string LanguageId, bool IsMacintosh);

/// <summary>An address list of the manifest.</summary>
public sealed record OabManifestList(Guid Id, string Dn, string Name, OabFile Full, IReadOnlyList<OabTemplateFileEntry> Templates, IReadOnlyList<OabFile> Differences);

/// <summary>oab.xml: what there is to download.</summary>
public static class OabManifest
{
    public const string FileName = "oab.xml";

    public static byte[] Write(IEnumerable<OabManifestList> lists)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\r\n" }))
        {
            xml.WriteStartElement("OAB");
            foreach (var list in lists)
            {
                xml.WriteStartElement("OAL");
                xml.WriteAttributeString("id", list.Id.ToString("D"));
                xml.WriteAttributeString("dn", list.Dn);
                xml.WriteAttributeString("name", Printable(list.Name));
                WriteFile(xml, "Full", list.Full, DetailsWriter.Version, null);
                foreach (var template in list.Templates)
                    WriteFile(xml, "Template", template.File, TemplateFile.Version, template);
                foreach (var difference in list.Differences.OrderBy(d => d.Sequence))
                    WriteFile(xml, "Diff", difference, DetailsWriter.Version, null);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        return stream.ToArray();
    }

    private static void WriteFile(XmlWriter xml, string element, OabFile file, uint version, OabTemplateFileEntry? template)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("seq", file.Sequence.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("ver", version.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("size", file.Size.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("uncompressedsize", file.UncompressedSize.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("SHA", file.Sha1);
        if (template is not null)
        {
            xml.WriteAttributeString("langid", template.LanguageId);
            xml.WriteAttributeString("type", template.IsMacintosh ? "mac" : "windows");
        }
        xml.WriteString(file.Name);
        xml.WriteEndElement();
    }

    /// <summary>XML has no place for control characters, which a name may have.</summary>
    private static string Printable(string text) => text.All(XmlConvert.IsXmlChar) ? text : new string([.. text.Where(XmlConvert.IsXmlChar)]);
}
