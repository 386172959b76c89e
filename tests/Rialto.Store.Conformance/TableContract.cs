using Rialto.Model;
using Rialto.Store.Views;

namespace Rialto.Store.Conformance;

/// <summary>Sorted and filtered tables.</summary>
public abstract class TableContract : StoreContract
{
    private static SortOrderSet By(params (PropertyTag Tag, bool Descending)[] keys) =>
        new([.. keys.Select(k => new SortKey(k.Tag, k.Descending ? Model.SortDirection.Descending : Model.SortDirection.Ascending))]);

    private static readonly SortOrderSet Newest = By((PropertyTags.MessageDeliveryTime, true));

    private static async Task<List<MessageId>> IdsAsync(ContentsTable table)
    {
        var rows = await table.CurrentAsync(None);
        var ids = new MessageId[rows.Count];
        rows.CopyTo(0, ids);
        for (var i = 0; i < ids.Length; i++)
        {
            rows[i].ShouldBe(ids[i]);
            rows.PositionOf(ids[i]).ShouldBe(i);
        }
        return [.. ids];
    }

    private async Task<ContentsTable> OpenTableAsync(SortOrderSet? sort, Restriction? restriction = null, bool associated = false) =>
        (await Session.OpenTableAsync(Inbox, associated, sort, restriction, None)).Value;

    [Fact]
    public async Task TablesSortAndFollow()
    {
        var b = await AppendAsync("b", received: new FileTime(200));
        var a = await AppendAsync("Re: A", received: new FileTime(300), state: MessageState.Read);
        var fai = await AppendAsync("fai", state: MessageState.Associated);
        using var newest = await OpenTableAsync(Newest);
        using var subject = await OpenTableAsync(By((PropertyTags.NormalizedSubject, false)));
        using var arrival = await OpenTableAsync(null);
        using var unreadFirst = await OpenTableAsync(By((PropertyTags.Read, false), (PropertyTags.MessageDeliveryTime, true)));
        using var associated = await OpenTableAsync(null, associated: true);
        (await newest.ReadFirstAsync(1, None)).ShouldBe([a.Id]);
        (await IdsAsync(newest)).ShouldBe([a.Id, b.Id]);
        (await IdsAsync(subject)).ShouldBe([a.Id, b.Id]);
        (await IdsAsync(arrival)).ShouldBe([b.Id, a.Id]);
        (await IdsAsync(unreadFirst)).ShouldBe([b.Id, a.Id]);
        (await IdsAsync(associated)).ShouldBe([fai.Id]);
        var called = 0;
        using var subscription = newest.Subscribe(() => called++);
        var c = await AppendAsync("ab", received: new FileTime(250));
        called.ShouldBe(1);
        (await IdsAsync(newest)).ShouldBe([a.Id, c.Id, b.Id]);
        (await IdsAsync(subject)).ShouldBe([a.Id, c.Id, b.Id]);
        (await IdsAsync(unreadFirst)).ShouldBe([c.Id, b.Id, a.Id]);
        await Session.ChangeFlagsAsync(Inbox, [c.Id], Set(MessageState.Read), None);
        (await IdsAsync(unreadFirst)).ShouldBe([b.Id, a.Id, c.Id]);
        await Session.DeleteAsync(Inbox, [a.Id], None);
        (await IdsAsync(newest)).ShouldBe([c.Id, b.Id]);
        (await IdsAsync(subject)).ShouldBe([c.Id, b.Id]);
        (await newest.ReadFirstAsync(10, None)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task RestrictionsFilterByRowAndByContent()
    {
        var yes = await AppendAsync("hello world", body: "needle");
        var no = await AppendAsync("other", body: "hay");
        var subject = new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "WORLD"));
        var body = new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Body, PropertyValue.Of(PropertyTags.Body, "needle"));
        using var bySubject = await OpenTableAsync(Newest, subject);
        using var byBody = await OpenTableAsync(null, body);
        using var unread = await OpenTableAsync(null, new BitmaskRestriction(false, PropertyTags.MessageFlags, 1));
        (await IdsAsync(bySubject)).ShouldBe([yes.Id]);
        (await IdsAsync(byBody)).ShouldBe([yes.Id]);
        (await IdsAsync(unread)).ShouldBe([yes.Id, no.Id]);
        var more = await AppendAsync("the world", body: "a needle");
        (await IdsAsync(bySubject)).Order().ShouldBe([yes.Id, more.Id]);
        (await IdsAsync(byBody)).ShouldBe([yes.Id, more.Id]);
        await Session.ChangeFlagsAsync(Inbox, [yes.Id], Set(MessageState.Read), None);
        (await IdsAsync(unread)).ShouldBe([no.Id, more.Id]);
        await Session.DeleteAsync(Inbox, [more.Id], None);
        (await IdsAsync(byBody)).ShouldBe([yes.Id]);
    }

    [Fact]
    public async Task IncrementalTableEqualsAFreshOne()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        SortOrderSet?[] sorts = [null, Newest, By((PropertyTags.Subject, false)), By((PropertyTags.Subject, true), (PropertyTags.MessageSize, false)),
            By((PropertyTags.MessageFlags, true), (PropertyTags.Subject, false)), By((PropertyTags.Importance, true), (PropertyTags.MessageDeliveryTime, false))];
        var tables = new List<ContentsTable>();
        foreach (var sort in sorts)
            tables.Add(await OpenTableAsync(sort));
        var unread = new BitmaskRestriction(false, PropertyTags.MessageFlags, 1);
        tables.Add(await OpenTableAsync(Newest, unread));
        foreach (var table in tables)
            await table.CurrentAsync(None);
        var messages = new List<PreparedMessage>();
        for (var i = 0; i < 20; i++)
            messages.Add(await PrepareAsync($"{(i % 3 == 0 ? "Re: " : "")}{(char)('a' + random.Next(26))}{random.Next(9)}", new string('x', random.Next(50)), more: $"X-Importance: {random.Next(3)}\r\n"));
        for (var step = 0; step < 60; step++)
        {
            var current = await tables[0].CurrentAsync(None);
            var some = Enumerable.Range(0, random.Next(1, 60)).Where(_ => current.Count > 0).Select(_ => current[random.Next(current.Count)]).Distinct().ToList();
            switch (random.Next(5))
            {
                case 0 or 1:
                    await Session.AppendManyAsync(Inbox, [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (messages[random.Next(20)], new AppendOptions((MessageState)random.Next(2), [], new FileTime(random.Next(1000)))))], None);
                    break;
                case 2:
                    await Session.ChangeFlagsAsync(Inbox, some, new FlagChange((MessageState)random.Next(2), (MessageState)random.Next(2), [], [], false), None);
                    break;
                case 3:
                    await Session.MoveAsync(Inbox, some, Sent, None);
                    var sent = (await Session.OpenViewAsync(Sent, None)).Value;
                    if (sent.Current.Count > 0)
                        await Session.MoveAsync(Sent, [sent.Current[0].Id], Inbox, None);
                    sent.Dispose();
                    break;
                default:
                    await Session.DeleteAsync(Inbox, some, None);
                    break;
            }
        }
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        for (var i = 0; i < tables.Count; i++)
        {
            using var loaded = (await session.OpenTableAsync(Inbox, false, i < sorts.Length ? sorts[i] : Newest, i < sorts.Length ? null : unread, None)).Value;
            (await IdsAsync(tables[i])).ShouldBe(await IdsAsync(loaded), $"seed {seed}, table {i}");
            tables[i].Dispose();
        }
    }
}
