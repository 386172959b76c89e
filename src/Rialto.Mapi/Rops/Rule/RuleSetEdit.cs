// [MS-OXORULE] 2.2.1.3 RuleData, 3.2.5.2: a request's changes over the rules of a folder.
using Rialto.Delivery;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>The rules of a folder while the rows of one request are applied to them; nothing is written before all of them are found right.</summary>
internal sealed class RuleSetEdit
{
    private const byte Add = 0x01, Modify = 0x02, Remove = 0x04;

    private readonly bool _isPublic;
    private readonly bool _replaces;
    private readonly Dictionary<long, MailRule> _known;
    private readonly Dictionary<long, MailRule> _modified = [];
    private readonly Dictionary<long, MailRule> _removed = [];

    public RuleSetEdit(IReadOnlyList<MailRule> rules, bool isPublic, bool replaces)
    {
        _isPublic = isPublic;
        _replaces = replaces;
        _known = rules.ToDictionary(r => r.RuleId);
        if (replaces)
            _removed = rules.ToDictionary(r => r.RuleId);
    }

    public List<MailRule> Added { get; } = [];

    public IReadOnlyCollection<MailRule> Modified => _modified.Values;

    public IReadOnlyCollection<MailRule> Removed => _removed.Values;

    /// <summary>Rules whose list of senders answered goes: removed ones, and those that ask for it.</summary>
    public HashSet<long> Forgotten { get; } = [];

    /// <summary>Rules after the changes.</summary>
    public int Count => _known.Count - _removed.Count + Added.Count;

    public bool IsEmpty => Added.Count + _modified.Count + _removed.Count == 0;

    /// <summary>Whether the rules are more or larger than so many times the limits.</summary>
    public bool Exceeds(RuleLimits limits, int times)
    {
        var size = Added.Sum(r => r.Size);
        foreach (var (id, rule) in _known)
        {
            if (!_removed.ContainsKey(id))
                size += _modified.GetValueOrDefault(id, rule).Size;
        }
        return Count > limits.MaximumRules * times || size > limits.MaximumSize * times;
    }

    public ErrorCode Apply(TableRowChange change)
    {
        if (change.PropertyValues.Length == 0)
            return ErrorCode.InvalidParameter;
        var bag = new PropertyBag(change.PropertyValues);
        switch (change.ChangeFlags)
        {
            case Add:
                var added = With(new MailRule { Id = default, Mid = 0, IsExtended = false }, bag, out var error);
                if (error != ErrorCode.Success)
                    return error;
                // 3.1.4.2.1: without these there is no rule.
                if (added.ActionBytes is null || added.Condition is null || !bag.TryGet(PropertyIds.RuleProvider, out _))
                    return ErrorCode.InvalidParameter;
                Added.Add(added);
                return ErrorCode.Success;
            case Modify when !_replaces:
                return Find(bag, out var id, out var old) is var missing and not ErrorCode.Success ? missing : Change(id, old!, bag);
            case Remove when !_replaces:
                if (Find(bag, out id, out old) is var gone and not ErrorCode.Success)
                    return gone;
                _modified.Remove(id);
                _removed[id] = old!;
                Forgotten.Add(id);
                return ErrorCode.Success;
            default:
                return ErrorCode.InvalidParameter;
        }
    }

    private ErrorCode Change(long id, MailRule old, PropertyBag bag)
    {
        var changed = With(old, bag, out var error);
        if (error != ErrorCode.Success)
            return error;
        if (bag.GetInt32(PropertyTags.RuleState) is var state && ((RuleState)state & RuleState.ClearOutOfOfficeHistory) != 0)
            Forgotten.Add(id);
        _modified[id] = changed;
        return ErrorCode.Success;
    }

    private ErrorCode Find(PropertyBag bag, out long id, out MailRule? rule)
    {
        id = 0;
        rule = null;
        if (!bag.TryGet(PropertyIds.RuleId, out var value) || value.Type != PropertyType.Integer64)
            return ErrorCode.InvalidParameter;
        id = value.AsInt64();
        if (_removed.ContainsKey(id) || !_known.TryGetValue(id, out rule))
            return ErrorCode.NotFound;
        rule = _modified.GetValueOrDefault(id, rule);
        return ErrorCode.Success;
    }

    /// <summary>The rule with the properties sent; others are no rule's and left aside.</summary>
    private MailRule With(MailRule rule, PropertyBag bag, out ErrorCode error)
    {
        error = ErrorCode.Success;
        foreach (var value in bag)
        {
            var isText = value.Type is PropertyType.String or PropertyType.String8;
            switch (value.Tag.Id)
            {
                case PropertyIds.RuleSequence when value.Type == PropertyType.Integer32:
                    rule = rule with { Sequence = value.AsInt32() };
                    break;
                case PropertyIds.RuleState when value.Type == PropertyType.Integer32:
                    // The server's marks are its own, and a rule that was written anew starts without them.
                    rule = rule with { State = (RuleState)value.AsInt32() & ~(RuleState.ServerMarks | RuleState.ClearOutOfOfficeHistory) };
                    break;
                case PropertyIds.RuleName when isText:
                    rule = rule with { Name = value.AsString() };
                    break;
                case PropertyIds.RuleProvider when isText:
                    rule = rule with { Provider = value.AsString() };
                    break;
                case PropertyIds.RuleProviderData when value.Type == PropertyType.Binary:
                    rule = rule with { ProviderData = value.AsBinary() };
                    break;
                case PropertyIds.RuleLevel when value.Type == PropertyType.Integer32:
                    rule = rule with { Level = value.AsInt32() };
                    break;
                case PropertyIds.RuleUserFlags when value.Type == PropertyType.Integer32:
                    rule = rule with { UserFlags = value.AsInt32() };
                    break;
                case PropertyIds.RuleCondition when value.Type == PropertyType.Restriction && value.AsRestriction() is { } condition:
                    rule = rule with { Condition = condition, State = rule.State & ~RuleState.ServerMarks };
                    break;
                case PropertyIds.RuleActions when value.Type == PropertyType.RuleAction && RuleActionCodec.Read(value.Reference as byte[] ?? [], ValueForm.Rop) is { } actions:
                    rule = rule with { Actions = actions, ActionBytes = (byte[])value.Reference!, State = rule.State & ~RuleState.ServerMarks };
                    break;
                case PropertyIds.RuleSequence or PropertyIds.RuleState or PropertyIds.RuleName or PropertyIds.RuleProvider or PropertyIds.RuleProviderData
                    or PropertyIds.RuleLevel or PropertyIds.RuleUserFlags or PropertyIds.RuleCondition or PropertyIds.RuleActions:
                    error = ErrorCode.InvalidParameter;
                    return rule;
            }
        }
        if (!IsAllowed(rule))
            error = ErrorCode.InvalidParameter;
        return rule with { Size = rule.ToMessage().Properties.Sum(v => PropertySize.Of(v)) };
    }

    private bool IsAllowed(MailRule rule)
    {
        foreach (var action in rule.Actions)
        {
            // 2.2.5.1.1: flavors belong to replies and forwards alone, and some of them exclude each other.
            var isRight = action.Type switch
            {
                RuleActionType.Forward => !Conflicts((ForwardFlavor)action.Flavor),
                RuleActionType.Reply or RuleActionType.OutOfOfficeReply => (ReplyFlavor)action.Flavor is not (ReplyFlavor.NotToSender | ReplyFlavor.ServerText),
                _ => action.Flavor == 0,
            };
            if (!isRight)
                return false;
            // 2.2.5.1.2.5.
            if (action is BounceRuleAction { Code: not (BounceCode.TooLarge or BounceCode.CannotBeDisplayed or BounceCode.Denied) })
                return false;
            // 2.2.5.1, 2.2.1.3.1.3: what public folders do not have.
            if (_isPublic && action.Type is (RuleActionType.Move or RuleActionType.Copy or RuleActionType.Defer))
                return false;
        }
        return !_isPublic || (rule.State & (RuleState.OnlyWhenOutOfOffice | RuleState.KeepOutOfOfficeHistory)) == 0;
    }

    private static bool Conflicts(ForwardFlavor flavor)
    {
        const ForwardFlavor together = ForwardFlavor.PreserveSender | ForwardFlavor.DoNotChange;
        var alone = flavor & (ForwardFlavor.AsAttachment | ForwardFlavor.AsTextMessage);
        return alone is not ForwardFlavor.None && ((flavor & together) != 0 || alone == (ForwardFlavor.AsAttachment | ForwardFlavor.AsTextMessage));
    }
}
