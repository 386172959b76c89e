using System.Text;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Wire;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client;

/// <summary>A session in the server's own process: what the endpoint does with the body of an Execute, without HTTP.</summary>
internal sealed class DirectClient(MapiService service, Principal principal) : IDisposable
{
    private readonly MapiSession _session = new(principal, new ClientLocale(1252, 1033, 1033), Encoding.Latin1, service.Options);
    private readonly byte[] _scratch = new byte[service.Options.MaximumRopPayload];
    private readonly byte[] _output = new byte[service.Options.MaximumRopPayload + ExtendedBuffer.HeaderSize];

    public async Task<ExecuteResponse> ExecuteAsync(byte[] ropBuffer, ExecuteFlags flags, uint maxRopOut)
    {
        if (!_session.TryEnter())
            throw new InvalidOperationException("A session runs one request at a time.");
        try
        {
            var (error, length) = await RopProcessor.ExecuteAsync(service, _session, ropBuffer, flags & ~ExecuteFlags.Chain, maxRopOut, _scratch, _output, CancellationToken.None);
            return new ExecuteResponse { ErrorCode = (uint)error, RopBuffer = _output[..length] };
        }
        finally
        {
            _session.Leave();
        }
    }

    public void Dispose() => _session.Dispose();
}
