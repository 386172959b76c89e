using System.Collections.Immutable;

namespace Rialto.Model;

/// <summary>
/// Who asks: what authentication established, presented to the store by every protocol. Rights are computed from it alone ([MS-OXCPERM] 3.2.5).
/// </summary>
/// <param name="Id">The account's id in the directory; <see cref="Guid.Empty"/> for the anonymous user.</param>
/// <param name="Name">The primary address, for logs.</param>
/// <param name="Groups">Ids of every group that the account belongs to, nested ones included.</param>
/// <param name="Kind">Anonymous, an account, an administrator, or the server itself (delivery, command line).</param>
public sealed record Principal(Guid Id, string Name, ImmutableHashSet<Guid> Groups, PrincipalKind Kind)
{
    public static Principal Anonymous { get; } = new(Guid.Empty, "anonymous", [], PrincipalKind.Anonymous);

    /// <summary>The server's own work: local delivery, import, background indexing. Every right everywhere.</summary>
    public static Principal System { get; } = new(new Guid("00000000-0000-0000-0000-000000000001"), "system", [], PrincipalKind.System);

    public bool IsAdministrator => Kind is PrincipalKind.Administrator or PrincipalKind.System;
}

public enum PrincipalKind
{
    Anonymous,
    Account,
    Administrator,
    System,
}
