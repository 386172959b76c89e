using System.Buffers.Binary;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public class MacFileTests
{
    [Fact]
    public void AppleDouble_header()
    {
        // RFC 1740 appendix B: real name, Finder info, resource fork.
        byte[] bytes =
        [
            0, 5, 0x16, 7, 0, 2, 0, 0, .. new byte[16], 0, 3,
            0, 0, 0, 3, 0, 0, 0, 62, 0, 0, 0, 5,
            0, 0, 0, 9, 0, 0, 0, 67, 0, 0, 0, 32,
            0, 0, 0, 2, 0, 0, 0, 99, 0, 0, 0, 3,
            .. "a\u00e4/b"u8, .. "TEXTttxt"u8, .. new byte[24], 1, 2, 3,
        ];
        var file = AppleFile.Read(bytes)!;
        (file.Name, file.Type, file.Creator).ShouldBe(("aä:b", "TEXT", "ttxt"));
        file.Resource.ToArray().ShouldBe([1, 2, 3]);
        file.Data.IsEmpty.ShouldBeTrue();
        for (var length = 0; length < bytes.Length; length++)
            AppleFile.Read(bytes.AsMemory(0, length));
        AppleFile.Read("anything else, of some length"u8.ToArray()).ShouldBeNull();
    }

    [Fact]
    public void MacBinary_two()
    {
        var bytes = MacBinaryFile("Report", "data of the file"u8, [7, 8]);
        var file = MacBinary.Read(bytes)!;
        (file.Name, file.Type, file.Creator).ShouldBe(("Report", "PDF ", "CARO"));
        Encoding.ASCII.GetString(file.Data.Span).ShouldBe("data of the file");
        file.Resource.ToArray().ShouldBe([7, 8]);
        for (var length = 0; length < bytes.Length; length++)
            MacBinary.Read(bytes.AsMemory(0, length));
        MacBinary.Read(new byte[256]).ShouldBeNull();
    }

    [Fact]
    public void BinHex_with_runs()
    {
        // Made from the format: name "f", type TEXT, creator ttxt, data of 10 times "a" and the mark byte.
        byte[] data = [.. Enumerable.Repeat((byte)'a', 10), 0x90];
        byte[] plain = [1, (byte)'f', 0, .. "TEXTttxt"u8, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, .. data, 0, 0, 0, 0];
        byte[] packed = [.. plain[..23], (byte)'a', 0x90, 10, 0x90, 0, .. plain[34..]];
        const string alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
        alphabet.Length.ShouldBe(64);
        var text = new StringBuilder("(This file must be converted with BinHex 4.0)\r\n\r\n:");
        var bits = string.Concat(packed.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        for (var i = 0; i < bits.Length; i += 6)
            text.Append(alphabet[Convert.ToInt32(bits.Substring(i, Math.Min(6, bits.Length - i)).PadRight(6, '0'), 2)]).Append(i % 384 == 378 ? "\r\n" : "");
        text.Append(":\r\n");
        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        var file = BinHex.Read(bytes)!;
        (file.Name, file.Type, file.Creator).ShouldBe(("f", "TEXT", "ttxt"));
        file.Data.ToArray().ShouldBe(data);
        for (var length = 0; length < bytes.Length; length++)
            BinHex.Read(bytes.AsSpan(0, length));
    }

    [CorpusFact]
    public void Files_in_corpus_mail()
    {
        var found = 0;
        foreach (var (_, bytes) in CorpusMail.All())
        {
            foreach (var part in MimeMessage.Parse(bytes).Root.Descendants().Where(p => p.Type == "application"))
            {
                var content = TransferDecoder.Decode(part.Encoding, part.RawBody);
                var file = part.Subtype switch
                {
                    "applefile" => AppleFile.Read(content),
                    "mac-binhex40" => BinHex.Read(content),
                    "x-macbinary" => MacBinary.Read(content),
                    _ => null,
                };
                if (file is null)
                    continue;
                found++;
                file.Type.Length.ShouldBeOneOf(0, 4);
            }
        }
        found.ShouldBeGreaterThan(0);
    }

    private static byte[] MacBinaryFile(string name, ReadOnlySpan<byte> data, ReadOnlySpan<byte> resource)
    {
        var header = new byte[128];
        header[1] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name).CopyTo(header, 2);
        "PDF CARO"u8.CopyTo(header.AsSpan(65));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(83), data.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(87), resource.Length);
        header[122] = header[123] = 129;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(124), MacBinary.Crc(header.AsSpan(0, 124)));
        return [.. header, .. data, .. new byte[128 - data.Length], .. resource];
    }
}
