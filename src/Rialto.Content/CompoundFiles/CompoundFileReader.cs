// [MS-CFB] 2.2 header, 2.3 FAT, 2.4 mini FAT, 2.5 DIFAT, 2.6 directory.
using System.Buffers;
using System.Buffers.Binary;
using System.Collections;

namespace Rialto.Content.CompoundFiles;

/// <summary>Reads one file; see <see cref="CompoundFile.Read"/>.</summary>
internal sealed class CompoundFileReader(ReadOnlyMemory<byte> bytes, CompoundFileLimits limits)
{
    private readonly CompoundFileWarnings _warnings = new(limits.MaxWarnings);
    private CompoundFileHeader _header;
    private int _sectorSize;
    private int _miniSize;
    private SectorTable _sectors = null!;
    private SectorTable _mini = null!;
    private List<uint> _directory = [];
    private List<uint> _miniStream = [];

    public CompoundFileError Error { get; private set; }

    public CompoundFile? Read()
    {
        if (!ReadHeader())
            return null;
        OpenFat();
        _directory = _sectors.Chain(_header.FirstDirectorySector, long.MaxValue);
        if (!TryEntry(0, out var root))
        {
            Error = CompoundFileError.NoDirectory;
            return null;
        }
        if (root.Type != DirectoryEntry.Root)
            _warnings.Add(CompoundFileWarningKind.BadEntry, 0);
        OpenMiniStream(root);
        var storage = ReadTree(root);
        return new CompoundFile(storage, _header.MajorVersion, _warnings.List);
    }

    private bool ReadHeader()
    {
        if (bytes.Length < CompoundFileHeader.Size)
            Error = CompoundFile.IsCompoundFile(bytes.Span) ? CompoundFileError.TooShort : CompoundFileError.NoSignature;
        else if (!CompoundFile.IsCompoundFile(bytes.Span))
            Error = CompoundFileError.NoSignature;
        if (Error != CompoundFileError.None)
            return false;
        _header = CompoundFileHeader.Read(bytes.Span);
        // The shifts bound what follows; a file with others than the two versions have is tried as it says.
        if (_header.ByteOrder != CompoundFileHeader.LittleEndian || _header.SectorShift is < 7 or > 16 || _header.MiniSectorShift < 2 || _header.MiniSectorShift > _header.SectorShift)
        {
            Error = CompoundFileError.UnknownLayout;
            return false;
        }
        var usual = _header.MajorVersion switch { 3 => 9, 4 => 12, _ => 0 };
        if (_header.SectorShift != usual || _header.MiniSectorShift != CompoundFileHeader.DefaultMiniShift || _header.MiniStreamCutoff != CompoundFileHeader.DefaultCutoff)
            _warnings.Add(CompoundFileWarningKind.UnusualHeader, 0);
        _sectorSize = 1 << _header.SectorShift;
        _miniSize = 1 << _header.MiniSectorShift;
        return true;
    }

    /// <summary>Where a sector begins in the file; the header takes the place of one.</summary>
    private long Offset(uint sector) => ((long)sector + 1) << _header.SectorShift;

    private void OpenFat()
    {
        var count = (uint)Math.Max(0, ((long)bytes.Length + _sectorSize - 1) / _sectorSize - 1);
        var perSector = (uint)_sectorSize / 4;
        // More tables than there are sectors to tell of would only be the same ones again.
        var needed = (count + perSector - 1) / perSector;
        var fat = new List<long>();
        _sectors = new SectorTable(bytes, fat, _sectorSize, count, _warnings);
        var listed = 0u;
        foreach (var sector in _header.Difat)
        {
            if (listed++ < needed)
                fat.Add(Table(sector));
        }
        var seen = new HashSet<uint>();
        var at = _header.FirstDifatSector;
        while (fat.Count < needed && at < count && seen.Add(at))
        {
            _sectors.Claim(at);
            var offset = Offset(at);
            for (var i = 0; i < perSector - 1 && fat.Count < needed; i++)
                fat.Add(Table(UInt32(offset + i * 4)));
            at = UInt32(offset + _sectorSize - 4);
        }
        if (fat.Count < needed && at < SectorNumber.MaxRegular)
            _warnings.Add(seen.Contains(at) ? CompoundFileWarningKind.SharedSector : CompoundFileWarningKind.SectorOutOfRange, at);
        // Free places in the list behind the last table are no holes.
        while (fat.Count > 0 && fat[^1] < 0)
            fat.RemoveAt(fat.Count - 1);
    }

    private long Table(uint sector)
    {
        if (sector < _sectors.SectorCount)
        {
            _sectors.Claim(sector);
            return Offset(sector);
        }
        if (sector != SectorNumber.Free)
            _warnings.Add(CompoundFileWarningKind.SectorOutOfRange, sector);
        return -1;
    }

    private uint UInt32(long offset) => offset + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(int)offset..]) : SectorNumber.Free;

    private void OpenMiniStream(in DirectoryEntry root)
    {
        var tables = new List<long>();
        // Free instead of end of chain where there is none, in files of some writers.
        if (_header.FirstMiniFatSector != SectorNumber.Free)
            tables.AddRange(_sectors.Chain(_header.FirstMiniFatSector, long.MaxValue).Select(Offset));
        if (tables.Count > 0 && root.StartSector != SectorNumber.Free)
            _miniStream = _sectors.Chain(root.StartSector, long.MaxValue);
        var count = (uint)Math.Min(int.MaxValue, _miniStream.Count * ((long)_sectorSize / _miniSize));
        _mini = new SectorTable(bytes, tables, _sectorSize, count, _warnings);
    }

    private bool TryEntry(uint id, out DirectoryEntry entry)
    {
        var perSector = (uint)_sectorSize / DirectoryEntry.Size;
        var index = id / perSector;
        var offset = index < _directory.Count ? Offset(_directory[(int)index]) + id % perSector * DirectoryEntry.Size : long.MaxValue - DirectoryEntry.Size;
        if (offset + DirectoryEntry.Size > bytes.Length)
        {
            entry = default;
            return false;
        }
        entry = DirectoryEntry.Read(bytes.Span.Slice((int)offset, DirectoryEntry.Size));
        return true;
    }

    /// <summary>Follows the siblings whatever their order and colours; an entry that hangs in two places is taken at the first.</summary>
    private CompoundStorage ReadTree(in DirectoryEntry rootEntry)
    {
        var root = Storage("Root Entry", rootEntry);
        var storages = new List<CompoundStorage> { root };
        var visited = new BitArray((int)Math.Min(int.MaxValue, _directory.Count * ((long)_sectorSize / DirectoryEntry.Size))) { [0] = true };
        var pending = new Stack<(CompoundStorage Parent, int Depth, uint Id)>();
        pending.Push((root, 1, rootEntry.Child));
        while (pending.TryPop(out var next))
        {
            var (parent, depth, id) = next;
            if (id == SectorNumber.NoStream)
                continue;
            if (id >= visited.Length || visited[(int)id] || !TryEntry(id, out var entry))
            {
                _warnings.Add(CompoundFileWarningKind.BadTree, id);
                continue;
            }
            visited[(int)id] = true;
            pending.Push((parent, depth, entry.Right));
            pending.Push((parent, depth, entry.Left));
            if (entry.Type is not (DirectoryEntry.Storage or DirectoryEntry.Stream) || !entry.IsNameValid)
                _warnings.Add(CompoundFileWarningKind.BadEntry, id);
            CompoundEntry made;
            switch (entry.Type)
            {
                case DirectoryEntry.Stream:
                    made = new CompoundStream(entry.Name, Content(id, entry)) { StateBits = entry.StateBits };
                    break;
                case DirectoryEntry.Storage when depth <= limits.MaxDepth:
                    made = Storage(entry.Name, entry);
                    break;
                case DirectoryEntry.Storage:
                    _warnings.Add(CompoundFileWarningKind.TooDeep, id);
                    continue;
                default:
                    continue;
            }
            if (!parent.TryAdd(made))
            {
                _warnings.Add(CompoundFileWarningKind.DuplicateName, id);
            }
            else if (made is CompoundStorage storage)
            {
                storages.Add(storage);
                pending.Push((storage, depth + 1, entry.Child));
            }
        }
        foreach (var storage in storages)
            storage.SortEntries();
        return root;
    }

    private static CompoundStorage Storage(string name, in DirectoryEntry entry) =>
        new(name) { ClassId = entry.ClassId, StateBits = entry.StateBits, Created = entry.Created, Modified = entry.Modified };

    private ReadOnlySequence<byte> Content(uint id, in DirectoryEntry entry)
    {
        // The high half was left uninitialised by old writers of version 3, [MS-CFB] 2.6.1.
        var size = _header.MajorVersion == 4 ? (long)Math.Min(entry.StreamSize, long.MaxValue) : (uint)entry.StreamSize;
        if (size == 0)
            return ReadOnlySequence<byte>.Empty;
        var isMini = size < _header.MiniStreamCutoff;
        var unit = isMini ? _miniSize : _sectorSize;
        var chain = (isMini ? _mini : _sectors).Chain(entry.StartSector, (size - 1) / unit + 1);
        var runs = new ByteRuns(bytes);
        foreach (var sector in chain)
            runs.Add(isMini ? MiniOffset(sector) : Offset(sector), (int)Math.Min(unit, size - runs.Length));
        if (runs.Length < size)
            _warnings.Add(CompoundFileWarningKind.ShortStream, id);
        return runs.ToSequence();
    }

    private long MiniOffset(uint mini)
    {
        var position = (long)mini * _miniSize;
        return Offset(_miniStream[(int)(position >> _header.SectorShift)]) + (position & (_sectorSize - 1));
    }
}
