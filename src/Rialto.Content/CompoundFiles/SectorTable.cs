// [MS-CFB] 2.1, 2.3: sectors and their chains.
using System.Buffers.Binary;
using System.Collections;

namespace Rialto.Content.CompoundFiles;

/// <summary>
/// Sectors of one size and the table that chains them: the file's own, or the mini stream's. A sector is given to the first chain that reaches it, so that
/// all chains together take time and memory in proportion to the number of sectors.
/// </summary>
internal sealed class SectorTable(ReadOnlyMemory<byte> bytes, IReadOnlyList<long> tableSectors, int tableSectorSize, uint sectorCount, CompoundFileWarnings warnings)
{
    private readonly BitArray _claimed = new((int)sectorCount);
    private readonly int _perSector = tableSectorSize / 4;

    public uint SectorCount => sectorCount;

    /// <summary>A sector that is in no chain: the allocation table's own.</summary>
    public void Claim(uint sector)
    {
        if (sector < sectorCount)
            _claimed[(int)sector] = true;
    }

    /// <summary>The sectors of a chain, at most <paramref name="most"/>; fewer, with a warning, where the chain breaks.</summary>
    public List<uint> Chain(uint start, long most)
    {
        var chain = new List<uint>();
        for (var sector = start; chain.Count < most && sector != SectorNumber.EndOfChain; sector = Next(sector))
        {
            if (sector >= sectorCount)
            {
                warnings.Add(sector > SectorNumber.MaxRegular ? CompoundFileWarningKind.BadChainEnd : CompoundFileWarningKind.SectorOutOfRange, sector);
                break;
            }
            if (_claimed[(int)sector])
            {
                warnings.Add(CompoundFileWarningKind.SharedSector, sector);
                break;
            }
            _claimed[(int)sector] = true;
            chain.Add(sector);
        }
        return chain;
    }

    private uint Next(uint sector)
    {
        var index = (int)(sector / _perSector);
        var offset = index < tableSectors.Count ? tableSectors[index] : -1;
        var at = offset + sector % _perSector * 4;
        return offset < 0 || at + 4 > bytes.Length ? SectorNumber.Free : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(int)at..]);
    }
}
