namespace Rialto.Directory.AddressBook;

/// <summary>The recipients by number. Immutable, in chunks: a change copies one chunk and the list of chunks.</summary>
internal sealed class EntryTable
{
    /// <summary>Numbers below 16 have meanings of their own. [MS-OXNSPI] 2.2.9.1.</summary>
    public const uint FirstNumber = 0x10;

    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Recipient?[][] chunks;

    private EntryTable(Recipient?[][] chunks) => this.chunks = chunks;

    public static EntryTable Empty { get; } = new([]);

    public Recipient? Find(uint number)
    {
        var index = number - FirstNumber;
        return number >= FirstNumber && index >> ChunkBits < (uint)chunks.Length ? chunks[index >> ChunkBits][index & (ChunkSize - 1)] : null;
    }

    /// <summary>The table with some entries set, or removed with null.</summary>
    public EntryTable With(IReadOnlyCollection<(uint Number, Recipient? Entry)> changes)
    {
        if (changes.Count == 0) return this;
        var copy = (Recipient?[][])chunks.Clone();
        var own = new HashSet<int>();
        foreach (var (number, entry) in changes)
        {
            var index = (int)(number - FirstNumber);
            var chunk = index >> ChunkBits;
            var had = copy.Length;
            if (chunk >= had)
            {
                Array.Resize(ref copy, chunk + 1);
                for (var i = had; i < copy.Length; i++)
                {
                    copy[i] = new Recipient?[ChunkSize];
                    own.Add(i);
                }
            }

            if (own.Add(chunk)) copy[chunk] = (Recipient?[])copy[chunk].Clone();
            copy[chunk][index & (ChunkSize - 1)] = entry;
        }

        return new(copy);
    }
}
