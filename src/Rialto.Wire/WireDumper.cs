using System.Globalization;
using System.Text;

namespace Rialto.Wire;

/// <summary>
/// Reads a structure and writes down every field as it goes: offset, name, value, indented by nesting. For people, never parsed.
/// Bytes are shown up to <see cref="ShownBytes"/>, strings up to <see cref="ShownCharacters"/>.
/// </summary>
public ref struct WireDumper : IWireIo
{
    public const int ShownBytes = 64;

    public const int ShownCharacters = 200;

    private readonly StringBuilder _text;
    private WireReader _reader;
    private int _indent;
    private bool _failureNoted;

    public WireDumper(ReadOnlySpan<byte> bytes, StringBuilder? text = null)
    {
        _reader = new WireReader(bytes);
        _text = text ?? new StringBuilder();
    }

    public readonly bool IsReading => true;

    public readonly bool Failed => _reader.Failed;

    public readonly int Position => _reader.Position;

    public readonly int Remaining => _reader.Remaining;

    public override readonly string ToString() => _text.ToString();

    public void Fail()
    {
        var at = _reader.Position;
        _reader.Fail();
        NoteFailure(at, "value");
    }

    public bool Enter(string name)
    {
        var at = _reader.Position;
        if (!_reader.Enter(name))
        {
            NoteFailure(at, name);
            return false;
        }
        Line(at, name, "");
        _indent++;
        return true;
    }

    public void Leave()
    {
        _reader.Leave();
        _indent--;
    }

    public void U8(scoped ref byte value, string name = "")
    {
        var at = _reader.Position;
        _reader.U8(ref value);
        Number(at, name, value, 2);
    }

    public void U16(scoped ref ushort value, string name = "")
    {
        var at = _reader.Position;
        _reader.U16(ref value);
        Number(at, name, value, 4);
    }

    public void U32(scoped ref uint value, string name = "")
    {
        var at = _reader.Position;
        _reader.U32(ref value);
        Number(at, name, value, 8);
    }

    public void U64(scoped ref ulong value, string name = "")
    {
        var at = _reader.Position;
        _reader.U64(ref value);
        Number(at, name, value, 16);
    }

    public void U48BigEndian(scoped ref ulong value, string name = "")
    {
        var at = _reader.Position;
        _reader.U48BigEndian(ref value);
        Number(at, name, value, 12);
    }

    public int BeginSized(CountWidth width, string name)
    {
        var at = _reader.Position;
        var token = _reader.BeginSized(width, name);
        if (token < 0)
            NoteFailure(at, name);
        return token;
    }

    public void EndSized(int token, CountWidth width) => _reader.EndSized(token, width);

    public void I16(scoped ref short value, string name = "")
    {
        var at = _reader.Position;
        _reader.I16(ref value);
        Show(at, name, value.ToString(CultureInfo.InvariantCulture));
    }

    public void I32(scoped ref int value, string name = "")
    {
        var at = _reader.Position;
        _reader.I32(ref value);
        Show(at, name, value.ToString(CultureInfo.InvariantCulture));
    }

    public void I64(scoped ref long value, string name = "")
    {
        var at = _reader.Position;
        _reader.I64(ref value);
        Show(at, name, value.ToString(CultureInfo.InvariantCulture));
    }

    public void F32(scoped ref float value, string name = "")
    {
        var at = _reader.Position;
        _reader.F32(ref value);
        Show(at, name, value.ToString(CultureInfo.InvariantCulture));
    }

    public void F64(scoped ref double value, string name = "")
    {
        var at = _reader.Position;
        _reader.F64(ref value);
        Show(at, name, value.ToString(CultureInfo.InvariantCulture));
    }

    public void Bool(scoped ref bool value, string name = "")
    {
        var at = _reader.Position;
        _reader.Bool(ref value);
        Show(at, name, value ? "true" : "false");
    }

    public void Guid(scoped ref Guid value, string name = "")
    {
        var at = _reader.Position;
        _reader.Guid(ref value);
        Show(at, name, value.ToString());
    }

    public void Enum<T>(scoped ref T value, string name = "")
        where T : unmanaged, Enum
    {
        var at = _reader.Position;
        _reader.Enum(ref value);
        Show(at, name, value + " (0x" + value.ToString("X") + ")");
    }

    public void Bytes(scoped ref byte[] value, CountWidth width, string name = "")
    {
        var at = _reader.Position;
        _reader.Bytes(ref value, width);
        Hex(at, name, value);
    }

    public void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, string name = "")
    {
        byte[] bytes = [];
        Bytes(ref bytes, width, name);
        value = bytes;
    }

    public void FixedBytes(scoped ref byte[] value, int count, string name = "")
    {
        var at = _reader.Position;
        _reader.FixedBytes(ref value, count);
        Hex(at, name, value);
    }

    public void Rest(scoped ref byte[] value, string name = "")
    {
        var at = _reader.Position;
        _reader.Rest(ref value);
        Hex(at, name, value);
    }

    public void AsciiZ(scoped ref string value, string name = "")
    {
        var at = _reader.Position;
        _reader.AsciiZ(ref value);
        Text(at, name, value);
    }

    public void EncodedZ(scoped ref string value, Encoding encoding, string name = "")
    {
        var at = _reader.Position;
        _reader.EncodedZ(ref value, encoding);
        Text(at, name, value);
    }

    public void Utf16Z(scoped ref string value, string name = "")
    {
        var at = _reader.Position;
        _reader.Utf16Z(ref value);
        Text(at, name, value);
    }

    public void Numbers<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : unmanaged
    {
        var at = _reader.Position;
        _reader.Numbers(ref value, width);
        List(at, name, value);
    }

    public void NumbersOf<T>(scoped ref T[] value, int count, string name = "")
        where T : unmanaged
    {
        var at = _reader.Position;
        _reader.NumbersOf(ref value, count);
        List(at, name, value);
    }

    public void Structure<T>(scoped ref T value, string name = "")
        where T : IWireStructure<T>
    {
        if (!Enter(name))
            return;
        T.Fields(ref this, ref value);
        Leave();
    }

    public void Sized<T>(scoped ref T value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var at = _reader.Position;
        var size = _reader.ReadCount(width);
        if (!_reader.EnterRegion(size, out var outerEnd))
        {
            NoteFailure(at, name);
            return;
        }
        Structure(ref value, name);
        _reader.LeaveRegion(outerEnd);
    }

    public void Array<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var count = _reader.ReadCount(width);
        ArrayOf(ref value, count, name);
    }

    public void ArrayOf<T>(scoped ref T[] value, int count, string name = "")
        where T : IWireStructure<T>
    {
        value = [];
        if ((uint)count > (uint)_reader.Remaining)
            Fail();
        else if (Enter($"{Simple(name)} [{count}]"))
        {
            var items = new List<T>(Math.Min(count, WireLimits.ArrayAhead));
            for (var i = 0; i < count && !Failed; i++)
            {
                var item = WireDefault<T>.Create();
                Line(Position, $"[{i}]", "");
                _indent++;
                T.Fields(ref this, ref item);
                _indent--;
                items.Add(item);
            }
            value = [.. items];
            Leave();
        }
    }

    private void Number(int at, string name, ulong value, int digits) =>
        Show(at, name, $"0x{value.ToString("X" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)} ({value})");

    private void Text(int at, string name, string value) =>
        Show(at, name, '"' + (value.Length > ShownCharacters ? value[..ShownCharacters] + "…" : value).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) + '"');

    private void Hex(int at, string name, byte[] value) =>
        Show(at, name, $"{value.Length} bytes {Convert.ToHexString(value.AsSpan(0, Math.Min(value.Length, ShownBytes)))}{(value.Length > ShownBytes ? "…" : "")}");

    private void List<T>(int at, string name, T[] value) =>
        Show(at, name, $"[{value.Length}] {string.Join(", ", value.Take(ShownBytes))}{(value.Length > ShownBytes ? "…" : "")}");

    private void Show(int at, string name, string value)
    {
        if (Failed)
            NoteFailure(at, name);
        else
            Line(at, name, value);
    }

    private void NoteFailure(int at, string name)
    {
        if (_failureNoted)
            return;
        _failureNoted = true;
        Line(at, name, "! malformed or cut short here");
    }

    private readonly void Line(int at, string name, string value)
    {
        _text.Append(at.ToString("X4", CultureInfo.InvariantCulture)).Append(' ', 2 + _indent * 2).Append(Simple(name));
        if (value.Length > 0)
            _text.Append(": ").Append(value);
        _text.Append('\n');
    }

    /// <summary>The field's own name of an expression such as <c>value.Header.Size</c>.</summary>
    private static string Simple(string name) => name[(name.LastIndexOf('.') + 1)..];
}
