using Rialto.Model;
using Rialto.Store.Views;

namespace Rialto.Store.Conformance;

/// <summary>What a client does to its copy of a table by row events ends in what a fresh load shows, in every order, restricted and categorised.</summary>
public abstract class TableViewContract : StoreContract
{
    private static readonly PropertyTag Keywords = new(0x8001, PropertyType.MultipleString | PropertyType.MultipleInstance);

    private static SortKey Up(PropertyTag tag) => new(tag, Model.SortDirection.Ascending);

    private static SortKey Down(PropertyTag tag) => new(tag, Model.SortDirection.Descending);

    private static TableQuery By(int categories, int expanded, params SortKey[] keys) => new() { Sort = new SortOrderSet(keys, categories, expanded), Culture = "en-US" };

    private static readonly Restriction Unread = new BitmaskRestriction(false, PropertyTags.MessageFlags, 1);

    private static Restriction HasText(PropertyTag tag, string text) =>
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, tag, PropertyValue.Of(tag, text));

    private static TableQuery[] Queries =>
    [
        new(),
        By(0, 0, Down(PropertyTags.MessageDeliveryTime)),
        By(0, 0, Up(PropertyTags.Subject)),
        By(0, 0, Down(PropertyTags.Importance), Up(PropertyTags.Subject)),
        By(0, 0, Up(PropertyTags.MessageFlags)),
        By(0, 0, Down(PropertyTags.MessageDeliveryTime)) with { Restriction = Unread },
        By(0, 0, Up(PropertyTags.Subject)) with { Restriction = HasText(PropertyTags.Subject, "A") },
        By(0, 0, Up(PropertyTags.Body)),
        By(0, 0, Up(PropertyTags.Subject)) with { Restriction = HasText(PropertyTags.Body, "needle") },
        By(1, 1, Up(PropertyTags.SentRepresentingName), Down(PropertyTags.MessageDeliveryTime)),
        By(1, 0, Up(PropertyTags.SentRepresentingName), Down(PropertyTags.MessageDeliveryTime)),
        By(2, 1, Down(PropertyTags.Importance), Up(PropertyTags.SentRepresentingName), Up(PropertyTags.Subject)),
        By(1, 1, Down(PropertyTags.ConversationTopic), new SortKey(PropertyTags.MessageDeliveryTime, Model.SortDirection.MaximumCategory), Up(PropertyTags.MessageDeliveryTime)),
        By(2, 2, Up(PropertyTags.Importance), Up(PropertyTags.ConversationTopic), new SortKey(PropertyTags.MessageSize, Model.SortDirection.MinimumCategory)),
        By(1, 1, Up(PropertyTags.SentRepresentingName)) with { Restriction = Unread },
        By(1, 1, Up(Keywords), Up(PropertyTags.Subject)),
        new() { Instances = Keywords },
    ];

    /// <summary>A client's copy of a table.</summary>
    private sealed class Copy(TableQuery query, ContentsTable table)
    {
        public TableQuery Query { get; } = query;

        public ContentsTable Table { get; } = table;

        public TableView View { get; set; } = null!;

        public TableExpansion Expansion { get; set; } = TableExpansion.To(query.Sort?.ExpandedCount ?? 0);

        public List<TableRow> Rows { get; set; } = [];

        public int Told { get; private set; }

        public static List<TableRow> AllOf(TableView view) => [.. Enumerable.Range(0, view.Count).Select(i => view[i])];

        public void Apply(IReadOnlyList<TableRowChange> changes)
        {
            foreach (var change in changes)
            {
                Told++;
                var at = Rows.FindIndex(r => IsSame(r, change.Row));
                (at >= 0).ShouldBe(change.Kind != TableRowChangeKind.Added);
                if (at >= 0)
                    Rows.RemoveAt(at);
                if (change.Kind == TableRowChangeKind.Removed)
                    continue;
                var after = change.After is { } row ? Rows.FindIndex(r => IsSame(r, row)) : -1;
                (after >= 0).ShouldBe(change.After is not null);
                Rows.Insert(after + 1, change.Row);
            }
        }

        private static bool IsSame(TableRow a, TableRow b) => a.Id == b.Id && a.Instance == b.Instance && a.Category?.Id == b.Category?.Id;
    }

    private static string Line(TableRow row, TableExpansion expansion) => row.Category is { } category
        ? $"{new string('>', category.Level + 1)} {category.Id:X} {category.Count} {category.Unread} {expansion.IsExpanded(category)}"
        : $"{row.Id.Value} {row.Mid} {row.Instance}";

    [Fact]
    public async Task RowEventsLeadToWhatAFreshLoadShows()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        (await Session.GetPropertyIdsAsync([PropertyNames.PidNameKeywords], true, None)).Value[0].ShouldBe(Keywords.Id);
        var messages = new List<PreparedMessage>();
        string[] words = ["apple", "Äpfel", "banana", "Zebra", "éclair", "zoo", "", "Apple"];
        for (var i = 0; i < 30; i++)
        {
            messages.Add(await PrepareAsync(
                $"{(i % 3 == 0 ? "Re: " : "")}{words[random.Next(words.Length)]}{random.Next(3)}", i % 4 == 0 ? "a needle" : new string('x', random.Next(50)),
                $"{words[random.Next(5)]}", $"X-Importance: {random.Next(3)}\r\n"));
        }
        var copies = new List<Copy>();
        foreach (var query in Queries)
            copies.Add(new Copy(query, (await Session.OpenTableAsync(Inbox, query, None)).Value));
        foreach (var copy in copies)
        {
            copy.View = new TableView(await copy.Table.CurrentAsync(None), copy.Expansion);
            copy.Rows = Copy.AllOf(copy.View);
        }
        var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        for (var step = 0; step < 60; step++)
        {
            for (var operations = random.Next(1, 4); operations > 0; operations--)
                await OperateAsync(random, view, messages);
            foreach (var copy in copies)
            {
                if (random.Next(3) == 0)
                    continue;
                var newer = new TableView(await copy.Table.CurrentAsync(None), copy.Expansion);
                var changes = TableDifference.Between(copy.View, newer, 5000);
                changes.ShouldNotBeNull();
                copy.Apply(changes);
                copy.View = newer;
                copy.Rows.Select(r => Line(r, copy.Expansion)).ShouldBe(Copy.AllOf(newer).Select(r => Line(r, copy.Expansion)), $"seed {seed}, table {copies.IndexOf(copy)}, step {step}");
                if (newer.Snapshot.Count > 0 && copy.Query.Sort?.CategoryCount > 0 && random.Next(3) == 0)
                {
                    var headers = Copy.AllOf(newer).Where(r => r.Category is not null).ToList();
                    copy.Expansion = copy.Expansion.Toggle(headers[random.Next(headers.Count)].Category!);
                    copy.View = new TableView(newer.Snapshot, copy.Expansion);
                    copy.Rows = Copy.AllOf(copy.View);
                }
            }
        }
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        foreach (var copy in copies)
        {
            using var loaded = (await session.OpenTableAsync(Inbox, copy.Query, None)).Value;
            var wanted = new TableView(await loaded.CurrentAsync(None), copy.Expansion);
            var shown = new TableView(await copy.Table.CurrentAsync(None), copy.Expansion);
            Copy.AllOf(shown).Select(r => Line(r, copy.Expansion)).ShouldBe(Copy.AllOf(wanted).Select(r => Line(r, copy.Expansion)), $"seed {seed}, table {copies.IndexOf(copy)}");
            copy.Told.ShouldBeGreaterThan(0);
            CheckPlaces(wanted, random, $"seed {seed}, table {copies.IndexOf(copy)}");
            copy.Table.Dispose();
        }
        view.Dispose();
    }

    private async Task OperateAsync(Random random, FolderView view, List<PreparedMessage> messages)
    {
        var now = view.Current;
        var some = Enumerable.Range(0, random.Next(1, random.Next(6) == 0 ? 60 : 4)).Where(_ => now.Count > 0).Select(_ => now[random.Next(now.Count)].Id).Distinct().ToList();
        string[] keywords = ["red", "Blue", "green"];
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                var count = random.Next(random.Next(5) == 0 ? 150 : 4);
                await Session.AppendManyAsync(
                    Inbox, [.. Enumerable.Range(0, count).Select(_ => (messages[random.Next(messages.Count)], new AppendOptions((MessageState)random.Next(2), [.. keywords.Where(_ => random.Next(3) == 0)], new FileTime(random.Next(1000)))))], None);
                break;
            case 3:
                await Session.ChangeFlagsAsync(Inbox, some, new FlagChange((MessageState)random.Next(2), (MessageState)random.Next(2), [keywords[random.Next(3)]], [keywords[random.Next(3)]], false), None);
                break;
            case 4:
                await Session.MoveAsync(Inbox, some, Sent, None);
                using (var sent = (await Session.OpenViewAsync(Sent, None)).Value)
                {
                    if (sent.Current.Count > 0)
                        await Session.MoveAsync(Sent, [sent.Current[0].Id], Inbox, None);
                }
                break;
            case 5 when some.Count > 0:
                await Session.UpdateAsync(Inbox, some[0], row => row with { Importance = (byte)random.Next(3) }, None);
                break;
            case 6 when some.Count > 0:
                await Session.ReplaceAsync(Inbox, some[0], messages[random.Next(messages.Count)], ReplaceOptions.Default, None);
                break;
            default:
                await Session.DeleteAsync(Inbox, some, None);
                break;
        }
    }

    /// <summary>Marks find their rows, and what is hidden leads to the row after its header.</summary>
    private static void CheckPlaces(TableView view, Random random, string what)
    {
        for (var i = 0; i < Math.Min(view.Count, 50); i++)
        {
            var position = random.Next(view.Count);
            view.Locate(view.MarkAt(position)).ShouldBe((position, true), what);
        }
        view.Locate(view.MarkAt(view.Count)).ShouldBe((view.Count, true));
        var all = new TableView(view.Snapshot, TableExpansion.To(9));
        var none = new TableView(view.Snapshot, TableExpansion.To(0));
        if (!view.HasCategories)
            return;
        for (var i = 0; i < all.Count; i++)
        {
            var outer = all[i].Category;
            if (outer is { Level: 0 })
            {
                all.VisibleBelow(outer).ShouldBe(all.Count - i - 1 - Enumerable.Range(i + 1, all.Count - i - 1).SkipWhile(p => all[p].Category is not { Level: 0 }).Count());
                none.Locate(all.MarkAt(i)).IsVisible.ShouldBeTrue();
            }
            else
            {
                none.Locate(all.MarkAt(i)).IsVisible.ShouldBeFalse();
            }
        }
        all.Count.ShouldBe(view.Snapshot.Count + Enumerable.Range(0, all.Count).Count(i => all[i].Category is not null));
    }

    [Fact]
    public async Task HotColumnsAnswerAsWholeRowsDo()
    {
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            var message = await PrepareAsync($"{(i % 2 == 0 ? "Re: " : "")}Wörd {i % 7}", "b", i % 5 == 0 ? "" : $"from{i % 4}", $"To: to{i % 3}\r\nX-Importance: {i % 3}\r\nMessage-ID: <{i}>\r\n");
            await Session.AppendAsync(Inbox, message, new AppendOptions((MessageState)(random.Next(4) | (i % 6 == 0 ? 16 : 0)), [], new FileTime(random.Next(1000))), None);
        }
        using (var view = (await Session.OpenViewAsync(Inbox, None)).Value)
            await Session.ChangeFlagsAsync(Inbox, [view.Current[3].Id, view.Current[8].Id], Clear(MessageState.Read), None);
        PropertyTag[] texts = [PropertyTags.Subject, PropertyTags.NormalizedSubject, PropertyTags.SubjectPrefix, PropertyTags.SentRepresentingName, PropertyTags.DisplayTo,
            PropertyTags.MessageClass, PropertyTags.ConversationTopic, PropertyTags.InternetMessageId];
        PropertyTag[] numbers = [PropertyTags.Importance, PropertyTags.MessageFlags, PropertyTags.MessageSize, PropertyTags.MessageStatus, PropertyTags.Sensitivity];
        PropertyTag[] times = [PropertyTags.MessageDeliveryTime, PropertyTags.ClientSubmitTime, PropertyTags.LastModificationTime];
        var terms = new List<Restriction>();
        foreach (var tag in texts)
        {
            foreach (var text in new[] { "wörd", "W", "re: ", "", "from2", "to1", "IPM.Note", "<3>", "word" })
            {
                foreach (var fuzzy in new[] { 0u, 1u, 2u, 0x10000u, 0x10001u, 0x20001u, 0x40002u })
                    terms.Add(new ContentRestriction((FuzzyLevel)fuzzy, tag, PropertyValue.Of(tag, text)));
                for (var relation = RelationalOperator.LessThan; relation <= RelationalOperator.NotEqual; relation++)
                    terms.Add(new PropertyRestriction(relation, tag, PropertyValue.Of(tag, text)));
            }
            terms.Add(new SizeRestriction(RelationalOperator.GreaterThan, tag, 8));
            terms.Add(new ExistRestriction(tag));
        }
        foreach (var tag in numbers)
        {
            terms.Add(new BitmaskRestriction(true, tag, 1));
            terms.Add(new NotRestriction(new BitmaskRestriction(false, tag, 3)));
            terms.Add(new BitmaskRestriction(true, tag, 0x402));
            for (var value = 0; value < 3; value++)
                terms.Add(new PropertyRestriction(RelationalOperator.GreaterThanOrEqual, tag, PropertyValue.Of(tag, value)));
        }
        foreach (var tag in times)
        {
            terms.Add(new ExistRestriction(tag));
            terms.Add(new PropertyRestriction(RelationalOperator.LessThan, tag, PropertyValue.Of(tag, new FileTime(500))));
        }
        terms.Add(new ComparePropertiesRestriction(RelationalOperator.Equal, PropertyTags.Subject, PropertyTags.NormalizedSubject));
        terms.Add(new CommentRestriction([], Unread));
        var found = 0;
        foreach (var term in terms)
        {
            using var hot = (await Session.OpenTableAsync(Inbox, new TableQuery { Restriction = term }, None)).Value;
            // A size of no account is not among the hot columns, so that this one reads whole rows.
            using var whole = (await Session.OpenTableAsync(Inbox, new TableQuery { Restriction = new AndRestriction([new ExistRestriction(PropertyTags.ObjectType), term]) }, None)).Value;
            var rows = await hot.CurrentAsync(None);
            var others = await whole.CurrentAsync(None);
            Enumerable.Range(0, rows.Count).Select(i => rows[i]).ShouldBe(Enumerable.Range(0, others.Count).Select(i => others[i]), term.ToString());
            found += rows.Count;
        }
        found.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task SearchesFindTheNearestRowEitherWay()
    {
        var messages = new List<PreparedMessage>();
        for (var i = 0; i < 10; i++)
            messages.Add(await PrepareAsync($"subject {i}", from: $"from{i % 3}"));
        await Session.AppendManyAsync(Inbox, [.. Enumerable.Range(0, 400).Select(i => (messages[i < 390 ? i % 9 : 9], new AppendOptions(0, [], new FileTime(i))))], None);
        foreach (var query in new[] { By(0, 0, Up(PropertyTags.MessageDeliveryTime)), By(1, 1, Up(PropertyTags.SentRepresentingName), Up(PropertyTags.MessageDeliveryTime)) })
        {
            using var table = (await Session.OpenTableAsync(Inbox, query, None)).Value;
            var view = new TableView(await table.CurrentAsync(None), TableExpansion.To(1));
            var rows = (await Session.ReadRowsAsync(Inbox, Enumerable.Range(0, view.Count).Select(i => view[i].Id).ToArray(), None)).Value;
            foreach (var wanted in new[] { "subject 9", "subject 3", "nothing" })
            {
                var term = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, wanted));
                foreach (var start in new[] { 0, 1, 200, 389, 395, view.Count })
                {
                    var forward = Enumerable.Range(start, view.Count - start).Cast<int?>().FirstOrDefault(i => rows[i!.Value]?.Subject == wanted) ?? -1;
                    var backward = Enumerable.Range(0, start).Reverse().Cast<int?>().FirstOrDefault(i => rows[i!.Value]?.Subject == wanted) ?? -1;
                    (await table.FindAsync(view, start, false, term, _ => false, None)).ShouldBe(forward);
                    (await table.FindAsync(view, start, true, term, _ => false, None)).ShouldBe(backward);
                }
            }
        }
    }

    [Fact]
    public async Task TextOrdersByTheCulture()
    {
        foreach (var subject in new[] { "zebra", "Äpfel", "apple", "Zoo", "ångström", "Banana", "b-ball" })
            await AppendAsync(subject);
        (await SubjectsAsync("en-US")).ShouldBe(["ångström", "Äpfel", "apple", "b-ball", "Banana", "zebra", "Zoo"], ignoreOrder: true);
        var english = await SubjectsAsync("en-US");
        english.IndexOf("Äpfel").ShouldBeLessThan(english.IndexOf("Banana"));
        var swedish = await SubjectsAsync("sv-SE");
        swedish.TakeLast(2).ShouldBe(["ångström", "Äpfel"]);
        (await SubjectsAsync("no such culture")).Count.ShouldBe(7);
    }

    private async Task<List<string>> SubjectsAsync(string culture)
    {
        using var table = (await Session.OpenTableAsync(Inbox, By(0, 0, Up(PropertyTags.Subject)) with { Culture = culture }, None)).Value;
        var snapshot = await table.CurrentAsync(None);
        var rows = (await Session.ReadRowsAsync(Inbox, Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).ToArray(), None)).Value;
        return [.. rows.Select(r => r!.Subject)];
    }

    [Fact]
    public async Task EqualQueriesShareOneOrder()
    {
        await AppendAsync("a");
        using var one = (await Session.OpenTableAsync(Inbox, By(0, 0, Up(PropertyTags.Subject)) with { Restriction = HasText(PropertyTags.Subject, "a") }, None)).Value;
        using var same = (await Session.OpenTableAsync(Inbox, By(0, 0, Up(PropertyTags.Subject)) with { Restriction = HasText(PropertyTags.Subject, "a") }, None)).Value;
        using var other = (await Session.OpenTableAsync(Inbox, By(0, 0, Up(PropertyTags.Subject)) with { Restriction = HasText(PropertyTags.Subject, "b") }, None)).Value;
        (await one.CurrentAsync(None)).ShouldBeSameAs(await same.CurrentAsync(None));
        (await one.CurrentAsync(None)).ShouldNotBeSameAs(await other.CurrentAsync(None));
    }
}
