// RFC 3876.
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>Which values of the entries found are sent: those of which one of the filter's items holds. Attributes left without values are not sent.</summary>
internal sealed class MatchedValues
{
    private readonly LeafMatcher[] items;

    private MatchedValues(LeafMatcher[] items) => this.items = items;

    /// <summary>The filter of values that a request has; null for none. Items that are not understood hold of nothing.</summary>
    public static MatchedValues? Read(LdapControl[] controls, LdapView view, LdapOptions options) =>
        RequestControls.ReadMatchedValues(controls, options) is { } items ? new([.. items.Where(i => i.Kind is not FilterKind.Extensible || i.Attribute.Length > 0).Select(i => LeafMatcher.ForValues(i, view)).OfType<LeafMatcher>()]) : null;

    /// <param name="attribute">The value's attribute; null for a custom one.</param>
    /// <param name="value">The value.</param>
    /// <param name="name">A custom attribute's name.</param>
    public bool Takes(LdapAttribute? attribute, string value, string name = "") => Array.Exists(items, i => i.IsAbout(attribute, name) && i.HoldsOf(value));

    /// <summary>Those of the values that are to be sent; all without a filter, and then nothing is made.</summary>
    public static IEnumerable<string> Of(MatchedValues? filter, LdapAttribute? attribute, IEnumerable<string> values, string name = "") =>
        filter is null ? values : values.Where(v => filter.Takes(attribute, v, name)).ToArray();

    /// <inheritdoc cref="Of(MatchedValues?, LdapAttribute?, IEnumerable{string}, string)"/>
    public static IEnumerable<byte[]> Of(MatchedValues? filter, LdapAttribute attribute, IEnumerable<byte[]> values) =>
        filter is null ? values : values.Where(v => filter.Takes(attribute, v)).ToArray();

    public bool Takes(LdapAttribute attribute, byte[] value) => Array.Exists(items, i => i.IsAbout(attribute, "") && i.HoldsOf(value));
}
