using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Conformance;

/// <summary>Property content, replacement, update, text search, client state, the checker and the marks.</summary>
public abstract class ContentContract : StoreContract
{
    private static readonly Guid PropertySet = Guid.NewGuid();

    private static PropertyMessage Properties(string subject, string body)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, body));
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Task"));
        message.NamedProperties[0x8777] = new PropertyName(PropertySet, "Colour");
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8777, PropertyType.String), "blue"));
        return message;
    }

    [Fact]
    public async Task PropertyMessageReadsBackWithTheMailboxsIds()
    {
        var before = (await Session.GetPropertyIdsAsync([new PropertyName(PropertySet, "First"), new PropertyName(PropertySet, "Second")], true, None)).Value;
        var prepared = await Engine.PreparePropertiesAsync(Properties("hello", "body"), None);
        var appended = (await Session.AppendAsync(Inbox, prepared, AppendOptions.Default, None)).Value;
        var id = (await Session.GetPropertyIdsAsync([new PropertyName(PropertySet, "Colour")], false, None)).Value[0];
        id.ShouldBe((ushort)(before[1] + 1));
        var row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.Kind.ShouldBe(ContentKind.Properties);
        row.MessageClass.ShouldBe("IPM.Task");
        row.Subject.ShouldBe("hello");
        var opened = (await Session.OpenPropertiesAsync(Inbox, appended.Id, None)).Value;
        opened.Properties.GetString(new PropertyTag(id, PropertyType.String)).ShouldBe("blue");
        opened.NamedProperties[id].Name.ShouldBe("Colour");
        using var mime = (await Session.OpenMimeAsync(Inbox, appended.Id, None)).Value;
        Encoding.UTF8.GetString(mime.Memory.Span).ShouldStartWith("Subject: hello");
        mime.Memory.Length.ShouldBe((int)row.MimeSize);
    }

    [Fact]
    public async Task AttachmentsThatLieElsewhereAreKeptWithTheirData()
    {
        var message = Properties("large", "body");
        message.Attachments.Add(new PropertyAttachment { OpenData = () => new MemoryStream("outside"u8.ToArray()) });
        var embedded = Properties("embedded", "body");
        embedded.Attachments.Add(new PropertyAttachment { OpenData = () => new MemoryStream("deeper"u8.ToArray()) });
        message.Attachments.Add(new PropertyAttachment { Embedded = embedded });
        PropertyBagCodec.TryRead(PropertyBagCodec.Write(message), out PropertyMessage stored).ShouldBeTrue();
        stored.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("outside"u8.ToArray());

        var appended = (await Session.AppendAsync(Inbox, await Engine.PreparePropertiesAsync(message, None), AppendOptions.Default, None)).Value;
        var opened = (await Session.OpenPropertiesAsync(Inbox, appended.Id, None)).Value;
        opened.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("outside"u8.ToArray());
        opened.Attachments[1].Embedded!.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("deeper"u8.ToArray());
        message.Attachments[0].OpenData.ShouldNotBeNull();
    }

    [Fact]
    public async Task ReplacedContentGetsANewUid()
    {
        var appended = await AppendAsync("old", state: MessageState.Read | MessageState.Flagged);
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        var prepared = await Engine.PreparePropertiesAsync(Properties("new", "a longer body than before"), None);
        var before = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        (await Session.ReplaceAsync(Inbox, appended.Id, prepared, new ReplaceOptions { ExpectedCn = before.Cn - 1 }, None)).Error.ShouldBe(StoreError.Conflict);
        var row = (await Session.ReplaceAsync(Inbox, appended.Id, prepared, new ReplaceOptions { ExpectedCn = before.Cn, Clear = MessageState.Flagged }, None)).Value;
        row.Id.ShouldBe(appended.Id);
        row.Mid.ShouldBe(before.Mid);
        row.Uid.ShouldBe(2u);
        row.Cn.ShouldBeGreaterThan(before.Cn);
        row.State.ShouldBe(MessageState.Read);
        (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!.Subject.ShouldBe("new");
        view.Current.Count.ShouldBe(1);
        view.Current[0].Uid.ShouldBe(2u);
        (await Session.ReadChangesAsync(appended.Sequence, Inbox, 10, None)).Value.Single().Kind.ShouldBe(ChangeKind.MessageModified);
        (await Session.ReplaceAsync(Inbox, new MessageId(1), prepared, ReplaceOptions.Default, None)).Error.ShouldBe(StoreError.NotFound);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task UpdateKeepsUidAndContent()
    {
        var appended = await AppendAsync("x");
        var overlay = new PropertyBag();
        overlay.Set(PropertyValue.Of(PropertyTags.IconIndex, 42));
        var row = (await Session.UpdateAsync(Inbox, appended.Id, r => r with { Overlay = PropertyBagCodec.Write(overlay), UrlName = "x.eml", Status = 5 }, None)).Value;
        row.Uid.ShouldBe(appended.Uid);
        row.Cn.ShouldBeGreaterThan(appended.Sequence);
        var properties = (await Session.OpenPropertiesAsync(Inbox, appended.Id, None)).Value;
        properties.Properties.GetInt32(PropertyTags.IconIndex).ShouldBe(42);
        SummaryProperties.TryGet(row, Session.Header, PropertyTags.IconIndex, out var icon).ShouldBeTrue();
        icon.AsInt32().ShouldBe(42);
        (await Session.UpdateAsync(Inbox, appended.Id, r => r with { MimeSize = 1 }, None)).Error.ShouldBe(StoreError.InvalidArgument);
        var other = await AppendAsync("y");
        (await Session.UpdateAsync(Inbox, other.Id, r => r with { UrlName = "x.eml" }, None)).Error.ShouldBe(StoreError.AlreadyExists);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task TextIsFoundWhereItStands()
    {
        var one = (await Session.AppendAsync(Inbox, await PrepareAsync("Grüße aus Köln", "the quick fox", more: "To: Anna\r\nCc: Bert\r\nBcc: Carla\r\nX-Custom: alpha\r\n beta\r\nMessage-ID: <abc@x>\r\n"), AppendOptions.Default, None)).Value.Id;
        var two = (await Session.AppendAsync(Inbox, await PrepareAsync("Re: plan", "lazy dog", from: "fox@example.com"), AppendOptions.Default, None)).Value.Id;
        await AppendAsync("elsewhere", Sent, body: "quick");
        (await FindAsync(TextTarget.Subject, "KÖLN")).ShouldBe([one]);
        (await FindAsync(TextTarget.Subject, "re: PLAN")).ShouldBe([two]);
        (await FindAsync(TextTarget.From, "Fox@")).ShouldBe([two]);
        (await FindAsync(TextTarget.To, "ann")).ShouldBe([one]);
        (await FindAsync(TextTarget.Cc, "bert")).ShouldBe([one]);
        (await FindAsync(TextTarget.Bcc, "carl")).ShouldBe([one]);
        (await FindAsync(TextTarget.Body, "quic")).ShouldBe([one]);
        (await FindAsync(TextTarget.Any, "fox")).ShouldBe([one, two]);
        (await FindAsync(TextTarget.Body, "fox")).ShouldBe([one]);
        (await FindAsync(TextTarget.Header, "ALPHA beta", "x-custom")).ShouldBe([one]);
        (await FindAsync(TextTarget.Header, "", "X-Custom")).ShouldBe([one]);
        (await FindAsync(TextTarget.Header, "abc@", "message-id")).ShouldBe([one]);
        (await FindAsync(TextTarget.Header, "x", "X-Nothing")).ShouldBeEmpty();
        await Session.DeleteAsync(Inbox, [one], None);
        (await FindAsync(TextTarget.Any, "fox")).ShouldBe([two]);

        async Task<IReadOnlyList<MessageId>> FindAsync(TextTarget target, string text, string header = "") =>
            (await Session.FindTextAsync(Inbox, new TextCriterion(target, text) { Header = header }, None)).Value;
    }

    [Fact]
    public async Task TextsAreFoundByAnyPartOfThem()
    {
        // Letters that fold, letters that do not, scripts without spaces, symbols, punctuation: few of each, so that parts recur.
        string[] pieces = ["a", "b", "re", "port", "Ähre", "e\u0301", "ß", "日", "本", "か", "が", "한국", "Дом", "й", "ος", "x", "42", "²", "€", "😀", "-", ",", ".", "'", "\"", "%", " ", " ", " ", "  ", "\t", "\r\n", "@", "\u00AD", "क्ष",
            new string('q', 70), "z" + new string('w', 140) + "z"];
        var random = new Random(20);
        var texts = new Dictionary<MessageId, string>();
        for (var i = 0; i < 60; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
            texts.Add((await AppendAsync("s", body: "x" + text)).Id, "x" + text);
        }
        await Session.ReplaceAsync(Inbox, texts.First().Key, await PrepareAsync("s", "x other text"), ReplaceOptions.Default, None);
        texts[texts.First().Key] = "x other text";

        for (var i = 0; i < 600; i++)
        {
            var text = texts.Values.ElementAt(random.Next(texts.Count));
            var start = random.Next(text.Length);
            var query = text.Substring(start, Math.Min(text.Length - start, 1 + random.Next(i % 4 == 0 ? 150 : 8)));
            if (i % 5 == 0)
                query = query.ToUpperInvariant();
            if (i % 7 == 0)
                query = query.Replace("e", "é", StringComparison.Ordinal);
            if (i % 11 == 0)
                query += pieces[random.Next(pieces.Length)];
            var folded = SearchText.Fold(query);
            var expected = texts.Where(t => SearchText.Fold(t.Value).Contains(folded, StringComparison.Ordinal)).Select(t => t.Key).Order().ToList();
            (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Body, query), None)).Value.ToList().ShouldBe(expected, customMessage: $"'{query}' {string.Join(' ', query.EnumerateRunes().Select(r => r.Value.ToString("X")))}");
        }
    }

    [Fact]
    public async Task ReplacedTextIsFoundByItsNewWords()
    {
        var one = await AppendAsync("subject", body: "before");
        (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Body, "before"), None)).Value.ShouldBe([one.Id]);
        await Session.ReplaceAsync(Inbox, one.Id, await PrepareAsync("subject", "after"), ReplaceOptions.Default, None);
        (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Body, "before"), None)).Value.ShouldBeEmpty();
        (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Body, "after"), None)).Value.ShouldBe([one.Id]);
        await Session.ReplaceAsync(Inbox, one.Id, await PrepareAsync("subject", "later"), ReplaceOptions.Default, None);
        (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Body, "later"), None)).Value.ShouldBe([one.Id]);
    }

    [Fact]
    public async Task SubjectSearchFollowsTheFolder()
    {
        var one = await AppendAsync("Grüße aus Kiel");
        var two = await AppendAsync("Re: a fish");
        (await FindAsync("GRÜSSE")).ShouldBeEmpty();
        (await FindAsync("grüß")).ShouldBe([one.Id]);
        (await FindAsync("e: A f")).ShouldBe([two.Id]);
        (await FindAsync("")).ShouldBe([one.Id, two.Id]);
        // A match cannot begin in one message and end in the next.
        (await FindAsync("KielRe")).ShouldBeEmpty();

        var three = await AppendAsync("one more FISH");
        (await FindAsync("fish")).ShouldBe([two.Id, three.Id]);
        await Session.ChangeFlagsAsync(Inbox, [two.Id], Set(MessageState.Flagged), None);
        (await FindAsync("fish")).ShouldBe([two.Id, three.Id]);
        await Session.ReplaceAsync(Inbox, two.Id, await PrepareAsync("a bird", "text"), ReplaceOptions.Default, None);
        (await FindAsync("fish")).ShouldBe([three.Id]);
        (await FindAsync("bird")).ShouldBe([two.Id]);
        await Session.MoveAsync(Inbox, [three.Id], Sent, None);
        (await FindAsync("fish")).ShouldBeEmpty();
        for (var i = 0; i < 80; i++)
        {
            var next = await AppendAsync($"number {i}.");
            (await FindAsync($"NUMBER {i}.")).ShouldBe([next.Id]);
        }
        (await FindAsync("bird")).ShouldBe([two.Id]);

        async Task<IReadOnlyList<MessageId>> FindAsync(string text) =>
            (await Session.FindTextAsync(Inbox, new TextCriterion(TextTarget.Subject, text), None)).Value;
    }

    [Fact]
    public async Task ClientStateIsKept()
    {
        ClientStateKey a = new("eas:1", "inbox", "a"), b = new("eas:1", "inbox", "b"), c = new("eas:2", "inbox", "a");
        (await Session.WriteClientStateAsync([(a, new byte[] { 1 }), (b, new byte[] { 2 }), (c, new byte[] { 3 })], None)).ShouldBe(StoreError.None);
        (await Session.ReadClientStateAsync(a, None))!.Value.ToArray().ShouldBe([1]);
        (await Session.ReadClientStatesAsync("eas:1", "inbox", None)).Select(s => s.Key).Order().ShouldBe(["a", "b"]);
        (await Session.WriteClientStateAsync([(a, null)], None)).ShouldBe(StoreError.None);
        (await Session.ReadClientStateAsync(a, None)).ShouldBeNull();
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        (await session.ReadClientStateAsync(c, None))!.Value.ToArray().ShouldBe([3]);
    }

    /// <summary>However many ask at once, at two servers where several may write: the first value is everybody's.</summary>
    [Fact]
    public async Task ClientStateIsAddedOnce()
    {
        var key = new ClientStateKey("imap", "keys", "one");
        await using var another = AnotherEngine();
        using var elsewhere = (await (Backend.IsShared ? another : Engine).OpenAsync(MailboxId, Owner, None)).Value;
        using var start = new Barrier(16);
        var added = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Factory.StartNew(async () =>
        {
            start.SignalAndWait();
            return (await (i % 2 == 0 ? Session : elsewhere).AddClientStateAsync(key, new[] { (byte)i }, None)).Value.ToArray().ShouldHaveSingleItem();
        }, None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        added.Distinct().ShouldBe([(await Session.ReadClientStateAsync(key, None))!.Value.Span[0]]);
        (await Session.AddClientStateAsync(key, new byte[] { 99 }, None)).Value.ToArray().ShouldBe([added[0]]);
        await Session.WriteClientStateAsync([(key, null)], None);
        (await elsewhere.AddClientStateAsync(key, new byte[] { 99 }, None)).Value.ToArray().ShouldBe([99]);
    }

    /// <summary>Operations of one batch see each other.</summary>
    [Fact]
    public async Task ClientStateThatIsAddedBehindOthersInABatchFindsTheirs()
    {
        var key = new ClientStateKey("imap", "keys", "two");
        var all = new List<Task<StoreResult<ReadOnlyMemory<byte>>>>();
        var everybodyIsThere = new TaskCompletionSource();
        var before = Session.HoldStillAsync((_, _) => new(everybodyIsThere.Task), None);
        for (var i = 1; i <= 64; i++)
        {
            all.Add(Session.AddClientStateAsync(key, new[] { (byte)i }, None).AsTask());
            if (i == 32)
                _ = Session.WriteClientStateAsync([(key, new byte[] { 200 })], None).AsTask();
        }
        everybodyIsThere.SetResult();
        (await before).Error.ShouldBe(StoreError.None);
        var values = (await Task.WhenAll(all)).Select(r => r.Value.Span[0]).ToList();
        values[..32].Distinct().ShouldBe([(byte)1]);
        values[32..].Distinct().ShouldBe([(byte)200]);
    }

    [Fact]
    public async Task CheckerIsContentAndMarksAreComplete()
    {
        await AppendAsync("one");
        await Session.AppendAsync(Inbox, await Engine.PreparePropertiesAsync(Properties("p", "b"), None), AppendOptions.Default, None);
        var two = await AppendAsync("two");
        await Session.MoveAsync(Inbox, [two.Id], Sent, None);
        var problems = new List<string>();
        await foreach (var problem in StoreChecker.CheckAsync(Engine, null, None))
            problems.Add(problem);
        problems.ShouldBeEmpty();
        var marks = new List<BlobRef>();
        await foreach (var blob in BlobMarks.OfAllAsync(Engine, None))
            marks.Add(blob);
        marks.Count.ShouldBe(4);
    }
}
