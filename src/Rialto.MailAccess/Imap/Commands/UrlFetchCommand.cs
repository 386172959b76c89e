// RFC 4467 7 URLFETCH, 8 response; RFC 5524 3, 5: what is told of a URL.
using System.Buffers;
using System.Text;
using Rialto.MailAccess.Imap.Urls;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>
/// Gives out what URLs mean that carry their authorization, whatever the session itself may read; NIL for every other, without a word why. In brackets with a URL: what shall be told of it.
/// </summary>
internal sealed class UrlFetchCommand : ImapCommand
{
    /// <summary>url-fetch-param of RFC 5524 5; none of them: the content alone, as RFC 4467 has it.</summary>
    [Flags]
    private enum Parameters
    {
        None = 0,
        BodyPartStructure = 1,
        Body = 2,
        Binary = 4,
    }

    private readonly List<(string Url, Parameters Parameters)> _urls = [];

    /// <summary>urlfetch = "URLFETCH" 1*(SP url-fetch-arg); url-fetch-arg = url-full / "(" url-full *(SP url-fetch-param) ")"</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            if (_urls.Count == parser.Options.MaximumUrls)
                parser.Fail("Too many URLs");
            parser.Space();
            var isExtended = parser.TryTake((byte)'(');
            var url = parser.Text();
            _urls.Add((url, isExtended ? ParseParameters(ref parser) : Parameters.None));
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    private static Parameters ParseParameters(ref ImapParser parser)
    {
        var all = Parameters.None;
        while (!parser.Failed && parser.TryTake((byte)' '))
        {
            var one = parser.TryTakeWord("BODYPARTSTRUCTURE"u8) ? Parameters.BodyPartStructure
                : parser.TryTakeWord("BODY"u8) ? Parameters.Body
                : parser.TryTakeWord("BINARY"u8) ? Parameters.Binary
                : Parameters.None;
            if (one == Parameters.None)
                parser.Fail("Parameters of URLs are BODY, BINARY and BODYPARTSTRUCTURE");
            else if (all.HasFlag(one) || (all | one).HasFlag(Parameters.Body | Parameters.Binary))
                parser.Fail("Each parameter goes once with a URL, and BODY not with BINARY");
            all |= one;
        }
        parser.Expect((byte)')', "Closing bracket of the URL expected");
        return all;
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var reader = UrlReader.Of(session);
        session.Writer.Raw("* URLFETCH"u8);
        var isUnavailable = false;
        foreach (var (url, parameters) in _urls)
        {
            session.Writer.Raw(" "u8);
            session.Writer.String(Encoding.UTF8.GetBytes(url));
            session.Writer.Raw(" "u8);
            StoreResult<MessageUrl> opened = StoreError.NotFound;
            try
            {
                if (ImapUrl.TryParse(url, session.Options, out var parsed) && session.Protocol.IsHere(parsed, session.Transport.LocalEndPoint))
                    opened = await MessageUrl.OpenAuthorizedAsync(session.Protocol, parsed, reader, cancel);
            }
            catch (StorageUnavailableException)
            {
                opened = StoreError.StorageUnavailable;
            }
            if (!opened.TryGet(out var found))
            {
                isUnavailable |= opened.Error == StoreError.StorageUnavailable;
                session.Writer.Raw("NIL"u8);
                continue;
            }
            using (found)
            {
                if (!(parameters == Parameters.None ? await WriteAsync(session, found.Bytes) : await WriteMetadataAsync(session, found, parameters)))
                    return ImapReply.Bad("Connection is gone");
            }
        }
        session.Writer.Crlf();
        return isUnavailable ? ImapErrors.Unavailable : ImapReply.Ok("URLFETCH completed");
    }

    // url-metadata = 1*(SP "(" url-metadata-el ")"); the structure first, as every example has it.
    private static async ValueTask<bool> WriteMetadataAsync(ImapSession session, MessageUrl found, Parameters parameters)
    {
        var structure = new ArrayBufferWriter<byte>(256);
        if (parameters.HasFlag(Parameters.BodyPartStructure) && !found.TryWriteStructure(parameters.HasFlag(Parameters.Binary), structure))
        {
            session.Writer.Raw("NIL"u8);
            return true;
        }
        if (structure.WrittenCount > 0)
        {
            session.Writer.Raw("(BODYPARTSTRUCTURE "u8);
            session.Writer.Raw(structure.WrittenSpan);
            session.Writer.Raw(")"u8);
        }
        if (!parameters.HasFlag(Parameters.Body) && !parameters.HasFlag(Parameters.Binary))
            return true;
        session.Writer.Raw(structure.WrittenCount > 0 ? " ("u8 : "("u8);
        session.Writer.Raw(parameters.HasFlag(Parameters.Body) ? "BODY "u8 : "BINARY "u8);
        var bytes = found.Bytes;
        var isThere = parameters.HasFlag(Parameters.Body) || found.TryDecode(out bytes);
        if (!isThere)
            session.Writer.Raw("NIL"u8);
        else if (!parameters.HasFlag(Parameters.Body) && bytes.Span.Contains((byte)0))
            session.Writer.Raw("~"u8);
        if (isThere && !await WriteAsync(session, bytes))
            return false;
        session.Writer.Raw(")"u8);
        return true;
    }

    private static async ValueTask<bool> WriteAsync(ImapSession session, ReadOnlyMemory<byte> bytes)
    {
        session.Writer.LiteralHead(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, session.Options.FlushSize)];
            session.Writer.Raw(part.Span);
            bytes = bytes[part.Length..];
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return false;
        }
        return true;
    }
}
