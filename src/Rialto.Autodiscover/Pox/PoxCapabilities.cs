// [MS-OXDSCLI] 2.2.2.1 X-MapiHttpCapability, 2.2.2.3 X-ClientCanHandle.
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Rialto.Autodiscover.Pox;

/// <summary>What a client says that it can read.</summary>
/// <param name="MapiHttp">The version of the MAPI over HTTP section; 0 for none.</param>
/// <param name="ExHttp">EXHTTP sections.</param>
/// <param name="Rpc">Whether it needs EXCH and EXPR sections: RPC is its way in, or it finds the web services nowhere else.</param>
/// <param name="Negotiate">The value "negotiate" of AuthPackage.</param>
internal readonly record struct PoxCapabilities(int MapiHttp, bool ExHttp, bool Rpc, bool Negotiate)
{
    /// <summary>The version of the section that is written here.</summary>
    public const int MapiHttpVersion = 1;

    public static PoxCapabilities Of(HttpRequest request)
    {
        var mapi = int.TryParse(request.Headers["X-MapiHttpCapability"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? Math.Min(version, MapiHttpVersion)
            : 0;
        // Outlook with MAPI over HTTP sends no list and reads EXHTTP. With it RPC sections would send it to a way in that it does not need.
        var list = request.Headers["X-ClientCanHandle"].ToString();
        var exHttp = list.Length == 0 ? mapi > 0 : Handles("ExHttpInfo");
        return new(mapi, exHttp, mapi == 0 || !exHttp, Handles("Negotiate"));

        bool Handles(string what) => list.Split(',', StringSplitOptions.TrimEntries).Contains(what, StringComparer.OrdinalIgnoreCase);
    }
}
