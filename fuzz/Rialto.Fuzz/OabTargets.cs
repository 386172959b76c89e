using Rialto.Model;
using Rialto.Oab.Wire;

namespace Rialto.Fuzz;

internal static class OabTargets
{
    private static readonly byte[] s_old = Details(3, 1);

    /// <summary>The first byte says which kind of file the rest is.</summary>
    public static readonly byte[][] Samples =
    [
        [0, .. Details(5, 1)],
        [1, .. LzxFile.Pack(Details(20, 1))],
        [2, .. Difference()],
        [3, .. MsZipFile.Pack(Details(20, 1))],
        [4, .. TemplateFile.Write(new() { User = new() { Dn = "/o=a", Controls = new byte[9], DisplayName = new byte[3] }, AddressCreation = [new() { Script = new byte[5] }] })],
    ];

    public static void Read(ReadOnlyMemory<byte> input)
    {
        if (input.Length == 0)
            return;
        var file = input[1..];
        using var target = new MemoryStream();
        switch (input.Span[0] % 5)
        {
            case 0:
                if (DetailsReader.TryOpen(new MemoryStream(file.ToArray()), out var reader) == OabFileError.None)
                {
                    while (reader.TryRead(out var row, out _))
                        row.Get(PropertyTags.DisplayName);
                }
                break;
            case 1:
                LzxFile.Unpack(new MemoryStream(file.ToArray()), target, 1 << 20);
                break;
            case 2:
                PatchFile.Apply(new MemoryStream(s_old), new MemoryStream(file.ToArray()), target, 1 << 20);
                break;
            case 3:
                MsZipFile.Unpack(file.Span, out _, 1 << 20);
                break;
            default:
                if (TemplateFile.Read(file, out var set) == OabFileError.None)
                    TemplateFile.Write(set);
                break;
        }
    }

    private static byte[] Details(int count, int sequence)
    {
        using var stream = new MemoryStream();
        var writer = DetailsWriter.Begin(stream, new OabFileHeader("\\A", "/", new Guid(1, 2, 3, new byte[8]), sequence), new OabLimits());
        for (var i = 0; i < count; i++)
        {
            var row = new PropertyValue[OabSchema.Objects.Length];
            row[0] = PropertyValue.Of(OabSchema.Objects[0].Tag, $"/o=a/cn={i}");
            row[1] = PropertyValue.Of(OabSchema.Objects[1].Tag, $"{i}@example.com");
            row[OabSchema.IndexOf(PropertyTags.ObjectType)] = PropertyValue.Of(PropertyTags.ObjectType, 6 + i * 100);
            row[OabSchema.IndexOf(PropertyTags.AddressBookProxyAddresses)] = PropertyValue.OfArray(PropertyTags.AddressBookProxyAddresses, new[] { "SMTP:a@b", $"smtp:{i}@b" });
            row[OabSchema.IndexOf(PropertyTags.UserX509Certificate)] = PropertyValue.OfArray(PropertyTags.UserX509Certificate, new[] { new byte[200] });
            writer.Write(row);
        }
        writer.End();
        return stream.ToArray();
    }

    private static byte[] Difference()
    {
        using var patch = new MemoryStream();
        var now = Details(5, 2);
        PatchFile.Write(new MemoryStream(s_old), new MemoryStream(now), PatchPlan.Make(new MemoryStream(s_old), new MemoryStream(now))!, patch);
        return patch.ToArray();
    }
}
