using System.Buffers;
using Rialto.Model;

namespace Rialto.Content.Dump;

/// <summary>The lines and indentation around the properties: <see cref="System.Text.Json.Utf8JsonWriter"/> would give each of a property's fields a line of its own.</summary>
internal sealed class PropertyJsonLayout(PropertyMessageJsonOptions options) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    private readonly PropertyJsonLine _line = new(options);
    private int _indent;

    public void Dispose() => _line.Dispose();

    public byte[] ToArray()
    {
        _output.Write("\n"u8);
        return _output.WrittenSpan.ToArray();
    }

    public void WriteMessage(PropertyMessage message, int depth)
    {
        if (depth >= PropertyMessageJson.MaxDepth)
            throw new InvalidOperationException($"Messages are embedded in one another more than {PropertyMessageJson.MaxDepth} deep.");
        var used = new HashSet<ushort>();
        Open("{"u8);
        WriteProperties(message.Properties, message, used);
        Next();
        Array("\"Recipients\": "u8, message.Recipients, recipient =>
        {
            Open("{"u8);
            WriteProperties(recipient.Properties, message, used);
            Close("}"u8);
        });
        Next();
        Array("\"Attachments\": "u8, message.Attachments, attachment =>
        {
            Open("{"u8);
            WriteProperties(attachment.Properties, message, used);
            if (attachment.Embedded is { } embedded)
            {
                Next();
                _output.Write("\"Message\": "u8);
                WriteMessage(embedded, depth + 1);
                foreach (var (id, name) in embedded.NamedProperties)
                    if (message.NamedProperties.TryGetValue(id, out var own) && own == name)
                        used.Add(id);
            }
            Close("}"u8);
        });
        var others = message.NamedProperties.Where(n => !used.Contains(n.Key)).OrderBy(n => n.Key).ToList();
        if (others.Count > 0)
        {
            Next();
            Array("\"NamedProperties\": "u8, others, n => _output.Write(_line.Name(n.Key, n.Value)));
        }
        Close("}"u8);
    }

    private void WriteProperties(PropertyBag bag, PropertyMessage message, HashSet<ushort> used) =>
        Array("\"Properties\": "u8, bag, value =>
        {
            PropertyName? name = null;
            if (value.Tag.IsNamed && message.NamedProperties.TryGetValue(value.Tag.Id, out var found))
            {
                name = found;
                used.Add(value.Tag.Id);
            }
            _output.Write(_line.Property(value, name));
        });

    private void Array<T>(ReadOnlySpan<byte> name, IReadOnlyCollection<T> items, Action<T> write)
    {
        _output.Write(name);
        if (items.Count == 0)
        {
            _output.Write("[]"u8);
            return;
        }
        Open("["u8);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                Next();
            first = false;
            write(item);
        }
        Close("]"u8);
    }

    private void Open(ReadOnlySpan<byte> bracket)
    {
        _output.Write(bracket);
        _indent += 2;
        Line();
    }

    private void Close(ReadOnlySpan<byte> bracket)
    {
        _indent -= 2;
        Line();
        _output.Write(bracket);
    }

    private void Next()
    {
        _output.Write(","u8);
        Line();
    }

    private void Line()
    {
        var span = _output.GetSpan(_indent + 1);
        span[0] = (byte)'\n';
        span.Slice(1, _indent).Fill((byte)' ');
        _output.Advance(_indent + 1);
    }
}
