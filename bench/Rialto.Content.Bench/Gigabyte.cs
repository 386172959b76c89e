using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;

/// <summary>A message of a gigabyte in a file: structure, digest and every attachment decoded, and what memory the process ever had.</summary>
internal static class Gigabyte
{
    public static void Run(string folder)
    {
        var path = Path.Combine(folder, "gigabyte.eml");
        Write(path);
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        var watch = Stopwatch.StartNew();
        var message = MimeMessage.Parse(file, 0, length);
        ImapDigest.Build(message);
        var parsed = watch.Elapsed.TotalSeconds;
        var decoded = 0L;
        var buffer = new byte[64 << 10];
        foreach (var part in message.Root.Children)
        {
            using var content = part.OpenContent();
            for (int count; (count = content.Read(buffer)) > 0;)
                decoded += count;
        }
        var all = watch.Elapsed.TotalSeconds;
        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"1 GB in a file: parse + digest {length / parsed / 1e6:n0} MB/s, {message.Root.Children.Count} attachments decoded {length / (all - parsed) / 1e6:n0} MB/s ({decoded:n0} bytes), peak memory of the process {peak}"));
        File.Delete(path);
    }

    private static void Write(string path)
    {
        using var output = File.Create(path);
        output.Write("From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"u8);
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('Q', 76) + "\r\n", 1000)));
        for (var part = 0; part < 10; part++)
        {
            output.Write("--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8);
            for (var i = 0; i < 1377; i++)
                output.Write(lines);
            output.Write("\r\n"u8);
        }
        output.Write("--b--\r\n"u8);
    }
}
