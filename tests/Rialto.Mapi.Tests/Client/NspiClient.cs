// [MS-OXCMAPIHTTP] 2.2.5 from the client's side.
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Http;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Client;

/// <summary>Speaks to the address book over real HTTPS: one session and the place in a table that it stands at.</summary>
internal sealed class NspiClient(MapiHttpClient http) : IDisposable
{
    private Stat _stat = new() { CodePage = 1252, TemplateLocale = 0x0409, SortLocale = 0x0409 };

    /// <summary>Where the client stands.</summary>
    public ref Stat Stat => ref _stat;

    public MapiHttpClient Http { get; } = WithPath(http);

    public async Task<NspiBind.Response> BindAsync(uint flags = 0) =>
        await CallAsync<NspiBind.Request, NspiBind.Response>("Bind", new() { Flags = flags, State = _stat });

    public async Task<NspiUnbind.Response> UnbindAsync() => await CallAsync<NspiUnbind.Request, NspiUnbind.Response>("Unbind", default);

    public async Task<NspiTableRows> QueryRowsAsync(uint count, PropertyTag[]? columns, uint[]? numbers = null, uint flags = 0)
    {
        var response = await CallAsync<NspiQueryRows.Request, NspiTableRows>(
            "QueryRows", new() { Flags = flags, State = _stat, ExplicitTable = numbers ?? [], RowCount = count, Columns = columns });
        _stat = response.State ?? _stat;
        return response;
    }

    /// <summary>Any method.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(string requestType, TRequest request)
        where TRequest : struct, IWireStructure<TRequest>
        where TResponse : struct, INspiResponse<TResponse>
    {
        var reply = await Http.SendAsync(requestType, WireCodec.ToArray(request));
        if (reply.Code != ResponseCode.Success)
            throw new InvalidOperationException($"The endpoint answered {reply.Code}.");
        if (!WireCodec.TryRead<NspiBody<TResponse>>(reply.Body, out var body))
            throw new InvalidDataException($"The body is no {typeof(TResponse).DeclaringType?.Name} response.");
        return body.Response;
    }

    public void Dispose() => Http.Dispose();

    private static MapiHttpClient WithPath(MapiHttpClient http)
    {
        http.Path = "/mapi/nspi/?MailboxId=test";
        return http;
    }
}
