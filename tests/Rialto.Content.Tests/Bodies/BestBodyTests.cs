using Rialto.Content.Bodies;
using Rialto.Model;

namespace Rialto.Content.Tests.Bodies;

public class BestBodyTests
{
    private const BodyPresence None = BodyPresence.NotFound, Large = BodyPresence.NotEnoughMemory, Value = BodyPresence.Value;

    [Theory]
    [InlineData(None, None, None, false, BodyKind.Undefined)]
    [InlineData(Large, None, None, false, BodyKind.PlainText)]
    [InlineData(Value, None, None, true, BodyKind.PlainText)]
    [InlineData(Large, Large, None, false, BodyKind.Rtf)]
    [InlineData(Large, Large, Large, true, BodyKind.Rtf)]
    [InlineData(Large, Large, Large, false, BodyKind.Html)]
    [InlineData(Value, Large, Large, true, BodyKind.Rtf)]
    [InlineData(Value, Large, Large, false, BodyKind.Html)]
    [InlineData(Value, Value, None, true, BodyKind.Rtf)]
    [InlineData(Value, Value, None, false, BodyKind.PlainText)]
    [InlineData(Value, Large, None, false, BodyKind.PlainText)]
    [InlineData(None, Value, None, false, BodyKind.Rtf)]
    [InlineData(Value, None, Value, true, BodyKind.Html)]
    [InlineData(None, None, Large, false, BodyKind.Html)]
    public void By_what_is_there(BodyPresence text, BodyPresence rtf, BodyPresence html, bool inSync, BodyKind expected)
    {
        BestBody.Of(text, rtf, html, inSync).ShouldBe(expected);
        var bag = new PropertyBag();
        Set(bag, PropertyTags.Body, text, PropertyValue.Of(PropertyTags.Body, "x"));
        Set(bag, PropertyTags.RtfCompressed, rtf, PropertyValue.Of(PropertyTags.RtfCompressed, new byte[1]));
        Set(bag, PropertyTags.Html, html, PropertyValue.Of(PropertyTags.Html, new byte[1]));
        bag.Set(PropertyValue.Of(PropertyTags.RtfInSync, inSync));
        BestBody.Of(bag).ShouldBe(expected);
        // The server's word is the last.
        bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 3));
        BestBody.Of(bag).ShouldBe(BodyKind.Html);
        bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 0));
        BestBody.Of(bag).ShouldBe(expected);
    }

    private static void Set(PropertyBag bag, PropertyTag tag, BodyPresence presence, PropertyValue value) => bag.Set(presence switch
    {
        BodyPresence.Value => value,
        BodyPresence.NotEnoughMemory => PropertyValue.OfError(tag, ErrorCode.NotEnoughMemory),
        _ => PropertyValue.OfError(tag, ErrorCode.NotFound),
    });

    [Theory]
    [InlineData(BodyKind.Html, true, true, true, BodyKind.Html)]
    [InlineData(BodyKind.Html, true, true, false, BodyKind.Rtf)]
    [InlineData(BodyKind.Html, true, false, false, BodyKind.PlainText)]
    [InlineData(BodyKind.Rtf, true, false, true, BodyKind.Html)]
    [InlineData(BodyKind.PlainText, false, false, true, BodyKind.Html)]
    [InlineData(BodyKind.PlainText, false, false, false, BodyKind.PlainText)]
    [InlineData(BodyKind.ClearSigned, true, false, false, BodyKind.ClearSigned)]
    public void By_what_is_asked_for(BodyKind native, bool text, bool rtf, bool html, BodyKind expected) => BestBody.Fitting(native, text, rtf, html).ShouldBe(expected);
}
