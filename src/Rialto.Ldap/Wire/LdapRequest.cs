// RFC 4511 4.2 to 4.12: requests as they stand on the wire.
using System.Text;

namespace Rialto.Ldap.Wire;

/// <summary>A request taken apart.</summary>
internal abstract record LdapRequest
{
    /// <summary>The tag of the operation's response; 0 for those that have none.</summary>
    public abstract byte ResponseTag { get; }

    /// <summary>The response's tag of a request that cannot be read.</summary>
    public static byte ResponseTagOf(byte operation) => operation switch
    {
        Tags.BindRequest => Tags.BindResponse,
        Tags.SearchRequest => Tags.SearchResultDone,
        Tags.ModifyRequest => Tags.ModifyResponse,
        Tags.AddRequest => Tags.AddResponse,
        Tags.DeleteRequest => Tags.DeleteResponse,
        Tags.ModifyDnRequest => Tags.ModifyDnResponse,
        Tags.CompareRequest => Tags.CompareResponse,
        _ => Tags.ExtendedResponse,
    };

    /// <summary>Parses an operation; null when it is malformed or none of the protocol's.</summary>
    public static LdapRequest? Parse(in LdapMessage message, LdapOptions options)
    {
        var content = new BerReader(message.Content);
        LdapRequest? request = message.Operation switch
        {
            Tags.BindRequest => BindRequest.Read(ref content),
            Tags.UnbindRequest => new UnbindRequest(),
            Tags.SearchRequest => SearchRequest.Read(ref content, options),
            Tags.ModifyRequest => ModifyRequest.Read(ref content, options),
            Tags.AddRequest => AddRequest.Read(ref content, options),
            Tags.DeleteRequest => new DeleteRequest(Encoding.UTF8.GetString(message.Content)),
            Tags.ModifyDnRequest => ModifyDnRequest.Read(ref content),
            Tags.CompareRequest => CompareRequest.Read(ref content),
            Tags.AbandonRequest => new AbandonRequest(),
            Tags.ExtendedRequest => ExtendedRequest.Read(ref content),
            _ => null,
        };
        return content.Failed ? null : request;
    }
}

/// <summary>What a bind authenticates by.</summary>
internal enum BindMethod
{
    Unknown,
    Simple,
    Sasl,

    /// <summary>[MS-ADTS] 5.1.1.1.3: NTLM before there was SASL. First what there is, then the client's first message, then its answer.</summary>
    SicilyDiscovery,
    SicilyNegotiate,
    SicilyResponse,
}

/// <summary>4.2; simple with a password, SASL with a mechanism, or Sicily with the messages of NTLM.</summary>
internal sealed record BindRequest(int Version, string Name, BindMethod Method, string Password, string Mechanism, byte[] Credentials) : LdapRequest
{
    public override byte ResponseTag => Tags.BindResponse;

    public static BindRequest? Read(ref BerReader content)
    {
        var version = content.ReadInteger();
        var name = content.ReadText();
        switch (content.Peek)
        {
            case 0x80:
                return new(version, name, BindMethod.Simple, content.ReadText(0x80), "", []);
            case 0xA3:
                var sasl = content.ReadConstructed(0xA3);
                var mechanism = sasl.ReadText();
                var credentials = sasl.AtEnd ? [] : sasl.Read(Tags.OctetString).ToArray();
                return sasl.Failed ? null : new(version, name, BindMethod.Sasl, "", mechanism, credentials);
            case 0x89:
                return new(version, name, BindMethod.SicilyDiscovery, "", "", content.Read(0x89).ToArray());
            case 0x8A:
                return new(version, name, BindMethod.SicilyNegotiate, "", "", content.Read(0x8A).ToArray());
            case 0x8B:
                return new(version, name, BindMethod.SicilyResponse, "", "", content.Read(0x8B).ToArray());
            default:
                // A method that is not known here: answered authMethodNotSupported.
                return content.Failed || content.AtEnd ? null : new(version, name, BindMethod.Unknown, "", "", []);
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"Bind {Name}";
}

/// <summary>4.3.</summary>
internal sealed record UnbindRequest : LdapRequest
{
    public override byte ResponseTag => 0;
}

/// <summary>4.11. Requests are carried out one after the other: what is abandoned was either done or is found when a search looks for it.</summary>
internal sealed record AbandonRequest : LdapRequest
{
    public override byte ResponseTag => 0;
}

/// <summary>4.5.1.</summary>
internal enum SearchScope
{
    Base,
    One,
    Sub,

    /// <summary>draft-sermersheim-ldap-subordinate-scope: the subtree without its top.</summary>
    Subordinate,
}

/// <summary>4.5.1.</summary>
internal sealed record SearchRequest(string BaseDn, SearchScope Scope, int SizeLimit, int TimeLimit, bool TypesOnly, LdapFilter Filter, string[] Attributes) : LdapRequest
{
    public override byte ResponseTag => Tags.SearchResultDone;

    public static SearchRequest? Read(ref BerReader content, LdapOptions options)
    {
        var dn = content.ReadText();
        var scope = content.ReadInteger(Tags.Enumerated);

        // There are no aliases here: whatever is asked for, nothing is to be dereferenced.
        var aliases = content.ReadInteger(Tags.Enumerated);
        var size = content.ReadInteger();
        var time = content.ReadInteger();
        var typesOnly = content.ReadBoolean();
        if (content.Failed || scope is < 0 or > 3 || aliases is < 0 or > 3 || size < 0 || time < 0) return null;
        if (LdapFilter.Parse(ref content, options.MaxFilterDepth, options.MaxFilterElements) is not { } filter) return null;
        var list = content.ReadConstructed(Tags.Sequence);
        var attributes = new List<string>();
        while (!list.AtEnd)
        {
            if (attributes.Count == options.MaxAttributes) return null;
            attributes.Add(list.ReadText());
        }

        return list.Failed || content.Failed ? null : new(dn, (SearchScope)scope, size, time, typesOnly, filter, [.. attributes]);
    }
}

/// <summary>An attribute with its values.</summary>
internal sealed record LdapValues(string Attribute, byte[][] Values)
{
    public static LdapValues? Read(ref BerReader list)
    {
        var pair = list.ReadConstructed(Tags.Sequence);
        var name = pair.ReadText();
        var set = pair.ReadConstructed(Tags.Set);
        var values = new List<byte[]>();
        while (!set.AtEnd) values.Add(set.Read(Tags.OctetString).ToArray());
        return pair.Failed || set.Failed || name.Length == 0 ? null : new(name, [.. values]);
    }
}

/// <summary>4.6: 0 adds, 1 deletes, 2 replaces, 3 increments (RFC 4525).</summary>
internal sealed record LdapChange(int Kind, LdapValues Values);

/// <summary>4.6.</summary>
internal sealed record ModifyRequest(string Dn, LdapChange[] Changes) : LdapRequest
{
    public override byte ResponseTag => Tags.ModifyResponse;

    public static ModifyRequest? Read(ref BerReader content, LdapOptions options)
    {
        var dn = content.ReadText();
        var list = content.ReadConstructed(Tags.Sequence);
        var changes = new List<LdapChange>();
        while (!list.AtEnd)
        {
            var change = list.ReadConstructed(Tags.Sequence);
            var kind = change.ReadInteger(Tags.Enumerated);
            if (changes.Count == options.MaxAttributes || LdapValues.Read(ref change) is not { } values || change.Failed || kind is < 0 or > 3) return null;
            changes.Add(new(kind, values));
        }

        return list.Failed ? null : new(dn, [.. changes]);
    }
}

/// <summary>4.7.</summary>
internal sealed record AddRequest(string Dn, LdapValues[] Attributes) : LdapRequest
{
    public override byte ResponseTag => Tags.AddResponse;

    public static AddRequest? Read(ref BerReader content, LdapOptions options)
    {
        var dn = content.ReadText();
        var list = content.ReadConstructed(Tags.Sequence);
        var attributes = new List<LdapValues>();
        while (!list.AtEnd)
        {
            if (attributes.Count == options.MaxAttributes || LdapValues.Read(ref list) is not { } values) return null;
            attributes.Add(values);
        }

        return list.Failed ? null : new(dn, [.. attributes]);
    }
}

/// <summary>4.8.</summary>
internal sealed record DeleteRequest(string Dn) : LdapRequest
{
    public override byte ResponseTag => Tags.DeleteResponse;
}

/// <summary>4.9.</summary>
internal sealed record ModifyDnRequest(string Dn, string NewName, bool DeleteOld, string? NewParent) : LdapRequest
{
    public override byte ResponseTag => Tags.ModifyDnResponse;

    public static ModifyDnRequest Read(ref BerReader content) =>
        new(content.ReadText(), content.ReadText(), content.ReadBoolean(), content.Peek == 0x80 ? content.ReadText(0x80) : null);
}

/// <summary>4.10.</summary>
internal sealed record CompareRequest(string Dn, string Attribute, byte[] Value) : LdapRequest
{
    public override byte ResponseTag => Tags.CompareResponse;

    public static CompareRequest? Read(ref BerReader content)
    {
        var dn = content.ReadText();
        var assertion = content.ReadConstructed(Tags.Sequence);
        var attribute = assertion.ReadText();
        var value = assertion.Read(Tags.OctetString).ToArray();
        return assertion.Failed ? null : new(dn, attribute, value);
    }
}

/// <summary>4.12.</summary>
internal sealed record ExtendedRequest(string Oid, byte[]? Value) : LdapRequest
{
    public override byte ResponseTag => Tags.ExtendedResponse;

    public static ExtendedRequest Read(ref BerReader content) => new(content.ReadText(0x80), content.Peek == 0x81 ? content.Read(0x81).ToArray() : null);
}
