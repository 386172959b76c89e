// RFC 4511, RFC 2696; RFC 4512 3.4 (modifyTimestamp), [MS-ADTS] 3.1.1.1.9 (uSNChanged, highestCommittedUSN), 3.1.1.3.2 (dsServiceName), 3.1.1.3.4.1.14 (deleted objects).
using System.Collections.Immutable;
using System.Globalization;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>What a synchronisation did.</summary>
public sealed record SyncReport
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset When { get; init; }

    /// <summary>Whether all was read, not only what changed.</summary>
    public bool IsFull { get; init; }

    /// <summary>Entries read.</summary>
    public int Read { get; init; }

    /// <summary>Objects added.</summary>
    public int Added { get; init; }

    /// <summary>Objects changed.</summary>
    public int Changed { get; init; }

    /// <summary>Objects that are not there any more and were disabled.</summary>
    public int Disabled { get; init; }

    /// <summary>Entries that were not taken, and why.</summary>
    public ImmutableArray<string> Problems { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// From where changes are asked for next: a uSNChanged number with the server that counts so (<c>123@NAME</c>), or a modifyTimestamp; null when the other directory has neither.
    /// </summary>
    public string? Mark { get; init; }
}

/// <summary>
/// Brings the other directory's accounts and groups here: as a whole, or what changed since the last time. What is gone there is disabled here and never removed;
/// what comes back is enabled again.
/// </summary>
public sealed class DirectorySync(LdapSource source, DirectoryService directory, TimeProvider time)
{
    private const int MaxProblems = 100;

    /// <summary>[MS-ADTS] 3.1.1.3.4.1.14: searches find what was deleted too.</summary>
    private const string ShowDeleted = "1.2.840.113556.1.4.417";

    /// <summary>How far back changes are asked for by time: servers that copy each other's changes have clocks of their own.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    /// <summary>Objects added in one commit.</summary>
    private const int Batch = 500;

    private readonly SourceMapping mapping = new(source.Options);
    private readonly List<string> problems = [];
    private readonly Dictionary<string, Guid> ids = [];
    private readonly List<(RemoteEntry Entry, Recipient Made)> pending = [];
    private bool incomplete;
    private int added;
    private int changed;

    /// <summary>Runs once.</summary>
    /// <param name="mark">From where; null reads all.</param>
    /// <param name="cancellationToken">Stops it; what was stored stays.</param>
    /// <exception cref="LdapSourceException">The other directory cannot be read. Nothing was disabled.</exception>
    public async Task<SyncReport> RunAsync(string? mark, CancellationToken cancellationToken = default)
    {
        problems.Clear();
        added = changed = 0;
        incomplete = false;
        ids.Clear();
        pending.Clear();
        foreach (var recipient in directory.Current.Recipients)
        {
            if (recipient.External is { } identity) ids[identity.Id] = recipient.Id;
        }

        var options = source.Options;
        await using var connection = await source.OpenAsync(cancellationToken);
        var server = await AboutAsync(connection, cancellationToken);

        // Each server of Active Directory counts for itself: after a change of server all is read.
        if (mark?.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && mark[(at + 1)..] != server.Name) mark = null;
        var since = mark is null ? "" : mark.Contains('@', StringComparison.Ordinal) ? $"(uSNChanged>={FilterText.Escape(mark[..mark.IndexOf('@', StringComparison.Ordinal)])})" : $"(modifyTimestamp>={FilterText.Escape(mark)})";
        var users = new List<RemoteEntry>();
        var groups = new List<RemoteEntry>();
        await SearchAsync(connection, With(options.UserFilter, since), users.Add, cancellationToken);
        if (options.GroupFilter.Length > 0) await SearchAsync(connection, With(options.GroupFilter, since), groups.Add, cancellationToken);
        var deleted = mark is not null && server.Count is not null ? await DeletedAsync(connection, server, since, cancellationToken) : [];
        var next = server.Count is { } count ? $"{count + 1}@{server.Name}" : Latest(users.Concat(groups)) ?? mark;

        foreach (var entry in users) await TryAsync(entry, () => TakeUserAsync(entry, cancellationToken));
        await FlushAsync(cancellationToken);
        foreach (var entry in groups) await TryAsync(entry, () => TakeGroupAsync(entry, cancellationToken));
        await FlushAsync(cancellationToken);

        // Links when all they can lead to is there.
        var byDn = directory.Current.Recipients.Where(r => r.External is not null).ToLookup(r => Normal(r.External!.Dn), r => r.Id);
        foreach (var entry in users) await TryAsync(entry, () => LinkUserAsync(entry, byDn, cancellationToken));
        foreach (var entry in groups) await TryAsync(entry, () => LinkGroupAsync(entry, byDn, cancellationToken));
        await AppointAsync(cancellationToken);
        var disabled = mark is null
            ? await DisableMissingAsync(users.Concat(groups).Select(SourceMapping.IdOf).OfType<string>().ToHashSet(), cancellationToken)
            : await DisableAsync([.. directory.Current.Recipients.Where(r => r.External is { IsGone: false } e && deleted.Contains(e.Id))], cancellationToken);
        return new()
        {
            When = time.GetUtcNow(),
            IsFull = mark is null,
            Read = users.Count + groups.Count,
            Added = added,
            Changed = changed,
            Disabled = disabled,
            Problems = [.. problems.Take(MaxProblems)],
            Mark = next,
        };
    }

    private static string With(string filter, string since) => since.Length == 0 ? filter : $"(&{filter}{since})";

    private static string Normal(string dn) => (DistinguishedName.Parse(dn)?.ToString() ?? dn).ToLowerInvariant();

    /// <summary>Which server answers, and how far it has counted its changes; null where it does not count.</summary>
    private sealed record ServerInfo(string Name, long? Count, string DefaultBase);

    private static async Task<ServerInfo> AboutAsync(LdapConnection connection, CancellationToken cancellationToken)
    {
        RemoteEntry? root = null;
        await connection.SearchAsync("", SearchScope.Base, "(objectClass=*)", ["highestCommittedUSN", "dsServiceName", "defaultNamingContext"], 0, e => root = e, cancellationToken);
        var count = long.TryParse(root?.Text("highestCommittedUSN"), NumberStyles.None, CultureInfo.InvariantCulture, out var usn) ? usn : (long?)null;
        return new(root?.Text("dsServiceName") ?? connection.Url.ToString(), count, root?.Text("defaultNamingContext") ?? "");
    }

    /// <summary>Searches below the base, and where its server says that parts of it are elsewhere, there too if that is wanted.</summary>
    private async Task SearchAsync(LdapConnection connection, string filter, Action<RemoteEntry> found, CancellationToken cancellationToken)
    {
        var options = source.Options;
        connection.References.Clear();
        await connection.SearchAsync(options.BaseDn, SearchScope.Sub, filter, mapping.Asked, options.PageSize, found, cancellationToken);
        if (connection.References.Count == 0) return;
        if (!options.FollowReferrals)
        {
            // Active Directory names its partitions of DNS and configuration each time: nothing is missing.
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>(connection.References);
        while (open.TryDequeue(out var text))
        {
            if (!seen.Add(text)) continue;
            if (seen.Count > options.MaxReferrals)
            {
                problems.Add($"More than {options.MaxReferrals} referrals: the others were not followed");
                return;
            }

            try
            {
                var url = LdapUrl.Parse(text);
                await using var other = await source.OpenAsync(url, cancellationToken);
                await other.SearchAsync(url.BaseDn.Length > 0 ? url.BaseDn : options.BaseDn, SearchScope.Sub, filter, mapping.Asked, options.PageSize, found, cancellationToken);
                foreach (var further in other.References) open.Enqueue(further);
            }
            catch (LdapSourceException e)
            {
                problems.Add($"{text}: {e.Message}");
                incomplete = true;
            }
        }
    }

    /// <summary>Identities of what was deleted since; empty where the reading account may not see that: a full read finds it.</summary>
    private async Task<HashSet<string>> DeletedAsync(LdapConnection connection, ServerInfo server, string since, CancellationToken cancellationToken)
    {
        var gone = new HashSet<string>();
        try
        {
            await connection.SearchAsync(
                server.DefaultBase.Length > 0 ? server.DefaultBase : source.Options.BaseDn, SearchScope.Sub, $"(&(isDeleted=TRUE){since})", ["objectGUID", "entryUUID"], source.Options.PageSize,
                e =>
                {
                    if (SourceMapping.IdOf(e) is { } id) gone.Add(id);
                },
                ShowDeleted, cancellationToken);
        }
        catch (LdapSourceException)
        {
            gone.Clear();
        }

        return gone;
    }

    /// <summary>The latest change that was read, less an overlap: by the other directory's clock, not by ours. Null when the entries do not tell.</summary>
    private static string? Latest(IEnumerable<RemoteEntry> entries)
    {
        DateTimeOffset? latest = null;
        foreach (var entry in entries)
        {
            if (entry.Text("modifyTimestamp") is { } text && GeneralizedTime.Parse(text) is { } time && (latest is null || time > latest)) latest = time;
        }

        return latest is { } last ? (last - Overlap).ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture) : null;
    }

    private async Task TryAsync(RemoteEntry entry, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DirectoryException e)
        {
            problems.Add($"{entry.Dn}: {e.Message}");
        }
    }

    private T? Known<T>(string id)
        where T : Recipient => ids.TryGetValue(id, out var own) ? directory.Current.Find<T>(own) : null;

    private async Task AddAsync(RemoteEntry entry, Recipient made, CancellationToken cancellationToken)
    {
        pending.Add((entry, made));
        if (pending.Count >= Batch) await FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (pending.Count == 0) return;
        var batch = pending.ToArray();
        pending.Clear();
        try
        {
            var stored = await directory.AddRangeAsync([.. batch.Select(p => new NewDirectoryObject(p.Made))], cancellationToken);
            foreach (var recipient in stored.OfType<Recipient>()) ids[recipient.External!.Id] = recipient.Id;
            added += batch.Length;
        }
        catch (DirectoryException)
        {
            // All or nothing: find out which.
            foreach (var (entry, made) in batch)
            {
                await TryAsync(entry, async () =>
                {
                    var stored = await directory.AddAsync(made, null, cancellationToken);
                    ids[stored.External!.Id] = stored.Id;
                    added++;
                });
            }
        }
    }

    private async Task TakeUserAsync(RemoteEntry entry, CancellationToken cancellationToken)
    {
        if (SourceMapping.IdOf(entry) is not { } id)
        {
            problems.Add($"{entry.Dn}: it has neither entryUUID nor objectGUID that may be read");
            return;
        }

        var snapshot = directory.Current;
        var addresses = SourceMapping.AddressesOf(entry).Where(a => snapshot.FindDomain(a.AsSpan(a.LastIndexOf('@') + 1)) is not null).ToList();
        if (addresses.Count == 0)
        {
            problems.Add($"{entry.Dn}: it has no mail address in one of our domains");
            return;
        }

        var known = Known<Account>(id) ?? snapshot.FindByAddress(addresses[0]) as Account;
        if (known is null)
        {
            var made = Mapped(new Account { MailboxEnabled = true, PrimaryAddress = addresses[0] }, entry, id, addresses);
            await AddAsync(entry, made, cancellationToken);
            return;
        }

        if (known is { External: null, IsAdministrator: true })
        {
            // Whoever can choose an address there must not become administrator here.
            problems.Add($"{entry.Dn}: {known.PrimaryAddress} is an administrator who is kept here alone, and stays that");
            return;
        }

        var before = known.Version;
        var after = await directory.UpdateAsync<Account>(known.Id, stored => Kept(stored, Mapped(stored, entry, id, addresses)), cancellationToken);
        ids[id] = known.Id;
        if (after.Version != before) changed++;
    }

    private Account Mapped(Account account, RemoteEntry entry, string id, List<string> addresses)
    {
        var wasGone = account.External?.IsGone == true;
        var isDisabled = int.TryParse(entry.Text("userAccountControl"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var flags) && (flags & 2) != 0;
        account = mapping.Apply(account, entry) with { External = new ExternalIdentity(id, entry.Dn), LoginEnabled = !isDisabled, PrimaryAddress = addresses[0] };
        account = account with { FurtherAddresses = Same(account.FurtherAddresses, [.. account.FurtherAddresses.Union(addresses.Skip(1), StringComparer.OrdinalIgnoreCase).Where(a => !a.Equals(addresses[0], StringComparison.OrdinalIgnoreCase))]) };

        // A new account's alias is made of its address.
        var alias = account.Alias.Length > 0 ? account.Alias : addresses[0][..addresses[0].LastIndexOf('@')];
        if (account.LogonName.Equals(alias, StringComparison.OrdinalIgnoreCase)) account = account with { LogonName = "" };
        return wasGone ? account with { HiddenFromAddressLists = false } : account;
    }

    private async Task TakeGroupAsync(RemoteEntry entry, CancellationToken cancellationToken)
    {
        if (SourceMapping.IdOf(entry) is not { } id) return;
        var snapshot = directory.Current;
        var address = SourceMapping.AddressesOf(entry).FirstOrDefault(a => snapshot.FindDomain(a.AsSpan(a.LastIndexOf('@') + 1)) is not null);
        var known = Known<Group>(id) ?? (address is null ? null : snapshot.FindByAddress(address) as Group);
        var name = entry.Text("displayName") ?? entry.Text("cn") ?? entry.Dn;
        if (known is null)
        {
            await AddAsync(entry, new Group { DisplayName = name, PrimaryAddress = address ?? "", External = new(id, entry.Dn), RequireAuthenticatedSender = address is null, HiddenFromAddressLists = address is null }, cancellationToken);
            return;
        }

        var before = known.Version;
        var after = await directory.UpdateAsync<Group>(
            known.Id, stored => Kept(stored, stored with { DisplayName = name, PrimaryAddress = address ?? stored.PrimaryAddress, External = new(id, entry.Dn), HiddenFromAddressLists = stored.HiddenFromAddressLists && stored.External?.IsGone != true }), cancellationToken);
        ids[id] = known.Id;
        if (after.Version != before) changed++;
    }

    private async Task LinkUserAsync(RemoteEntry entry, ILookup<string, Guid> byDn, CancellationToken cancellationToken)
    {
        if (SourceMapping.IdOf(entry) is not { } id || Known<Account>(id) is not { } account) return;
        var manager = entry.Text("manager") is { } dn && byDn[Normal(dn)].Select(i => (Guid?)i).FirstOrDefault() is { } found && found != account.Id ? found : (Guid?)null;
        if (account.Details.ManagerId != manager)
            await directory.UpdateAsync<Account>(account.Id, stored => stored with { Details = stored.Details with { ManagerId = manager } }, cancellationToken);
        var photo = entry.Bytes("thumbnailPhoto").Concat(entry.Bytes("jpegPhoto")).FirstOrDefault();
        if (photo is not null && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(photo)) != account.PhotoHash) await directory.SetPhotoAsync(account.Id, photo, cancellationToken);
    }

    private async Task LinkGroupAsync(RemoteEntry entry, ILookup<string, Guid> byDn, CancellationToken cancellationToken)
    {
        if (SourceMapping.IdOf(entry) is not { } id || Known<Group>(id) is not { } group) return;

        // Members that are no account or group of ours (computers, people without mail) are left out.
        ImmutableArray<Guid> members = [.. entry.Texts("member").Concat(entry.Texts("uniqueMember")).SelectMany(dn => byDn[Normal(dn)]).Where(m => m != group.Id).Distinct()];
        if (members.SequenceEqual(group.Members)) return;
        await directory.UpdateAsync<Group>(group.Id, stored => stored with { Members = members }, cancellationToken);
        changed++;
    }

    /// <summary>Administrators are who is in the group, nested groups included; accounts that are kept here alone are not touched.</summary>
    private async Task AppointAsync(CancellationToken cancellationToken)
    {
        if (source.Options.AdministratorGroup.Length == 0) return;
        var snapshot = directory.Current;
        var wanted = Normal(source.Options.AdministratorGroup);
        if (snapshot.Recipients.OfType<Group>().FirstOrDefault(g => g.External is { } e && Normal(e.Dn) == wanted) is not { } group)
        {
            problems.Add($"{source.Options.AdministratorGroup}: there is no such group; administrators stay who they are");
            return;
        }

        var members = snapshot.Expand(group).Recipients.Select(r => r.Id).ToHashSet();
        foreach (var account in snapshot.Recipients.OfType<Account>().Where(a => a.External is not null && a.IsAdministrator != members.Contains(a.Id)))
        {
            await directory.UpdateAsync<Account>(account.Id, stored => stored with { IsAdministrator = !stored.IsAdministrator }, cancellationToken);
            changed++;
        }
    }

    private async Task<int> DisableMissingAsync(HashSet<string> seen, CancellationToken cancellationToken)
    {
        var ours = directory.Current.Recipients.Where(r => r.External is { IsGone: false }).ToList();
        var missing = ours.Where(r => !seen.Contains(r.External!.Id)).ToList();
        if (missing.Count == 0) return 0;
        if (incomplete)
        {
            problems.Add($"{missing.Count} known objects were not found, and parts of the other directory could not be read. None of them was disabled.");
            return 0;
        }

        if (missing.Count > 3 && missing.Count * 100 > ours.Count * source.Options.MaxMissingPercent)
        {
            problems.Add($"{missing.Count} of {ours.Count} known objects are missing in the other directory: more than maxMissingPercent. None of them was disabled.");
            return 0;
        }

        return await DisableAsync(missing, cancellationToken);
    }

    private async Task<int> DisableAsync(List<Recipient> missing, CancellationToken cancellationToken)
    {
        foreach (var recipient in missing)
        {
            await directory.UpdateAsync<Recipient>(
                recipient.Id,
                stored =>
                {
                    var gone = stored with { External = stored.External! with { IsGone = true }, HiddenFromAddressLists = true };
                    return gone is Account account ? account with { LoginEnabled = false, IsAdministrator = false } : gone;
                },
                cancellationToken);
        }

        return missing.Count;
    }

    /// <summary>The stored object itself when nothing is different: then nothing is written.</summary>
    private static T Kept<T>(T stored, T wanted)
        where T : Recipient => stored.Equals(wanted) ? stored : wanted;

    private static ImmutableArray<string> Same(ImmutableArray<string> before, ImmutableArray<string> after) => before.SequenceEqual(after, StringComparer.OrdinalIgnoreCase) ? before : after;
}
