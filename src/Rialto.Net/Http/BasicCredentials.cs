// RFC 7617 2, 2.1; RFC 9110 11.
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Net;

/// <summary>What an Authorization header of the Basic scheme says.</summary>
public readonly record struct BasicCredentials(string Login, string Password)
{
    /// <summary>Characters of a header: a name and a password of 512 characters in base64 have room.</summary>
    private const int MaxHeader = 8_192;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Without the password.</summary>
    public override string ToString() => Login;

    /// <summary>Whether the header is of the Basic scheme at all.</summary>
    public static bool IsBasic([NotNullWhen(true)] string? header) => header is not null && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses the header's value. The name ends at the first colon; octets are UTF-8, or Latin-1 where they are not valid UTF-8 (older clients).</summary>
    public static bool TryParse(string? header, out BasicCredentials credentials)
    {
        credentials = default;
        if (!IsBasic(header) || header.Length > MaxHeader) return false;
        var text = header.AsSpan(6).Trim(' ');
        var octets = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 4);
        try
        {
            if (!Convert.TryFromBase64Chars(text, octets, out var length)) return false;
            var decoded = octets.AsSpan(0, length);
            var colon = decoded.IndexOf((byte)':');
            if (colon < 1 || decoded.ContainsAnyInRange((byte)0, (byte)0x1F)) return false;
            credentials = new(Text(decoded[..colon]), Text(decoded[(colon + 1)..]));
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
            ArrayPool<byte>.Shared.Return(octets);
        }
    }

    private static string Text(ReadOnlySpan<byte> octets)
    {
        try
        {
            return Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets);
        }
    }
}
