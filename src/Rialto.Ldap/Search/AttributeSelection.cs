// RFC 4511 4.5.1.8 (*, 1.1), RFC 3673 (+), RFC 4529 (@class), RFC 4512 2.5.2 (options: those that are not known make a description unknown).
using System.Text;
using Rialto.Ldap.Schema;

namespace Rialto.Ldap.Search;

/// <summary>Which attributes of entries a search sends.</summary>
internal sealed class AttributeSelection
{
    private static readonly AttributeSelection Everything = new(["*"]);

    private AttributeSelection(string[] names)
    {
        Names = names;
        var chosen = new List<Item>();
        var custom = new List<(string, byte[])>();
        foreach (var name in names)
        {
            switch (name)
            {
                case "*":
                    AllCustom = true;
                    foreach (var attribute in AttributeTable.All)
                    {
                        if (!attribute.IsOperational) Choose(chosen, new(attribute, attribute.NameBytes, attribute.NameElement));
                    }

                    continue;
                case "+":
                    AllOperational = true;
                    foreach (var attribute in AttributeTable.All)
                    {
                        if (attribute.IsOperational) Choose(chosen, new(attribute, attribute.NameBytes, attribute.NameElement));
                    }

                    continue;
                case "1.1":
                    continue;
            }

            if (name.StartsWith('@'))
            {
                foreach (var attribute in ClassTable.AttributesOf(name[1..])) Choose(chosen, new(attribute, attribute.NameBytes, attribute.NameElement));
                continue;
            }

            if (AttributeTable.Find(name) is { } known)
            {
                // Who asks by another name, or with an option, is answered by it.
                if (name.Equals(known.Name, StringComparison.OrdinalIgnoreCase)) Choose(chosen, new(known, known.NameBytes, known.NameElement));
                else if (Encoding.ASCII.GetBytes(name) is { Length: < 0x80 } other) Choose(chosen, new(known, other, LdapAttribute.ElementOf(other)));
            }
            else if (AttributeTable.IsDescriptor(name))
            {
                custom.Add((name, Encoding.ASCII.GetBytes(name)));
            }
        }

        Items = [.. chosen];
        Custom = [.. custom];
        WantsPhoto = chosen.Exists(i => i.Attribute.IsPhoto);
        WantsCertificates = chosen.Exists(i => i.Attribute.IsCertificate);
    }

    /// <summary>An attribute, and the name under which it is sent, also as an element.</summary>
    public readonly record struct Item(LdapAttribute Attribute, byte[] Name, byte[] Element);

    /// <summary>As asked for.</summary>
    public string[] Names { get; }

    public Item[] Items { get; }

    /// <summary>Custom attributes by name.</summary>
    public (string Name, byte[] Bytes)[] Custom { get; }

    public bool AllCustom { get; }

    public bool AllOperational { get; }

    public bool WantsPhoto { get; }

    public bool WantsCertificates { get; }

    public static AttributeSelection Of(string[] names) => names.Length == 0 ? Everything : new(names);

    private static void Choose(List<Item> chosen, Item item)
    {
        foreach (var other in chosen)
        {
            if (ReferenceEquals(other.Attribute, item.Attribute)) return;
        }

        chosen.Add(item);
    }
}
