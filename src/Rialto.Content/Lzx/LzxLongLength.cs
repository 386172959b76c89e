// [MS-PATCH] 2.7.2.1: matches of 257 bytes and more: 257 in the length tree, then a prefix and the rest.
//
//   0 + 8 bits     257 + 0…255
//   10 + 10 bits   257 + 256…1,279
//   110 + 12 bits  257 + 1,280…5,375
//   111 + 15 bits  257 + 0…32,767
namespace Rialto.Content.Lzx;

/// <summary>The length bits of long matches.</summary>
internal static class LzxLongLength
{
    private const int Second = 0x100;
    private const int Third = 0x500;
    private const int Fourth = 0x1500;

    /// <summary>Bits that a length of 257 or more takes behind its length symbol.</summary>
    public static int Bits(int length) => (length - LzxFormat.LongMatch) switch
    {
        < Second => 9,
        < Third => 12,
        < Fourth => 15,
        _ => 18,
    };

    public static void Write(LzxBitWriter writer, int length)
    {
        var rest = (uint)(length - LzxFormat.LongMatch);
        switch (rest)
        {
            case < Second:
                writer.Write(rest, 9);
                break;
            case < Third:
                writer.Write(0b10u << 10 | rest - Second, 12);
                break;
            case < Fourth:
                writer.Write(0b110u << 12 | rest - Third, 15);
                break;
            default:
                writer.Write(0b111u << 15 | rest, 18);
                break;
        }
    }

    public static int Read(ref LzxBitReader reader)
    {
        if (reader.Read(1) == 0)
            return LzxFormat.LongMatch + (int)reader.Read(8);
        if (reader.Read(1) == 0)
            return LzxFormat.LongMatch + Second + (int)reader.Read(10);
        return LzxFormat.LongMatch + (reader.Read(1) == 0 ? Third + (int)reader.Read(12) : (int)reader.Read(15));
    }
}
