// RFC 2849; RFC 4511 4.6 to 4.9 for what its records mean.
using Rialto.Directory;
using Rialto.Ldap.Operations;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Ldif;

/// <summary>A record that was not taken.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Dn">Whose it is.</param>
/// <param name="Reason">Why.</param>
public readonly record struct LdifFailure(int Line, string Dn, string Reason);

/// <summary>
/// Brings a file into the directory: entries in large commits, what they say of each other (members, managers, owners) when all are there. Records that fail are told and the others go on.
/// </summary>
public sealed class LdifImport(DirectoryService directory, PasswordBook passwords)
{
    /// <summary>Entries in one commit: enough to share its cost, little enough to try one by one when one of them fails.</summary>
    private const int Batch = 1_000;

    private static readonly HashSet<string> Links = new(StringComparer.OrdinalIgnoreCase) { "member", "uniqueMember", "owner", "managedBy", "manager" };

    private readonly LdapTree tree = new();
    private readonly List<(LdifRecord Record, EntryValues Entry, PasswordHash? Hash)> pending = [];
    private readonly List<(LdifRecord Record, LdapValues Values)> links = [];
    private readonly HashSet<string> pendingNames = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Entries added.</summary>
    public int Added { get; private set; }

    /// <summary>Entries changed, renamed or removed.</summary>
    public int Changed { get; private set; }

    /// <summary>Entries that are there already as parts of the tree (domains and containers).</summary>
    public int Skipped { get; private set; }

    /// <summary>Accounts whose password was hashed elsewhere: they have none here.</summary>
    public int WithoutPassword { get; private set; }

    /// <summary>Whether accounts and rooms are added as having a mailbox, which the caller then makes.</summary>
    public bool WithMailboxes { get; init; }

    /// <summary>Accounts and rooms that were added.</summary>
    public List<MailboxRecipient> Mailboxes { get; } = [];

    /// <summary>What was not taken.</summary>
    public List<LdifFailure> Failures { get; } = [];

    /// <summary>Reads the file to its end.</summary>
    public async Task RunAsync(Stream file, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var reader = new LdifReader(file);
        var told = 0L;
        while (reader.Read() is { } record)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TryAsync(record, () => TakeAsync(record, cancellationToken));
            if (pending.Count >= Batch) await FlushAsync(cancellationToken);
            progress?.Invoke(reader.Position - told);
            told = reader.Position;
        }

        await FlushAsync(cancellationToken);
        foreach (var (record, values) in links) await TryAsync(record, () => LinkAsync(record, values, cancellationToken));
    }

    private LdapView View() => new(directory.Current, tree, null) { SeesAll = true };

    private async Task TryAsync(LdifRecord record, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is LdapException or DirectoryException)
        {
            Failures.Add(new(record.Line, record.Dn, e.Message));
        }
    }

    private async Task TakeAsync(LdifRecord record, CancellationToken cancellationToken)
    {
        if (record.Error is { } error)
        {
            Failures.Add(new(record.Line, record.Dn, error));
            return;
        }

        if (record.ChangeType == "add")
        {
            await AddAsync(record, cancellationToken);
            return;
        }

        await FlushAsync(cancellationToken);
        var view = View();
        var name = DistinguishedName.Parse(record.Dn) ?? throw new LdapException(ResultCode.InvalidDnSyntax, "This is no distinguished name.");
        if (view.Resolve(name) is not { Recipient: { } recipient }) throw new LdapException(ResultCode.NoSuchObject, "There is no such entry.");
        switch (record.ChangeType)
        {
            case "delete":
                await directory.RemoveAsync(recipient.Id, cancellationToken);
                break;
            case "modify":
                await ModifyAsync(recipient.Id, e => Array.ForEach(record.Changes, e.Apply), cancellationToken);
                break;
            case "modrdn":
                if (DistinguishedName.Parse(record.NewName) is not { Parts: [{ Attribute: "uid" or "cn" } part] }) throw new LdapException(ResultCode.NamingViolation, "Entries are named by uid or cn.");
                await directory.UpdateAsync<Recipient>(recipient.Id, r => part.Attribute == "uid" ? r with { Alias = part.Value } : r with { DisplayName = part.Value }, cancellationToken);
                break;
        }

        Changed++;
    }

    private async Task AddAsync(LdifRecord record, CancellationToken cancellationToken)
    {
        var view = View();
        if (DistinguishedName.Parse(record.Dn) is { } name && view.Resolve(name) is { Kind: LdapTargetKind.Domain or LdapTargetKind.Container })
        {
            Skipped++;
            return;
        }

        if (!pendingNames.Add(record.Dn)) await FlushAsync(cancellationToken);
        // Values in other languages (cn;lang-de) have no place here; the plain ones stand beside them.
        var own = record.Attributes.Where(a => !Links.Contains(a.Attribute) && (!a.Attribute.Contains(';', StringComparison.Ordinal) || AttributeTable.Find(a.Attribute) is not null)).ToList();
        var entry = EntryFactory.Make(view, record.Dn, own);
        var hash = entry.Password is { } password && entry.Recipient is Account account ? await passwords.HashAsync(password, account, cancellationToken) : null;
        if (entry.HadHashedPassword) WithoutPassword++;
        pending.Add((record, entry, hash));
        foreach (var values in record.Attributes)
        {
            if (Links.Contains(values.Attribute)) links.Add((record, values));
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (pending.Count == 0) return;
        var batch = pending.ToArray();
        pending.Clear();
        pendingNames.Clear();
        try
        {
            var added = await directory.AddRangeAsync([.. batch.Select(p => new NewDirectoryObject(Ready(p.Entry), p.Hash))], cancellationToken);
            Added += batch.Length;
            Mailboxes.AddRange(added.OfType<MailboxRecipient>());
            for (var i = 0; i < batch.Length; i++) await batch[i].Entry.StoreAsync(directory, added[i].Id, cancellationToken);
        }
        catch (DirectoryException) when (batch.Length > 1)
        {
            // All or nothing: find out which.
            foreach (var one in batch)
            {
                await TryAsync(one.Record, async () =>
                {
                    var added = await directory.AddAsync(Ready(one.Entry), one.Hash, cancellationToken);
                    Added++;
                    if (added is MailboxRecipient mailbox) Mailboxes.Add(mailbox);
                    await one.Entry.StoreAsync(directory, added.Id, cancellationToken);
                });
            }
        }
        catch (DirectoryException e)
        {
            Failures.Add(new(batch[0].Record.Line, batch[0].Record.Dn, e.Message));
        }
    }

    private Recipient Ready(EntryValues entry) => WithMailboxes && entry.Recipient is MailboxRecipient mailbox ? mailbox with { MailboxEnabled = true } : entry.Recipient;

    private async Task LinkAsync(LdifRecord record, LdapValues values, CancellationToken cancellationToken)
    {
        var view = View();
        if (view.FindRecipient(record.Dn) is not { } recipient) return;

        // Groups elsewhere name themselves, or somebody who is not here, so that they are never empty.
        var there = values.Values.Where(v => view.FindRecipient(System.Text.Encoding.UTF8.GetString(v)) is { } found && found.Id != recipient.Id).ToArray();
        var attribute = AttributeTable.Find(values.Attribute)?.Name ?? "member";
        await ModifyAsync(recipient.Id, e => e.Set(attribute, there), cancellationToken);
        if (there.Length < values.Values.Length) Failures.Add(new(record.Line, record.Dn, $"{values.Values.Length - there.Length} values of {values.Attribute} name no other entry of this directory"));
    }

    private async Task ModifyAsync(Guid id, Action<EntryValues> change, CancellationToken cancellationToken)
    {
        EntryValues? made = null;
        await directory.UpdateAsync<Recipient>(
            id,
            stored =>
            {
                made = new EntryValues(View(), stored);
                change(made);
                return made.Recipient;
            },
            cancellationToken);
        if (made?.Password is { } password) await passwords.SetAsync(id, password, cancellationToken);
        if (made is not null) await made.StoreAsync(directory, id, cancellationToken);
    }
}
