using System.Text;
using Rialto.Smtp.Commands;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp;

/// <summary>What has to be true before a command runs.</summary>
[Flags]
internal enum SmtpNeeds
{
    Nothing = 0,

    /// <summary>EHLO or HELO was said.</summary>
    Hello = 1,

    /// <summary>On the submission ports: logged in (and so under TLS, unless the listener takes passwords without).</summary>
    Submitter = 2,

    /// <summary>MAIL was accepted.</summary>
    Transaction = 4,

    /// <summary>The command takes no argument.</summary>
    NoArgument = 8,

    /// <summary>Brings no message nearer: so many of them, and no more (<see cref="SmtpOptions.MaximumAimlessCommands"/>).</summary>
    Aimless = 16,
}

/// <summary>A command.</summary>
/// <param name="Verb">In upper case.</param>
/// <param name="Needs">What is checked before it runs.</param>
/// <param name="RunAsync">Runs it with what stands behind the verb, without the space between. The memory is the session's next read's.</param>
internal sealed record SmtpCommand(string Verb, SmtpNeeds Needs, Func<SmtpSession, ReadOnlyMemory<byte>, ValueTask<SmtpReply>> RunAsync);

/// <summary>The commands: one row, one file, one test each.</summary>
internal static class SmtpCommandTable
{
    /// <summary>Most frequent first: they are looked up in this order.</summary>
    public static IReadOnlyList<SmtpCommand> Rows { get; } =
    [
        new("RCPT", SmtpNeeds.Hello | SmtpNeeds.Submitter | SmtpNeeds.Transaction, RcptCommand.RunAsync),
        new("MAIL", SmtpNeeds.Hello | SmtpNeeds.Submitter, MailCommand.RunAsync),
        new("DATA", SmtpNeeds.Hello | SmtpNeeds.Submitter | SmtpNeeds.Transaction | SmtpNeeds.NoArgument, DataCommand.RunAsync),
        new("BDAT", SmtpNeeds.Nothing, BdatCommand.RunAsync),
        new("BURL", SmtpNeeds.Hello | SmtpNeeds.Submitter | SmtpNeeds.Transaction, BurlCommand.RunAsync),
        new("EHLO", SmtpNeeds.Aimless, EhloCommand.RunAsync),
        new("HELO", SmtpNeeds.Aimless, HeloCommand.RunAsync),
        new("QUIT", SmtpNeeds.NoArgument, QuitCommand.RunAsync),
        new("RSET", SmtpNeeds.NoArgument | SmtpNeeds.Aimless, RsetCommand.RunAsync),
        new("NOOP", SmtpNeeds.Aimless, NoopCommand.RunAsync),
        new("AUTH", SmtpNeeds.Hello, AuthCommand.RunAsync),
        new("STARTTLS", SmtpNeeds.NoArgument, StartTlsCommand.RunAsync),
        new("VRFY", SmtpNeeds.Aimless, VrfyCommand.RunAsync),
        new("EXPN", SmtpNeeds.Aimless, ExpnCommand.RunAsync),
        new("HELP", SmtpNeeds.Aimless, HelpCommand.RunAsync),
    ];

    /// <summary>Finds and runs the command of a line.</summary>
    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> line)
    {
        var text = line.Span;
        var end = text.IndexOf((byte)' ');
        var verb = end < 0 ? text : text[..end];
        foreach (var command in Rows)
        {
            if (!Ascii.EqualsIgnoreCase(verb, command.Verb)) continue;
            var argument = end < 0 ? default : line[(end + 1)..];
            if (command.Verb != "AUTH" && line.Length > session.Options.MaximumCommandLine) return new(SmtpReplies.LineTooLong);
            if ((command.Needs & SmtpNeeds.Aimless) != 0) session.NoteAimless();
            return Refusal(session, command, argument.Span) is { } refusal ? new(refusal) : command.RunAsync(session, argument);
        }

        return new(IsHttp(verb) ? SmtpReplies.NotSmtp : SmtpReplies.UnknownCommand);
    }

    private static SmtpReply? Refusal(SmtpSession session, SmtpCommand command, ReadOnlySpan<byte> argument)
    {
        if ((command.Needs & SmtpNeeds.NoArgument) != 0 && !argument.Trim((byte)' ').IsEmpty) return SmtpReplies.Syntax;
        if ((command.Needs & SmtpNeeds.Hello) != 0 && session.Hello is null) return SmtpReplies.SayHello;
        if ((command.Needs & SmtpNeeds.Submitter) != 0 && session.Role == SmtpRole.Submission && session.CurrentAccount is null)
            return session.Transport.AllowsLogin ? SmtpReplies.NeedsLogin : SmtpReplies.NeedsTls;
        if ((command.Needs & SmtpNeeds.Transaction) != 0 && session.Transaction is null) return SmtpReplies.NeedMail;
        return null;
    }

    /// <summary>A browser that somebody made send a form here: nothing behind it is meant for us.</summary>
    private static bool IsHttp(ReadOnlySpan<byte> verb) =>
        Ascii.EqualsIgnoreCase(verb, "GET") || Ascii.EqualsIgnoreCase(verb, "POST") || Ascii.EqualsIgnoreCase(verb, "PUT")
        || Ascii.EqualsIgnoreCase(verb, "CONNECT") || Ascii.EqualsIgnoreCase(verb, "OPTIONS") || Ascii.EqualsIgnoreCase(verb, "Host:");
}
