// [MS-CFB] 2.6.1.
using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.CompoundFiles;

/// <summary>One of the 128-byte entries of the directory.</summary>
internal struct DirectoryEntry
{
    public const int Size = 128;
    public const byte Storage = 1;
    public const byte Stream = 2;
    public const byte Root = 5;
    public const byte Red = 0;
    public const byte Black = 1;

    private const int NameBytes = 64;

    public string Name;
    public byte Type;
    public byte Color;
    public uint Left;
    public uint Right;
    public uint Child;
    public Guid ClassId;
    public uint StateBits;
    public FileTime Created;
    public FileTime Modified;
    public uint StartSector;
    public ulong StreamSize;

    /// <summary>Whether the name's length was one that is allowed.</summary>
    public bool IsNameValid;

    public static DirectoryEntry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var name = MemoryMarshal.Cast<byte, char>(reader.ReadSpan(NameBytes));
        var length = reader.ReadUInt16();
        var valid = length is >= 2 and <= NameBytes && length % 2 == 0;
        // The terminating null decides where the length does not: some writers leave it out of the count or of the name.
        var end = name.IndexOf('\0');
        if (end < 0)
            end = CompoundEntry.MaxNameLength;
        if (valid && length / 2 - 1 < end)
            end = length / 2 - 1;
        return new DirectoryEntry
        {
            Name = new string(name[..end]),
            IsNameValid = valid,
            Type = reader.ReadByte(),
            Color = reader.ReadByte(),
            Left = reader.ReadUInt32(),
            Right = reader.ReadUInt32(),
            Child = reader.ReadUInt32(),
            ClassId = reader.ReadGuid(),
            StateBits = reader.ReadUInt32(),
            Created = new FileTime(reader.ReadInt64()),
            Modified = new FileTime(reader.ReadInt64()),
            StartSector = reader.ReadUInt32(),
            StreamSize = reader.ReadUInt64(),
        };
    }

    public readonly void Write(ref WireWriter writer)
    {
        Span<byte> name = stackalloc byte[NameBytes];
        name.Clear();
        MemoryMarshal.AsBytes(Name.AsSpan()).CopyTo(name);
        writer.Write(name);
        writer.WriteUInt16((ushort)(Type == 0 ? 0 : (Name.Length + 1) * 2));
        writer.WriteByte(Type);
        writer.WriteByte(Color);
        writer.WriteUInt32(Left);
        writer.WriteUInt32(Right);
        writer.WriteUInt32(Child);
        writer.WriteGuid(ClassId);
        writer.WriteUInt32(StateBits);
        writer.WriteInt64(Created.Ticks);
        writer.WriteInt64(Modified.Ticks);
        writer.WriteUInt32(StartSector);
        writer.WriteUInt64(StreamSize);
    }

    /// <summary>An entry that is not used: zeros, and no siblings.</summary>
    public static DirectoryEntry Unused => new() { Name = "", Left = SectorNumber.NoStream, Right = SectorNumber.NoStream, Child = SectorNumber.NoStream };
}
