using Rialto.Content.CompoundFiles;
using Rialto.Content.Dump;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Fuzz;

/// <summary>Whatever a file is, its message in every other form, and mail read again.</summary>
internal static class ConvertTargets
{
    // Everything is written five times; the mutations worth having are in the first kilobytes.
    private const int MaxLength = 32 << 10;

    public static readonly byte[] Tokens = [.. TnefTargets.Tokens, .. "\r\n-:;<>\"=,@{}[]"u8];

    public static readonly byte[][] Samples = [.. MimeTargets.Samples, .. MsgTargets.Samples, .. TnefTargets.Samples, .. MsgTargets.DumpSamples];

    public static void Convert(ReadOnlyMemory<byte> input)
    {
        if (input.Length > MaxLength || Read(input) is not { } message)
            return;
        PropertyMessageJson.Write(message);
        TnefWriter.Write(message, new TnefWriterOptions { IncludeRecipients = true });
        try
        {
            MsgWriter.ToArray(message);
        }
        catch (NotSupportedException)
        {
            // More names, or more of something else, than the format has room for: said, not done.
        }
        foreach (var options in (PropertiesToMimeOptions[])[PropertiesToMimeOptions.Default, new() { UseTnef = true, IncludeBcc = false }])
        {
            var mail = MimeMessage.Parse(PropertiesToMime.Convert(message, options));
            ImapDigest.Build(mail);
            MimeToProperties.Convert(mail);
        }
    }

    private static PropertyMessage? Read(ReadOnlyMemory<byte> input)
    {
        if (CompoundFile.IsCompoundFile(input.Span))
            return MsgFile.Read(input, out _)?.Message;
        if (TnefReader.Read(input.Span) is { IsTnef: true } tnef)
            return tnef.Message;
        return PropertyMessageJson.TryRead(input, out var message, out _) ? message : MimeToProperties.Convert(MimeMessage.Parse(input));
    }
}
