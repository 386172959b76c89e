// [MS-OXCMAPIHTTP] from the side of a client that wants to cost nothing.
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Bench;

/// <summary>Where the server is and who asks it.</summary>
/// <param name="Tls">Whether the address is that of HTTPS.</param>
internal sealed record Target(IPEndPoint Server, bool Tls, string User, string Password, string LegacyDn);

/// <summary>One MAPI session on one connection: requests are put together once and sent again with nothing but their cookies changed.</summary>
internal sealed class LeanSession(Target target) : IDisposable
{
    private readonly byte[] _request = new byte[128 * 1024];
    private readonly string _authorization = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{target.User}:{target.Password}"));
    private readonly byte[] _connect = WireCodec.ToArray(new ConnectRequest { UserDn = target.LegacyDn, DefaultCodePage = 1252, LcidSort = 1033, LcidString = 1033 });
    private readonly Dictionary<string, byte[]> _heads = [];
    private LeanConnection? _connection;
    private byte[] _cookies = [];

    /// <summary>Handles of the last Execute's response.</summary>
    public uint[] Handles { get; private set; } = [];

    public LeanConnection Connection => _connection ??= new LeanConnection(target.Server, target.Tls, TlsOptions);

    /// <summary>Shared by connections that may resume each other's TLS sessions.</summary>
    public SslClientAuthenticationOptions? TlsOptions { get; init; }

    public void Connect()
    {
        _cookies = [];
        Post("Connect", _connect);
    }

    public void Disconnect()
    {
        Post("Disconnect", [0, 0, 0, 0]);
        _cookies = [];
    }

    /// <summary>Gives the connection up, not the session.</summary>
    public void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Waits for news; true when there are some.</summary>
    public bool Wait()
    {
        var body = Post("NotificationWait", [0, 0, 0, 0, 0, 0, 0, 0], keepCookies: true);
        return BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) != 0;
    }

    /// <summary>Asks to wait for news, and leaves the answer unread.</summary>
    public void BeginWait() => Ask("NotificationWait", [0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>An Execute's body. 2.2.4.2.1.</summary>
    public static byte[] Body(IReadOnlyList<uint> handles, params (RopId Id, RopRequest Request)[] requests) => Body(0, 0x10008, handles, requests);

    /// <summary>The same with flags beside those that leave the buffers plain, and room for the response.</summary>
    public static byte[] Body(ExecuteFlags flags, uint room, IReadOnlyList<uint> handles, params (RopId Id, RopRequest Request)[] requests) => WireCodec.ToArray(new ExecuteRequest
    {
        Flags = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic | flags,
        RopBuffer = RopSession.Extended(RopSession.Payload(requests, handles)),
        MaxRopOut = room,
    });

    /// <summary>Sends it; the responses' bytes, which stand until the next request.</summary>
    public ReadOnlySpan<byte> Execute(ReadOnlySpan<byte> body)
    {
        var answer = Post("Execute", body);
        if (BinaryPrimitives.ReadUInt32LittleEndian(answer[4..]) is not 0 and var error)
            throw new RopException((ErrorCode)error);
        var payload = answer[(16 + ExtendedBuffer.HeaderSize)..^4];
        return payload[2..BinaryPrimitives.ReadUInt16LittleEndian(payload)];
    }

    /// <summary>
    /// Sends an Execute whose last operation may be answered in several extended buffers; the response's body from the first of them on, which stands until the next request.
    /// </summary>
    public ReadOnlySpan<byte> ExecuteChained(ReadOnlySpan<byte> body)
    {
        var answer = Post("Execute", body);
        if (BinaryPrimitives.ReadUInt32LittleEndian(answer[4..]) is not 0 and var error)
            throw new RopException((ErrorCode)error);
        return answer[16..^4];
    }

    /// <summary>Runs operations once: how many bytes their responses take, all of which must be a success, and the handles that they opened.</summary>
    public (int Length, uint[] Handles) Run(IReadOnlyList<uint> handles, params (RopId Id, RopRequest Request)[] requests)
    {
        var answer = Post("Execute", Body(handles, requests));
        if (BinaryPrimitives.ReadUInt32LittleEndian(answer[4..]) is not 0 and var error)
            throw new RopException((ErrorCode)error);
        ReadOnlyMemory<byte> buffer = answer[16..^4].ToArray();
        if (!ExtendedBuffer.TryRead(ref buffer, out var payload, out _))
            throw new InvalidDataException("The response is no extended buffer.");
        var reply = RopSession.Parse(payload.Span, requests, ColumnsOf(requests));
        foreach (var response in reply.Responses)
        {
            if (response.ReturnValue is not (ErrorCode.Success or ErrorCode.ErrorsReturned))
                throw new RopException(response.ReturnValue);
        }
        return (BinaryPrimitives.ReadUInt16LittleEndian(payload.Span) - 2, [.. reply.Handles]);
    }

    private static PropertyTag[] ColumnsOf((RopId Id, RopRequest Request)[] requests)
    {
        foreach (var (_, request) in requests)
        {
            if (request is RopSetColumns.Request table)
                return table.PropertyTags;
            if (request is RopGetPropertiesSpecific.Request properties)
                return properties.PropertyTags;
        }
        return [];
    }

    /// <summary>Logs on: the handle, and the folders of the logon.</summary>
    public (uint Handle, ulong[] Folders) Logon()
    {
        var request = new RopLogon.Request { LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = target.LegacyDn };
        var answer = Post("Execute", Body([RopSession.NoHandle], (RopId.Logon, request)));
        ReadOnlyMemory<byte> buffer = answer[16..^4].ToArray();
        ExtendedBuffer.TryRead(ref buffer, out var payload, out _);
        var reply = RopSession.Parse(payload.Span, [(RopId.Logon, request)], []);
        return (reply.Handles[0], reply.Get<RopLogon.Response>().FolderIds);
    }

    public void Dispose() => _connection?.Dispose();

    /// <summary>The body behind the meta-tags and additional headers.</summary>
    private ReadOnlySpan<byte> Post(string type, ReadOnlySpan<byte> body, bool keepCookies = false)
    {
        Ask(type, body);
        var answer = Connection.Receive();
        if (!Connection.Find("X-ResponseCode: "u8).SequenceEqual("0"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(Connection.Head) + Encoding.ASCII.GetString(answer));
        if (!keepCookies)
            TakeCookies();
        var done = answer.IndexOf("DONE\r\n"u8);
        answer = answer[done..];
        return answer[(answer.IndexOf("\r\n\r\n"u8) + 4)..];
    }

    private void Ask(string type, ReadOnlySpan<byte> body)
    {
        if (!_heads.TryGetValue(type, out var head))
        {
            _heads[type] = head = Encoding.ASCII.GetBytes(
                $"POST /mapi/emsmdb/?MailboxId=bench HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {_authorization}\r\nContent-Type: application/mapi-http\r\n"
                + $"X-RequestType: {type}\r\nX-RequestId: {{11111111-2222-3333-4444-555555555555}}:1\r\nX-ClientInfo: {{11111111-2222-3333-4444-555555555555}}:1\r\n"
                + "X-ClientApplication: Outlook/16.0.0000.0000\r\n");
        }
        var length = 0;
        Append(head, ref length);
        Append(_cookies, ref length);
        Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")), ref length);
        Append(body, ref length);
        Connection.Send(_request.AsSpan(0, length));
    }

    private void TakeCookies()
    {
        var context = Connection.Find("Set-Cookie: MapiContext="u8);
        var sequence = Connection.Find("Set-Cookie: MapiSequence="u8);
        context = context[..context.IndexOf((byte)';')];
        sequence = sequence[..sequence.IndexOf((byte)';')];
        var length = 8 + 12 + context.Length + 2 + 13 + sequence.Length + 2;
        if (_cookies.Length != length)
            _cookies = new byte[length];
        var to = _cookies.AsSpan();
        foreach (var part in (ReadOnlySpan<int>)[0, 1, 2, 3, 4])
        {
            var bytes = part switch { 0 => "Cookie: MapiContext="u8, 1 => context, 2 => "; MapiSequence="u8, 3 => sequence, _ => "\r\n"u8 };
            bytes.CopyTo(to);
            to = to[bytes.Length..];
        }
    }

    private void Append(ReadOnlySpan<byte> bytes, ref int length)
    {
        bytes.CopyTo(_request.AsSpan(length));
        length += bytes.Length;
    }
}
