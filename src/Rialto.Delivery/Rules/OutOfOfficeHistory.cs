// [MS-OXORULE] 3.2.1.2 out-of-office rule data, 3.2.4.2 entering and exiting the out-of-office state, 3.2.5.1.1.
using System.Globalization;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>Whom each rule with ST_KEEP_OOF_HIST has answered since its owner left: one state of the mailbox a rule and sender.</summary>
public static class OutOfOfficeHistory
{
    internal const string Client = "rules";

    private const string Collection = "answered";

    /// <summary>Whether the rule has answered the sender.</summary>
    internal static async ValueTask<bool> ContainsAsync(MailboxSession mailbox, long ruleId, string sender, CancellationToken cancel) =>
        await mailbox.ReadClientStateAsync(KeyOf(ruleId, sender), cancel) is not null;

    internal static ClientStateKey KeyOf(long ruleId, string sender) => new(Client, Collection, PrefixOf(ruleId) + sender.ToLowerInvariant());

    /// <summary>The keys of what the rules remember.</summary>
    public static async ValueTask<IReadOnlyList<ClientStateKey>> KeysOfAsync(MailboxSession mailbox, IReadOnlyCollection<long> rules, CancellationToken cancel)
    {
        if (rules.Count == 0) return [];
        var prefixes = rules.Select(PrefixOf).ToArray();
        var all = await mailbox.ReadClientStatesAsync(Client, Collection, cancel);
        return [.. all.Where(s => prefixes.Any(p => s.Key.StartsWith(p, StringComparison.Ordinal))).Select(s => new ClientStateKey(Client, Collection, s.Key))];
    }

    /// <summary>The owner leaves or comes back, and every rule begins anew. 3.2.4.2.</summary>
    public static async ValueTask<StoreError> SetOutOfOfficeAsync(MailboxSession mailbox, bool away, CancellationToken cancel)
    {
        if (mailbox.IsOutOfOffice == away) return StoreError.None;
        var change = new CombinedChange { OutOfOffice = away };
        foreach (var (key, _) in await mailbox.ReadClientStatesAsync(Client, Collection, cancel)) change.States.Add((new ClientStateKey(Client, Collection, key), null));
        return (await mailbox.ApplyAsync(change, cancel)).Error;
    }

    private static string PrefixOf(long ruleId) => ruleId.ToString("x16", CultureInfo.InvariantCulture) + ":";
}
