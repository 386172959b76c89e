using System.Globalization;
using Rialto.Mapi.Sessions;

namespace Rialto.Mapi.Transcripts;

/// <summary>A session's requests and responses as text in a file of its own, for whoever looks for what went wrong. It holds what people read and write.</summary>
internal sealed class SessionTranscript
{
    private static int s_number;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly RopDump _dump = new();
    private RopBatch? _last;

    private SessionTranscript(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
    }

    /// <summary>A new file in the folder; null where no folder is given.</summary>
    public static SessionTranscript? Open(string? folder, string user, TimeProvider time)
    {
        if (folder is null)
            return null;
        System.IO.Directory.CreateDirectory(folder);
        var name = string.Concat(user.Select(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' ? c : '_'));
        var stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return new(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"mapi-{stamp}-{Interlocked.Increment(ref s_number)}-{name}.txt")), time);
    }

    /// <summary>One batch and its response; called again with the same batch for further responses of its last operation.</summary>
    public void Write(RopBatch batch, ReadOnlySpan<byte> response)
    {
        var time = _time.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var isContinuation = ReferenceEquals(batch, _last);
        _last = batch;
        var text = isContinuation ? "" : $"{time} >>> {batch.Payload.Length} bytes\n{_dump.Request(batch.Payload.Span)}\n";
        File.AppendAllText(_path, $"{text}{time} <<< {response.Length} bytes\n{_dump.Response(response, isContinuation)}\n");
    }
}
