// [MS-CFB] 2.2.
using Rialto.Wire;

namespace Rialto.Content.CompoundFiles;

/// <summary>The first 512 bytes of a compound file.</summary>
internal struct CompoundFileHeader
{
    public const int Size = 512;
    public const int DifatEntries = 109;
    public const ushort LittleEndian = 0xFFFE;
    public const int DefaultCutoff = 4096;
    public const int DefaultMiniShift = 6;

    public ushort MinorVersion;
    public ushort MajorVersion;
    public ushort ByteOrder;
    public ushort SectorShift;
    public ushort MiniSectorShift;
    public uint DirectorySectors;
    public uint FatSectors;
    public uint FirstDirectorySector;
    public uint MiniStreamCutoff;
    public uint FirstMiniFatSector;
    public uint MiniFatSectors;
    public uint FirstDifatSector;
    public uint DifatSectors;
    public uint[] Difat;

    /// <summary>Reads the fields behind the signature.</summary>
    public static CompoundFileHeader Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        reader.Skip(8 + 16);
        var header = new CompoundFileHeader
        {
            MinorVersion = reader.ReadUInt16(),
            MajorVersion = reader.ReadUInt16(),
            ByteOrder = reader.ReadUInt16(),
            SectorShift = reader.ReadUInt16(),
            MiniSectorShift = reader.ReadUInt16(),
        };
        reader.Skip(6);
        header.DirectorySectors = reader.ReadUInt32();
        header.FatSectors = reader.ReadUInt32();
        header.FirstDirectorySector = reader.ReadUInt32();
        reader.Skip(4);
        header.MiniStreamCutoff = reader.ReadUInt32();
        header.FirstMiniFatSector = reader.ReadUInt32();
        header.MiniFatSectors = reader.ReadUInt32();
        header.FirstDifatSector = reader.ReadUInt32();
        header.DifatSectors = reader.ReadUInt32();
        header.Difat = new uint[DifatEntries];
        for (var i = 0; i < DifatEntries; i++)
            header.Difat[i] = reader.ReadUInt32();
        return header;
    }

    public readonly void Write(ref WireWriter writer)
    {
        writer.Write([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        writer.Write(stackalloc byte[16]);
        writer.WriteUInt16(MinorVersion);
        writer.WriteUInt16(MajorVersion);
        writer.WriteUInt16(ByteOrder);
        writer.WriteUInt16(SectorShift);
        writer.WriteUInt16(MiniSectorShift);
        writer.Write(stackalloc byte[6]);
        writer.WriteUInt32(DirectorySectors);
        writer.WriteUInt32(FatSectors);
        writer.WriteUInt32(FirstDirectorySector);
        writer.WriteUInt32(0);
        writer.WriteUInt32(MiniStreamCutoff);
        writer.WriteUInt32(FirstMiniFatSector);
        writer.WriteUInt32(MiniFatSectors);
        writer.WriteUInt32(FirstDifatSector);
        writer.WriteUInt32(DifatSectors);
        foreach (var sector in Difat)
            writer.WriteUInt32(sector);
    }
}

/// <summary>Sector numbers that stand for no sector. [MS-CFB] 2.1.</summary>
internal static class SectorNumber
{
    public const uint MaxRegular = 0xFFFFFFFA;
    public const uint Difat = 0xFFFFFFFC;
    public const uint Fat = 0xFFFFFFFD;
    public const uint EndOfChain = 0xFFFFFFFE;
    public const uint Free = 0xFFFFFFFF;

    /// <summary>NOSTREAM: no directory entry, [MS-CFB] 2.6.1.</summary>
    public const uint NoStream = 0xFFFFFFFF;
}
