// [MS-OXCFOLD] 2.2.1.4, 2.2.1.5 search criteria.
using System.Globalization;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Store.Searching;

/// <summary>What a search folder looks for, and where.</summary>
/// <param name="Restriction">Property ids of named properties are the mailbox's. Null: every message.</param>
/// <param name="Folders">The folders searched; never empty.</param>
public sealed record SearchCriteria(Restriction? Restriction, IReadOnlyList<FolderId> Folders)
{
    private const byte Version = 1;

    /// <summary>Restrictions are kept with text in UTF-8, whatever code page the client spoke.</summary>
    private static ValueForm Form => ValueForm.Wide.WithString8(System.Text.Encoding.UTF8);

    [Flags]
    private enum Bits : byte
    {
        Recursive = 1,
        Static = 2,
        Foreground = 4,
        NotIndexed = 8,
        Restricted = 16,
    }

    /// <summary>Whether the folders below those named are searched too.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Filled once, when the search is started or restarted.</summary>
    public bool IsStatic { get; init; }

    public bool IsForeground { get; init; }

    /// <summary>Text terms are matched against each message rather than looked up in the full-text index.</summary>
    public bool IsNotIndexed { get; init; }

    /// <summary>Another number each time the search was restarted: results kept from before are of no use then.</summary>
    public long Generation { get; init; }

    /// <summary>What can match at all, where the row alone tells; null: anything. Never kept: the server's own criteria alone have it.</summary>
    internal Func<MessageRow, bool>? Candidates { get; init; }

    /// <summary>The mailbox setting that keeps the criteria of a folder.</summary>
    internal static string SettingOf(FolderId folder) => string.Create(CultureInfo.InvariantCulture, $"search.{folder.Value}");

    /// <summary>Criteria as a setting's text; empty where they cannot be written.</summary>
    internal string ToSetting()
    {
        var writer = new WireWriter(256);
        try
        {
            writer.WriteByte(Version);
            var bits = (IsRecursive ? Bits.Recursive : 0) | (IsStatic ? Bits.Static : 0) | (IsForeground ? Bits.Foreground : 0)
                | (IsNotIndexed ? Bits.NotIndexed : 0) | (Restriction is null ? 0 : Bits.Restricted);
            writer.WriteByte((byte)bits);
            writer.WriteUInt64((ulong)Generation);
            writer.WriteUInt32((uint)Folders.Count);
            foreach (var folder in Folders)
                writer.WriteUInt64((ulong)folder.Value);
            if (Restriction is not null)
            {
                var restriction = Restriction;
                RestrictionCodec.Restriction(ref writer, ref restriction!, Form);
            }
            return writer.Failed ? "" : Convert.ToBase64String(writer.ToArray());
        }
        finally
        {
            writer.Dispose();
        }
    }

    internal static SearchCriteria? FromSetting(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return null;
        var reader = new WireReader(bytes.AsSpan(0, length));
        if (reader.ReadByte() != Version)
            return null;
        var bits = (Bits)reader.ReadByte();
        var generation = (long)reader.ReadUInt64();
        var count = reader.ReadUInt32();
        var folders = new List<FolderId>();
        for (var i = 0; i < count && !reader.Failed; i++)
            folders.Add(new FolderId((long)reader.ReadUInt64()));
        Restriction? restriction = null;
        if ((bits & Bits.Restricted) != 0)
            RestrictionCodec.Restriction(ref reader, ref restriction, Form);
        return reader.Failed ? null : new SearchCriteria(restriction, folders)
        {
            IsRecursive = (bits & Bits.Recursive) != 0,
            IsStatic = (bits & Bits.Static) != 0,
            IsForeground = (bits & Bits.Foreground) != 0,
            IsNotIndexed = (bits & Bits.NotIndexed) != 0,
            Generation = generation,
        };
    }
}
