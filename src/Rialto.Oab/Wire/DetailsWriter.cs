// [MS-OXOAB] 2.9: uncompressed OAB version 4 Full Details file.
//
//   +-----------------------------+--------------------------------+---------------+----------------+----
//   | ulVersion ulSerial ulTotRecs | size, header and object schema | header record | object record  | …
//   +-----------------------------+--------------------------------+---------------+----------------+----
//
//   record: | size 32 | presence bits, first property in the highest | values |
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Rialto.Model;

namespace Rialto.Oab.Wire;

/// <summary>What a file of details is about.</summary>
/// <param name="Name">The list's name, with a backslash before it: <c>\Global Address List</c>.</param>
/// <param name="Dn">The container's distinguished name: <c>/</c>, or <c>/guid=…</c>.</param>
/// <param name="ContainerGuid">Identity of the list; stays through all generations.</param>
/// <param name="Sequence">Generation: 1, and one more each time that something changed.</param>
/// <param name="RootDepartment">The distinguished name of the group that all departments are in; empty for none. [MS-OXOAB] 2.9.2.1.</param>
public sealed record OabFileHeader(string Name, string Dn, Guid ContainerGuid, int Sequence, string RootDepartment = "");

/// <summary>Writes a version 4 file to a stream that can seek: the check sum and the number of records are known at the end and stand at the start.</summary>
public sealed class DetailsWriter
{
    public const uint Version = 0x20;

    private const int HeaderLength = 12;

    private readonly Stream stream;
    private readonly OabValueWriter values;
    private readonly ImmutableArray<OabColumn> columns;
    private readonly byte[] presence;
    private readonly List<int> cut = [];
    private readonly byte[] buffer = new byte[256 * 1024];
    private readonly IncrementalHash contents = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int truncated;
    private uint crc = OabCrc.Seed;
    private int used;

    private DetailsWriter(Stream stream, ImmutableArray<OabColumn> columns, OabLimits limits)
    {
        this.stream = stream;
        this.columns = columns;
        values = new(limits);
        presence = new byte[(columns.Length + 7) / 8];
        truncated = columns.ToList().FindIndex(c => c.Tag == PropertyTags.OfflineAddressBookTruncatedProperties);
    }

    /// <summary>Records written.</summary>
    public uint Count { get; private set; }

    /// <summary>Starts a file: its header, its schema, the record about itself.</summary>
    public static DetailsWriter Begin(Stream stream, OabFileHeader header, OabLimits limits) => Begin(stream, header, OabSchema.Objects, limits);

    /// <inheritdoc cref="Begin(Stream, OabFileHeader, OabLimits)"/>
    public static DetailsWriter Begin(Stream stream, OabFileHeader header, ImmutableArray<OabColumn> columns, OabLimits limits)
    {
        stream.Write(stackalloc byte[HeaderLength]);
        var writer = new DetailsWriter(stream, columns, limits);
        writer.WriteSchema(header.RootDepartment.Length > 0 ? OabSchema.HeaderWithDepartments : OabSchema.Header);
        writer.WriteHeaderRecord(header);
        return writer;
    }

    /// <summary>Writes an object: its values in the columns' order, absent ones as such.</summary>
    /// <param name="row">As many as there are columns; the truncated properties' own is made here.</param>
    /// <param name="elsewhere">Properties that have a value which is not in the file.</param>
    public void Write(ReadOnlySpan<PropertyValue> row, IReadOnlyCollection<PropertyTag>? elsewhere = null)
    {
        values.Clear();
        cut.Clear();
        Array.Clear(presence);
        if (elsewhere is not null)
            cut.AddRange(elsewhere.Select(t => (int)t.Value));
        for (var i = 0; i < columns.Length; i++)
        {
            if (i == truncated || row[i].IsAbsent)
                continue;
            if (values.TryWrite(columns[i].Tag, row[i], out var isCut))
                SetPresent(i);
            if (isCut)
                cut.Add((int)columns[i].Tag.Value);
        }
        if (truncated >= 0 && cut.Count > 0)
        {
            values.TryWrite(columns[truncated].Tag, PropertyValue.OfArray(columns[truncated].Tag, cut.ToArray()), out _);
            SetPresent(truncated);
        }
        WriteRecord(true);
        Count++;
    }

    /// <summary>Ends the file, puts in what stands at its start, and gives a hash of the schema and the objects: the same for two generations with the same contents.</summary>
    public byte[] End()
    {
        Flush();
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Count);
        var end = stream.Position;
        stream.Position = 0;
        stream.Write(header);
        stream.Position = end;
        return contents.GetHashAndReset();
    }

    private void SetPresent(int column) => presence[column >> 3] |= (byte)(0x80 >> (column & 7));

    private void WriteSchema(ImmutableArray<OabColumn> header)
    {
        Span<byte> size = stackalloc byte[4];
        var length = 4 + 4 + header.Length * 8 + 4 + columns.Length * 8;
        BinaryPrimitives.WriteInt32LittleEndian(size, length);
        Put(size, true);
        WriteTable(header);
        WriteTable(columns);
    }

    private void WriteTable(ImmutableArray<OabColumn> table)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, table.Length);
        Put(bytes[..4], true);
        foreach (var column in table)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, column.Tag.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)column.Use);
            Put(bytes, true);
        }
    }

    private void WriteHeaderRecord(OabFileHeader header)
    {
        values.Clear();
        values.WriteText(header.Name, int.MaxValue);
        values.WriteText(header.Dn, int.MaxValue);
        values.WriteInteger((uint)header.Sequence);
        values.WriteText(header.ContainerGuid.ToString("D"), int.MaxValue);
        Span<byte> head = stackalloc byte[5];
        head[4] = 0xF0;
        if (header.RootDepartment.Length > 0)
        {
            values.WriteText(header.RootDepartment, int.MaxValue);
            head[4] |= 0x08;
        }
        BinaryPrimitives.WriteInt32LittleEndian(head, 5 + values.Length);
        Put(head, false);
        Put(values.Written, false);
    }

    private void WriteRecord(bool hashed)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, 4 + presence.Length + values.Length);
        Put(size, hashed);
        Put(presence, hashed);
        Put(values.Written, hashed);
    }

    private void Put(ReadOnlySpan<byte> bytes, bool hashed)
    {
        if (hashed)
            contents.AppendData(bytes);
        if (bytes.Length > buffer.Length - used)
            Flush();
        if (bytes.Length > buffer.Length)
        {
            crc = OabCrc.Append(crc, bytes);
            stream.Write(bytes);
            return;
        }
        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    private void Flush()
    {
        crc = OabCrc.Append(crc, buffer.AsSpan(0, used));
        stream.Write(buffer, 0, used);
        used = 0;
    }
}
