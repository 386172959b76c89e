// [MS-OXORULE] 3.2.5.1 processing incoming messages to a folder, 3.2.5.1.1 out-of-office rules.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// The rules of one mailbox run over one message before it is there: what has to be done is collected, nothing is written. Rules of folders that a message is
/// moved to are run too, before the rules that follow in the folder that it came from.
/// </summary>
internal sealed class RuleRun
{
    private const int SafeConfidence = -1;

    private readonly RuleContext context;
    private readonly HashSet<FolderId> visited = [];
    private readonly RuleSender sender;

    public RuleRun(RuleContext context)
    {
        this.context = context;
        sender = new(context);
    }

    /// <summary>Where the message goes; the first is the folder that it was to be delivered to.</summary>
    public List<Placement> Placements { get; } = [];

    public bool IsRead { get; private set; }

    /// <summary>Categories that rules give.</summary>
    public List<string> Keywords { get; } = [];

    public List<(FolderId Folder, MailRule Rule, RuleAction Action)> Deferred { get; } = [];

    public List<RuleFailure> Failures { get; } = [];

    /// <summary>Rules with a history, and the sender that they have answered.</summary>
    public List<long> Answered { get; } = [];

    public IReadOnlyList<OutgoingMail> Outgoing => sender.Mails;

    /// <summary>Whether any rule applied.</summary>
    public bool HasMatched { get; private set; }

    public async ValueTask ExecuteAsync(FolderRules rules, CancellationToken cancel)
    {
        var root = new Placement(context.Target.Folder);
        Placements.Add(root);
        visited.Add(root.Folder);
        await RunAsync(root, rules, cancel);
    }

    private async ValueTask RunAsync(Placement placement, FolderRules rules, CancellationToken cancel)
    {
        var away = context.Mailbox.IsOutOfOffice;
        var ended = false;
        foreach (var rule in rules.Evaluated)
        {
            var isAwayRule = (rule.State & RuleState.OnlyWhenOutOfOffice) != 0;
            // 3.2.5.1.1.1: the end of the level does not hold for out-of-office rules.
            if (isAwayRule ? !away : ended) continue;
            if ((rule.State & RuleState.SkipIfSpamConfidenceIsSafe) != 0 && IsSafe()) continue;
            if (await HasAnsweredAsync(rule, rules, cancel)) continue;
            if (!RestrictionEvaluator.Matches(rule.Condition, context.Source)) continue;
            HasMatched = true;
            if (await PerformAsync(placement, rule, rules, cancel) || (rule.State & RuleState.ExitLevel) != 0) ended = true;
        }
    }

    private bool IsSafe() =>
        context.Source.TryGet(PropertyTags.ContentFilterSpamConfidenceLevel, out var level) && level.Type == PropertyType.Integer32 && level.AsInt32() == SafeConfidence;

    /// <summary>3.2.5.1.1: a rule that keeps a history answers each sender once.</summary>
    private async ValueTask<bool> HasAnsweredAsync(MailRule rule, FolderRules rules, CancellationToken cancel)
    {
        if (!KeepsHistory(rule)) return false;
        lock (rules.Answered)
        {
            if (rules.Answered.Contains(context.AnswerKey(rule.RuleId))) return true;
        }

        return await OutOfOfficeHistory.ContainsAsync(context.Mailbox, rule.RuleId, context.SenderAddress, cancel);
    }

    private static bool KeepsHistory(MailRule rule) =>
        (rule.State & RuleState.KeepOutOfOfficeHistory) != 0 && rule.Actions.Any(a => a.Type == RuleActionType.OutOfOfficeReply);

    /// <summary>Does what the rule says; true when it ends the evaluation of others.</summary>
    private async ValueTask<bool> PerformAsync(Placement placement, MailRule rule, FolderRules rules, CancellationToken cancel)
    {
        if (KeepsHistory(rule))
        {
            lock (rules.Answered)
            {
                // Another delivery may have come first since it was asked.
                if (!rules.Answered.Add(context.AnswerKey(rule.RuleId))) return false;
            }

            Answered.Add(rule.RuleId);
        }

        var ends = false;
        for (var i = 0; i < rule.Actions.Count; i++)
        {
            var action = rule.Actions[i];
            var error = RuleError.None;
            switch (action)
            {
                case FolderRuleAction { InThisStore: false }:
                case DeferRuleAction:
                    Deferred.Add((placement.Folder, rule, action));
                    break;
                case FolderRuleAction { Type: RuleActionType.Move } when rule.DeletesJunk:
                    placement.IsKept = false;
                    ends = true;
                    break;
                case FolderRuleAction folder:
                    error = await PlaceAsync(placement, folder, cancel);
                    break;
                case PlainRuleAction { Type: RuleActionType.Delete }:
                    placement.IsKept = false;
                    ends = true;
                    break;
                case PlainRuleAction:
                    IsRead = true;
                    break;
                case TagRuleAction tag:
                    error = Tag(tag.Value);
                    break;
                case BounceRuleAction bounce:
                    error = await sender.BounceAsync(rule, i, bounce.Code, cancel);
                    placement.IsKept = false;
                    ends = true;
                    break;
                case ReplyRuleAction reply:
                    error = await sender.ReplyAsync(placement.Folder, rules, rule, i, reply, cancel);
                    break;
                case ForwardRuleAction forward:
                    error = await sender.ForwardAsync(rule, i, forward, cancel);
                    break;
            }

            if (error != RuleError.None) Failures.Add(new(placement.Folder, rule, error, action.Type, i));
        }

        return ends;
    }

    private async ValueTask<RuleError> PlaceAsync(Placement placement, FolderRuleAction action, CancellationToken cancel)
    {
        if (context.FolderOf(action.Folder) is not { } id || !context.Mailbox.Folders.TryGet(id, out var folder) || folder.Type == FolderType.Search) return RuleError.MoveOrCopy;
        if (id == placement.Folder) return RuleError.None;
        if (Placements.All(p => p.Folder != id || !p.IsKept)) Placements.Add(new(id));
        if (action.Type == RuleActionType.Copy) return RuleError.None;
        placement.IsKept = false;
        if (folder.Counters.AssociatedCount > 0 && visited.Count < context.Options.Rules.MaximumFolders && visited.Add(id))
            await RunAsync(Placements.Last(p => p.Folder == id), await FolderRules.OfAsync(context.Mailbox, id, context.Options.Rules, cancel), cancel);
        return RuleError.None;
    }

    private RuleError Tag(PropertyValue value)
    {
        if (value.IsAbsent || value.IsError || IsServersOwn(value.Tag.Id)) return RuleError.Execute;
        if (value.Tag.IsNamed && context.Mailbox.GetPropertyName(value.Tag.Id) == PropertyNames.PidNameKeywords)
        {
            foreach (var keyword in value.Reference as string[] ?? (value.Reference is string one ? [one] : []))
            {
                if (keyword.Length > 0 && !keyword.Contains('\n', StringComparison.Ordinal) && !Keywords.Contains(keyword)) Keywords.Add(keyword);
            }

            return RuleError.None;
        }

        context.Source.Tags.Set(value);
        return RuleError.None;
    }

    /// <summary>Identity, place and versions of a message are the store's.</summary>
    private static bool IsServersOwn(ushort id) => id is PropertyIds.Mid or PropertyIds.FolderId or PropertyIds.ParentFolderId or PropertyIds.EntryId or PropertyIds.ParentEntryId
        or PropertyIds.RecordKey or PropertyIds.SourceKey or PropertyIds.ParentSourceKey or PropertyIds.ChangeKey or PropertyIds.PredecessorChangeList or PropertyIds.ChangeNumber
        or PropertyIds.MessageSize or PropertyIds.MessageFlags or PropertyIds.InstID or PropertyIds.InstanceNum or PropertyIds.ObjectType or PropertyIds.Associated;
}

/// <summary>A folder that the message is put into, as long as no rule takes it out again.</summary>
internal sealed class Placement(FolderId folder)
{
    public FolderId Folder { get; } = folder;

    public bool IsKept { get; set; } = true;
}

/// <summary>A rule's action that could not be done.</summary>
internal sealed record RuleFailure(FolderId Folder, MailRule Rule, RuleError Error, RuleActionType? Action, int Number);
