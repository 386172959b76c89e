using System.Buffers.Binary;

namespace Rialto.Directory;

/// <summary>Certificates as one blob: each after its length in four little-endian bytes.</summary>
internal static class CertificateList
{
    public static byte[]? Write(IReadOnlyCollection<byte[]> certificates)
    {
        if (certificates.Count == 0) return null;
        var blob = new byte[certificates.Sum(c => c.Length + sizeof(int))];
        var at = 0;
        foreach (var certificate in certificates)
        {
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(at), certificate.Length);
            certificate.CopyTo(blob, at + sizeof(int));
            at += sizeof(int) + certificate.Length;
        }

        return blob;
    }

    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> blob)
    {
        var certificates = new List<byte[]>();
        while (blob.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(blob) is >= 0 and var length && length <= blob.Length - sizeof(int))
        {
            certificates.Add(blob.Slice(sizeof(int), length).ToArray());
            blob = blob[(sizeof(int) + length)..];
        }

        return certificates;
    }
}
