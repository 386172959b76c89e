// RFC 8551 3.2.2 the smime-type parameter; RFC 5652 3 ContentInfo.
namespace Rialto.Content.Mail;

/// <summary>What a message in cryptographic message syntax is, from the object identifier it begins with.</summary>
internal static class SecureMimeType
{
    public const string SignedReceipt = "signed-receipt";

    /// <summary>The object identifier of a receipt's content (RFC 2634 2.4), with tag and length.</summary>
    private static ReadOnlySpan<byte> ReceiptContent => [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x01];

    /// <summary>What is signed stands behind the version and the digests' names.</summary>
    private const int MaxBeforeContent = 256;

    // 1.2.840.113549.1.7 and 1.2.840.113549.1.9.16.1, without tag and length.
    private static ReadOnlySpan<byte> Pkcs7 => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    private static ReadOnlySpan<byte> Smime => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01];

    public static string? Of(ReadOnlySpan<byte> data)
    {
        // SEQUENCE, its length in whatever form, OBJECT IDENTIFIER.
        if (data.Length < 4 || data[0] != 0x30)
            return null;
        data = data[Math.Min(data.Length, 2 + (data[1] > 0x80 ? data[1] & 0x7F : 0))..];
        if (data.Length < 2 || data[0] != 6 || data[1] > data.Length - 2)
            return null;
        var id = data.Slice(2, data[1]);
        if (id.Length == 9 && id.StartsWith(Pkcs7))
            return id[8] switch { 2 => data[..Math.Min(data.Length, MaxBeforeContent)].IndexOf(ReceiptContent) >= 0 ? SignedReceipt : "signed-data", 3 => "enveloped-data", _ => null };
        if (id.Length == 11 && id.StartsWith(Smime))
            return id[10] switch { 9 => "compressed-data", 23 => "authEnveloped-data", _ => null };
        return null;
    }
}
