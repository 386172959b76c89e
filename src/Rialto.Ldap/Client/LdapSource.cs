using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>The other directory as a place that knows passwords.</summary>
public sealed class LdapSource(LdapSourceOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly LdapServers servers = new(options, time);

    /// <summary>The password of the reading account; read from its file at each use, so that a change needs no restart.</summary>
    internal string ReadPassword => options.PasswordFile.Length == 0 ? "" : File.ReadAllText(options.PasswordFile).TrimEnd('\r', '\n');

    internal LdapSourceOptions Options => options;

    /// <summary>
    /// Logs in there as the account: true when its password is right, false when it is wrong or the account is locked or gone there, null when that cannot be found out now.
    /// </summary>
    public async ValueTask<bool?> CheckAsync(Account account, string password, CancellationToken cancellationToken)
    {
        // RFC 4513 5.1.2: a name with an empty password logs in nobody, and succeeds.
        if (account.External is not { IsGone: false } identity || password.Length == 0) return false;
        for (var used = servers.TakeIdle(); ; used = null)
        {
            try
            {
                var connection = used ?? await servers.OpenAsync(cancellationToken);
                var result = await AskAsync(connection, identity.Dn, password, cancellationToken);
                if (result is not null || used is null) return result;
            }
            catch (LdapSourceException) when (used is not null)
            {
                // It was closed while nobody used it.
            }
            catch (LdapSourceException)
            {
                return null;
            }
        }
    }

    /// <summary>Logs in on a connection, which is kept for the next when the server answered.</summary>
    private async Task<bool?> AskAsync(LdapConnection connection, string dn, string password, CancellationToken cancellationToken)
    {
        var keep = false;
        try
        {
            var (code, _) = await connection.BindAsync(dn, password, cancellationToken);
            bool? right = code switch
            {
                ResultCode.Success => true,
                ResultCode.InvalidCredentials or ResultCode.NoSuchObject or ResultCode.InappropriateAuthentication or ResultCode.ConstraintViolation or ResultCode.UnwillingToPerform
                    or ResultCode.InvalidDnSyntax => false,
                _ => null,
            };
            keep = right is not null;
            if (!keep) servers.Avoid(connection);
            return right;
        }
        finally
        {
            if (keep) await servers.KeepAsync(connection);
            else await connection.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => servers.DisposeAsync();

    /// <summary>A connection for a part of the tree that is elsewhere, logged in as on the first.</summary>
    internal async Task<LdapConnection> OpenAsync(LdapUrl url, CancellationToken cancellationToken) => await LogInAsync(await LdapConnection.OpenAsync(options, url, cancellationToken), cancellationToken);

    internal async Task<LdapConnection> OpenAsync(CancellationToken cancellationToken) => await LogInAsync(await servers.OpenAsync(cancellationToken), cancellationToken);

    private async Task<LdapConnection> LogInAsync(LdapConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            if (options.BindDn.Length == 0) return connection;
            var (code, message) = await connection.BindAsync(options.BindDn, ReadPassword, cancellationToken);
            return code == ResultCode.Success ? connection : throw new LdapSourceException($"The other directory refuses the log-in of {options.BindDn}: {code} {message}");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
