// [MS-OXCPRPT] 3.2.5.13, 3.2.5.15: when what was written into a stream becomes the property.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>Sets the property behind a stream.</summary>
internal static class StreamCommits
{
    /// <summary>Messages and attachments see what was written at once and keep it when they are saved; a folder's property is written now.</summary>
    public static async ValueTask<ErrorCode> CommitAsync(RopCall call, StreamObject stream)
    {
        if (stream.IsWritable && stream.Data.IsDirty && stream.CheckWrite() is var locked and not ErrorCode.Success)
            return locked;
        if (stream.Owner is DraftObject draft)
        {
            draft.Settle();
            return ErrorCode.Success;
        }
        if (!stream.IsWritable || !stream.Data.TryTake(out var value))
            return ErrorCode.Success;
        var changes = new PropertyChanges();
        changes.Set.Add((0, value));
        var error = await stream.Owner.ChangeAsync(call, changes);
        if (error == ErrorCode.Success && changes.Problems is [var problem, ..])
            error = problem.ErrorCode;
        if (error != ErrorCode.Success)
            stream.Data.MarkDirty();
        return error;
    }
}
