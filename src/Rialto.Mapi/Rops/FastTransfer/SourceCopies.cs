// [MS-OXCFXICS] 2.2.4.4 the streams of RopFastTransferSourceCopy*; 3.2.5.8.1 flags that are not known fail.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>What the operations that configure a download of an object have in common.</summary>
internal static class SourceCopies
{
    public static bool AreKnown(byte sendOptions) => ((SendOptions)sendOptions & ~SendOptions.Known) == 0;

    public static bool Recovers(byte sendOptions) => ((SendOptions)sendOptions & SendOptions.RecoverMode) != 0;

    public static PlainResponse Open(RopCall call, RopOpenRequest request, ServerObject source, byte sendOptions, FxProducer producer) => new()
    {
        ReturnValue = call.Open(request.OutputHandleIndex, FastTransferSourceObject.Of(call, source.Logon, producer, ((SendOptions)sendOptions).Strings())),
    };

    /// <param name="call">The request's work.</param>
    /// <param name="request">Where the context goes.</param>
    /// <param name="source">A folder, message or attachment.</param>
    /// <param name="sendOptions">As the request has them.</param>
    /// <param name="filter">Which properties go.</param>
    /// <param name="children">Which subobjects go.</param>
    /// <param name="options">How messages in folders go.</param>
    public static PlainResponse Open(
        RopCall call, RopOpenRequest request, PropertyObject source, byte sendOptions, FxFilter filter, FxFilter children, MessageListOptions options)
    {
        if (!AreKnown(sendOptions))
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        (source as DraftObject)?.Settle();
        return source switch
        {
            MessageObject message => Open(call, request, source, sendOptions, new MessageProducer(message, filter, children, options.BestBody)),
            AttachmentObject attachment => Open(call, request, source, sendOptions, new AttachmentProducer(attachment, filter, options.BestBody)),
            FolderObject folder => Open(call, request, source, sendOptions, FolderProducer.Content(folder, filter, children, options)),
            _ => new PlainResponse { ReturnValue = ErrorCode.NotSupported },
        };
    }
}
