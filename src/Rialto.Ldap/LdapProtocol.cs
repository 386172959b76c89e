// RFC 4511 over the connections of Rialto.Net.
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;
using Rialto.Net;

namespace Rialto.Ldap;

/// <summary>The LDAP server: one for all its listeners.</summary>
public sealed class LdapProtocol(DirectoryService directory, Authenticator authenticator, LdapOptions options, TimeProvider time, ILogger<LdapProtocol> logger) : ConnectionProtocol
{
    public override string Name => "ldap";

    public override TimeSpan IdleTimeout => options.LoginTimeout;

    /// <summary>Limits and choices.</summary>
    public LdapOptions Options => options;

    /// <summary>SASL: which mechanisms there are.</summary>
    public AuthenticationService Authentication { get; init; } = new(authenticator);

    /// <summary>Makes password hashes for entries that are added with a password, and for RFC 3062.</summary>
    public required PasswordBook Passwords { get; init; }

    /// <summary>Where Autodiscover is; null where it is not told.</summary>
    public Func<AutodiscoverPoint?> Autodiscover { get; init; } = static () => null;

    internal DirectoryService Directory => directory;

    internal Authenticator Authenticator => authenticator;

    internal TimeProvider Time => time;

    internal ILogger Logger => logger;

    internal LdapTree Tree { get; } = new();

    public override async Task RunAsync(SessionTransport transport)
    {
        using var session = new LdapSession(this, transport);
        await session.RunAsync();
    }

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) =>
        Notices.Disconnection(reason == ConnectionRefusal.ShuttingDown ? ResultCode.Unavailable : ResultCode.Busy, reason == ConnectionRefusal.ShuttingDown ? "The server is stopping." : "Too many connections.");
}

/// <summary>What the server says unasked. RFC 4511 4.4.1.</summary>
internal static class Notices
{
    public static ReadOnlyMemory<byte> Disconnection(ResultCode code, string message)
    {
        using var writer = new BerWriter(256);
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(0);
        var response = writer.Begin(Tags.ExtendedResponse);
        writer.WriteInteger((int)code, Tags.Enumerated);
        writer.WriteOctets([]);
        writer.WriteText(message);
        writer.WriteText("1.3.6.1.4.1.1466.20036", 0x8A);
        writer.End(response);
        writer.End(frame);
        return writer.Written.ToArray();
    }
}
