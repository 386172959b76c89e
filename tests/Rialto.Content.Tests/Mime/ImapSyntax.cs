using System.Globalization;
using System.Text;

namespace Rialto.Content.Tests.Mime;

/// <summary>A strict reader of the ENVELOPE and BODYSTRUCTURE grammar of RFC 9051 9, apart from the code that writes them.</summary>
internal sealed class ImapSyntax(byte[] bytes, bool extensions)
{
    private int _position;

    public int BodyCount { get; private set; }

    public static void CheckEnvelope(ReadOnlySpan<byte> bytes)
    {
        var syntax = new ImapSyntax(bytes.ToArray(), true);
        syntax.Envelope();
        syntax.End();
    }

    public static int CheckBody(ReadOnlySpan<byte> bytes, bool extensions)
    {
        var syntax = new ImapSyntax(bytes.ToArray(), extensions);
        syntax.Body();
        syntax.End();
        return syntax.BodyCount;
    }

    private void Envelope()
    {
        Expect('(');
        NString();
        Space();
        NString();
        for (var i = 0; i < 6; i++)
        {
            Space();
            Addresses();
        }
        Space();
        NString();
        Space();
        NString();
        Expect(')');
    }

    private void Addresses()
    {
        if (Nil())
            return;
        Expect('(');
        var group = false;
        do
        {
            Expect('(');
            var name = NString();
            Space();
            NString();
            Space();
            var mailbox = NString();
            Space();
            var host = NString();
            Expect(')');
            if (host is null)
            {
                name.ShouldBeNull();
                (mailbox is null).ShouldBe(group);
                group = mailbox is not null;
            }
            else
            {
                mailbox.ShouldNotBeNull();
            }
        }
        while (Peek() == '(');
        group.ShouldBeFalse();
        Expect(')');
    }

    private void Body()
    {
        BodyCount++;
        Expect('(');
        if (Peek() == '(')
        {
            while (Peek() == '(')
                Body();
            Space();
            String();
            if (extensions)
            {
                Space();
                Parameters();
                DispositionLanguageLocation();
            }
            Expect(')');
            return;
        }
        var type = String();
        Space();
        var subtype = String();
        Space();
        Parameters();
        Space();
        NString();
        Space();
        NString();
        Space();
        String();
        Space();
        Number();
        if (type.Equals("text", StringComparison.OrdinalIgnoreCase))
        {
            Space();
            Number();
        }
        else if (type.Equals("message", StringComparison.OrdinalIgnoreCase) && subtype.Equals("rfc822", StringComparison.OrdinalIgnoreCase))
        {
            Space();
            Envelope();
            Space();
            Body();
            Space();
            Number();
        }
        if (extensions)
        {
            Space();
            NString();
            DispositionLanguageLocation();
        }
        Expect(')');
    }

    private void DispositionLanguageLocation()
    {
        Space();
        if (!Nil())
        {
            Expect('(');
            String();
            Space();
            Parameters();
            Expect(')');
        }
        Space();
        if (Peek() == '(')
        {
            Expect('(');
            String();
            while (Peek() == ' ')
            {
                Space();
                String();
            }
            Expect(')');
        }
        else
        {
            NString();
        }
        Space();
        NString();
    }

    private void Parameters()
    {
        if (Nil())
            return;
        Expect('(');
        while (true)
        {
            String().ShouldNotBeEmpty();
            Space();
            String();
            if (Peek() == ')')
                break;
            Space();
        }
        Expect(')');
    }

    private string? NString() => Nil() ? null : String();

    private string String()
    {
        if (Peek() == '{')
        {
            _position++;
            var length = Number();
            Expect('}');
            Expect('\r');
            Expect('\n');
            var literal = bytes.AsSpan(_position, length);
            literal.Contains((byte)0).ShouldBeFalse();
            _position += length;
            return Encoding.Latin1.GetString(literal);
        }
        Expect('"');
        var text = new StringBuilder();
        while (Peek() != '"')
        {
            var c = Next();
            c.ShouldBeGreaterThan(0);
            c.ShouldBeLessThan(0x80);
            c.ShouldNotBe('\r');
            c.ShouldNotBe('\n');
            if (c == '\\')
            {
                c = Next();
                (c is '"' or '\\').ShouldBeTrue();
            }
            text.Append((char)c);
        }
        _position++;
        return text.ToString();
    }

    private int Number()
    {
        var start = _position;
        while (char.IsAsciiDigit((char)Peek()))
            _position++;
        return int.Parse(Encoding.ASCII.GetString(bytes, start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private bool Nil()
    {
        if (!bytes.AsSpan(_position).StartsWith("NIL"u8))
            return false;
        _position += 3;
        return true;
    }

    private int Peek() => _position < bytes.Length ? bytes[_position] : 0;

    private int Next() => _position < bytes.Length ? bytes[_position++] : throw new InvalidOperationException("ended");

    private void Space() => Expect(' ');

    private void Expect(char c)
    {
        if (Peek() != c || _position >= bytes.Length)
            throw new InvalidOperationException($"'{c}' wanted at {_position} of {Encoding.Latin1.GetString(bytes)}");
        _position++;
    }

    private void End() => _position.ShouldBe(bytes.Length);
}
