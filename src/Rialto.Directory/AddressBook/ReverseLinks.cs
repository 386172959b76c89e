namespace Rialto.Directory.AddressBook;

/// <summary>Who names an object: its reports (who have it as manager) and the groups that it owns. Immutable; a change costs what it changes.</summary>
internal sealed class ReverseLinks
{
    private readonly LayeredMap<Guid, Guid[]> reports;
    private readonly LayeredMap<Guid, Guid[]> owned;

    private ReverseLinks(LayeredMap<Guid, Guid[]> reports, LayeredMap<Guid, Guid[]> owned)
    {
        this.reports = reports;
        this.owned = owned;
    }

    public static ReverseLinks Empty { get; } = new(LayeredMap<Guid, Guid[]>.Create(), LayeredMap<Guid, Guid[]>.Create());

    public Guid[] ReportsOf(Guid id) => reports.Find(id) ?? [];

    public Guid[] OwnedBy(Guid id) => owned.Find(id) ?? [];

    public ReverseLinks After(IEnumerable<(Recipient? Before, Recipient? After)> changes)
    {
        var reportsBuilder = reports.ToBuilder();
        var ownedBuilder = owned.ToBuilder();
        foreach (var (before, after) in changes)
        {
            var id = (before ?? after)!.Id;
            if (before?.Details.ManagerId != after?.Details.ManagerId)
            {
                if (before?.Details.ManagerId is { } old) Drop(reportsBuilder, old, id);
                if (after?.Details.ManagerId is { } now) Add(reportsBuilder, now, id);
            }

            var ownersBefore = (before as Group)?.Owners ?? [];
            var ownersAfter = (after as Group)?.Owners ?? [];
            foreach (var owner in ownersBefore.Except(ownersAfter)) Drop(ownedBuilder, owner, id);
            foreach (var owner in ownersAfter.Except(ownersBefore)) Add(ownedBuilder, owner, id);
        }

        return new(reportsBuilder.Build(), ownedBuilder.Build());
    }

    private static void Add(LayeredMap<Guid, Guid[]>.Builder map, Guid key, Guid id) => map.Set(key, [.. map.Find(key) ?? [], id]);

    private static void Drop(LayeredMap<Guid, Guid[]>.Builder map, Guid key, Guid id)
    {
        var left = (map.Find(key) ?? []).Where(i => i != id).ToArray();
        map.Set(key, left.Length == 0 ? null : left);
    }
}
