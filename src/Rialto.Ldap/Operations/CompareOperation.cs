// RFC 4511 4.10.
using Rialto.Ldap.Schema;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Says whether an entry has a value. Passwords are not compared: that would be a log-in without its counters.</summary>
internal static class CompareOperation
{
    public static LdapResult Run(LdapSession session, CompareRequest request, LdapControl[] controls)
    {
        var view = session.View;
        var target = Access.Find(session, view, request.Dn);
        if (RequestControls.ReadAssertion(controls, session.Protocol.Options) is { } assertion) AssertionCheck.Require(view, target, assertion);
        var attribute = AttributeTable.Find(request.Attribute);
        if (attribute is null && !AttributeTable.IsDescriptor(request.Attribute)) return new(ResultCode.UndefinedAttributeType);
        if (ReferenceEquals(attribute, AttributeTable.UserPassword)) return new(ResultCode.InsufficientAccessRights, "Passwords are not compared. Log in with them.");
        var candidate = AssertionCheck.Candidate(view, target);
        if (Matcher.Compile(new LdapFilter { Kind = FilterKind.Present, Attribute = request.Attribute }, view).Match(view, candidate) != Truth.True) return new(ResultCode.NoSuchAttribute);
        return new(Matcher.Compile(new LdapFilter { Kind = FilterKind.Equality, Attribute = request.Attribute, Value = request.Value }, view).Match(view, candidate) switch
        {
            Truth.True => ResultCode.CompareTrue,
            Truth.False => ResultCode.CompareFalse,
            _ => ResultCode.InappropriateMatching,
        });
    }
}

/// <summary>RFC 4528.</summary>
internal static class AssertionCheck
{
    public static Candidate Candidate(LdapView view, LdapTarget target) => target switch
    {
        { Recipient: { } recipient } => new(recipient),
        { Container: { } container } => new(container.Entry),
        { Domain: { } domain } => new(domain.Entry),
        { Kind: LdapTargetKind.Subschema } => new(VirtualEntries.Subschema()),
        _ => new(VirtualEntries.Root(view, [], [], [])),
    };

    public static void Require(LdapView view, LdapTarget target, LdapFilter filter)
    {
        if (Matcher.Compile(filter, view).Match(view, Candidate(view, target)) != Truth.True) throw new LdapException(ResultCode.AssertionFailed, "The assertion does not hold.");
    }
}
