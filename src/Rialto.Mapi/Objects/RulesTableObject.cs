// [MS-OXORULE] 2.2.2, 3.2.5.3: the rules of a folder as a table.
using Rialto.Delivery;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>The standard rules of a folder, by sequence; always the newest ones.</summary>
internal sealed class RulesTableObject(LogonObject logon, FolderId folder) : ListTableObject<MailRule>(logon)
{
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.RuleId, PropertyTags.RuleSequence, PropertyTags.RuleState, PropertyTags.RuleName, PropertyTags.RuleProvider, PropertyTags.RuleLevel,
        PropertyTags.RuleUserFlags, PropertyTags.RuleProviderData, PropertyTags.RuleCondition, PropertyTags.RuleActions,
    ];

    private IReadOnlyList<MailRule> _rules = [];

    public override PropertyTag[] AllColumns => s_columns;

    public override bool CanRestrict => true;

    public override async ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call)
    {
        await RefreshAsync(call);
        return await base.CountAsync(call);
    }

    public override async ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        await RefreshAsync(call);
        return await base.ReadAsync(call, start, count);
    }

    protected override object Version => _rules;

    protected override IEnumerable<MailRule> Rows => _rules;

    protected override object KeyOf(MailRule row) => row.RuleId;

    protected override PropertyValue Find(MailRule row, PropertyTag tag) => row.Find(tag);

    /// <summary>Whole: a client writes back what it read here.</summary>
    protected override PropertyValue CellOf(PropertyValue value, PropertyTag column) =>
        PropertySize.Of(value) > CellValues.ValueLimit ? PropertyValue.OfError(column, ErrorCode.NotEnoughMemory) : value;

    private async ValueTask RefreshAsync(RopCall call) => _rules = (await FolderRules.OfAsync(Mailbox, folder, call.Service.RuleLimits, call.Cancel)).Standard;
}
