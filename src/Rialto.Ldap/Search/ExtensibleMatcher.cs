// RFC 4511 4.5.1.7.7; [MS-ADTS] 3.1.1.3.4.4 (bit and chain rules).
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>A match by a named rule. Rules that are not known, or do not fit the attribute, leave it undefined.</summary>
internal sealed class ExtensibleMatcher : Matcher
{
    private const string BitAnd = "1.2.840.113556.1.4.803";
    private const string BitOr = "1.2.840.113556.1.4.804";
    private const string InChain = "1.2.840.113556.1.4.1941";

    private readonly Func<LdapView, Recipient, Truth> rule;

    private ExtensibleMatcher(Func<LdapView, Recipient, Truth> rule) => this.rule = rule;

    public static Matcher Make(LdapFilter filter, LdapView view)
    {
        var text = Encoding.UTF8.GetString(filter.Value ?? []);
        switch (filter.Rule)
        {
            case BitAnd or BitOr:
                var attribute = AttributeTable.Find(filter.Attribute);
                var all = filter.Rule == BitAnd;
                if (attribute?.Text is not { } get || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mask)) return Undefined;
                return new ExtensibleMatcher((_, r) =>
                    get(r) is { } value && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bits) && (all ? (bits & mask) == mask : (bits & mask) != 0) ? Truth.True : Truth.False);
            case InChain:
                return Chain(filter.Attribute, text, view);
            case "" or "2.5.13.2" or "caseIgnoreMatch" or "2.5.13.5" or "caseExactMatch" or "2.5.13.8" or "numericStringMatch" or "2.5.13.14" or "integerMatch" or "2.5.13.1" or "distinguishedNameMatch":
                if (filter.Attribute.Length == 0) return Undefined;
                var equal = LeafMatcher.Make(new LdapFilter { Kind = FilterKind.Equality, Attribute = filter.Attribute, Value = filter.Value }, view);
                return filter.OnName ? new OnNameMatcher(equal, filter.Attribute, text) : equal;
            default:
                return Undefined;
        }
    }

    public override Truth Match(LdapView view, in Candidate candidate) => candidate.Recipient is { } recipient ? rule(view, recipient) : Truth.Undefined;

    private static ExtensibleMatcher Undefined { get; } = new((_, _) => Truth.Undefined);

    /// <summary>memberOf and member through any nesting of groups.</summary>
    private static Matcher Chain(string attribute, string text, LdapView view)
    {
        if (view.FindRecipient(text) is not { } named) return new ExtensibleMatcher((_, _) => Truth.False);
        switch (AttributeTable.Find(attribute)?.Name)
        {
            case "memberOf" when named is Group group && view.SeesMembers(group):
                return new ExtensibleMatcher((v, r) => v.Directory.GroupsOf(r).Contains(group.Id) ? Truth.True : Truth.False);
            case "member":
                var groups = view.Directory.GroupsOf(named);
                return new ExtensibleMatcher((v, r) => r is Group g && groups.Contains(g.Id) && v.SeesMembers(g) ? Truth.True : Truth.False);
            default:
                return new ExtensibleMatcher((_, _) => Truth.False);
        }
    }

    /// <summary>:dn: also looks at the attributes of the entry's name.</summary>
    private sealed class OnNameMatcher(Matcher equal, string attribute, string text) : Matcher
    {
        public override Truth Match(LdapView view, in Candidate candidate)
        {
            var truth = equal.Match(view, candidate);
            if (truth == Truth.True) return truth;
            var dn = candidate.Virtual?.Dn ?? view.DnOf(candidate.Recipient!);
            var name = AttributeTable.Find(attribute)?.Name ?? attribute;
            return DistinguishedName.Parse(dn) is { } parsed && Array.Exists(parsed.Parts, p => p.Attribute.Equals(name, StringComparison.OrdinalIgnoreCase) && p.Value.Equals(text, StringComparison.OrdinalIgnoreCase))
                ? Truth.True
                : truth;
        }
    }
}
