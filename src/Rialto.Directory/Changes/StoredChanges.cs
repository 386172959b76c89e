using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>Brings what storage holds into a snapshot. No rule is checked here: what was stored was checked by whoever stored it.</summary>
internal static class StoredChanges
{
    public static DirectoryChanges Apply(DirectorySnapshot from, DirectoryDelta delta)
    {
        var builder = new SnapshotBuilder(from);
        var changes = new List<ObjectChange>();
        foreach (var id in delta.Removed)
        {
            if (from.Find(id) is not { } gone) continue;
            builder.Remove(gone);
            changes.Add(new(gone, null));
        }

        using var sharing = PooledStrings.Begin();
        var rows = delta.Rows.Select(DirectoryPayload.Read).OfType<DirectoryObject>().ToList();
        foreach (var row in rows)
        {
            var before = builder.Find(row.Id);
            if (before is not null) builder.Remove(before);
            changes.Add(new(before, row));
        }

        foreach (var row in rows) builder.Add(row);

        var removed = delta.RemovedCredentials.ToHashSet();
        if (removed.Count > 0)
        {
            foreach (var credential in from.Credentials.SelectMany(c => c.All).Where(c => removed.Contains(c.Id)).ToList())
                builder.RemoveCredential(credential.AccountId, credential.Id);
        }

        var known = new Dictionary<CredentialForms, PasswordHash>();
        foreach (var row in delta.Credentials)
        {
            if (DirectoryPayload.Read(row, known) is { } credential) builder.Put(credential);
        }

        return new(builder.Build(delta.Version), [.. changes], [.. builder.CredentialsTouched]);
    }

    public static DirectoryChanges Replace(DirectorySnapshot from, DirectoryContents contents)
    {
        var fresh = Apply(DirectorySnapshot.Empty, new(contents.Version, contents.Rows, [], contents.Credentials, []));
        if (ReferenceEquals(from, DirectorySnapshot.Empty)) return fresh;

        var changes = ImmutableArray.CreateBuilder<ObjectChange>();
        foreach (var before in from.Objects)
        {
            var after = fresh.Snapshot.Find(before.Id);
            if (after?.Version != before.Version) changes.Add(new(before, after));
        }

        foreach (var after in fresh.Snapshot.Objects)
        {
            if (from.Find(after.Id) is null) changes.Add(new(null, after));
        }

        var credentials = from.Credentials.Concat(fresh.Snapshot.Credentials).Select(c => c.All[0].AccountId).Distinct();
        return new(fresh.Snapshot, changes.ToImmutable(), [.. credentials]);
    }
}
