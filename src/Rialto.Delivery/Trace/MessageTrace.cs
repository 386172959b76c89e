using System.Buffers;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Rialto.Delivery.Trace;

/// <summary>
/// The message trace: one line for each message and hop, in one file a day (<c>mail-YYYY-MM-DD.jsonl</c>, UTC). Lines are written beside the mail's way and not made durable for it:
/// what a crash loses of it, the queue and the mailboxes still have.
/// </summary>
public sealed partial class MessageTrace : IAsyncDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly string folder;
    private readonly TraceOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Channel<TraceEvent> waiting;
    private readonly Task writing;
    private long lost;

    /// <summary>Opens the trace; its folder is made, closed to others.</summary>
    public MessageTrace(string folder, TraceOptions options, TimeProvider time, ILogger logger)
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
        this.logger = logger;
        waiting = Channel.CreateBounded<TraceEvent>(new BoundedChannelOptions(options.MaximumWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        System.IO.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        writing = Task.Run(RunAsync);
    }

    /// <summary>Lines that were left out because too many waited.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>The file of a day.</summary>
    public static string FileOf(string folder, DateTime day) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"mail-{day:yyyy-MM-dd}.jsonl"));

    /// <summary>Notes an event; never waits.</summary>
    public void Note(in TraceEvent value)
    {
        if (!waiting.Writer.TryWrite(options.Subjects ? value : value with { Subject = "" })) Interlocked.Increment(ref lost);
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
    }

    private async Task RunAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushBytes);
        await using var json = TraceLine.CreateWriter(buffer);
        FileStream? file = null;
        var day = default(DateTime);
        var told = 0L;
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                while (waiting.Reader.TryRead(out var next))
                {
                    var date = new DateTime(next.TimeUtcTicks, DateTimeKind.Utc).Date;
                    if (date > day)
                    {
                        Write(ref file, buffer);
                        file?.Dispose();
                        file = Open(date);
                        day = date;
                    }

                    TraceLine.Write(next, buffer, json);
                    if (buffer.WrittenCount >= FlushBytes) Write(ref file, buffer);
                }

                Write(ref file, buffer);
                if (Lost is var now && now > told)
                {
                    LogLost(now - told);
                    told = now;
                }
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private FileStream? Open(DateTime day)
    {
        try
        {
            Forget(day);
            return new FileStream(FileOf(folder, day), new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(e, folder);
            return null;
        }
    }

    /// <summary>What is older than it is kept goes.</summary>
    private void Forget(DateTime day)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(folder, "mail-*.jsonl"))
        {
            if (DayOf(file) is { } written && written < day - options.Keep) File.Delete(file);
        }
    }

    /// <summary>The day that a trace file is of; null for another file.</summary>
    public static DateTime? DayOf(string file) =>
        DateTime.TryParseExact(Path.GetFileNameWithoutExtension(file), "'mail-'yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? day : null;

    private void Write(ref FileStream? file, ArrayBufferWriter<byte> buffer)
    {
        try
        {
            if (buffer.WrittenCount > 0) file?.Write(buffer.WrittenSpan);
        }
        catch (IOException e)
        {
            // The disk is full or gone: mail goes on without a trace; the next day tries again.
            LogUnwritable(e, folder);
            file?.Dispose();
            file = null;
        }
        finally
        {
            buffer.ResetWrittenCount();
        }
    }

    [LoggerMessage(3030, LogLevel.Error, "The message trace in {Folder} cannot be written; mail goes on without it")]
    private partial void LogUnwritable(Exception exception, string folder);

    [LoggerMessage(3031, LogLevel.Warning, "The message trace left out {Count} lines: they came faster than they could be written")]
    private partial void LogLost(long count);
}
