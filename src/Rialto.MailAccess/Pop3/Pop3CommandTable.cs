// RFC 1939 5 to 7, RFC 2449 5 (CAPA), RFC 2595 4 (STLS), RFC 5034 4 (AUTH), RFC 6856 2 (UTF8), 3 (LANG).
using System.Text;
using Rialto.MailAccess.Pop3.Commands;

namespace Rialto.MailAccess.Pop3;

/// <summary>One command: its name, where it is allowed, and what it does with its arguments.</summary>
internal sealed record Pop3CommandRow(string Name, Pop3States States, Func<Pop3Session, string, ValueTask> RunAsync);

/// <summary>Every command there is.</summary>
internal static class Pop3CommandTable
{
    public static IReadOnlyList<Pop3CommandRow> Rows { get; } =
    [
        new("RETR", Pop3States.Transaction, RetrieveCommand.RunAsync),
        new("DELE", Pop3States.Transaction, DeleteCommand.RunAsync),
        new("LIST", Pop3States.Transaction, ListCommand.RunAsync),
        new("UIDL", Pop3States.Transaction, UniqueIdsCommand.RunAsync),
        new("TOP", Pop3States.Transaction, TopCommand.RunAsync),
        new("STAT", Pop3States.Transaction, StatusCommand.RunAsync),
        new("NOOP", Pop3States.Transaction, NoopCommand.RunAsync),
        new("RSET", Pop3States.Transaction, ResetCommand.RunAsync),
        new("QUIT", Pop3States.Any, QuitCommand.RunAsync),
        new("CAPA", Pop3States.Any, CapabilityCommand.RunAsync),
        new("USER", Pop3States.Authorization, UserCommand.RunAsync),
        new("PASS", Pop3States.Authorization, PasswordCommand.RunAsync),
        new("AUTH", Pop3States.Authorization, AuthenticateCommand.RunAsync),
        new("STLS", Pop3States.Authorization, StartTlsCommand.RunAsync),
        new("UTF8", Pop3States.Authorization, Utf8Command.RunAsync),
        new("LANG", Pop3States.Any, LanguageCommand.RunAsync),
    ];

    /// <summary>The command of that name, in any case; null when there is none.</summary>
    public static Pop3CommandRow? Find(ReadOnlySpan<byte> name)
    {
        foreach (var row in Rows)
        {
            if (Ascii.EqualsIgnoreCase(name, row.Name))
                return row;
        }
        return null;
    }
}
