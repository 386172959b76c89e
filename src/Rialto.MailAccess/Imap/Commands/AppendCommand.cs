// RFC 3501 6.3.11; RFC 3502 MULTIAPPEND; RFC 4315 APPENDUID; RFC 4469 CATENATE; RFC 7888 LITERAL+; RFC 7889 APPENDLIMIT.
using System.Globalization;
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class AppendCommand : ImapCommand, IMessageLiteralCommand
{
    private readonly MessageIntake _intake = new();
    private string _name = "";

    // After "APPEND " nothing but the mailbox can be a literal; behind the mailbox nothing but the message.
    public bool IsMessageLiteral(ReadOnlySpan<byte> arguments) => MessageIntake.IsMessageLiteral(arguments, hasNumber: false);

    /// <summary>append = "APPEND" SP mailbox 1*append-message</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        _intake.Parse(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var target = await session.Namespaces.FindAsync(_name, cancel);
        if (await _intake.RunAsync(session, size => Refusal(session, target, size), cancel) is { } refusal)
            return refusal;
        var messages = _intake.Messages;
        if (messages.Count == 1)
        {
            var appended = await target!.Mailbox.AppendAsync(target.Folder.Id, messages[0].Message, messages[0].Options, cancel);
            return appended.TryGet(out var message) ? Done(target, message.UidValidity, [message.Uid]) : ImapErrors.From(appended.Error, destination: true);
        }
        var all = await target!.Mailbox.AppendManyAsync(target.Folder.Id, messages, cancel);
        return all.TryGet(out var appendedAll) ? Done(target, appendedAll[0].UidValidity, [.. appendedAll.Select(m => m.Uid)]) : ImapErrors.From(all.Error, destination: true);
    }

    /// <summary>Why a message of so many bytes is not taken; null: it is.</summary>
    internal static ImapReply? Refusal(ImapSession session, MailboxPlace? target, long size)
    {
        if (target is null)
            return ImapErrors.NoDestination;
        if ((target.Mailbox.RightsOn(target.Folder.Id) & FolderRights.Create) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        if (size > session.Engine.Options.MaximumMessageSize)
            return ImapErrors.MessageTooLarge;
        var (used, limit) = target.Mailbox.Quota;
        return limit > 0 && used + size > limit ? ImapErrors.OverQuota : null;
    }

    /// <summary>resp-code-apnd = "APPENDUID" SP nz-number SP append-uid</summary>
    internal static string Code(uint uidValidity, IReadOnlyList<uint> uids)
    {
        var code = new StringBuilder("APPENDUID ").Append(CultureInfo.InvariantCulture, $"{uidValidity} ");
        CopyCommand.AppendSet(code, uids);
        return code.ToString();
    }

    private static ImapReply Done(MailboxPlace target, uint uidValidity, IReadOnlyList<uint> uids) =>
        target.MayRead ? ImapReply.Ok(Code(uidValidity, uids), "APPEND completed") : ImapReply.Ok("APPEND completed");
}
