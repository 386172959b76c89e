// [MS-CFB] 2: compound files written in one pass over their content.
//
//   header | FAT | DIFAT | directory | mini FAT | mini stream | streams of 4,096 bytes and more, each in one piece
using System.Buffers;
using Rialto.Wire;

namespace Rialto.Content.CompoundFiles;

/// <summary>How a compound file is written.</summary>
public sealed record CompoundFileWriterOptions
{
    public static CompoundFileWriterOptions Default { get; } = new();

    /// <summary>3, as mail programs write; 4 has sectors of 4,096 bytes.</summary>
    public int MajorVersion { get; init; } = 3;
}

/// <summary>
/// Writes trees of storages and streams as compound files. Where each sector goes is counted first, then everything is written once, front to back; the same
/// tree gives the same bytes.
/// </summary>
public static class CompoundFileWriter
{
    /// <summary>The range lock sector of [MS-CFB] 2.8 begins here; version 3 ends here by its own rule (2.9).</summary>
    private const long LongestFile = 0x7FFFFF00;

    /// <summary><see cref="ArgumentException"/> when a name is too long, <see cref="NotSupportedException"/> when the file would exceed 2 GB.</summary>
    public static byte[] ToArray(CompoundStorage root, CompoundFileWriterOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        Write(root, output, options);
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="ToArray"/>
    public static void Write(CompoundStorage root, IBufferWriter<byte> output, CompoundFileWriterOptions? options = null)
    {
        options ??= CompoundFileWriterOptions.Default;
        var layout = new Layout(root, options.MajorVersion == 4 ? 12 : 9);
        // todo [MS-CFB] 2.8: the range lock sector, for version 4 beyond 2 GB.
        if (layout.FileSize > LongestFile)
            throw new NotSupportedException("A compound file of more than 2 GB is not written.");
        layout.WriteHeader(output);
        layout.WriteFat(output);
        layout.WriteDifat(output);
        layout.WriteDirectory(output);
        layout.WriteMiniFat(output);
        layout.WriteStreams(output);
    }

    private sealed class Layout
    {
        private readonly int _shift;
        private readonly int _size;
        private readonly DirectoryWriter _directory;
        private readonly List<int> _small = [];
        private readonly List<int> _large = [];
        private readonly long _miniSectors;
        private readonly uint _fat;
        private readonly uint _difat;
        private readonly uint _directoryStart;
        private readonly uint _directorySectors;
        private readonly uint _miniFatStart;
        private readonly uint _miniFatSectors;
        private readonly uint _miniStart;
        private readonly uint _miniStreamSectors;
        private readonly uint _end;

        public Layout(CompoundStorage root, int shift)
        {
            _shift = shift;
            _size = 1 << shift;
            _directory = DirectoryWriter.Create(root);
            long large = 0;
            for (var id = 1; id < _directory.Order.Count; id++)
            {
                if (_directory.Order[id] is not CompoundStream stream)
                    continue;
                if (stream.Length == 0)
                {
                    _directory[id].StartSector = SectorNumber.EndOfChain;
                }
                else if (stream.Length < CompoundFileHeader.DefaultCutoff)
                {
                    _small.Add(id);
                    _directory[id].StartSector = (uint)_miniSectors;
                    _miniSectors += Units(stream.Length, 1 << CompoundFileHeader.DefaultMiniShift);
                }
                else
                {
                    _large.Add(id);
                    large += Units(stream.Length, _size);
                }
            }
            var perSector = _size / 4;
            _directorySectors = (uint)Units(_directory.Order.Count * (long)DirectoryEntry.Size, _size);
            _miniFatSectors = (uint)Units(_miniSectors, perSector);
            _miniStreamSectors = (uint)Units(_miniSectors << CompoundFileHeader.DefaultMiniShift, _size);
            var content = _directorySectors + (long)_miniFatSectors + _miniStreamSectors + large;
            if (content > LongestFile >> shift)
                throw new NotSupportedException("A compound file of more than 2 GB is not written.");
            // The table tells of itself too: a few rounds until it is large enough.
            for (uint before; ;)
            {
                before = _fat;
                _fat = (uint)Units(content + _fat + _difat, perSector);
                _difat = (uint)Units(Math.Max(0, (long)_fat - CompoundFileHeader.DifatEntries), perSector - 1);
                if (_fat == before)
                    break;
            }
            _directoryStart = _fat + _difat;
            _miniFatStart = _directoryStart + _directorySectors;
            _miniStart = _miniFatStart + _miniFatSectors;
            _end = _miniStart + _miniStreamSectors;
            foreach (var id in _large)
            {
                _directory[id].StartSector = _end;
                _end += (uint)Units(_directory.Order[id] is CompoundStream s ? s.Length : 0, _size);
            }
            _directory[0].StartSector = _miniSectors > 0 ? _miniStart : SectorNumber.EndOfChain;
            _directory[0].StreamSize = (ulong)_miniSectors << CompoundFileHeader.DefaultMiniShift;
        }

        public long FileSize => ((long)_end + 1) << _shift;

        public void WriteHeader(IBufferWriter<byte> output)
        {
            var header = new CompoundFileHeader
            {
                MinorVersion = 0x3E,
                MajorVersion = (ushort)(_shift == 12 ? 4 : 3),
                ByteOrder = CompoundFileHeader.LittleEndian,
                SectorShift = (ushort)_shift,
                MiniSectorShift = CompoundFileHeader.DefaultMiniShift,
                DirectorySectors = _shift == 12 ? _directorySectors : 0,
                FatSectors = _fat,
                FirstDirectorySector = _directoryStart,
                MiniStreamCutoff = CompoundFileHeader.DefaultCutoff,
                FirstMiniFatSector = _miniFatSectors > 0 ? _miniFatStart : SectorNumber.EndOfChain,
                MiniFatSectors = _miniFatSectors,
                FirstDifatSector = _difat > 0 ? _fat : SectorNumber.EndOfChain,
                DifatSectors = _difat,
                Difat = new uint[CompoundFileHeader.DifatEntries],
            };
            for (var i = 0; i < header.Difat.Length; i++)
                header.Difat[i] = i < _fat ? (uint)i : SectorNumber.Free;
            var writer = new WireWriter(CompoundFileHeader.Size);
            header.Write(ref writer);
            output.Write(writer.Written);
            writer.Dispose();
            Fill(output, _size - CompoundFileHeader.Size, 0);
        }

        public void WriteFat(IBufferWriter<byte> output)
        {
            var numbers = new NumberWriter(output, _size);
            numbers.Repeat(SectorNumber.Fat, _fat);
            numbers.Repeat(SectorNumber.Difat, _difat);
            numbers.Chain(_directoryStart, _directorySectors);
            numbers.Chain(_miniFatStart, _miniFatSectors);
            numbers.Chain(_miniStart, _miniStreamSectors);
            foreach (var id in _large)
                numbers.Chain(_directory[id].StartSector, Units((long)_directory[id].StreamSize, _size));
            numbers.Pad();
        }

        public void WriteDifat(IBufferWriter<byte> output)
        {
            var numbers = new NumberWriter(output, _size);
            var listed = (uint)CompoundFileHeader.DifatEntries;
            for (var sector = 0u; sector < _difat; sector++)
            {
                for (var i = 0; i < _size / 4 - 1; i++, listed++)
                    numbers.Write(listed < _fat ? listed : SectorNumber.Free);
                numbers.Write(sector + 1 < _difat ? _fat + sector + 1 : SectorNumber.EndOfChain);
            }
            numbers.Pad();
        }

        public void WriteDirectory(IBufferWriter<byte> output)
        {
            var writer = new WireWriter(_size);
            var places = _directorySectors * (long)_size / DirectoryEntry.Size;
            for (var id = 0; id < places; id++)
            {
                (id < _directory.Order.Count ? _directory[id] : DirectoryEntry.Unused).Write(ref writer);
                if (writer.Position < _size)
                    continue;
                output.Write(writer.Written);
                writer.Truncate(0);
            }
            writer.Dispose();
        }

        public void WriteMiniFat(IBufferWriter<byte> output)
        {
            var numbers = new NumberWriter(output, _size);
            foreach (var id in _small)
                numbers.Chain(_directory[id].StartSector, Units((long)_directory[id].StreamSize, 1 << CompoundFileHeader.DefaultMiniShift));
            numbers.Pad();
        }

        public void WriteStreams(IBufferWriter<byte> output)
        {
            foreach (var id in _small)
                WriteStream(output, id, 1 << CompoundFileHeader.DefaultMiniShift);
            Fill(output, (int)(((long)_miniStreamSectors << _shift) - (_miniSectors << CompoundFileHeader.DefaultMiniShift)), 0);
            foreach (var id in _large)
                WriteStream(output, id, _size);
        }

        private void WriteStream(IBufferWriter<byte> output, int id, int unit)
        {
            var content = ((CompoundStream)_directory.Order[id]).Content;
            foreach (var segment in content)
                output.Write(segment.Span);
            Fill(output, (int)(-content.Length & (unit - 1)), 0);
        }

        private static long Units(long length, int unit) => (length + unit - 1) / unit;

        private static void Fill(IBufferWriter<byte> output, int count, byte value)
        {
            output.GetSpan(Math.Max(1, count))[..count].Fill(value);
            output.Advance(count);
        }
    }

    /// <summary>Numbers of 32 bits in whole sectors.</summary>
    private sealed class NumberWriter(IBufferWriter<byte> output, int sectorSize)
    {
        private readonly byte[] _sector = new byte[sectorSize];
        private int _at;

        public void Write(uint number)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(_sector.AsSpan(_at), number);
            _at += 4;
            if (_at < _sector.Length)
                return;
            output.Write(_sector);
            _at = 0;
        }

        public void Repeat(uint number, uint count)
        {
            for (var i = 0; i < count; i++)
                Write(number);
        }

        /// <summary>Neighbours that follow one another, and the end.</summary>
        public void Chain(uint start, long count)
        {
            for (var i = 1u; i < count; i++)
                Write(start + i);
            if (count > 0)
                Write(SectorNumber.EndOfChain);
        }

        public void Pad()
        {
            while (_at > 0)
                Write(SectorNumber.Free);
        }
    }
}
