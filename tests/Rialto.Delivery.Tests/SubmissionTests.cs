using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Delivery.Tests;

/// <summary>[MS-OXOMSG] 3.2.5: from a message in a mailbox to mail, with every place where a server can die in between.</summary>
public sealed class SubmissionTests
{
    private static readonly FolderId Outbox = SpecialFolders.IdOf(SpecialFolder.Outbox);
    private static readonly FolderId SentItems = SpecialFolders.IdOf(SpecialFolder.SentItems);

    [Fact]
    public async Task A_sent_message_reaches_its_recipients_and_Sent_Items_and_leaves_the_Outbox()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var result = await sent.SubmitAsync(Mail("Plans", [("user2@example.com", 1), ("user3@example.com", 3)]));
        result.Error.ShouldBe(SubmissionError.None);
        (await sent.StatesAsync(Outbox)).ShouldBe([MessageState.Submitted | MessageState.Read]);

        await office.DrainAsync();

        var mail = (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        Field(mail, "From").ShouldEndWith("<user1@example.com>");
        mail.ShouldContain("Subject: Plans");
        (await office.InboxAsync("user3@example.com")).ShouldHaveSingleItem().ShouldNotContain("user3@example.com");
        (await sent.StatesAsync(Outbox)).ShouldBeEmpty();
        (await sent.StatesAsync(SentItems)).ShouldBe([MessageState.Read]);
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_taken_back_in_time_is_not_sent(bool deleted)
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var result = await sent.SubmitAsync(Mail("Oops", [("user2@example.com", 1)]));
        if (deleted)
        {
            (await sent.Mailbox.DeleteAsync(Outbox, [result.Id], default)).Value.Count.ShouldBe(1);
        }
        else
        {
            (await sent.Submission.AbortAsync(sent.Mailbox, Outbox, result.Id, default)).Value.ShouldBeTrue();
            office.Queue.Messages.ShouldBeEmpty();
            (await sent.StatesAsync(Outbox)).ShouldBe([MessageState.Draft | MessageState.Read]);
        }

        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("copied")]
    [InlineData("put away")]
    public async Task A_message_that_waits_to_be_sent_is_a_draft_anywhere_else(string how)
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var result = await sent.SubmitAsync(Mail("Elsewhere", [("user2@example.com", 1)]));
        var drafts = SpecialFolders.IdOf(SpecialFolder.Drafts);
        switch (how)
        {
            case "moved":
                (await sent.Mailbox.MoveAsync(Outbox, [result.Id], drafts, default)).Succeeded.ShouldBeTrue();
                break;
            case "copied":
                (await sent.Mailbox.CopyAsync(Outbox, [result.Id], drafts, default)).Succeeded.ShouldBeTrue();
                break;
            default:
                (await sent.Mailbox.SoftDeleteAsync(Outbox, [result.Id], default)).Succeeded.ShouldBeTrue();
                (await sent.Mailbox.MoveAsync(Outbox, [result.Id], drafts, default)).Succeeded.ShouldBeTrue();
                break;
        }

        (await sent.StatesAsync(drafts)).ShouldBe([MessageState.Draft | MessageState.Read]);
        await office.DrainAsync();
        office.Queue.Messages.ShouldBeEmpty();
        // The copy is another message: the original goes its way.
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(how == "copied" ? 1 : 0);
        (await sent.StatesAsync(drafts)).ShouldBe([MessageState.Draft | MessageState.Read]);
    }

    [Fact]
    public async Task A_message_that_was_sent_cannot_be_taken_back()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var result = await sent.SubmitAsync(Mail("Gone", [("user2@example.com", 1)]));
        await office.DrainAsync();
        (await sent.Submission.AbortAsync(sent.Mailbox, SentItems, result.Id, default)).Value.ShouldBeFalse();
        (await sent.StatesAsync(SentItems)).ShouldBe([MessageState.Read]);
    }

    [Fact]
    public async Task An_aborted_message_can_be_submitted_again()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        var sent = await Sender.OpenAsync(office, 1);
        var first = await sent.SubmitAsync(Mail("Twice", [("user2@example.com", 1)]));
        await sent.Submission.AbortAsync(sent.Mailbox, Outbox, first.Id, default);
        time.Advance(TimeSpan.FromSeconds(1));
        var again = await sent.SubmitAsync(Mail("Twice", [("user2@example.com", 1)]), first.Id);
        again.Error.ShouldBe(SubmissionError.None);
        again.QueueId.ShouldNotBe(first.QueueId);
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
    }

    // Order of operations: 1 mailbox commit, 2 queue, 3 decision in the mailbox, 4 deliveries, 5 completion. A death after each of them:

    [Fact]
    public async Task Death_before_the_queue_has_it_loses_nothing()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var result = await sent.SubmitAsync(Mail("Survivor", [("user2@example.com", 1)]));
        (await office.Queue.RemoveAsync(result.QueueId, default)).ShouldBeTrue();

        var next = Sender.NewSubmission(office);
        await next.ResumeAsync(sent.Mailbox, sent.Owner);
        office.Queue.Messages.ShouldHaveSingleItem().Id.ShouldBe(result.QueueId);
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
        (await sent.StatesAsync(SentItems)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Resuming_what_is_in_the_queue_or_was_sent_adds_nothing()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        await sent.SubmitAsync(Mail("Once", [("user2@example.com", 1)]));
        await Sender.NewSubmission(office).ResumeAsync(sent.Mailbox, sent.Owner);
        office.Queue.Messages.Count.ShouldBe(1);
        await office.DrainAsync();
        await Sender.NewSubmission(office).ResumeAsync(sent.Mailbox, sent.Owner);
        office.Queue.Messages.ShouldBeEmpty();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Death_between_decision_and_completion_doubles_nothing()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        // The sender is a recipient too: the mark of the decision must not pass for that of the delivery.
        await sent.SubmitAsync(Mail("Again", [("user2@example.com", 1), ("user1@example.com", 2)]));
        var died = false;
        office.Queue.BeforeComplete = () =>
        {
            if (died) return;
            died = true;
            throw new InvalidOperationException("The process is killed here.");
        };
        await Should.ThrowAsync<InvalidOperationException>(office.DrainAsync);
        await office.RestartDeliveryAsync();
        await office.DrainAsync();

        died.ShouldBeTrue();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
        (await office.InboxAsync("user1@example.com")).Count.ShouldBe(1);
        (await sent.StatesAsync(SentItems)).Count.ShouldBe(1);
        (await sent.StatesAsync(Outbox)).ShouldBeEmpty();
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_queue_that_refuses_leaves_a_draft()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        office.Queue.BeforeEnqueue = () => throw new InvalidOperationException("full");
        (await sent.SubmitAsync(Mail("Later", [("user2@example.com", 1)]))).Error.ShouldBe(SubmissionError.StorageUnavailable);
        (await sent.StatesAsync(Outbox)).ShouldBe([MessageState.Draft | MessageState.Read]);
    }

    [Fact]
    public async Task A_deferred_message_waits_in_the_Outbox_for_its_time()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        var sent = await Sender.OpenAsync(office, 1);
        var mail = Mail("Tomorrow", [("user2@example.com", 1)]);
        mail.Properties.Set(PropertyValue.Of(PropertyTags.DeferredSendNumber, 3));
        mail.Properties.Set(PropertyValue.Of(PropertyTags.DeferredSendUnits, 1));
        mail.Properties.Set(PropertyValue.Of(PropertyTags.DeferredSendTime, new FileTime(1)));
        var result = await sent.SubmitAsync(mail);
        result.Message!.Properties.GetTime(PropertyTags.DeferredSendTime)!.Value.ToDateTimeOffset().ShouldBe(time.GetUtcNow() + TimeSpan.FromHours(3));
        await office.DrainAsync();
        time.Advance(TimeSpan.FromMinutes(179));
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        (await sent.StatesAsync(Outbox)).Count.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(2));
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
        (await sent.StatesAsync(SentItems)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deferred_delivery_time_delays_too_and_can_be_aborted()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        var sent = await Sender.OpenAsync(office, 1);
        var mail = Mail("Not before", [("user2@example.com", 1)]);
        mail.Properties.Set(PropertyValue.Of(PropertyTags.DeferredDeliveryTime, FileTime.From(time.GetUtcNow() + TimeSpan.FromDays(4))));
        var result = await sent.SubmitAsync(mail);
        time.Advance(TimeSpan.FromDays(3));
        await office.DrainAsync();
        (await sent.Submission.AbortAsync(sent.Mailbox, Outbox, result.Id, default)).Value.ShouldBeTrue();
        time.Advance(TimeSpan.FromDays(3));
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task DeleteAfterSubmit_deletes_and_without_a_wish_the_message_stays_as_sent()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var deleted = Mail("Deleted", [("user2@example.com", 1)], target: false);
        deleted.Properties.Set(PropertyValue.Of(PropertyTags.DeleteAfterSubmit, true));
        await sent.SubmitAsync(deleted);
        await sent.SubmitAsync(Mail("Stays", [("user2@example.com", 1)], target: false));
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(2);
        (await sent.StatesAsync(Outbox)).ShouldBe([MessageState.Read]);
        (await sent.StatesAsync(SentItems)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_mid_that_an_optimising_client_wants_is_given()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var mid = (await sent.Mailbox.ReserveIdsAsync(1, default)).Value;
        var mail = Mail("Optimised", [("user2@example.com", 1)], target: false);
        mail.Properties.Set(PropertyValue.Of(PropertyTags.TargetEntryId, StoreKeys.EntryIdOf(sent.Mailbox.Header, SentItems, mid)));
        await sent.SubmitAsync(mail);
        await office.DrainAsync();
        (await sent.Mailbox.FindByMidAsync(mid, default)).Value.Folder.ShouldBe(SentItems);
    }

    [Fact]
    public async Task Without_recipients_or_with_unresolved_ones_nothing_is_sent_or_changed()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        (await sent.SubmitAsync(Mail("Nobody", []))).Error.ShouldBe(SubmissionError.NoRecipients);
        (await sent.SubmitAsync(Mail("Who", [("somebody", 1)]))).Error.ShouldBe(SubmissionError.UnresolvedRecipient);
        (await sent.StatesAsync(Outbox)).ShouldBe([MessageState.Draft, MessageState.Draft]);
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_book_recipient_is_resolved_and_an_unknown_one_is_reported()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var mail = Mail("Names", []);
        mail.Recipients.Add(Exchange(office.Directory.Account("user2@example.com").LegacyExchangeDn));
        mail.Recipients.Add(Exchange("/o=Elsewhere/cn=nobody"));
        await sent.SubmitAsync(mail);
        await office.DrainAsync();
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).Count.ShouldBe(1);
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain("IMCEAEX-_o=Elsewhere_cn=nobody@example.com");
    }

    [Fact]
    public async Task A_resend_goes_to_those_who_did_not_get_it()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var mail = Mail("Resent", [("user2@example.com", 0x81), ("user3@example.com", 0x11)]);
        mail.Properties.Set(PropertyValue.Of(PropertyTags.MessageFlags, 0x88));
        await sent.SubmitAsync(mail);
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        (await office.InboxAsync("user3@example.com")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sending_as_and_on_behalf_of_others_needs_their_permission()
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        PropertyMessage FromBoss() => Representing(Mail("For the boss", [("user3@example.com", 1)]), "user2@example.com");
        (await sent.SubmitAsync(FromBoss())).Error.ShouldBe(SubmissionError.SenderRefused);
        (await sent.SubmitAsync(Representing(Mail("Liar", [("user3@example.com", 1)]), "stranger@elsewhere.example"))).Error.ShouldBe(SubmissionError.SenderRefused);

        var boss = office.Directory.Account("user2@example.com");
        await office.Directory.Service.UpdateAsync<Account>(boss.Id, a => a with { SendOnBehalf = [sent.Account.Id] });
        (await sent.SubmitAsync(FromBoss())).Error.ShouldBe(SubmissionError.None);
        await office.DrainAsync();
        var onBehalf = (await office.InboxAsync("user3@example.com")).ShouldHaveSingleItem();
        Field(onBehalf, "From").ShouldEndWith("<user2@example.com>");
        Field(onBehalf, "Sender").ShouldEndWith("<user1@example.com>");

        await office.Directory.Service.UpdateAsync<Account>(boss.Id, a => a with { SendAs = [sent.Account.Id] });
        var result = await sent.SubmitAsync(FromBoss());
        result.Message!.Properties.GetString(PropertyTags.SenderSmtpAddress).ShouldBe("user2@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user3@example.com"))[1].ShouldNotContain("\r\nSender:");
    }

    [Theory]
    [InlineData("No", TlsDemand.NotRequired)]
    [InlineData("Yes", TlsDemand.Policy)]
    public async Task A_client_may_waive_what_the_recipients_domains_want_of_TLS(string value, TlsDemand demand)
    {
        await using var office = await MailOffice.CreateAsync();
        var sent = await Sender.OpenAsync(office, 1);
        var message = Mail("Plans", [("user2@example.com", 1)]);
        message.NamedProperties[0x8001] = new(PropertySets.InternetHeaders, "TLS-Required");
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8001001F), value));
        (await sent.SubmitAsync(message)).Error.ShouldBe(SubmissionError.None);
        office.Queue.Messages.ShouldHaveSingleItem().Tls.ShouldBe(demand);
    }

    [Fact]
    public async Task A_mailbox_over_its_sending_quota_sends_nothing()
    {
        await using var office = await MailOffice.CreateAsync();
        var user = office.Directory.Account("user1@example.com");
        await office.Directory.Service.UpdateAsync<Account>(user.Id, a => a with { Quotas = new QuotaOverrides(ProhibitSend: 1) });
        var sent = await Sender.OpenAsync(office, 1);
        (await sent.SubmitAsync(Mail("Full", [("user2@example.com", 1)]))).Error.ShouldBe(SubmissionError.QuotaExceeded);
    }

    private static string Field(string mail, string name) => mail.Split("\r\n").First(l => l.StartsWith(name + ": ", StringComparison.Ordinal));

    private static PropertyMessage Mail(string subject, IEnumerable<(string Address, int Type)> recipients, bool target = true)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "Text."));
        if (target) message.Properties.Set(PropertyValue.Of(PropertyTags.SentMailEntryId, []));
        foreach (var (address, type) in recipients)
        {
            var recipient = new PropertyRecipient();
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, type));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.AddressType, "SMTP"));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.EmailAddress, address));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, "someone"));
            message.Recipients.Add(recipient);
        }

        return message;
    }

    private static PropertyRecipient Exchange(string dn)
    {
        var recipient = new PropertyRecipient();
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, 1));
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.AddressType, "EX"));
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.EmailAddress, dn));
        return recipient;
    }

    private static PropertyMessage Representing(PropertyMessage message, string address)
    {
        message.Properties.Set(PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, address));
        return message;
    }

    /// <summary>An account with its mailbox open, sending as a client does: saved in the Outbox first.</summary>
    private sealed record Sender(MailOffice Office, Account Account, MailboxSession Mailbox, MailSubmission Submission)
    {
        public MailboxRecipient Owner => (MailboxRecipient)Office.Directory.Current.FindByAddress(Account.PrimaryAddress)!;

        public static MailSubmission NewSubmission(MailOffice office) =>
            new(office.Store, office.Directory.Service, office.Queue, office.Options, office.Time, NullLogger<MailSubmission>.Instance);

        public static async Task<Sender> OpenAsync(MailOffice office, int user)
        {
            var account = office.Directory.Account($"user{user}@example.com");
            var principal = Authenticator.PrincipalOf(office.Directory.Current, account);
            return new(office, account, (await office.Store.OpenAsync(account.MailboxGuid, principal, default)).Value, NewSubmission(office));
        }

        public async Task<SubmissionResult> SubmitAsync(PropertyMessage message, MessageId? saved = null)
        {
            if (message.Properties.TryGet(PropertyIds.SentMailEntryId, out _))
                message.Properties.Set(PropertyValue.Of(PropertyTags.SentMailEntryId, StoreKeys.EntryIdOf(Mailbox.Header, SentItems)));
            if (saved is null)
            {
                var prepared = await Office.Store.PreparePropertiesAsync(message, default);
                saved = (await Mailbox.AppendAsync(Outbox, prepared, new AppendOptions(MessageState.Draft, [], null), default)).Value.Id;
            }

            return await Submission.SubmitAsync(Mailbox, Owner, new SubmissionRequest(Outbox, message) { Id = saved }, default);
        }

        public async Task<IReadOnlyList<MessageState>> StatesAsync(FolderId folder)
        {
            using var view = (await Mailbox.OpenViewAsync(folder, default)).Value;
            var current = view.Current;
            return [.. Enumerable.Range(0, current.Count).Select(i => current[i].State)];
        }
    }
}
