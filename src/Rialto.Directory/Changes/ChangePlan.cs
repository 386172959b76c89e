using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>What a caller wants changed, before the rules were applied.</summary>
internal sealed class DirectoryBatch
{
    public List<NewDirectoryObject> Adds { get; } = [];
    public List<DirectoryObject> Updates { get; } = [];
    public List<Guid> Removals { get; } = [];
    public List<Credential> Credentials { get; } = [];
    public List<(Guid AccountId, Guid CredentialId)> RemovedCredentials { get; } = [];
    public List<DirectoryBlob> Blobs { get; } = [];
}

/// <summary>
/// A batch worked out against one snapshot: normalised and checked objects, what else must change with them, the rows to store and the snapshot that results.
/// Throws <see cref="DirectoryException"/> when a rule is broken; nothing has happened then.
/// </summary>
internal sealed class ChangePlan
{
    private readonly DirectorySnapshot from;
    private readonly DirectoryOptions options;
    private readonly TimeProvider time;
    private readonly SnapshotBuilder builder;
    private readonly long version;
    private readonly List<ObjectChange> changes = [];
    private readonly List<Credential> credentials = [];
    private readonly List<Guid> removedCredentials = [];

    public ChangePlan(DirectorySnapshot from, DirectoryBatch batch, DirectoryOptions options, TimeProvider time)
    {
        this.from = from;
        this.options = options;
        this.time = time;
        builder = new SnapshotBuilder(from);
        version = from.Version + 1;

        var wanted = Collect(batch);
        foreach (var (before, _, _) in wanted)
        {
            if (before is not null) builder.Remove(before);
        }

        var now = (uint)Math.Clamp(time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);

        // Domains before the addresses in them, groups after their members: within a batch the order of the caller does not matter.
        var rules = new DirectoryRules(builder, options);
        Added = new DirectoryObject[batch.Adds.Count];
        foreach (var (before, after, added) in wanted.OrderBy(w => w.After?.Kind switch { DirectoryKind.Organisation => 0, DirectoryKind.Domain => 1, _ => 2 }))
        {
            if (after is null)
            {
                changes.Add(new(before, null));
                continue;
            }

            var ready = rules.Prepare(before, after) with { Version = version, CreatedAt = before?.CreatedAt ?? now, ModifiedAt = now };
            builder.Add(ready);
            changes.Add(new(before, ready));
            if (added >= 0) Added[added] = ready;
        }

        foreach (var change in changes)
        {
            if (change.After is not null) rules.CheckReferences(change.After);
            else if (change.Before is Domain gone) rules.CheckDomainUnused(from, gone);
        }

        PlanCredentials(batch);
        Snapshot = builder.Build(version);
        Change = new DirectoryChange(from.Version)
        {
            Rows = [.. changes.Where(c => c.After is not null).Select(c => DirectoryPayload.Write(c.After!))],
            Removed = [.. changes.Where(c => c.After is null).Select(c => c.Before!.Id)],
            Credentials = [.. credentials.Select(DirectoryPayload.Write)],
            RemovedCredentials = removedCredentials,
            Blobs = batch.Blobs,
        };
    }

    /// <summary>The objects added, in the order of the batch.</summary>
    public DirectoryObject[] Added { get; }

    public DirectorySnapshot Snapshot { get; }

    public DirectoryChange Change { get; }

    public DirectoryChanges Published => new(Snapshot, [.. changes], [.. builder.CredentialsTouched]);

    public bool IsEmpty => changes.Count == 0 && credentials.Count == 0 && removedCredentials.Count == 0 && Change.Blobs.Count == 0;

    private List<(DirectoryObject? Before, DirectoryObject? After, int Added)> Collect(DirectoryBatch batch)
    {
        var removed = batch.Removals.ToHashSet();
        var updates = new Dictionary<Guid, DirectoryObject>();
        foreach (var update in batch.Updates) updates[update.Id] = update;
        if (removed.Count > 0) DropReferences(removed, updates);
        KeepOneDefault(batch, updates);

        var wanted = new List<(DirectoryObject?, DirectoryObject?, int)>();
        foreach (var id in removed) wanted.Add((Existing(id), null, -1));
        foreach (var update in updates.Values)
        {
            if (removed.Contains(update.Id)) continue;
            var before = Existing(update.Id);
            if (before.Kind != update.Kind) throw new DirectoryException(DirectoryError.Immutable, $"\"{before.DisplayName}\" is a {before.Kind} and cannot become a {update.Kind}. Remove it and add the other.");
            wanted.Add((before, update, -1));
        }

        for (var i = 0; i < batch.Adds.Count; i++)
        {
            var added = batch.Adds[i].Object;
            if (added.Id == Guid.Empty) added = added with { Id = Guid.NewGuid() };
            else if (from.Find(added.Id) is not null) throw new DirectoryException(DirectoryError.AlreadyExists, $"There is an object with the id {added.Id} already. Update it, or leave the id empty to get a new one.");
            wanted.Add((null, added, i));
        }

        return wanted;
    }

    private DirectoryObject Existing(Guid id) =>
        from.Find(id) ?? throw new DirectoryException(DirectoryError.NotFound, $"There is no object with the id {id}; it may have been removed meanwhile. List the objects and try again.");

    /// <summary>Whoever is removed leaves every group, permission list and manager field in the same change.</summary>
    private void DropReferences(HashSet<Guid> removed, Dictionary<Guid, DirectoryObject> updates)
    {
        foreach (var candidate in from.Objects)
        {
            if (removed.Contains(candidate.Id)) continue;
            var current = updates.GetValueOrDefault(candidate.Id, candidate);
            var cleaned = References.Without(current, removed);
            if (!ReferenceEquals(cleaned, current)) updates[candidate.Id] = cleaned;
        }
    }

    /// <summary>The first domain is the default; a new default takes the flag from the old one.</summary>
    private void KeepOneDefault(DirectoryBatch batch, Dictionary<Guid, DirectoryObject> updates)
    {
        Guid? chosen = null;
        foreach (var domain in updates.Values.OfType<Domain>())
        {
            if (domain.IsDefault && from.Find<Domain>(domain.Id) is { IsDefault: false }) chosen = domain.Id;
        }

        for (var i = 0; i < batch.Adds.Count; i++)
        {
            if (batch.Adds[i].Object is not Domain domain) continue;
            if (!domain.IsDefault && !(from.Domains.IsEmpty && chosen is null)) continue;
            domain = domain with { IsDefault = true, Id = domain.Id == Guid.Empty ? Guid.NewGuid() : domain.Id };
            if (chosen is not null && batch.Adds.FindIndex(a => a.Object.Id == chosen) is >= 0 and var other)
                batch.Adds[other] = batch.Adds[other] with { Object = (Domain)batch.Adds[other].Object with { IsDefault = false } };
            batch.Adds[i] = batch.Adds[i] with { Object = domain };
            chosen = domain.Id;
        }

        if (chosen is null) return;
        foreach (var domain in from.Domains)
        {
            if (domain.Id == chosen) continue;
            var current = (Domain)updates.GetValueOrDefault(domain.Id, domain);
            if (current.IsDefault) updates[domain.Id] = current with { IsDefault = false };
        }
    }

    private void PlanCredentials(DirectoryBatch batch)
    {
        for (var i = 0; i < batch.Adds.Count; i++)
        {
            if (batch.Adds[i].Password is not { } hash) continue;
            if (Added[i] is not Account) throw new DirectoryException(DirectoryError.InvalidPassword, $"A {Added[i].Kind} has no password: nobody logs in to it.");
            Put(new Credential(Guid.NewGuid(), Added[i].Id, CredentialKind.Password, "", time.GetUtcNow(), hash, null));
        }

        foreach (var change in changes)
        {
            if (change is { Before: Account { NtlmEnabled: true }, After: Account { NtlmEnabled: false } left })
            {
                foreach (var credential in from.CredentialsOf(left.Id).All.Where(c => c.Hash.SealedNt is not null)) Put(credential);
            }

            if (change.After is not null || change.Before is not Account gone) continue;
            foreach (var credential in from.CredentialsOf(gone.Id).All) Drop(gone.Id, credential.Id);
        }

        foreach (var (accountId, credentialId) in batch.RemovedCredentials) Drop(accountId, credentialId);
        foreach (var credential in batch.Credentials)
        {
            if (builder.Find(credential.AccountId) is not Account) throw new DirectoryException(DirectoryError.NotFound, $"There is no account with the id {credential.AccountId}.");
            if (credential.Kind == CredentialKind.AppPassword && builder.CredentialsOf(credential.AccountId).All.Count(c => c.Kind == CredentialKind.AppPassword) >= options.MaxAppPasswords)
                throw new DirectoryException(DirectoryError.TooLarge, $"An account has at most {options.MaxAppPasswords} app passwords. Revoke one that is no longer used.");
            Put(credential);
        }
    }

    /// <summary>The NT hash is kept for those accounts alone that use NTLM, whoever brings it.</summary>
    private void Put(Credential credential)
    {
        if (credential.Hash.SealedNt is not null && builder.Find(credential.AccountId) is not Account { NtlmEnabled: true })
            credential = credential.With(credential.Hash.With(credential.Hash.Scram, null));
        builder.Put(credential);
        credentials.Add(credential);
    }

    private void Drop(Guid accountId, Guid credentialId)
    {
        builder.RemoveCredential(accountId, credentialId);
        removedCredentials.Add(credentialId);
    }
}

/// <summary>Which members of an object name other objects.</summary>
internal static class References
{
    public static IEnumerable<(string What, ImmutableArray<Guid> Ids)> Of(DirectoryObject value)
    {
        if (value is Recipient { Details.ManagerId: { } manager }) yield return ("manager", [manager]);
        if (value is MailboxRecipient mailbox)
        {
            yield return ("full access", mailbox.FullAccess);
            yield return ("send as", mailbox.SendAs);
            yield return ("send on behalf", mailbox.SendOnBehalf);
        }

        if (value is MailPublicFolder folder)
        {
            yield return ("send as", folder.SendAs);
            yield return ("send on behalf", folder.SendOnBehalf);
        }

        if (value is Group group)
        {
            yield return ("member", group.Members);
            yield return ("owner", group.Owners);
            yield return ("allowed sender", group.AllowedSenders);
        }
    }

    /// <summary>The object without references to those ids; the same object when it has none.</summary>
    public static DirectoryObject Without(DirectoryObject value, HashSet<Guid> ids)
    {
        if (!Of(value).Any(r => r.Ids.Any(ids.Contains))) return value;
        if (value is Recipient { Details.ManagerId: { } manager } recipient && ids.Contains(manager))
            value = recipient with { Details = recipient.Details with { ManagerId = null } };
        return value switch
        {
            MailboxRecipient m => m with { FullAccess = Less(m.FullAccess), SendAs = Less(m.SendAs), SendOnBehalf = Less(m.SendOnBehalf) },
            MailPublicFolder f => f with { SendAs = Less(f.SendAs), SendOnBehalf = Less(f.SendOnBehalf) },
            Group g => g with { Members = Less(g.Members), Owners = Less(g.Owners), AllowedSenders = Less(g.AllowedSenders) },
            _ => value,
        };

        ImmutableArray<Guid> Less(ImmutableArray<Guid> list) => list.RemoveAll(ids.Contains);
    }
}
