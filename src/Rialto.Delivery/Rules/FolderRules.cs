// [MS-OXORULE] 3.2.1.1 rules of a folder, 3.2.5.1 their order and limits.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>The rules of a folder and the reply templates beside them: read once, and kept with the mailbox until one of its associated messages changes.</summary>
public sealed class FolderRules
{
    private const string TemplatePrefix = "IPM.Note.rules.";

    private FolderRules(IReadOnlyList<MailRule> rules, IReadOnlyDictionary<Guid, MessageId> templates, RuleLimits limits)
    {
        Standard = [.. rules.Where(r => !r.IsExtended)];
        Templates = templates;
        var evaluated = new List<MailRule>();
        long size = 0;
        var extended = 0;
        foreach (var rule in rules)
        {
            // 3.2.5.2: rules beyond the limit are kept, and disabled at delivery.
            if (rule.IsExtended ? ++extended > limits.MaximumExtendedRules : (size += rule.Size) > limits.MaximumSize || evaluated.Count - extended >= limits.MaximumRules) continue;
            if ((rule.State & (RuleState.Enabled | RuleState.OnlyWhenOutOfOffice)) == 0 || (rule.State & RuleState.ParseError) != 0) continue;
            evaluated.Add(rule);
        }

        Evaluated = evaluated;
    }

    /// <summary>Standard rules by sequence, then by age: what the rules table shows.</summary>
    public IReadOnlyList<MailRule> Standard { get; }

    /// <summary>Rules of both kinds that a delivery looks at, in that order.</summary>
    public IReadOnlyList<MailRule> Evaluated { get; }

    /// <summary>Reply templates by PidTagReplyTemplateId.</summary>
    public IReadOnlyDictionary<Guid, MessageId> Templates { get; }

    /// <summary>Senders that out-of-office rules are answering at this moment: deliveries that run at the same time do not see each other's history yet.</summary>
    internal HashSet<string> Answered { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder's rules now. Whoever asks has checked rights.</summary>
    public static ValueTask<FolderRules> OfAsync(MailboxSession mailbox, FolderId folder, RuleLimits limits, CancellationToken cancel) =>
        mailbox.FromAssociatedAsync(folder, (session, ids, token) => ReadAsync(session, folder, ids, limits, token), cancel);

    private static async ValueTask<FolderRules> ReadAsync(MailboxSession mailbox, FolderId folder, IReadOnlyList<MessageId> ids, RuleLimits limits, CancellationToken cancel)
    {
        if (ids.Count == 0) return new([], new Dictionary<Guid, MessageId>(), limits);
        var rows = await mailbox.ReadRowsAsync(folder, ids.ToArray(), cancel);
        if (!rows.Succeeded) throw new StorageUnavailableRulesException(rows.Error);
        var rules = new List<MailRule>();
        var templates = new Dictionary<Guid, MessageId>();
        foreach (var row in rows.Value)
        {
            if (row is null) continue;
            var standard = row.MessageClass.Equals(MailRule.StandardClass, StringComparison.OrdinalIgnoreCase);
            var extended = row.MessageClass.Equals(MailRule.ExtendedClass, StringComparison.OrdinalIgnoreCase);
            var template = row.MessageClass.StartsWith(TemplatePrefix, StringComparison.OrdinalIgnoreCase);
            if (!standard && !extended && !template) continue;
            var opened = await mailbox.OpenPropertiesAsync(folder, row.Id, cancel);
            if (!opened.TryGet(out var message)) continue;
            if (standard) rules.Add(MailRule.OfStandard(row, message.Properties));
            else if (extended) rules.Add(await ExtendedAsync(mailbox, row, message.Properties, cancel));
            else if (message.Properties.GetBinary(PropertyTags.ReplyTemplateId) is { Length: 16 } id) templates[new Guid(id)] = row.Id;
        }

        return new([.. rules.OrderBy(r => r.Sequence).ThenBy(r => r.Mid)], templates, limits);
    }

    private static async ValueTask<MailRule> ExtendedAsync(MailboxSession mailbox, MessageRow row, PropertyBag bag, CancellationToken cancel)
    {
        var condition = bag.GetBinary(PropertyTags.ExtendedRuleMessageCondition) is { } c ? ExtendedRuleCondition.Read(c) : null;
        var actions = bag.GetBinary(PropertyTags.ExtendedRuleMessageActions) is { } a ? ExtendedRuleActions.Read(a) : null;
        PropertyName[] names = [.. (condition?.Names.Values ?? []).Concat(actions?.Names.Values ?? []).Distinct()];
        var ids = new Dictionary<PropertyName, ushort>();
        if (names.Length > 0)
        {
            var given = await mailbox.GetPropertyIdsAsync(names, create: true, cancel);
            for (var i = 0; given.Succeeded && i < names.Length; i++) ids[names[i]] = given.Value[i];
        }

        return MailRule.OfExtended(row, bag, condition, actions, name => ids.GetValueOrDefault(name));
    }
}

/// <summary>The rules of a folder could not be read: the delivery is tried again later.</summary>
internal sealed class StorageUnavailableRulesException(StoreError error) : Exception($"The rules of a folder cannot be read: {error}.");

/// <summary>Bounds of rules, with their reasons.</summary>
public sealed class RuleLimits
{
    /// <summary>Standard rules of a folder: what Exchange allows (<c>[MS-OXORULE]</c> note 20 names 500).</summary>
    public int MaximumRules { get; set; } = 500;

    /// <summary>Bytes of a folder's standard rules: the largest quota that Exchange can be set to.</summary>
    public long MaximumSize { get; set; } = 256 * 1024;

    /// <summary>A request that leads beyond so many times the limits is refused as a whole, where a smaller excess is kept and disabled: bounds what one folder holds.</summary>
    public int MaximumExcess { get; set; } = 4;

    /// <summary>Extended rules of a folder that are evaluated: Exchange takes two by default; clients use the junk rule and one more.</summary>
    public int MaximumExtendedRules { get; set; } = 16;

    /// <summary>
    /// Levels by which a valid postmark ([MS-OXPSVAL]) lowers the spam confidence that rules see: its sender has spent seconds of computing on each recipient, which is too much
    /// for bulk mail. Zero looks at no postmarks. A message without one, or with one that is not valid, is judged as before.
    /// </summary>
    public int PostmarkCredit { get; set; } = 3;

    /// <summary>Folders that one message may pass through because rules move it on.</summary>
    public int MaximumFolders { get; set; } = 8;

    /// <summary>Messages that rules may send for one delivered message.</summary>
    public int MaximumMessagesSent { get; set; } = 32;

    /// <summary>Recipients of one forward.</summary>
    public int MaximumRecipients { get; set; } = 256;

    /// <summary>Servers' rules that a message may have passed before: forwards in a ring end here even when a member hides its mark.</summary>
    public int MaximumHops { get; set; } = 10;
}
