// [MS-OXORULE] 3.2.5.1 OP_REPLY, OP_OOF_REPLY, OP_BOUNCE, OP_FORWARD, OP_DELEGATE; [MS-OXODLGT] 3.1.4.3.2 what a delegate receives.
using System.Text;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>The actions that send something: makes the messages and keeps their bytes; they go into the queue after the mailbox's commit.</summary>
internal sealed class RuleSender(RuleContext context)
{
    private readonly List<OutgoingMail> mails = [];

    public IReadOnlyList<OutgoingMail> Mails => mails;

    public async ValueTask<RuleError> ReplyAsync(FolderId folder, FolderRules rules, MailRule rule, int number, ReplyRuleAction action, CancellationToken cancel)
    {
        var away = action.Type == RuleActionType.OutOfOfficeReply;
        if (IsFull || !LoopProtection.MayReply(context.Incoming, context.Owner, context.Directory, away)) return RuleError.None;
        var flavor = (ReplyFlavor)action.Flavor;
        PropertyMessage? template = null;
        if ((flavor & ReplyFlavor.ServerText) == 0)
        {
            template = await TemplateAsync(folder, rules, action, cancel);
            if (template is null) return RuleError.RetrieveTemplate;
        }

        // 2.2.5.1.1: an out-of-office reply goes to the sender whatever its flavor (footnote 6: every version of Exchange).
        List<string> recipients = away || (flavor & ReplyFlavor.NotToSender) == 0 ? [context.SenderAddress] : [];
        foreach (var recipient in template?.Recipients ?? [])
        {
            if (AddressOf(recipient.Properties) is { } address && !recipients.Contains(address, StringComparer.OrdinalIgnoreCase)) recipients.Add(address);
        }

        if (recipients.Count == 0) return RuleError.Execute;
        var id = IdOf(rule, number);
        var reply = RuleMail.Reply(context.Incoming, template, context.Owner, recipients, away, context.Now, MessageIdOf(id));
        var fields = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" + LoopProtection.Fields(context.Incoming, context.Owner, isNew: true);
        var overlay = away ? PropertyBagCodec.Write(new PropertyBag([PropertyValue.Of(PropertyTags.MessageClass, RuleMail.OutOfOfficeClassOf(template))])) : null;
        // RFC 3834 3.3: nobody is to be told that an answer could not be delivered.
        await AddAsync(id, "", recipients, quiet: true, fields, context.Store.Converter.ToMime(reply), overlay, cancel);
        return RuleError.None;
    }

    public async ValueTask<RuleError> ForwardAsync(MailRule rule, int number, ForwardRuleAction action, CancellationToken cancel)
    {
        if (IsFull || !LoopProtection.MayForward(context.Incoming, context.Owner, context.Options.Rules)) return RuleError.None;
        if (action.Recipients.Count > context.Options.Rules.MaximumRecipients) return RuleError.TooManyRecipients;
        var recipients = new List<string>();
        var unknown = 0;
        foreach (var recipient in action.Recipients)
        {
            var address = AddressOf(new PropertyBag(recipient.Properties));
            if (address is null) unknown++;
            // Neither back to who sent it, nor to where it is.
            else if (!IsSender(address) && context.Directory.FindByAddress(address)?.Id != context.Owner.Id && !recipients.Contains(address, StringComparer.OrdinalIgnoreCase)) recipients.Add(address);
        }

        if (recipients.Count == 0) return unknown > 0 ? RuleError.Execute : RuleError.None;
        var flavor = (ForwardFlavor)action.Flavor;
        var id = IdOf(rule, number);
        var from = context.SenderAddress.Length == 0 ? "" : context.Owner.PrimaryAddress;
        if (action.Type == RuleActionType.Delegate || (flavor & (ForwardFlavor.PreserveSender | ForwardFlavor.DoNotChange)) != 0)
        {
            var fields = RuleMail.ResentFields(context.Owner, recipients, context.Now, MessageIdOf(id)) + LoopProtection.Fields(context.Incoming, context.Owner, isNew: false);
            var carried = context.Incoming.Queued.Overlay;
            var overlay = action.Type == RuleActionType.Delegate ? CarriedProperties.With(carried, DelegateOverlay())
                : (flavor & ForwardFlavor.PreserveSender) != 0 ? CarriedProperties.With(carried, [PropertyValue.Of(PropertyTags.AutoForwarded, true)]) : carried;
            await AddAsync(id, from, recipients, quiet: false, fields, RuleMail.WithoutReturnPath(context.Incoming.Bytes), overlay, cancel);
            return RuleError.None;
        }

        // 2.2.5.1.1 TM: what a carrier's mail gateway can pass to a telephone.
        var forward = (flavor & ForwardFlavor.AsTextMessage) != 0
            ? RuleMail.ForwardText(context.Incoming, context.Owner, recipients, context.Now, MessageIdOf(id))
            : RuleMail.Forward(context.Incoming, context.Owner, recipients, (flavor & ForwardFlavor.AsAttachment) != 0, context.Now, MessageIdOf(id));
        var head = "Auto-Submitted: auto-generated\r\n" + LoopProtection.Fields(context.Incoming, context.Owner, isNew: true);
        var forwarded = PropertyBagCodec.Write(new PropertyBag([PropertyValue.Of(PropertyTags.AutoForwarded, true)]));
        await AddAsync(id, from, recipients, quiet: false, head, context.Store.Converter.ToMime(forward), forwarded, cancel);
        return RuleError.None;
    }

    /// <summary>The sender is told that the message was refused. Where there is nobody to tell, it is refused all the same.</summary>
    public async ValueTask<RuleError> BounceAsync(MailRule rule, int number, BounceCode code, CancellationToken cancel)
    {
        var queued = context.Incoming.Queued;
        if (queued.Sender.Length == 0 || IsFull) return RuleError.None;
        var status = code switch
        {
            BounceCode.TooLarge => DeliveryStatus.RejectedTooLarge,
            BounceCode.CannotBeDisplayed => DeliveryStatus.RejectedUnreadable,
            _ => DeliveryStatus.RejectedByRule,
        };
        var id = IdOf(rule, number);
        var domain = context.Directory.DefaultDomain?.Name ?? context.Options.EffectiveHostName;
        var identity = new DsnIdentity(context.Options.EffectiveHostName, $"postmaster@{domain}", context.Now, id);
        var recipient = new QueuedRecipient(context.Owner.PrimaryAddress, null, null, 0, 0, null);
        var report = DsnWriter.Write(queued, context.Incoming.Bytes, [new(recipient, ReportAction.Failed, status)], identity, context.Options);
        var content = await context.Store.Backend.Blobs.WriteAsync(report, cancel);
        mails.Add(new(id, "", [queued.Sender], "", true, content, null));
        return RuleError.None;
    }

    private bool IsFull => mails.Count >= context.Options.Rules.MaximumMessagesSent;

    private Guid IdOf(MailRule rule, int number) => OutgoingMail.IdOf(context.Target.QueueId, context.Mailbox.MailboxId, rule.RuleId, number);

    private string MessageIdOf(Guid id) => $"<{id:N}@{context.Options.EffectiveHostName}>";

    private async ValueTask AddAsync(Guid id, string sender, IReadOnlyList<string> recipients, bool quiet, string fields, ReadOnlyMemory<byte> message, byte[]? overlay, CancellationToken cancel)
    {
        var content = await context.Store.Backend.Blobs.WriteAsync(RuleMail.WithFields(fields, message), cancel);
        mails.Add(new(id, sender, recipients, context.Owner.PrimaryAddress, quiet, content, overlay));
    }

    private bool IsSender(string address) =>
        address.Equals(context.SenderAddress, StringComparison.OrdinalIgnoreCase)
        || address.Equals(context.Incoming.Properties.Properties.GetString(PropertyTags.SenderSmtpAddress), StringComparison.OrdinalIgnoreCase);

    /// <summary>By its id among the folder's templates, or by where the rule says that it is.</summary>
    private async ValueTask<PropertyMessage?> TemplateAsync(FolderId folder, FolderRules rules, ReplyRuleAction action, CancellationToken cancel)
    {
        if (rules.Templates.TryGetValue(action.Template, out var known))
        {
            var opened = await context.Mailbox.OpenPropertiesAsync(folder, known, cancel);
            return opened.Succeeded ? opened.Value : null;
        }

        var mid = action.MessageEntryId.Length > 0
            ? EntryId.Parse(action.MessageEntryId) is MessageEntryId entry && entry.Message.Replica == context.Mailbox.Header.ReplicaGuid ? (long)entry.Message.Counter : 0
            : action.Message.ReplicaId == StoreKeys.OwnReplica ? (long)action.Message.Counter : 0;
        if (mid == 0) return null;
        var found = await context.Mailbox.FindByMidAsync(mid, cancel);
        if (!found.TryGet(out var row) || (row.State & MessageState.Associated) == 0) return null;
        var message = await context.Mailbox.OpenPropertiesAsync(row.Folder, row.Id, cancel);
        return message.Succeeded && message.Value.Properties.GetBinary(PropertyTags.ReplyTemplateId) is { } own && own.AsSpan().SequenceEqual(action.Template.ToByteArray()) ? message.Value : null;
    }

    /// <summary>The SMTP address of a recipient, whatever form the client wrote it in.</summary>
    private string? AddressOf(PropertyBag recipient)
    {
        var type = recipient.GetString(PropertyTags.AddressType) ?? "";
        var address = recipient.GetString(PropertyTags.EmailAddress) ?? "";
        if (recipient.GetString(PropertyTags.SmtpAddress) is { Length: > 0 } smtp) return Checked(smtp);
        if (type.Equals("EX", StringComparison.OrdinalIgnoreCase) || address.StartsWith('/')) return context.Directory.FindByLegacyDn(address)?.PrimaryAddress;
        if (type.Equals("SMTP", StringComparison.OrdinalIgnoreCase) || (type.Length == 0 && address.Contains('@', StringComparison.Ordinal))) return Checked(address);
        return EntryId.Parse(recipient.GetBinary(PropertyTags.EntryId) ?? []) switch
        {
            AddressBookEntryId book => context.Directory.FindByLegacyDn(book.X500Dn)?.PrimaryAddress,
            OneOffEntryId { AddressType: var kind } one when kind.Equals("SMTP", StringComparison.OrdinalIgnoreCase) => Checked(one.EmailAddress),
            _ => null,
        };
    }

    /// <summary>Nothing that would break out of the header field that it is written into.</summary>
    private static string? Checked(string address) =>
        address.Contains('@', StringComparison.Ordinal) && !address.AsSpan().ContainsAnyInRange('\0', ' ') && !address.AsSpan().ContainsAny('<', '>') ? address : null;

    /// <summary>3.2.5.1: a delegate sees for whom the message was.</summary>
    private PropertyBag DelegateOverlay()
    {
        var owner = context.Owner;
        return new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.ReceivedRepresentingEntryId, new AddressBookEntryId(AddressBookEntryType.LocalMailUser, owner.LegacyExchangeDn).ToArray()),
            PropertyValue.Of(PropertyTags.ReceivedRepresentingAddressType, "EX"),
            PropertyValue.Of(PropertyTags.ReceivedRepresentingEmailAddress, owner.LegacyExchangeDn),
            PropertyValue.Of(PropertyTags.ReceivedRepresentingName, owner.DisplayName),
            PropertyValue.Of(PropertyTags.ReceivedRepresentingSearchKey, Encoding.ASCII.GetBytes("EX:" + owner.LegacyExchangeDn.ToUpperInvariant() + "\0")),
            PropertyValue.Of(PropertyTags.DelegatedByRule, true),
        ]);
    }
}
