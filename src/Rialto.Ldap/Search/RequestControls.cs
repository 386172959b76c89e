// RFC 4511 4.1.11 (criticality), RFC 2696 (pages), RFC 2891 (sort), draft-ietf-ldapext-ldapv3-vlv-09 (list views), RFC 4528 (assertion), RFC 3296 (ManageDsaIT), RFC 3829 (authorization
// identity), RFC 3876 (matched values), RFC 4527 (entries before and after), RFC 6171 (no copies), [MS-ADTS] 3.1.1.3.4.1 (domain scope, tree delete).
using System.Text;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>One key of a sort.</summary>
internal readonly record struct SortKey(string Attribute, string Rule, bool Reverse);

/// <summary>What a virtual list view asks: so many before and after a target, which is a place in the list or the first entry not below a text.</summary>
internal sealed record ListView(int Before, int After, int Offset, int Count, byte[]? Target, byte[]? Context);

/// <summary>The controls that requests may have, parsed.</summary>
internal static class RequestControls
{
    public const string Paged = "1.2.840.113556.1.4.319";
    public const string Sort = "1.2.840.113556.1.4.473";
    public const string SortResponse = "1.2.840.113556.1.4.474";
    public const string View = "2.16.840.1.113730.3.4.9";
    public const string ViewResponse = "2.16.840.1.113730.3.4.10";
    public const string Assertion = "1.3.6.1.1.12";
    public const string ManageDsaIt = "2.16.840.1.113730.3.4.2";
    public const string DomainScope = "1.2.840.113556.1.4.1339";

    public const string MatchedValues = "1.2.826.0.1.3344810.2.3";
    public const string PreRead = "1.3.6.1.1.13.1";
    public const string PostRead = "1.3.6.1.1.13.2";
    public const string AuthorizationIdentity = "2.16.840.1.113730.3.4.16";
    public const string AuthorizationIdentityResponse = "2.16.840.1.113730.3.4.15";
    public const string NoCopy = "1.3.6.1.1.22";
    public const string TreeDelete = "1.2.840.113556.1.4.805";

    private const int MaxSortKeys = 8;

    public static readonly string[] Known = [Paged, Sort, View, Assertion, ManageDsaIt, DomainScope, MatchedValues, PreRead, PostRead, AuthorizationIdentity, NoCopy, TreeDelete];

    /// <summary>A critical control that is not known, or does not belong to the operation, refuses it; others like that are ignored.</summary>
    public static LdapResult? Check(LdapRequest request, LdapControl[] controls)
    {
        if (request is UnbindRequest or AbandonRequest) return null;
        foreach (var control in controls)
        {
            if (!control.IsCritical || Fits(control.Oid, request)) continue;
            return new(ResultCode.UnavailableCriticalExtension, $"The control {control.Oid} is not supported here.");
        }

        return null;
    }

    public static LdapControl? Find(LdapControl[] controls, string oid)
    {
        foreach (var control in controls)
        {
            if (control.Oid == oid) return control;
        }

        return null;
    }

    public static (int Size, byte[] Cookie) ReadPaged(byte[]? value)
    {
        var sequence = new BerReader(value).ReadConstructed(Tags.Sequence);
        var size = sequence.ReadInteger();
        var cookie = sequence.Read(Tags.OctetString).ToArray();
        return sequence.Failed || size < 0 ? throw Malformed("paged results") : (size, cookie);
    }

    public static SortKey[] ReadSort(byte[]? value)
    {
        var list = new BerReader(value).ReadConstructed(Tags.Sequence);
        var keys = new List<SortKey>();
        while (!list.AtEnd)
        {
            var key = list.ReadConstructed(Tags.Sequence);
            var attribute = key.ReadText();
            var rule = key.Peek == 0x80 ? key.ReadText(0x80) : "";
            var reverse = key.Peek == 0x81 && key.ReadBoolean(0x81);
            if (key.Failed || keys.Count == MaxSortKeys) throw Malformed("sort");
            keys.Add(new(attribute, rule, reverse));
        }

        return list.Failed || keys.Count == 0 ? throw Malformed("sort") : [.. keys];
    }

    public static ListView ReadView(byte[]? value)
    {
        var sequence = new BerReader(value).ReadConstructed(Tags.Sequence);
        var before = sequence.ReadInteger();
        var after = sequence.ReadInteger();
        int offset = 0, count = 0;
        byte[]? target = null;
        if (sequence.Peek == 0xA0)
        {
            var place = sequence.ReadConstructed(0xA0);
            offset = place.ReadInteger();
            count = place.ReadInteger();
            if (place.Failed) throw Malformed("virtual list view");
        }
        else
        {
            target = sequence.Read(0x81).ToArray();
        }

        var context = sequence.Peek == Tags.OctetString ? sequence.Read(Tags.OctetString).ToArray() : null;
        return sequence.Failed || before < 0 || after < 0 || offset < 0 || count < 0 ? throw Malformed("virtual list view") : new(before, after, offset, count, target, context);
    }

    public static LdapFilter? ReadAssertion(LdapControl[] controls, LdapOptions options)
    {
        if (Find(controls, Assertion) is not { } control) return null;
        var reader = new BerReader(control.Value);
        return LdapFilter.Parse(ref reader, options.MaxFilterDepth, options.MaxFilterElements) ?? throw Malformed("assertion");
    }

    /// <summary>RFC 3876 2: the elements of the filter of values; null without the control.</summary>
    public static LdapFilter[]? ReadMatchedValues(LdapControl[] controls, LdapOptions options)
    {
        if (Find(controls, MatchedValues) is not { } control) return null;
        var list = new BerReader(control.Value).ReadConstructed(Tags.Sequence);
        var items = new List<LdapFilter>();
        while (!list.AtEnd)
        {
            // Single items only: values are not combined.
            if (items.Count == options.MaxFilterElements || LdapFilter.Parse(ref list, 0, options.MaxFilterElements) is not { } item) throw Malformed("matched values");
            items.Add(item);
        }

        return list.Failed || items.Count == 0 ? throw Malformed("matched values") : [.. items];
    }

    /// <summary>RFC 4527 3: the attributes that a read of the entry before or after the change asks for; null without the control.</summary>
    public static AttributeSelection? ReadAttributes(LdapControl[] controls, string oid, LdapOptions options)
    {
        if (Find(controls, oid) is not { } control) return null;
        var list = new BerReader(control.Value).ReadConstructed(Tags.Sequence);
        var names = new List<string>();
        while (!list.AtEnd)
        {
            if (names.Count == options.MaxAttributes) throw Malformed("read entry");
            names.Add(list.ReadText());
        }

        return list.Failed ? throw Malformed("read entry") : AttributeSelection.Of([.. names]);
    }

    public static void Write(BerWriter writer, string oid, Action<BerWriter> value)
    {
        using var inner = new BerWriter(128);
        value(inner);
        var control = writer.Begin(Tags.Sequence);
        writer.WriteText(oid);
        writer.WriteOctets(inner.Written);
        writer.End(control);
    }

    private static bool Fits(string oid, LdapRequest request) => oid switch
    {
        Paged or Sort or View or DomainScope or MatchedValues => request is SearchRequest,
        Assertion => request is ModifyRequest or DeleteRequest or ModifyDnRequest or CompareRequest or SearchRequest,
        PreRead => request is ModifyRequest or DeleteRequest or ModifyDnRequest,
        PostRead => request is ModifyRequest or AddRequest or ModifyDnRequest,
        AuthorizationIdentity => request is BindRequest,
        NoCopy => request is SearchRequest or CompareRequest,

        // Nothing stands below an entry that can be removed: with it or without it is the same.
        TreeDelete => request is DeleteRequest,
        ManageDsaIt => request is not (BindRequest or ExtendedRequest),
        _ => false,
    };

    private static LdapException Malformed(string what) => new(ResultCode.ProtocolError, $"The {what} control is malformed.");
}
