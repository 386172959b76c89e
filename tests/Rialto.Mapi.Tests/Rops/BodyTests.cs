using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Bodies in forms that a message does not hold, and what becomes of the others when one is set. [MS-OXBBODY] 2.1.3, [MS-OXCMSG] 3.2.4.1.</summary>
public class BodyTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task A_body_is_converted_when_it_is_asked_for()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.PropertiesAsync(message, PropertyTags.Body))[0].AsError().ShouldBe(ErrorCode.NotFound);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Html, "<p>one"u8.ToArray()));
        (await session.TextAsync(message, PropertyTags.Body)).ShouldBe("<p>one");
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Html, "<p>two"u8.ToArray()));
        Encoding.Unicode.GetString(await session.StreamAsync(message, PropertyTags.Body)).ShouldBe("<p>two");
        // What is converted is no property of the message.
        var list = await session.CallAsync<RopGetPropertiesList.Response>(RopId.GetPropertiesList, new RopGetPropertiesList.Request(), message);
        list.PropertyTags.ShouldNotContain(PropertyTags.Body);
        (await session.PropertiesAsync(message, PropertyTags.NativeBody))[0].AsInt32().ShouldBe(3);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_body_that_is_set_takes_the_place_of_the_others()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Html, "<p>html"u8.ToArray()), PropertyValue.Of(PropertyTags.Body, "set together"));
        (await session.PropertiesAsync(message, PropertyTags.Html))[0].AsBinary().ShouldBe("<p>html"u8.ToArray());
        (await session.TextAsync(message, PropertyTags.Body)).ShouldBe("set together");
        var mid = await session.SaveAsync(message);
        var edited = await session.OpenAsync(handle, logon.FolderIds[4], mid, 1);
        await session.SetAsync(edited, PropertyValue.Of(PropertyTags.Body, "edited"));
        (await session.PropertiesAsync(edited, PropertyTags.Html))[0].AsError().ShouldBe(ErrorCode.NotFound);
        (await session.PropertiesAsync(edited, PropertyTags.NativeBody))[0].AsInt32().ShouldBe(1);
        await session.SaveAsync(edited);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.TextAsync(other, PropertyTags.Body)).ShouldBe("edited");
        (await session.PropertiesAsync(other, PropertyTags.Html))[0].AsError().ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }
}
