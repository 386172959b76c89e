using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>A mailbox's header as bytes.</summary>
internal static class HeaderCodec
{
    private const byte Version = 1;

    public static void Write(RecordWriter writer, MailboxHeader header)
    {
        writer.Byte(Version);
        writer.Guid(header.Id);
        writer.Guid(header.ReplicaGuid);
        writer.Byte(header.IsPublic ? (byte)1 : (byte)0);
        writer.Guid(header.Owner);
        writer.Fixed(header.CreatedUtcTicks);
    }

    public static MailboxHeader Read(ref RecordReader reader)
    {
        if (reader.Byte() != Version)
            throw new InvalidDataException("A stored mailbox header was written by a newer version.");
        return new MailboxHeader(reader.Guid(), reader.Guid(), reader.Byte() != 0, reader.Guid(), reader.Fixed());
    }
}
