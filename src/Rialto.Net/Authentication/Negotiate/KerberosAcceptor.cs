// RFC 4120, RFC 4121, RFC 4178 through the system's GSS-API, which .NET's NegotiateAuthentication calls.
using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;

namespace Rialto.Net;

/// <summary>
/// One acceptor's context of Kerberos. The keys are those of the keytab, for whichever of its services the client's ticket is. .NET does not check channel bindings on this side:
/// what Kerberos proves here is bound to the service's name alone.
/// </summary>
internal sealed partial class KerberosAcceptor : IDisposable
{
    private readonly NegotiateAuthentication context;

    /// <param name="package"><c>Kerberos</c> or <c>Negotiate</c>.</param>
    public KerberosAcceptor(string package) =>
        context = new NegotiateAuthentication(new NegotiateAuthenticationServerOptions { Package = package, Credential = CredentialCache.DefaultNetworkCredentials, RequiredProtectionLevel = ProtectionLevel.None });

    /// <summary>Whether the context stands.</summary>
    public bool IsDone => !HasFailed && context.IsAuthenticated;

    public bool HasFailed { get; private set; }

    /// <summary>Who it is: <c>user@REALM</c>.</summary>
    public string Principal => context.RemoteIdentity.Name ?? "";

    /// <summary>Makes the keys of a file those of this process: GSS-API knows one keytab.</summary>
    /// <exception cref="InvalidOperationException">There is no GSS-API on this system, or it does not take the file.</exception>
    public static void UseKeytab(string path)
    {
        try
        {
            if (RegisterAcceptorIdentity(path) != 0) throw new InvalidOperationException($"The keytab {path} is not taken by the system's Kerberos.");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException("Kerberos needs the system's GSS-API (Debian: libgssapi-krb5-2). Install it, or take the keytab out of the configuration.", e);
        }
    }

    /// <summary>Takes the client's token and gives the answer to it, if there is one.</summary>
    public byte[]? Accept(ReadOnlySpan<byte> token)
    {
        try
        {
            var answer = context.GetOutgoingBlob(token, out var status);
            if (status is not (NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded)) HasFailed = true;
            return HasFailed ? null : answer;
        }
        catch (Exception e) when (e is InvalidOperationException or PlatformNotSupportedException or System.ComponentModel.Win32Exception or ArgumentException)
        {
            HasFailed = true;
            return null;
        }
    }

    /// <summary>Whether the client asked for messages to be signed, and for them to be sealed.</summary>
    public (bool Signs, bool Seals) Protection => IsDone ? (context.IsSigned, context.IsEncrypted) : default;

    public byte[]? Wrap(ReadOnlySpan<byte> message, bool seal = false)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 128);
        return context.Wrap(message, output, requestEncryption: seal, out var isSealed) == NegotiateAuthenticationStatusCode.Completed && (isSealed || !seal) ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>The message; null when it is not the client's, or is not sealed where it has to be.</summary>
    public byte[]? Unwrap(ReadOnlySpan<byte> message, bool seal = false)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 1);
        return context.Unwrap(message, output, out var wasSealed) == NegotiateAuthenticationStatusCode.Completed && (wasSealed || !seal) ? output.WrittenSpan.ToArray() : null;
    }

    public void Dispose() => context.Dispose();

    [LibraryImport("libgssapi_krb5.so.2", EntryPoint = "krb5_gss_register_acceptor_identity", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint RegisterAcceptorIdentity(string path);
}
