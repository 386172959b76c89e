// [MS-OXOMSG] 3.3.5.1, 3.3.5.6: what RopSubmitMessage and RopTransportSend have in common.
using Rialto.Delivery;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>Sends open messages: with what their handles changed, whether that was saved before or not.</summary>
internal static class MessageSubmission
{
    public static async ValueTask<(ErrorCode Error, PropertyMessage? Sent)> SubmitAsync(RopCall call, MessageObject message)
    {
        if (call.Service.Submission is not { } submission || message.Parent is not null || message.IsAssociated || message.Logon.Session.Header.IsPublic)
            return (ErrorCode.NotSupported, null);
        var request = new SubmissionRequest(message.Row?.Folder ?? message.Folder, MessageSaving.Build(call, message))
        {
            Id = message.Row?.Id,
            ExpectedCn = message.Row is null ? null : message.OpenedCn,
            Locale = (int)call.Session.Locale.LcidString,
        };
        SubmissionResult result;
        try
        {
            result = await submission.SubmitAsync(message.Mailbox, message.Logon.Owner, request, call.Cancel);
        }
        catch (Store.Backend.StorageUnavailableException)
        {
            return (ErrorCode.ServerBusy, null);
        }
        if (result.Error != SubmissionError.None)
            return (ErrorOf(result.Error), null);
        // It belongs to the transport now; by this time it may have left the folder.
        var rows = await message.Mailbox.ReadRowsAsync(request.Folder, new[] { result.Id }, call.Cancel);
        message.Saved(rows.TryGet(out var found) ? found[0] : null);
        message.IsWritable = false;
        return (ErrorCode.Success, result.Message);
    }

    private static ErrorCode ErrorOf(SubmissionError error) => error switch
    {
        SubmissionError.NoRecipients => ErrorCode.NoRecipients,
        SubmissionError.UnresolvedRecipient => ErrorCode.InvalidRecipients,
        SubmissionError.TooManyRecipients => ErrorCode.TooManyRecips,
        SubmissionError.SenderRefused or SubmissionError.AccessDenied => ErrorCode.AccessDenied,
        SubmissionError.QuotaExceeded => ErrorCode.QuotaExceeded,
        SubmissionError.TooLarge => ErrorCode.MessageTooBig,
        SubmissionError.NotFound => ErrorCode.ObjectDeleted,
        SubmissionError.Conflict => ErrorCode.ObjectChanged,
        SubmissionError.AlreadySubmitted => ErrorCode.AlreadySent,
        SubmissionError.NotSupported => ErrorCode.NotSupported,
        _ => ErrorCode.ServerBusy,
    };
}
