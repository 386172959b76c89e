using System.Collections.Immutable;
using System.CommandLine;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>Who else may open a mailbox, send as it, or send on its behalf; and its quota.</summary>
internal sealed class AccessOptions
{
    private readonly Option<string[]> _full = new("--full-access") { Description = "Grants full access; a leading - takes it away. May be repeated.", HelpName = "[-]EMAIL" };
    private readonly Option<bool?> _autoMapping = new("--auto-mapping") { Description = "Whether clients of those with full access open this mailbox by themselves (default true).", HelpName = "true|false" };
    private readonly Option<string[]> _sendAs = new("--send-as") { Description = "Grants sending as this mailbox; a leading - takes it away.", HelpName = "[-]EMAIL" };
    private readonly Option<string[]> _onBehalf = new("--send-on-behalf") { Description = "Grants sending on its behalf; a leading - takes it away.", HelpName = "[-]EMAIL" };
    private readonly Option<string?> _forward = new("--forward-to") { Description = "Passes its mail on to another address, here or outside (empty ends it).", HelpName = "EMAIL" };
    private readonly Option<bool?> _keep = new("--forward-keeps-copy") { Description = "Whether mail that is passed on stays in the mailbox too.", HelpName = "true|false" };
    private readonly Option<string?> _quota = new("--quota") { Description = "Mailbox quota, e.g. 2GB; 0: none of its own.", HelpName = "SIZE" };

    public void AddTo(Command command)
    {
        command.Options.Add(_full);
        command.Options.Add(_autoMapping);
        command.Options.Add(_sendAs);
        command.Options.Add(_onBehalf);
        command.Options.Add(_forward);
        command.Options.Add(_keep);
        command.Options.Add(_quota);
    }

    public T Apply<T>(T target, ParseResult parsed, DirectorySnapshot directory)
        where T : MailboxRecipient
    {
        target = target with
        {
            FullAccess = Change(target.FullAccess, parsed.GetValue(_full), directory),
            AutoMappingDisabled = parsed.GetValue(_autoMapping) is { } map ? !map : target.AutoMappingDisabled,
            SendAs = Change(target.SendAs, parsed.GetValue(_sendAs), directory),
            SendOnBehalf = Change(target.SendOnBehalf, parsed.GetValue(_onBehalf), directory),
        };
        if (parsed.GetValue(_forward) is { } onward)
        {
            if (onward.Length > 0 && !SmtpAddress.TryParse(onward, out _))
                throw new CommandException($"--forward-to takes an address, not \"{onward}\".");
            target = target with { Forwarding = onward.Length == 0 ? null : new MailForwarding(onward, target.Forwarding?.KeepsCopy ?? false) };
        }
        if (parsed.GetValue(_keep) is { } keeps)
            target = target with { Forwarding = target.Forwarding is { } forwarding ? forwarding with { KeepsCopy = keeps } : throw new CommandException("--forward-keeps-copy goes with --forward-to.") };
        if (parsed.GetValue(_quota) is { } text)
        {
            if (!Configuration.OptionReflection.TryParseNumber(text, out var bytes) || bytes < 0)
                throw new CommandException($"--quota takes a size such as 500MB or 2GB, not \"{text}\".");
            target = target with { Quotas = bytes == 0 ? null : new QuotaOverrides(null, null, bytes) };
        }
        return target;
    }

    /// <summary>The mailbox itself holds the quota that every way in asks; it follows the directory.</summary>
    public static async Task ApplyQuotaAsync(Hosting.RialtoServices services, MailboxRecipient recipient, CancellationToken cancel)
    {
        using var session = await services.OpenMailboxAsync(recipient, cancel);
        if (session is null)
            return;
        var error = await session.SetQuotaAsync(recipient.Quotas?.ProhibitSendReceive, cancel);
        if (error != Store.StoreError.None)
            throw new CommandException($"The quota of {recipient.PrimaryAddress} could not be set: {error}.");
    }

    public bool ChangesQuota(ParseResult parsed) => parsed.GetValue(_quota) is not null;

    private static ImmutableArray<Guid> Change(ImmutableArray<Guid> list, string[]? changes, DirectorySnapshot directory)
    {
        foreach (var change in changes ?? [])
        {
            var removing = change.StartsWith('-');
            var id = RecipientCommands.Find<Recipient>(directory, removing ? change[1..] : change).Id;
            list = removing ? list.Remove(id) : list.Contains(id) ? list : list.Add(id);
        }
        return list;
    }
}
