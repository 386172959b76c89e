using Rialto.Directory;
using Rialto.Store.Sqlite.Codec;

namespace Rialto.Store.Sqlite.Directory;

/// <summary>A change of the directory as a record of the commit log.</summary>
internal static class DirectoryChangeCodec
{
    public static void Write(RecordWriter writer, DirectoryChange change)
    {
        writer.Number(change.ExpectedVersion);
        WriteGuids(writer, change.Removed);
        writer.Number(change.Rows.Count);
        foreach (var row in change.Rows)
        {
            writer.Guid(row.Id);
            writer.Number((int)row.Kind);
            writer.Bytes(row.Payload.Span);
        }
        WriteGuids(writer, change.RemovedCredentials);
        writer.Number(change.Credentials.Count);
        foreach (var row in change.Credentials)
        {
            writer.Guid(row.Id);
            writer.Guid(row.AccountId);
            writer.Byte((byte)row.Kind);
            writer.Bytes(row.Payload.Span);
            writer.Fixed(row.LastUsed?.UtcTicks ?? 0);
        }
        writer.Number(change.Blobs.Count);
        foreach (var blob in change.Blobs)
        {
            writer.Guid(blob.Id);
            writer.Text(blob.Name);
            writer.OptionalBytes(blob.Content);
        }
    }

    public static DirectoryChange Read(ref RecordReader reader)
    {
        var change = new DirectoryChange(reader.Number()) { Removed = ReadGuids(ref reader) };
        var rows = new DirectoryRow[reader.Count()];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new DirectoryRow(reader.Guid(), (DirectoryKind)reader.Int32(), 0, reader.Bytes().ToArray());
        var removedCredentials = ReadGuids(ref reader);
        var credentials = new CredentialRow[reader.Count()];
        for (var i = 0; i < credentials.Length; i++)
            credentials[i] = new CredentialRow(reader.Guid(), reader.Guid(), (CredentialKind)reader.Byte(), 0, reader.Bytes().ToArray(), Time(reader.Fixed()));
        var blobs = new DirectoryBlob[reader.Count()];
        for (var i = 0; i < blobs.Length; i++)
            blobs[i] = new DirectoryBlob(reader.Guid(), reader.Text(), reader.OptionalBytes());
        return change with { Rows = rows, RemovedCredentials = removedCredentials, Credentials = credentials, Blobs = blobs };
    }

    public static DateTimeOffset? Time(long utcTicks) => utcTicks == 0 ? null : new DateTimeOffset(utcTicks, TimeSpan.Zero);

    private static void WriteGuids(RecordWriter writer, IReadOnlyList<Guid> ids)
    {
        writer.Number(ids.Count);
        foreach (var id in ids)
            writer.Guid(id);
    }

    private static Guid[] ReadGuids(ref RecordReader reader)
    {
        var ids = new Guid[reader.Count()];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = reader.Guid();
        return ids;
    }
}
