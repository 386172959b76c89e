using Rialto.Content.Items;
using Rialto.Model;

namespace Rialto.Content.Tests.Items;

public class ItemTests
{
    [Fact]
    public void Feed_items_come_back()
    {
        var item = new RssItem { ChannelLink = "https://example.com/feed", ItemLink = "https://example.com/1", ItemHash = -7, ItemGuid = "g", Channel = "News", ItemXml = "<item/>", Subscription = "Mine" };
        var message = new PropertyMessage();
        RssItem.Of(message).ShouldBeNull();
        item.Write(message);
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Post.RSS");
        message.NamedProperties.Values.Distinct().Count().ShouldBe(7);
        RssItem.Of(message).ShouldBe(item);
        ItemClass.Is(message, ItemClass.Post).ShouldBeTrue();
        item.Write(message);
        message.NamedProperties.Count.ShouldBe(7);
    }

    [Fact]
    public void Mobile_messages_come_back()
    {
        var item = new MobileMessage { HasPictures = true, AccountGuid = "{a}", ScheduleTime = new FileTime(5), ServiceType = 1, SourceType = 2, MobileModel = "m" };
        var message = new PropertyMessage();
        item.Write(message);
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Note.Mobile.MMS");
        MobileMessage.Of(message).ShouldBe(item);
    }

    [Fact]
    public void Documents_come_back()
    {
        var item = new DocumentItem { FileName = "a.docx", Title = "t", Author = "me", Keywords = ["x", "y"], Created = new FileTime(9), Pages = 3, Company = "c" };
        var message = new PropertyMessage();
        item.Write(message);
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Document.Word.Document.12");
        var back = DocumentItem.Of(message)!;
        back.Keywords.ShouldBe(item.Keywords);
        (back with { Keywords = item.Keywords }).ShouldBe(item);
        DocumentItem.ClassOf("x.unknown").ShouldBe("IPM.Document");
    }

    [Fact]
    public void Calls_come_back()
    {
        var item = new VoiceMessage { TelephoneNumber = "+1 555 0100", SenderName = "Ann", Seconds = 17, AttachmentOrder = ["a.wav", "b.wav"], CallId = "c", Notes = "call back" };
        var message = new PropertyMessage();
        item.Write(message);
        VoiceMessage.Of(message).ShouldBeNull();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note.Microsoft.Voicemail.UM.CA"));
        var back = VoiceMessage.Of(message)!;
        back.AttachmentOrder.ShouldBe(item.AttachmentOrder);
        (back with { AttachmentOrder = item.AttachmentOrder }).ShouldBe(item);
    }

    [Theory]
    [InlineData("IPM.Post", true)]
    [InlineData("ipm.post.x", true)]
    [InlineData("IPM.Poster", false)]
    [InlineData("IPM", false)]
    public void Classes_have_kinds(string messageClass, bool expected) => ItemClass.Is(messageClass, ItemClass.Post).ShouldBe(expected);
}
