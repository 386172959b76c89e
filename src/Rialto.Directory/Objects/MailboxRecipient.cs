using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Rialto.Directory;

/// <summary>A recipient that can have a mailbox here.</summary>
public abstract record MailboxRecipient : Recipient
{
    /// <summary>Whether the mailbox takes mail and can be opened.</summary>
    public bool MailboxEnabled { get; init; } = true;

    /// <summary>Identity of the mailbox, unique. <see cref="Guid.Empty"/> at creation: the directory gives one. It never changes afterwards.</summary>
    public Guid MailboxGuid { get; init; }

    /// <summary>Accounts and groups that may open the whole mailbox.</summary>
    public ImmutableArray<Guid> FullAccess { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Clients of those with full access do not open the mailbox by themselves: it is left out of what Autodiscover tells them.</summary>
    public bool AutoMappingDisabled { get; init; }

    /// <summary>Accounts and groups that may send as this mailbox.</summary>
    public ImmutableArray<Guid> SendAs { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Accounts and groups that may send on behalf of this mailbox.</summary>
    public ImmutableArray<Guid> SendOnBehalf { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Where its mail goes on to; null: nowhere.</summary>
    public MailForwarding? Forwarding { get; init; }

    /// <summary>Quotas of its own; null takes the server's.</summary>
    public QuotaOverrides? Quotas { get; init; }

    /// <summary>Language of folder names and server-made messages, as a BCP 47 tag; null takes the server's.</summary>
    public string? Locale { get; init; }

    /// <summary>IANA time-zone id; null takes the server's.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>A mailbox's own quotas in bytes; null takes the server's, <see cref="long.MaxValue"/> is unlimited.</summary>
/// <param name="Warning">From here on the user is warned.</param>
/// <param name="ProhibitSend">From here on sending is refused.</param>
/// <param name="ProhibitSendReceive">From here on receiving is refused too.</param>
public sealed record QuotaOverrides(long? Warning = null, long? ProhibitSend = null, long? ProhibitSendReceive = null);

/// <summary>A person who can log in.</summary>
public sealed record Account : MailboxRecipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Account;

    /// <summary>The name after the backslash in <c>DOMAIN\user</c>, unique in the organisation; empty means the alias.</summary>
    public string LogonName { get; init => field = value ?? ""; } = "";

    /// <summary><see cref="LogonName"/>, or the alias where that is empty.</summary>
    [JsonIgnore]
    public string EffectiveLogonName => LogonName.Length > 0 ? LogonName : Alias;

    /// <summary>May administer the server.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>
    /// Logs in with NTLM too. Its passwords are then kept in the form that NTLM needs (encrypted), from the next time that they are set or used in plain; false takes that form away.
    /// </summary>
    public bool NtlmEnabled { get; init; }

    /// <summary>False: nobody logs in, mail is still delivered.</summary>
    public bool LoginEnabled { get; init; } = true;
}

/// <summary>A mailbox that other accounts open; it has no log-in.</summary>
public sealed record SharedMailbox : MailboxRecipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.SharedMailbox;
}

/// <summary>A room or equipment that meetings book.</summary>
public abstract record ResourceMailbox : MailboxRecipient
{
    /// <summary>How many people or pieces; null when unknown.</summary>
    public int? Capacity { get; init; }
}

/// <summary>A room.</summary>
public sealed record Room : ResourceMailbox
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Room;
}

/// <summary>Equipment: a car, a projector.</summary>
public sealed record Equipment : ResourceMailbox
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Equipment;
}
