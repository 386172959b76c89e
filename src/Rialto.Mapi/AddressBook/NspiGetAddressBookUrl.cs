// [MS-OXCMAPIHTTP] 2.2.5.19 wire; [MS-OXABREF] 3.1.4.1 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Where the address book's endpoint for a user is.</summary>
internal static class NspiGetAddressBookUrl
{
    public static ValueTask<ServerUrlResponse> ExecuteAsync(NspiCall call, ServerUrlRequest request) =>
        new(new ServerUrlResponse { ServerUrl = ServerUrls.Of(call, Http.MapiHttpEndpoints.AddressBookPath, call.Book.FindByDn(request.Dn) as MailboxRecipient ?? call.Viewer) });
}
