using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>
/// A folder without its id, and its counters, as packed columns: a mailbox's folders are always read together and never searched by SQL.
/// Begins with a version; fields are only ever added at the end.
/// </summary>
internal static class FolderCodec
{
    private const byte Version = 1;

    public static void Write(RecordWriter writer, Folder folder)
    {
        writer.Byte(Version);
        writer.Number(folder.Parent.Value);
        writer.Text(folder.Name);
        writer.Byte((byte)folder.Type);
        writer.Byte((byte)folder.Special);
        writer.Text(folder.ContainerClass);
        writer.Text(folder.Comment);
        writer.Byte(folder.Hidden ? (byte)1 : (byte)0);
        writer.Number(folder.Sequence);
        writer.Number(folder.Cn);
        writer.OptionalBytes(folder.ChangeKey);
        writer.OptionalBytes(folder.PredecessorChangeList);
        writer.OptionalBytes(folder.SourceKey);
        writer.Fixed(folder.Created.Ticks);
        writer.Fixed(folder.Modified.Ticks);
        writer.Number(folder.UidValidity);
        writer.Number(folder.Permissions.Length);
        foreach (var permission in folder.Permissions)
        {
            writer.Guid(permission.Member);
            writer.Number((uint)permission.Rights);
        }
        writer.OptionalBytes(folder.Properties);
    }

    public static Folder Read(ref RecordReader reader, FolderId id, FolderCounters counters)
    {
        if (reader.Byte() != Version)
            throw new InvalidDataException("A stored folder was written by a newer version.");
        return new Folder
        {
            Id = id,
            Parent = new(reader.Number()),
            Name = reader.Text(),
            Type = (FolderType)reader.Byte(),
            Special = (SpecialFolder)reader.Byte(),
            ContainerClass = reader.Text(),
            Comment = reader.Text(),
            Hidden = reader.Byte() != 0,
            Sequence = reader.Number(),
            Cn = reader.Number(),
            ChangeKey = reader.OptionalBytes(),
            PredecessorChangeList = reader.OptionalBytes(),
            SourceKey = reader.OptionalBytes(),
            Created = new(reader.Fixed()),
            Modified = new(reader.Fixed()),
            UidValidity = reader.UInt32(),
            Permissions = ReadPermissions(ref reader),
            Properties = reader.OptionalBytes(),
            Counters = counters,
        };
    }

    public static void WriteCounters(RecordWriter writer, FolderCounters counters)
    {
        writer.Byte(Version);
        writer.Number(counters.UidNext);
        writer.Number(counters.HighestSequence);
        writer.Number(counters.Count);
        writer.Number(counters.Unread);
        writer.Number(counters.AssociatedCount);
        writer.Number(counters.Size);
        writer.Fixed(counters.NewestChange.Ticks);
    }

    public static FolderCounters ReadCounters(ref RecordReader reader)
    {
        if (reader.Byte() != Version)
            throw new InvalidDataException("Stored folder counters were written by a newer version.");
        return new FolderCounters
        {
            UidNext = reader.UInt32(),
            HighestSequence = reader.Number(),
            Count = reader.Int32(),
            Unread = reader.Int32(),
            AssociatedCount = reader.Int32(),
            Size = reader.Number(),
            NewestChange = new(reader.Fixed()),
        };
    }

    private static ImmutableArray<FolderPermission> ReadPermissions(ref RecordReader reader)
    {
        var count = reader.Count();
        var permissions = ImmutableArray.CreateBuilder<FolderPermission>(count);
        for (var i = 0; i < count; i++)
            permissions.Add(new FolderPermission(reader.Guid(), (FolderRights)reader.UInt32()));
        return permissions.DrainToImmutable();
    }
}
