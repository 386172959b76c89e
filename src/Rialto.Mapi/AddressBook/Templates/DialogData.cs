// [MS-OXOABKT] 2.2.2.1 template format: TRowSet of TRows, each with a CNTRL, and the strings behind them.
using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>Dialogs in their binary form, both ways.</summary>
internal static class DialogData
{
    private const uint Version = 1;
    private const int HeadSize = 8;
    private const int RowSize = 36;

    /// <summary>Controls of one dialog that are read: a template has a few dozen.</summary>
    private const int MaximumControls = 1_000;

    /// <summary>The dialog, its strings in that code page.</summary>
    public static byte[] Write(IReadOnlyList<DialogControl> controls, Encoding encoding)
    {
        var strings = new Dictionary<string, uint>(StringComparer.Ordinal);
        var writer = new WireWriter(4096);
        var texts = new WireWriter(1024);
        try
        {
            var start = HeadSize + controls.Count * RowSize;
            writer.WriteUInt32(Version);
            writer.WriteUInt32((uint)controls.Count);
            foreach (var control in controls)
            {
                uint offset = 0;
                if (control.Text is { } text && !strings.TryGetValue(text, out offset))
                {
                    offset = (uint)(start + texts.Position);
                    strings[text] = offset;
                    texts.WriteEncodedZ(text, encoding);
                }
                writer.WriteUInt32(control.X);
                writer.WriteUInt32(control.Width);
                writer.WriteUInt32(control.Y);
                writer.WriteUInt32(control.Height);
                writer.WriteUInt32((uint)control.Type);
                writer.WriteUInt32((uint)control.Flags);
                writer.WriteUInt32(control.Property.Value);
                writer.WriteUInt32(control.Length);
                writer.WriteUInt32(offset);
            }
            writer.Write(texts.Written);
            return writer.ToArray();
        }
        finally
        {
            writer.Dispose();
            texts.Dispose();
        }
    }

    /// <summary>The dialog's controls; null for bytes that are none.</summary>
    public static IReadOnlyList<DialogControl>? Read(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        var reader = new WireReader(bytes);
        if (reader.ReadUInt32() != Version)
            return null;
        var count = reader.ReadUInt32();
        if (count > MaximumControls)
            return null;
        var controls = new List<DialogControl>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            uint x = reader.ReadUInt32(), width = reader.ReadUInt32(), y = reader.ReadUInt32(), height = reader.ReadUInt32();
            var type = (ControlType)reader.ReadUInt32();
            var flags = (ControlFlags)reader.ReadUInt32();
            var property = new PropertyTag(reader.ReadUInt32());
            var length = reader.ReadUInt32();
            var offset = reader.ReadUInt32();
            string? text = null;
            if (offset != 0)
            {
                var at = offset < (uint)bytes.Length ? bytes[(int)offset..] : default;
                var end = at.IndexOf((byte)0);
                if (end < 0)
                    return null;
                text = encoding.GetString(at[..end]);
            }
            controls.Add(new(type, x, width, y, height, flags, property, length, text));
        }
        return reader.Failed ? null : controls;
    }
}
