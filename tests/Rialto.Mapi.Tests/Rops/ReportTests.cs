using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXOMSG] 2.2.1.20, 2.2.1.21, 2.2.2 reports that a sender asks for, over HTTPS.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private RuleScene _scene = null!;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData(true, "REPORT.IPM.Note.DR", "Delivered: wanted")]
    [InlineData(false, null, null)]
    public async Task A_delivery_is_reported_where_that_was_asked_for(bool wanted, string? messageClass, string? subject)
    {
        await _scene.SendAsync("wanted", PropertyValue.Of(PropertyTags.OriginatorDeliveryReportRequested, wanted));
        (await _scene.Owner.SubjectsAsync()).ShouldBe(["wanted"]);
        var rows = await _scene.Sender.RowsAsync(PropertyTags.MessageClass, PropertyTags.Subject);
        if (messageClass is null)
        {
            rows.ShouldBeEmpty();
            return;
        }
        rows.ShouldHaveSingleItem()[0].AsString().ShouldBe(messageClass);
        rows[0][1].AsString().ShouldBe(subject);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_failure_is_reported_unless_the_sender_said_otherwise(bool? wanted, bool isReported)
    {
        await _scene.Sender.SubmitAsync("lost", "nobody@example.com", wanted is { } flag ? [PropertyValue.Of(PropertyTags.OriginatorNonDeliveryReportRequested, flag)] : []);
        for (var i = 0; i < 3; i++)
            await _scene.Server.Delivery.DrainAsync(default);
        var rows = await _scene.Sender.RowsAsync(PropertyTags.MessageClass, PropertyTags.Subject, PropertyTags.Mid);
        rows.Count.ShouldBe(isReported ? 1 : 0);
        if (!isReported)
            return;
        rows[0][0].AsString().ShouldBe("REPORT.IPM.Note.NDR");
        rows[0][1].AsString().ShouldBe("Undeliverable: lost");
        var (response, _) = await _scene.Sender.Session.OpenMessageAsync(_scene.Sender.Handle, _scene.Sender.Logon.FolderIds[RuleScene.Inbox], (ulong)rows[0][2].AsInt64());
        response.Message.RecipientCount.ShouldBe((ushort)1);
    }

    [Theory]
    [InlineData(true, "REPORT.IPM.Note.IPNRN", "Read: a question")]
    [InlineData(false, "REPORT.IPM.Note.IPNNRN", "Not read: a question")]
    public async Task Receipts_tell_that_it_was_read_or_thrown_away(bool isRead, string messageClass, string subject)
    {
        await _scene.SendAsync("a question", PropertyValue.Of(PropertyTags.ReadReceiptRequested, true), PropertyValue.Of(PropertyTags.NonReceiptNotificationRequested, true));
        var mid = (ulong)(await _scene.Owner.RowsAsync(PropertyTags.Mid)).ShouldHaveSingleItem()[0].AsInt64();
        var inbox = await _scene.Owner.FolderAsync();
        if (isRead)
        {
            var request = new RopSetReadFlags.Request { MessageIds = [mid] };
            await _scene.Owner.Session.ExecuteAsync([(RopId.SetReadFlags, request)], [inbox]);
        }
        else
        {
            await _scene.Owner.Session.ExecuteAsync([(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = [mid], NotifyNonRead = true })], [inbox]);
        }
        for (var i = 0; i < 3; i++)
            await _scene.Server.Delivery.DrainAsync(default);
        var receipt = (await _scene.Sender.RowsAsync(PropertyTags.MessageClass, PropertyTags.Subject)).ShouldHaveSingleItem();
        receipt[0].AsString().ShouldBe(messageClass);
        receipt[1].AsString().ShouldBe(subject);
        // Once.
        if (isRead)
        {
            await _scene.Owner.Session.ExecuteAsync([(RopId.SetReadFlags, new RopSetReadFlags.Request { MessageIds = [mid] })], [inbox]);
            await _scene.Server.Delivery.DrainAsync(default);
            (await _scene.Sender.SubjectsAsync()).Count.ShouldBe(1);
        }
    }
}
