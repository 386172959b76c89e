// RFC 4511, RFC 2696; RFC 4512 3.4 (modifyTimestamp), [MS-ADTS] 3.1.1.1.9 (uSNChanged, highestCommittedUSN).
using System.Collections.Immutable;
using System.Globalization;
using Rialto.Directory;
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

    /// <summary>From where changes are asked for next: a uSNChanged number or a modifyTimestamp; null when the other directory has neither.</summary>
    public string? Mark { get; init; }
}

/// <summary>
/// Brings the other directory's accounts and groups here: as a whole, or what changed since the last time. What is gone there is disabled here and never removed;
/// what comes back is enabled again.
/// </summary>
public sealed class DirectorySync(LdapSource source, DirectoryService directory, TimeProvider time)
{
    private const int MaxProblems = 100;

    /// <summary>Objects added in one commit.</summary>
    private const int Batch = 500;

    private readonly SourceMapping mapping = new(source.Options);
    private readonly List<string> problems = [];
    private readonly Dictionary<string, Guid> ids = [];
    private readonly List<(RemoteEntry Entry, Recipient Made)> pending = [];
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
        ids.Clear();
        pending.Clear();
        foreach (var recipient in directory.Current.Recipients)
        {
            if (recipient.External is { } identity) ids[identity.Id] = recipient.Id;
        }

        var options = source.Options;
        await using var connection = await source.OpenAsync(cancellationToken);
        var next = await NextMarkAsync(connection, cancellationToken);
        var since = mark is null ? "" : mark.All(char.IsAsciiDigit) ? $"(uSNChanged>={FilterText.Escape(mark)})" : $"(modifyTimestamp>={FilterText.Escape(mark)})";
        var users = new List<RemoteEntry>();
        var groups = new List<RemoteEntry>();
        await connection.SearchAsync(options.BaseDn, SearchScope.Sub, With(options.UserFilter, since), mapping.Asked, options.PageSize, users.Add, cancellationToken);
        if (options.GroupFilter.Length > 0) await connection.SearchAsync(options.BaseDn, SearchScope.Sub, With(options.GroupFilter, since), mapping.Asked, options.PageSize, groups.Add, cancellationToken);

        foreach (var entry in users) await TryAsync(entry, () => TakeUserAsync(entry, cancellationToken));
        await FlushAsync(cancellationToken);
        foreach (var entry in groups) await TryAsync(entry, () => TakeGroupAsync(entry, cancellationToken));
        await FlushAsync(cancellationToken);

        // Links when all they can lead to is there.
        var byDn = directory.Current.Recipients.Where(r => r.External is not null).ToLookup(r => Normal(r.External!.Dn), r => r.Id);
        foreach (var entry in users) await TryAsync(entry, () => LinkUserAsync(entry, byDn, cancellationToken));
        foreach (var entry in groups) await TryAsync(entry, () => LinkGroupAsync(entry, byDn, cancellationToken));
        await AppointAsync(cancellationToken);
        var disabled = mark is null ? await DisableMissingAsync(users.Concat(groups).Select(SourceMapping.IdOf).OfType<string>().ToHashSet(), cancellationToken) : 0;
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

    /// <summary>Active Directory counts changes; others keep times, which are asked for with a minute to spare.</summary>
    private async Task<string?> NextMarkAsync(LdapConnection connection, CancellationToken cancellationToken)
    {
        string? number = null;
        await connection.SearchAsync("", SearchScope.Base, "(objectClass=*)", ["highestCommittedUSN"], 0, e => number = e.Text("highestCommittedUSN"), cancellationToken);
        if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var usn)) return (usn + 1).ToString(CultureInfo.InvariantCulture);
        return time.GetUtcNow().AddMinutes(-1).ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
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
        if (missing.Count > 3 && missing.Count * 100 > ours.Count * source.Options.MaxMissingPercent)
        {
            problems.Add($"{missing.Count} of {ours.Count} known objects are missing in the other directory: more than maxMissingPercent. None of them was disabled.");
            return 0;
        }

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
