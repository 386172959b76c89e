using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Tree;

namespace Rialto.Ldap.Schema;

/// <summary>How an attribute's values are compared and shown. RFC 4517 3.3.</summary>
internal enum LdapSyntax
{
    /// <summary>Directory string; case, accents and width do not count.</summary>
    Text,

    /// <summary>Telephone number; spaces and hyphens do not count.</summary>
    Phone,

    /// <summary>Distinguished name.</summary>
    Name,

    /// <summary>Whole number.</summary>
    Integer,

    /// <summary>TRUE or FALSE.</summary>
    Boolean,

    /// <summary>Generalised time.</summary>
    Time,

    /// <summary>Object identifier or its name.</summary>
    Identifier,

    /// <summary>Bytes.</summary>
    Octets,
}

/// <summary>One attribute type: its names, where its values come from, how it is searched and how it is set. One row of <see cref="AttributeTable"/>.</summary>
internal sealed class LdapAttribute
{
    public LdapAttribute(string name, string oid, LdapSyntax syntax = LdapSyntax.Text, params string[] aliases)
    {
        Name = name;
        Oid = oid;
        Syntax = syntax;
        Aliases = aliases;
        NameBytes = Encoding.ASCII.GetBytes(name);
        NameElement = ElementOf(NameBytes);
    }

    public string Name { get; }

    /// <summary>The name as it goes over the wire.</summary>
    public byte[] NameBytes { get; }

    /// <summary>The same as an element.</summary>
    public byte[] NameElement { get; }

    public string Oid { get; }

    public LdapSyntax Syntax { get; }

    public string[] Aliases { get; }

    public bool IsSingle { get; init; } = true;

    /// <summary>Only sent when asked for by name or with <c>+</c>: kept by the server, or dear to compute.</summary>
    public bool IsOperational { get; init; }

    /// <summary>The value of an attribute that has at most one.</summary>
    public Func<Recipient, string?>? Text { get; init; }

    /// <summary>The values where there may be several, or where they depend on more than the object.</summary>
    public Func<LdapView, Recipient, IEnumerable<string>>? Texts { get; init; }

    /// <summary>Values that are bytes.</summary>
    public Func<LdapView, Recipient, IEnumerable<byte[]>>? Octets { get; init; }

    /// <summary>The recipient's photo, which is read from storage.</summary>
    public bool IsPhoto { get; init; }

    /// <summary>The recipient's certificates, which are read from storage too.</summary>
    public bool IsCertificate { get; init; }

    /// <summary>The search index over it; none: compared one by one.</summary>
    public SearchFields Fields { get; init; }

    /// <summary>The index finds exactly those whose values here match, not others too.</summary>
    public bool FieldsAreExact { get; init; }

    /// <summary>Who may have the value, found by a key; null: not known this way.</summary>
    public Func<LdapView, string, IEnumerable<Recipient>>? Lookup { get; init; }

    /// <summary>A copy with these values; none clears it. Throws <see cref="DirectoryException"/> or <see cref="LdapException"/> for values that do not fit. Null: read-only.</summary>
    public Func<LdapView, Recipient, IReadOnlyList<string>, Recipient>? Set { get; init; }

    /// <summary>A name as an element; names are shorter than 128 bytes.</summary>
    public static byte[] ElementOf(byte[] name) => [Wire.Tags.OctetString, (byte)name.Length, .. name];

    /// <summary>The values as bytes, as they go over the wire.</summary>
    public List<byte[]> ValuesOf(LdapView view, Recipient recipient)
    {
        var values = new List<byte[]>();
        if (Text is not null)
        {
            if (Text(recipient) is { Length: > 0 } one) values.Add(Encoding.UTF8.GetBytes(one));
        }
        else if (Texts is not null)
        {
            foreach (var text in Texts(view, recipient)) values.Add(Encoding.UTF8.GetBytes(text));
        }
        else if (Octets is not null)
        {
            values.AddRange(Octets(view, recipient));
        }

        return values;
    }

    public bool IsPresent(LdapView view, Recipient recipient) =>
        Text is not null ? !string.IsNullOrEmpty(Text(recipient))
        : Texts is not null ? Texts(view, recipient).Any()
        : IsPhoto ? recipient.PhotoHash is not null
        : IsCertificate ? recipient.CertificatesHash is not null
        : Octets is not null && Octets(view, recipient).Any();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
