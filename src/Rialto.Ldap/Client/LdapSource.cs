using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>The other directory as a place that knows passwords.</summary>
public sealed class LdapSource(LdapSourceOptions options)
{
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
        try
        {
            await using var connection = await LdapConnection.OpenAsync(options, cancellationToken);
            var (code, _) = await connection.BindAsync(identity.Dn, password, cancellationToken);
            return code switch
            {
                ResultCode.Success => true,
                ResultCode.InvalidCredentials or ResultCode.NoSuchObject or ResultCode.InappropriateAuthentication or ResultCode.ConstraintViolation or ResultCode.UnwillingToPerform
                    or ResultCode.InvalidDnSyntax => false,
                _ => null,
            };
        }
        catch (LdapSourceException)
        {
            return null;
        }
    }

    internal async Task<LdapConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await LdapConnection.OpenAsync(options, cancellationToken);
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
