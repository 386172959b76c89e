// [MS-OXCSTOR] 3.2.5.6, 3.2.5.7: the servers that a client may be sent to for a public folder's contents.
using Rialto.Mapi.Objects;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Active replicas that are not too expensive, the cheapest first.</summary>
/// <param name="Names">ESSDNs.</param>
/// <param name="CheapCount">How many at the front cost as little as the first.</param>
internal readonly record struct ReplicaServers(string[] Names, ushort CheapCount)
{
    /// <summary>The same list in the same order every time: by cost, then by name. This store's own replica costs nothing.</summary>
    public static ReplicaServers Of(LogonObject logon, FolderId folder)
    {
        var replicas = logon.Mailbox.ReplicasOf(folder);
        var all = new List<FolderReplica>();
        if (replicas.IsHere)
            all.Add(new FolderReplica(logon.Owner.LegacyExchangeDn, 0, IsActive: true));
        all.AddRange(replicas.Others.Where(static r => r.IsActive && r.Cost <= FolderReplicas.HighestCost));
        var servers = all.OrderBy(static r => r.Cost).ThenBy(static r => r.Server, StringComparer.OrdinalIgnoreCase).ToList();
        return new([.. servers.Select(static r => r.Server)], (ushort)servers.Count(r => r.Cost == servers[0].Cost));
    }

    /// <summary>Whether the contents are elsewhere. Those of the root and of the two subtrees are everywhere.</summary>
    public static bool IsGhosted(LogonObject logon, Folder folder) =>
        logon.Mailbox.Header.IsPublic && !folder.IsSpecial && !logon.Mailbox.ReplicasOf(folder.Id).IsHere;
}
