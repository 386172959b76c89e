// RFC 4517 4.2 (matching rules), RFC 4518 (preparation), [MS-ADTS] 3.1.1.3.1.3.4 (anr).
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>An assertion about one attribute.</summary>
internal sealed class LeafMatcher : Matcher
{
    private static readonly DirectoryKind[] RecipientKinds = [.. Enum.GetValues<DirectoryKind>().Where(k => k is not (DirectoryKind.Organisation or DirectoryKind.Domain))];

    private readonly LdapAttribute? attribute;
    private readonly string name;
    private readonly FilterKind kind;
    private readonly string text = "";
    private readonly byte[] raw = [];
    private readonly byte[] folded = [];
    private readonly byte[] initial = [];
    private readonly byte[][] middle = [];
    private readonly byte[] final = [];
    private string longest = "";
    private readonly long? number;
    private readonly HashSet<Guid>? found;
    private readonly uint kinds;

    private LeafMatcher(LdapFilter filter, LdapView view)
    {
        kind = filter.Kind == FilterKind.Approximate ? FilterKind.Equality : filter.Kind;
        attribute = AttributeTable.Find(filter.Attribute);
        name = filter.Attribute;
        raw = filter.Value ?? [];
        text = Encoding.UTF8.GetString(raw);
        if (kind == FilterKind.Substrings)
        {
            initial = Fold(text);
            if (filter.Middle.Length > 0) middle = Array.ConvertAll(filter.Middle, FoldPart);
            if (filter.Final is not null) final = FoldPart(filter.Final);
            return;
        }

        folded = Fold(text);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)) number = parsed;
        if (kind != FilterKind.Equality || attribute is null) return;
        if (ReferenceEquals(attribute, AttributeTable.ObjectClass)) kinds = Kinds(k => ClassTable.Has(k, text));
        else if (ReferenceEquals(attribute, AttributeTable.ObjectCategory)) kinds = Kinds(IsCategory);
        else if (attribute.Lookup is not null) found = [.. attribute.Lookup(view, text).Select(r => r.Id)];
        else if (attribute.Name == "objectGUID" && raw.Length == 16) found = [new Guid(raw)];
    }

    public static Matcher Make(LdapFilter filter, LdapView view)
    {
        if (AttributeTable.Find(filter.Attribute) is { } a && ReferenceEquals(a, AttributeTable.Ambiguous)) return new AmbiguousMatcher(filter);
        return new LeafMatcher(filter, view);
    }

    public override (SearchFields Fields, SearchMatch Match, string Text)? Plain
    {
        get
        {
            if (attribute is not { FieldsAreExact: true }) return null;
            if (kind == FilterKind.Equality) return folded.Length > 0 ? (attribute.Fields, SearchMatch.Exact, text) : null;
            if (kind != FilterKind.Substrings) return null;
            if (middle.Length == 0 && final.Length == 0) return initial.Length > 0 ? (attribute.Fields, SearchMatch.Prefix, text) : null;
            return middle is [{ Length: > 0 }] && initial.Length == 0 && final.Length == 0 ? (attribute.Fields, SearchMatch.Substring, longest) : null;
        }
    }

    public override bool IsIndexed => found is not null || Plain is not null || (attribute is { Fields: not SearchFields.None } && kind is FilterKind.Equality or FilterKind.Substrings);

    public override bool TryFind(LdapView view, SearchSet into, out Matcher? rest)
    {
        rest = null;
        if (found is not null)
        {
            foreach (var id in found)
            {
                if (view.Directory.Find<Recipient>(id) is { } recipient) into.Add(recipient);
            }

            return true;
        }

        if (Plain is { } plain)
        {
            into.Add(plain.Fields, plain.Match, plain.Text);
            return true;
        }

        rest = this;
        if (attribute is null || attribute.Fields == SearchFields.None) return false;
        var start = attribute.Name == "proxyAddresses" && text.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase) ? text[5..] : text;
        if (attribute.Name == "proxyAddresses" && (start.Contains(':', StringComparison.Ordinal) || longest.Contains(':', StringComparison.Ordinal))) return false;
        if (kind == FilterKind.Equality && folded.Length > 0) into.Add(attribute.Fields, SearchMatch.Exact, start);
        else if (kind == FilterKind.Substrings && start.Length >= 2) into.Add(attribute.Fields, SearchMatch.Prefix, start);
        else if (kind == FilterKind.Substrings && longest.Length >= 2) into.Add(attribute.Fields, SearchMatch.Substring, longest);
        else return false;
        return true;
    }

    public override Truth Match(LdapView view, in Candidate candidate)
    {
        if (attribute is null && !AttributeTable.IsDescriptor(name)) return Truth.Undefined;
        if (candidate.Virtual is { } entry) return MatchTexts(entry.Values.GetValueOrDefault(attribute?.Name ?? name) ?? []);
        var recipient = candidate.Recipient!;
        if (attribute is null) return MatchTexts(AttributeTable.CustomValues(recipient, name));
        if (kind == FilterKind.Present) return Of(attribute.IsPresent(view, recipient));
        if (kinds != 0 || ReferenceEquals(attribute, AttributeTable.ObjectClass) && kind == FilterKind.Equality) return Of((kinds >> (int)recipient.Kind & 1) != 0);
        if (found is not null) return Of(found.Contains(recipient.Id));
        if (attribute.Text is { } single) return Of(single(recipient) is { Length: > 0 } value && Holds(value));
        if (attribute.Texts is { } several)
        {
            foreach (var value in several(view, recipient))
            {
                if (Holds(value)) return Truth.True;
            }

            return Truth.False;
        }

        if (attribute.Octets is not null && kind == FilterKind.Equality)
        {
            foreach (var value in attribute.Octets(view, recipient))
            {
                if (value.AsSpan().SequenceEqual(raw)) return Truth.True;
            }

            return Truth.False;
        }

        return Truth.Undefined;
    }

    /// <summary>An item of a filter of values (RFC 3876 2); null where a rule is asked for that is not known for values.</summary>
    public static LeafMatcher? ForValues(LdapFilter item, LdapView view)
    {
        if (item.Kind != FilterKind.Extensible) return new(item, view);
        return item.Rule is "" or "2.5.13.2" or "caseIgnoreMatch" ? new(new LdapFilter { Kind = FilterKind.Equality, Attribute = item.Attribute, Value = item.Value }, view) : null;
    }

    /// <summary>Whether the assertion is about that attribute.</summary>
    public bool IsAbout(LdapAttribute? other, string description) => attribute is not null ? ReferenceEquals(attribute, other) : other is null && name.Equals(description, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it holds of one value.</summary>
    public bool HoldsOf(string value) => kind == FilterKind.Present || Holds(value);

    /// <summary>Whether it holds of one value.</summary>
    public bool HoldsOf(byte[] value) => kind == FilterKind.Present || (kind == FilterKind.Equality && value.AsSpan().SequenceEqual(raw));

    private static Truth Of(bool value) => value ? Truth.True : Truth.False;

    private static uint Kinds(Func<DirectoryKind, bool> has)
    {
        var mask = 0u;
        foreach (var kind in RecipientKinds)
        {
            if (has(kind)) mask |= 1u << (int)kind;
        }

        return mask;
    }

    private bool IsCategory(DirectoryKind kind)
    {
        // CN=Person,CN=Schema,… or just person.
        var category = text.StartsWith("cn=", StringComparison.OrdinalIgnoreCase) && DistinguishedName.Parse(text) is { Parts: [var first, ..] } ? first.Value : text;
        return category.ToLowerInvariant() switch
        {
            "group" => kind == DirectoryKind.Group,
            "person" or "user" or "contact" => kind is not (DirectoryKind.Group or DirectoryKind.MailPublicFolder),
            "publicfolder" => kind == DirectoryKind.MailPublicFolder,
            _ => false,
        };
    }

    private Truth MatchTexts(IReadOnlyList<string> values)
    {
        if (kind == FilterKind.Present) return Of(values.Count > 0);
        foreach (var value in values)
        {
            if (Holds(value)) return Truth.True;
        }

        return Truth.False;
    }

    private bool Holds(string value)
    {
        if (attribute?.Syntax == LdapSyntax.Integer && number is { } wanted && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var has))
        {
            return kind switch
            {
                FilterKind.GreaterOrEqual => has >= wanted,
                FilterKind.LessOrEqual => has <= wanted,
                _ => has == wanted,
            };
        }

        if (attribute?.Syntax == LdapSyntax.Time)
        {
            if (GeneralizedTime.Parse(text) is not { } moment || GeneralizedTime.Parse(value) is not { } its) return false;
            return kind switch
            {
                FilterKind.GreaterOrEqual => its >= moment,
                FilterKind.LessOrEqual => its <= moment,
                FilterKind.Equality => its == moment,
                _ => false,
            };
        }

        if (attribute?.Syntax == LdapSyntax.Name && kind == FilterKind.Equality) return SameName(value, text);
        var max = SearchText.MaxBytes(value);
        var buffer = max <= 512 ? stackalloc byte[512] : new byte[max];
        ReadOnlySpan<byte> mine = buffer[..(attribute?.Syntax == LdapSyntax.Phone ? SearchText.FoldPhone(value, buffer) : SearchText.Fold(value, buffer))];
        return kind switch
        {
            FilterKind.Equality => mine.SequenceEqual(folded),
            FilterKind.GreaterOrEqual => mine.SequenceCompareTo(folded) >= 0,
            FilterKind.LessOrEqual => mine.SequenceCompareTo(folded) <= 0,
            FilterKind.Substrings => HasParts(mine),
            _ => false,
        };
    }

    private byte[] FoldPart(byte[] part)
    {
        var value = Encoding.UTF8.GetString(part);
        if (value.Length > longest.Length) longest = value;
        return Fold(value);
    }

    private bool HasParts(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith(initial)) return false;
        value = value[initial.Length..];
        foreach (var part in middle)
        {
            var at = value.IndexOf(part);
            if (at < 0) return false;
            value = value[(at + part.Length)..];
        }

        return value.EndsWith(final);
    }

    private static bool SameName(string a, string b)
    {
        if (a.Equals(b, StringComparison.OrdinalIgnoreCase)) return true;
        return DistinguishedName.Parse(a) is { } left && DistinguishedName.Parse(b) is { } right && left.ToString().Equals(right.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private byte[] Fold(string value)
    {
        if (value.Length == 0) return [];
        var buffer = new byte[SearchText.MaxBytes(value)];
        var length = attribute?.Syntax == LdapSyntax.Phone ? SearchText.FoldPhone(value, buffer) : SearchText.Fold(value, buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }
}

/// <summary>(anr=text): any substrings or equality over the attribute is what somebody typed.</summary>
internal sealed class AmbiguousMatcher(LdapFilter filter) : Matcher
{
    private readonly string text = Encoding.UTF8.GetString(filter.Value ?? filter.Middle.FirstOrDefault() ?? filter.Final ?? []);
    private HashSet<Guid>? matches;

    public override bool IsIndexed => true;

    public override bool TryFind(LdapView view, SearchSet into, out Matcher? rest)
    {
        rest = null;
        view.Directory.Search.AddAmbiguous(into, text);
        return true;
    }

    public override Truth Match(LdapView view, in Candidate candidate)
    {
        if (candidate.Recipient is not { } recipient) return Truth.False;
        matches ??= [.. view.Directory.Search.Ambiguous(text, int.MaxValue, includeHidden: true).Select(r => r.Id)];
        return matches.Contains(recipient.Id) ? Truth.True : Truth.False;
    }
}
