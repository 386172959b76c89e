// [MS-OXCMAPIHTTP] 2.2.5.18 wire; [MS-OXABREF] 3.1.4.2 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Where a mailbox server's endpoint is.</summary>
internal static class NspiGetMailboxUrl
{
    public static ValueTask<ServerUrlResponse> ExecuteAsync(NspiCall call, ServerUrlRequest request) =>
        new(new ServerUrlResponse { ServerUrl = ServerUrls.Of(call, Http.MapiHttpEndpoints.MailboxPath, ServerUrls.MailboxOf(call.Book, request.Dn) ?? call.Viewer) });
}
