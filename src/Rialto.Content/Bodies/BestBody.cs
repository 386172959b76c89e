// [MS-OXBBODY] 2.1.3.1: which body of a message is the one its writer wrote.
using Rialto.Model;

namespace Rialto.Content.Bodies;

/// <summary>PidTagNativeBody, [MS-OXCMSG] 2.2.1.58.2.</summary>
public enum BodyKind
{
    Undefined = 0,
    PlainText = 1,
    Rtf = 2,
    Html = 3,

    /// <summary>The body lies in the attachment of a clear-signed message ([MS-OXOSMIME] 2.1).</summary>
    ClearSigned = 4,
}

/// <summary>What a request for a body property came back as.</summary>
public enum BodyPresence
{
    /// <summary>NotFound, or an error that says nothing about the body.</summary>
    NotFound,

    /// <summary>NotEnoughMemory: it is there and must be opened as a stream.</summary>
    NotEnoughMemory,
    Value,
}

/// <summary>The best body algorithm.</summary>
public static class BestBody
{
    /// <summary>
    /// The best body of a message from the five properties a client asks for; a server that has no PidTagNativeBody gives this as its value.
    /// PidTagNativeBody, where it is one of the kinds, decides alone.
    /// </summary>
    public static BodyKind Of(PropertyBag message)
    {
        if (message.TryGet(PropertyTags.NativeBody.Id, out var native) && native.Type == PropertyType.Integer32 && native.AsInt32() is >= 1 and <= 4)
            return (BodyKind)native.AsInt32();
        return Of(Presence(message, PropertyTags.Body), Presence(message, PropertyTags.RtfCompressed), Presence(message, PropertyTags.Html), message.GetBoolean(PropertyTags.RtfInSync));
    }

    /// <summary>
    /// The same from what is there and whether the RTF is in step with the text (no PidTagRtfInSync: it is not). The one place where this departs from <see cref="OfClient"/>:
    /// a message of text and HTML without RTF was written in HTML, as servers that have PidTagNativeBody would say.
    /// </summary>
    public static BodyKind Of(BodyPresence text, BodyPresence rtf, BodyPresence html, bool rtfInSync) =>
        html != BodyPresence.NotFound && rtf == BodyPresence.NotFound ? BodyKind.Html : OfClient(text, rtf, html, rtfInSync);

    /// <summary>Step 3 of the algorithm as published, which is for clients whose server gives no PidTagNativeBody: the first row that fits.</summary>
    public static BodyKind OfClient(BodyPresence text, BodyPresence rtf, BodyPresence html, bool rtfInSync) => (text, rtf, html) switch
    {
        (BodyPresence.NotFound, BodyPresence.NotFound, BodyPresence.NotFound) => BodyKind.Undefined,
        (BodyPresence.NotEnoughMemory, BodyPresence.NotFound, BodyPresence.NotFound) => BodyKind.PlainText,
        // Text and RTF both too large to be sent: RTF, whatever the sync flag says.
        (BodyPresence.NotEnoughMemory, BodyPresence.NotEnoughMemory, BodyPresence.NotFound) => BodyKind.Rtf,
        (_, not BodyPresence.NotFound, not BodyPresence.NotFound) => rtfInSync ? BodyKind.Rtf : BodyKind.Html,
        (not BodyPresence.NotFound, not BodyPresence.NotFound, _) => rtfInSync ? BodyKind.Rtf : BodyKind.PlainText,
        (BodyPresence.NotFound, not BodyPresence.NotFound, BodyPresence.NotFound) => BodyKind.Rtf,
        (BodyPresence.NotFound, BodyPresence.NotFound, _) => BodyKind.Html,
        _ => BodyKind.PlainText,
    };

    /// <summary>
    /// [MS-OXBBODY] 2.1.3.1 step 1: the PidTagNativeBody that fits the bodies a client asked for. Where the native one was not asked for, the richest of those that were.
    /// </summary>
    public static BodyKind Fitting(BodyKind native, bool text, bool rtf, bool html)
    {
        var asked = native switch
        {
            BodyKind.PlainText => text,
            BodyKind.Rtf => rtf,
            BodyKind.Html => html,
            _ => true,
        };
        if (asked || !(text | rtf | html))
            return native;
        // Plain text gains nothing by being made richer, but a form that was asked for is made from it.
        return html ? BodyKind.Html : rtf ? BodyKind.Rtf : BodyKind.PlainText;
    }

    /// <summary>Whether a body property is a value, too large, or not there.</summary>
    public static BodyPresence Presence(PropertyBag message, PropertyTag body)
    {
        if (!message.TryGet(body.Id, out var value))
            return BodyPresence.NotFound;
        if (value.IsError)
            return value.AsError() == ErrorCode.NotEnoughMemory ? BodyPresence.NotEnoughMemory : BodyPresence.NotFound;
        return value.AsExternal() is not null ? BodyPresence.NotEnoughMemory : BodyPresence.Value;
    }
}
