namespace Rialto.Content.Mime;

/// <summary>A file as a Macintosh sends it: its bytes, and what else belonged to it. Strings are as old as the formats: Mac OS Roman, or UTF-8 where valid.</summary>
/// <param name="Name">The file's name; empty where the container does not say.</param>
/// <param name="Type">Four characters such as "TEXT" or "PDF "; empty where unknown.</param>
/// <param name="Creator">Four characters of the program that made it; empty where unknown.</param>
/// <param name="Data">The data fork: the file as other systems know it. Empty where there is none.</param>
/// <param name="Resource">The resource fork.</param>
public sealed record MacFile(string Name, string Type, string Creator, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Resource)
{
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        var text = System.Text.Unicode.Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : MailCharset.DecodeByCodePage(bytes, 10000);
        // Slashes were legal there, and would be a path here.
        return MailAddress.Clean(text).Replace('/', ':').Replace('\\', '_');
    }

    /// <summary>Type or creator: four printable characters, else empty.</summary>
    internal static string Code(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExceptInRange((byte)32, (byte)126) ? "" : System.Text.Encoding.ASCII.GetString(bytes);
}
