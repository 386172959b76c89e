using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Rialto.Net;

/// <summary>Whose conversations are recorded just now, switched while the server runs; one file for each connection. They hold people's mail: the folder is closed to others.</summary>
public sealed class TranscriptRecorder(string folder, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte> users = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the files are.</summary>
    public string Folder => folder;

    /// <summary>The users, by primary address.</summary>
    public IReadOnlyList<string> Users => [.. users.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Somebody was switched on or off.</summary>
    public event Action<string>? Changed;

    /// <summary>Whether a user's conversations are recorded.</summary>
    public bool Wants(string user) => !users.IsEmpty && users.ContainsKey(user);

    /// <summary>Switches a user on or off, for connections that are open as well.</summary>
    public void Set(string user, bool on)
    {
        if (on) users[user] = 0;
        else users.TryRemove(user, out _);
        Changed?.Invoke(user);
    }

    internal ITranscript? Open(string listener, string user, string connection)
    {
        try
        {
            System.IO.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var name = string.Create(CultureInfo.InvariantCulture, $"{FileName(user)}-{listener}-{time.GetUtcNow():yyyyMMdd-HHmmss}-{FileName(connection)}.txt");
            return new FileTranscript(Path.Combine(folder, name), time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody's mail waits for a recording that cannot be made.
            return null;
        }
    }

    private static string FileName(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' or '_' ? c : '_'));
}

/// <summary>A conversation as text: <c>C:</c> what the client sent, <c>S:</c> what the server sent, <c>C+</c> content that is only counted.</summary>
internal sealed class FileTranscript(string path, TimeProvider time) : ITranscript
{
    /// <summary>Of the answer to one line at most so many octets are written: a transcript shows how they talk, not whole mailboxes.</summary>
    private const int Most = 16 * 1024;

    private readonly Lock gate = new();
    private readonly FileStream file = new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private readonly ArrayBufferWriter<byte> line = new();
    private long answered;
    private bool closed;

    public void Received(ReadOnlySpan<byte> line)
    {
        EndSent();
        Write("C:", Redaction.Redact(line));
    }

    public void ReceivedContent(long octets)
    {
        EndSent();
        Write("C+", string.Create(CultureInfo.InvariantCulture, $"({octets} octets)"));
    }

    /// <summary>Writers send a line in pieces: it is written down when it is whole.</summary>
    public void Sent(ReadOnlySpan<byte> octets)
    {
        lock (gate)
        {
            var room = Math.Max(0, Most - answered);
            answered += octets.Length;
            if (octets.Length > room) octets = octets[..(int)room];
            for (int end; (end = octets.IndexOf((byte)'\n')) >= 0; octets = octets[(end + 1)..])
            {
                line.Write(octets[..end]);
                WriteLine();
            }

            line.Write(octets);
        }
    }

    public void Dispose()
    {
        EndSent();
        lock (gate)
        {
            closed = true;
            file.Dispose();
        }
    }

    private void EndSent()
    {
        lock (gate)
        {
            if (line.WrittenCount > 0) WriteLine();
            if (answered > Most) Write("S+", string.Create(CultureInfo.InvariantCulture, $"({answered} octets in all)"));
            answered = 0;
        }
    }

    private void WriteLine()
    {
        Write("S:", Encoding.UTF8.GetString(line.WrittenSpan.TrimEnd((byte)'\r')));
        line.ResetWrittenCount();
    }

    private void Write(string who, string text)
    {
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss.fff} {who} {text}\n"));
        lock (gate)
        {
            if (closed) return;
            try
            {
                file.Write(line);
                file.Flush();
            }
            catch (IOException)
            {
                // The disk is full: the conversation goes on without its recording.
                closed = true;
                file.Dispose();
            }
        }
    }
}
