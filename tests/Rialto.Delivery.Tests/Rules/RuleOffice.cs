using System.Text;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>An office whose mail is read as mail, and mailboxes with rules.</summary>
public sealed class RuleOffice : IAsyncDisposable
{
    public const string User = "user1@example.com";

    public static readonly FolderId Inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
    public static readonly FolderId DeferredAction = SpecialFolders.IdOf(SpecialFolder.DeferredAction);

    private RuleOffice(MailOffice office) => Office = office;

    public MailOffice Office { get; }

    public static async Task<RuleOffice> CreateAsync(Action<DeliveryOptions>? configure = null) =>
        new(await MailOffice.CreateAsync(configure: configure, converter: new StoreContentConverter()));

    public MailboxRecipient Owner(string user = User) => (MailboxRecipient)Office.Directory.Current.FindByAddress(user)!;

    public async Task<MailboxSession> OpenAsync(string user = User) => (await Office.Store.OpenAsync(Owner(user).MailboxGuid, Principal.System, default)).Value;

    /// <summary>A standard rule of a folder; its PidTagRuleId.</summary>
    public async Task<long> AddRuleAsync(
        IReadOnlyList<RuleAction> actions, Restriction? condition = null, RuleState state = RuleState.Enabled, int sequence = 1, string provider = "RuleOrganizer", FolderId? folder = null, string user = User)
    {
        var rule = new MailRule
        {
            Id = default, Mid = 0, IsExtended = false, Name = "A rule", Provider = provider, Sequence = sequence, State = state,
            Condition = condition ?? new ExistRestriction(PropertyTags.MessageClass), ActionBytes = RuleActionCodec.Write(actions, ValueForm.Rop),
        };
        return (long)StoreKeys.Id((await AppendAssociatedAsync(rule.ToMessage(), folder, user)).Sequence).ToWire();
    }

    public async Task<AppendedMessage> AppendAssociatedAsync(PropertyMessage message, FolderId? folder = null, string user = User)
    {
        using var mailbox = await OpenAsync(user);
        var prepared = await Office.Store.PreparePropertiesAsync(message, default);
        return (await mailbox.AppendAsync(folder ?? Inbox, prepared, AppendOptions.Default with { State = MessageState.Associated | MessageState.Read }, default)).Value;
    }

    public async Task<FolderId> FolderAsync(string name, string user = User)
    {
        using var mailbox = await OpenAsync(user);
        return (await mailbox.CreateFolderAsync(Inbox, new NewFolder(name), default)).Value.Id;
    }

    /// <summary>A reply template; the action's data that names it.</summary>
    public async Task<ReplyRuleAction> TemplateAsync(string messageClass, string subject, string body, uint flavor = 0, IEnumerable<PropertyRecipient>? recipients = null)
    {
        var id = Guid.NewGuid();
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, messageClass), PropertyValue.Of(PropertyTags.ReplyTemplateId, id.ToByteArray()),
                PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, body),
            ]),
            Recipients = [.. recipients ?? []],
        };
        var at = await AppendAssociatedAsync(message);
        var type = messageClass.Contains("OOF", StringComparison.OrdinalIgnoreCase) ? RuleActionType.OutOfOfficeReply : RuleActionType.Reply;
        return new ReplyRuleAction(type, flavor, 0, StoreKeys.Id(Inbox.Value), StoreKeys.Id(at.Sequence), [], id);
    }

    public static FolderRuleAction Move(FolderId folder, RuleActionType type = RuleActionType.Move) =>
        new(type, 0, 0, true, [1], WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreKeys.Id(folder.Value), ClientData = [] }));

    public static ForwardRuleAction Forward(string address, ForwardFlavor flavor = ForwardFlavor.None, RuleActionType type = RuleActionType.Forward) => new(type, (uint)flavor, 0,
    [
        new RuleRecipient(1,
        [
            PropertyValue.Of(PropertyTags.RecipientType, 1), PropertyValue.Of(PropertyTags.DisplayName, address), PropertyValue.Of(PropertyTags.AddressType, "SMTP"),
            PropertyValue.Of(PropertyTags.EmailAddress, address),
        ]),
    ]);

    public static Restriction SubjectHas(string text) =>
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));

    /// <summary>Mail from outside, delivered with all that follows from it.</summary>
    public async Task<Guid> DeliverAsync(string subject = "Hello", string from = "a@b.test", string header = "", string user = User, string body = "Text.", string? to = null)
    {
        var content = $"{header}Subject: {subject}\r\nFrom: Ann <{(from.Length == 0 ? "x@b.test" : from)}>\r\nTo: {to ?? user}\r\nMessage-ID: <m1@b.test>\r\n\r\n{body}\r\n";
        var id = await Office.EnqueueAsync(from, [new(user, null, null, 0, 0, null)], content: content);
        await Office.DrainAsync();
        return id;
    }

    public async Task<IReadOnlyList<PropertyMessage>> MessagesAsync(FolderId folder, string user = User)
    {
        using var mailbox = await OpenAsync(user);
        using var table = (await mailbox.OpenTableAsync(folder, false, null, null, default)).Value;
        var snapshot = await table.CurrentAsync(default);
        var messages = new List<PropertyMessage>();
        for (var i = 0; i < snapshot.Count; i++) messages.Add((await mailbox.OpenPropertiesAsync(folder, snapshot[i], default)).Value);
        return messages;
    }

    public async Task<IReadOnlyList<MessageRow>> RowsAsync(FolderId folder, string user = User)
    {
        using var mailbox = await OpenAsync(user);
        using var table = (await mailbox.OpenTableAsync(folder, false, null, null, default)).Value;
        var snapshot = await table.CurrentAsync(default);
        var ids = new MessageId[snapshot.Count];
        snapshot.CopyTo(0, ids);
        return [.. (await mailbox.ReadRowsAsync(folder, ids, default)).Value.OfType<MessageRow>()];
    }

    public async Task<IReadOnlyList<string>> SubjectsAsync(FolderId folder, string user = User) =>
        [.. (await MessagesAsync(folder, user)).Select(m => m.Properties.GetString(PropertyTags.Subject) ?? "")];

    /// <summary>What waits for the outside, as text.</summary>
    public async Task<IReadOnlyList<(QueuedMessage Entry, string Text)>> OutsideAsync()
    {
        var held = new List<(QueuedMessage, string)>();
        foreach (var entry in Office.Queue.Messages)
        {
            using var lease = await Office.Backend.Blobs.OpenAsync(entry.Content, default);
            held.Add((entry, Encoding.UTF8.GetString(lease.Memory.Span)));
        }

        return held;
    }

    /// <summary>PidTagRuleState of the folder's rules as they are kept now, by sequence.</summary>
    public async Task<IReadOnlyList<RuleState>> StatesAsync(string user = User)
    {
        using var mailbox = await OpenAsync(user);
        var rules = await FolderRules.OfAsync(mailbox, Inbox, new RuleLimits(), default);
        return [.. rules.Standard.Select(r => r.State)];
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();
}
