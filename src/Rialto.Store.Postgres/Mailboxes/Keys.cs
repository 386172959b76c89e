using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>Fixed-length keys of texts of any length. On disk: never change.</summary>
internal static class Keys
{
    /// <summary>The hash that an index holds of a text; null for none. The text itself is compared as well.</summary>
    public static long? Of(string text) => text.Length == 0 ? null : BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The client and collection of a client state as one key.</summary>
    public static Guid Collection(string client, string collection) => Sixteen($"{client}\0{collection}");

    public static Guid Item(ClientStateKey key) => Sixteen(key.Key);

    private static Guid Sixteen(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>Bytes of a text; null for an empty one. A lone surrogate, which UTF-8 does not know, becomes U+FFFD.</summary>
    public static byte[]? Utf8(string text) => text.Length == 0 ? null : Encoding.UTF8.GetBytes(text);
}
