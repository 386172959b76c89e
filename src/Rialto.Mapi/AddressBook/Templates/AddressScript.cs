// [MS-OXOABKT] 2.2.2.2 script format: how an address is made of what was typed into a dialog.
using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>
/// Makes scripts: the number of their instructions' words, the instructions, the strings that these refer to. An operand with bit 31 set in its
/// instruction is the offset of a string from the first instruction; otherwise it is a property that a control of the dialog filled.
/// </summary>
internal sealed class AddressScript(Encoding encoding)
{
    private const uint HaltOperation = 0x00000000;
    private const uint EmitOperation = 0x00000002;
    private const uint OperandIsString = 0x80000000;

    private readonly List<(uint Word, string? Text)> _words = [];

    /// <summary>A script that makes nothing: of templates that only show.</summary>
    public static byte[] Empty { get; } = new AddressScript(Encoding.Latin1).Halt();

    /// <summary>Appends the value of a property to the address.</summary>
    public AddressScript Emit(PropertyTag property)
    {
        _words.Add((EmitOperation, null));
        _words.Add((property.WithType(PropertyType.String8).Value, null));
        return this;
    }

    /// <summary>Appends a text to the address.</summary>
    public AddressScript Emit(string text)
    {
        _words.Add((EmitOperation | OperandIsString, null));
        _words.Add((0, text));
        return this;
    }

    /// <summary>Ends the script with success, and gives its bytes.</summary>
    public byte[] Halt()
    {
        _words.Add((HaltOperation, null));
        var writer = new WireWriter(64);
        var texts = new WireWriter(64);
        try
        {
            writer.WriteUInt32((uint)_words.Count);
            foreach (var (word, text) in _words)
            {
                if (text is null)
                {
                    writer.WriteUInt32(word);
                    continue;
                }
                writer.WriteUInt32((uint)(_words.Count * sizeof(uint) + texts.Position));
                texts.WriteEncodedZ(text, encoding);
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
}
