using System.Collections.Immutable;
using System.Text;
using Rialto.Model;

namespace Rialto.Store.Postgres;

/// <summary>What is packed into one column because nobody looks it up: a folder's row and the rare columns of a message. Each begins with its version.</summary>
internal static class RecordCodec
{
    private const byte Version = 1;

    public static byte[] Write(Folder folder)
    {
        using var record = new Record();
        record.Text(folder.Name);
        record.Number((byte)folder.Type);
        record.Number((int)folder.Special);
        record.Text(folder.ContainerClass);
        record.Text(folder.Comment);
        record.Number(folder.Hidden ? 1 : 0);
        record.Number(folder.Sequence);
        record.Number(folder.Cn);
        record.Bytes(folder.ChangeKey);
        record.Bytes(folder.PredecessorChangeList);
        record.Bytes(folder.SourceKey);
        record.Number(folder.Created.Ticks);
        record.Number(folder.Modified.Ticks);
        record.Number(folder.UidValidity);
        record.Number(folder.Permissions.Length);
        foreach (var permission in folder.Permissions)
        {
            record.Guid(permission.Member);
            record.Number((uint)permission.Rights);
        }
        record.Bytes(folder.Properties);
        return record.ToArray();
    }

    public static Folder ReadFolder(long id, long parent, byte[] body, FolderCounters counters)
    {
        using var record = Open(body);
        return new Folder
        {
            Id = new(id),
            Parent = new(parent),
            Name = Text(record),
            Type = (FolderType)record.Read7BitEncodedInt64(),
            Special = (SpecialFolder)record.Read7BitEncodedInt64(),
            ContainerClass = Text(record),
            Comment = Text(record),
            Hidden = record.Read7BitEncodedInt64() != 0,
            Sequence = record.Read7BitEncodedInt64(),
            Cn = record.Read7BitEncodedInt64(),
            ChangeKey = Bytes(record),
            PredecessorChangeList = Bytes(record),
            SourceKey = Bytes(record),
            Created = new(record.Read7BitEncodedInt64()),
            Modified = new(record.Read7BitEncodedInt64()),
            UidValidity = (uint)record.Read7BitEncodedInt64(),
            Permissions = Permissions(record),
            Properties = Bytes(record),
            Counters = counters,
        };
    }

    /// <summary>Null where the message has nothing of it.</summary>
    public static byte[]? WriteRest(MessageRow row)
    {
        if (row.ChangeKey is null && row.PredecessorChangeList is null && row.SourceKey is null && row.SenderName.Length == 0 && row.SenderAddress.Length == 0 && row.InReplyTo.Length == 0
            && row.ConversationIndex is null && row.ConversationId == System.Guid.Empty && row.Creator == System.Guid.Empty && row.Overlay is null)
            return null;
        using var record = new Record();
        record.Bytes(row.ChangeKey);
        record.Bytes(row.PredecessorChangeList);
        record.Bytes(row.SourceKey);
        record.Text(row.SenderName);
        record.Text(row.SenderAddress);
        record.Text(row.InReplyTo);
        record.Bytes(row.ConversationIndex);
        record.Guid(row.ConversationId);
        record.Guid(row.Creator);
        record.Bytes(row.Overlay);
        return record.ToArray();
    }

    public static MessageRow WithRest(MessageRow row, byte[] rest)
    {
        using var record = Open(rest);
        return row with
        {
            ChangeKey = Bytes(record),
            PredecessorChangeList = Bytes(record),
            SourceKey = Bytes(record),
            SenderName = Text(record),
            SenderAddress = Text(record),
            InReplyTo = Text(record),
            ConversationIndex = Bytes(record),
            ConversationId = new Guid(record.ReadBytes(16)),
            Creator = new Guid(record.ReadBytes(16)),
            Overlay = Bytes(record),
        };
    }

    private static BinaryReader Open(byte[] bytes)
    {
        var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        if (reader.ReadByte() != Version)
            throw new InvalidDataException("A stored row was written by a newer version.");
        return reader;
    }

    private static ImmutableArray<FolderPermission> Permissions(BinaryReader record)
    {
        var permissions = ImmutableArray.CreateBuilder<FolderPermission>();
        for (var left = record.Read7BitEncodedInt64(); left > 0; left--)
            permissions.Add(new FolderPermission(new Guid(record.ReadBytes(16)), (FolderRights)record.Read7BitEncodedInt64()));
        return permissions.DrainToImmutable();
    }

    private static string Text(BinaryReader record) => Encoding.UTF8.GetString(record.ReadBytes((int)record.Read7BitEncodedInt64()));

    /// <summary>The length is one more than it is; 0 is null.</summary>
    private static byte[]? Bytes(BinaryReader record) => record.Read7BitEncodedInt64() is > 0 and var length ? record.ReadBytes((int)length - 1) : null;

    private sealed class Record : IDisposable
    {
        private readonly MemoryStream _stream = new();
        private readonly BinaryWriter _writer;

        public Record()
        {
            _writer = new BinaryWriter(_stream);
            _writer.Write(Version);
        }

        public void Number(long value) => _writer.Write7BitEncodedInt64(value);

        public void Guid(Guid value) => _writer.Write(value.ToByteArray());

        public void Text(string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            Number(bytes.Length);
            _writer.Write(bytes);
        }

        public void Bytes(byte[]? value)
        {
            Number(value is null ? 0 : value.Length + 1);
            if (value is not null)
                _writer.Write(value);
        }

        public byte[] ToArray()
        {
            _writer.Flush();
            return _stream.ToArray();
        }

        public void Dispose() => _writer.Dispose();
    }
}
