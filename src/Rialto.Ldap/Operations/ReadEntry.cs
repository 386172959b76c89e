// RFC 4527.
using Rialto.Directory;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>How a change ended, with the entry before and after it where that was asked for.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Before">The entry before (a SearchResultEntry), or null.</param>
/// <param name="After">The entry after it, or null.</param>
internal readonly record struct WriteOutcome(LdapResult Result, byte[]? Before = null, byte[]? After = null)
{
    public bool HasEntries => Before is not null || After is not null;

    public static implicit operator WriteOutcome(LdapResult result) => new(result);

    /// <summary>Writes the response's controls.</summary>
    public void WriteTo(BerWriter writer)
    {
        var (before, after) = (Before, After);
        if (before is not null) RequestControls.Write(writer, RequestControls.PreRead, w => w.WriteRaw(before));
        if (after is not null) RequestControls.Write(writer, RequestControls.PostRead, w => w.WriteRaw(after));
    }
}

/// <summary>Reads an entry for the controls that ask for it beside a change.</summary>
internal static class ReadEntry
{
    /// <summary>The entry before the change; null when it was not asked for.</summary>
    public static ValueTask<byte[]?> BeforeAsync(LdapSession session, LdapControl[] controls, Recipient recipient) => ReadAsync(session, controls, RequestControls.PreRead, session.View, recipient);

    /// <summary>The entry as it is now, after the change.</summary>
    public static ValueTask<byte[]?> AfterAsync(LdapSession session, LdapControl[] controls, Guid id) =>
        session.View is var view && view.Directory.Find<Recipient>(id) is { } recipient ? ReadAsync(session, controls, RequestControls.PostRead, view, recipient) : default;

    private static async ValueTask<byte[]?> ReadAsync(LdapSession session, LdapControl[] controls, string oid, LdapView view, Recipient recipient)
    {
        if (RequestControls.ReadAttributes(controls, oid, session.Protocol.Options) is not { } selection) return null;
        var stored = await StoredValues.ReadAsync(session.Protocol.Directory, recipient, selection);
        using var writer = new BerWriter();
        EntryWriter.WriteEntry(writer, view, recipient, selection, typesOnly: false, stored);
        return writer.Written.ToArray();
    }
}
