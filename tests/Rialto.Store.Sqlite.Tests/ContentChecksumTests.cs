using System.Buffers.Binary;
using System.Security.Cryptography;
using Rialto.Store.Sqlite.Blobs;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>The checksum of stored contents.</summary>
public sealed class ContentChecksumTests
{
    [Fact]
    public void PiecesOfAnySizeGiveTheSame()
    {
        var random = new Random(7);
        var bytes = new byte[5000];
        random.NextBytes(bytes);
        var whole = Sum(bytes);
        for (var round = 0; round < 200; round++)
        {
            var sum = new ContentChecksum();
            var at = 0;
            while (at < bytes.Length)
            {
                var count = Math.Min(random.Next(0, round + 2), bytes.Length - at);
                sum.Append(bytes.AsSpan(at, count));
                at += count;
            }
            var pieces = new byte[ContentChecksum.Size];
            sum.Finish(pieces);
            pieces.ShouldBe(whole);
        }
    }

    [Fact]
    public void EveryBitAndTheLengthCount()
    {
        var bytes = new byte[100];
        var seen = new HashSet<string> { Convert.ToHexString(Sum(bytes)) };
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            seen.Add(Convert.ToHexString(Sum(bytes))).ShouldBeTrue();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        for (var length = 0; length < 100; length++)
            seen.Add(Convert.ToHexString(Sum(bytes.AsSpan(0, length)))).ShouldBeTrue();
    }

    [Fact]
    public void RecordsOfEarlyVersionsAreStillVerified()
    {
        var record = new byte[PackFormat.RecordSize(300)];
        var content = record.AsSpan(PackFormat.HeaderSize, 300);
        content.Fill(0x41);
        PackFormat.WriteHeader(record, 300, SHA256.HashData(content));
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x424C_4252);
        PackFormat.WriteTrailer(record.AsSpan(PackFormat.HeaderSize + 300));
        PackFormat.Verify(record, 300).ShouldBeTrue();
        record[PackFormat.HeaderSize + 5] ^= 1;
        PackFormat.Verify(record, 300).ShouldBeFalse();
    }

    private static byte[] Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = new byte[ContentChecksum.Size];
        ContentChecksum.Of(bytes, sum);
        return sum;
    }
}
