// [MS-OXOAB] 2.2: uncompressed OAB display template file.
//
//   OAB_HDR | TMPLT_ENTRY x 7: users, groups, folders, agents, organisations, private lists, remote users | NAMES_STRUCT |
//   oot-count | TMPLT_ENTRY x oot-count: templates for making addresses | data
//
//   TMPLT_ENTRY: | oDN | cbDN | oTmplt | cbTmplt | oScript | cbScript | oDispName | cbDispName |  offsets from the file's start, 0 for what there is not
using System.Buffers.Binary;
using System.Text;

namespace Rialto.Oab.Wire;

/// <summary>A template: how a kind of object is shown, or an address of a kind is made. [MS-OXOABKT] 2.2.2.</summary>
public sealed record OabTemplate
{
    /// <summary>What is there where there is no template.</summary>
    public static OabTemplate None { get; } = new();

    /// <summary>The template's distinguished name; empty: none.</summary>
    public string Dn { get; init; } = "";

    /// <summary>The table of controls with its texts.</summary>
    public ReadOnlyMemory<byte> Controls { get; init; }

    /// <summary>The script that makes an address.</summary>
    public ReadOnlyMemory<byte> Script { get; init; }

    /// <summary>What it is called, in the language's own code page; empty: none.</summary>
    public ReadOnlyMemory<byte> DisplayName { get; init; }
}

/// <summary>The templates of one language, for one kind of client.</summary>
public sealed record OabTemplateSet
{
    public OabTemplate User { get; init; } = OabTemplate.None;

    public OabTemplate Group { get; init; } = OabTemplate.None;

    public OabTemplate Folder { get; init; } = OabTemplate.None;

    public OabTemplate Agent { get; init; } = OabTemplate.None;

    public OabTemplate RemoteUser { get; init; } = OabTemplate.None;

    /// <summary>Templates that addresses are made with.</summary>
    public IReadOnlyList<OabTemplate> AddressCreation { get; init; } = [];
}

/// <summary>Writes and reads template files.</summary>
public static class TemplateFile
{
    public const uint Version = 7;

    private const int EntryLength = 32;
    private const int NamesLength = 16;
    private const int FixedLength = 12 + 7 * EntryLength + NamesLength + 4;

    /// <summary>Kinds of addresses that anybody makes templates for: a handful.</summary>
    private const int MaxAddressTemplates = 1_024;

    public static byte[] Write(OabTemplateSet set)
    {
        OabTemplate[] fixedOnes = [set.User, set.Group, set.Folder, set.Agent, OabTemplate.None, OabTemplate.None, set.RemoteUser];
        var entries = new MemoryStream();
        var data = new MemoryStream();
        var dataStart = FixedLength + set.AddressCreation.Count * EntryLength;
        Span<byte> head = stackalloc byte[NamesLength + 4];
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, Version);
        entries.Write(head[..12]);
        foreach (var template in fixedOnes)
            WriteEntry(entries, data, dataStart, template);
        // No template refers to named properties: NAMES_STRUCT is all zeros.
        head.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(head[NamesLength..], set.AddressCreation.Count);
        entries.Write(head);
        foreach (var template in set.AddressCreation)
            WriteEntry(entries, data, dataStart, template);
        data.WriteTo(entries);
        return entries.ToArray();
    }

    /// <summary>Reads a file; offsets and lengths that lie outside of it are an error.</summary>
    public static OabFileError Read(ReadOnlyMemory<byte> file, out OabTemplateSet set)
    {
        set = new();
        var bytes = file.Span;
        if (bytes.Length < FixedLength)
            return OabFileError.Truncated;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Version)
            return OabFileError.NotThisKind;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(FixedLength - 4)..]);
        if (count > MaxAddressTemplates)
            return OabFileError.Malformed;
        if (bytes.Length < FixedLength + count * EntryLength)
            return OabFileError.Truncated;
        var all = new OabTemplate[7 + count];
        for (var i = 0; i < all.Length; i++)
        {
            var at = i < 7 ? 12 + i * EntryLength : FixedLength + (i - 7) * EntryLength;
            if (!TryEntry(file, at, out all[i]))
                return OabFileError.Malformed;
        }
        set = new() { User = all[0], Group = all[1], Folder = all[2], Agent = all[3], RemoteUser = all[6], AddressCreation = all[7..] };
        return OabFileError.None;
    }

    private static void WriteEntry(MemoryStream entries, MemoryStream data, int dataStart, OabTemplate template)
    {
        Span<byte> entry = stackalloc byte[EntryLength];
        entry.Clear();
        if (template.Dn.Length > 0)
            Place(entry, data, dataStart, Encoding.Latin1.GetBytes(template.Dn + '\0'));
        Place(entry[8..], data, dataStart, template.Controls.Span);
        Place(entry[16..], data, dataStart, template.Script.Span);
        if (template.DisplayName.Length > 0)
            Place(entry[24..], data, dataStart, [.. template.DisplayName.Span, 0]);
        entries.Write(entry);
    }

    private static void Place(Span<byte> field, MemoryStream data, int dataStart, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        BinaryPrimitives.WriteInt32LittleEndian(field, dataStart + (int)data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(field[4..], bytes.Length);
        data.Write(bytes);
    }

    private static bool TryEntry(ReadOnlyMemory<byte> file, int at, out OabTemplate template)
    {
        template = OabTemplate.None;
        if (!TryField(file, at, out var dn) || !TryField(file, at + 8, out var controls) || !TryField(file, at + 16, out var script) || !TryField(file, at + 24, out var name))
            return false;
        if (dn.Length + controls.Length + script.Length + name.Length > 0)
        {
            template = new()
            {
                Dn = Encoding.Latin1.GetString(dn.Span).TrimEnd('\0'),
                Controls = controls,
                Script = script,
                DisplayName = name.Length > 0 && name.Span[^1] == 0 ? name[..^1] : name,
            };
        }
        return true;
    }

    private static bool TryField(ReadOnlyMemory<byte> file, int at, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[at..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[(at + 4)..]);
        if (offset == 0)
            return true;
        if (offset > (uint)file.Length || length > (uint)file.Length - offset)
            return false;
        value = file.Slice((int)offset, (int)length);
        return true;
    }
}
