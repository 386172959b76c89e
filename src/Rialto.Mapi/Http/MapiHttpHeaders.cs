namespace Rialto.Mapi.Http;

/// <summary>Names of headers, cookies and request types. [MS-OXCMAPIHTTP] 2.2.3.</summary>
public static class MapiHttpHeaders
{
    public const string ContentType = "application/mapi-http";
    public const string RequestType = "X-RequestType";
    public const string RequestId = "X-RequestId";
    public const string ClientInfo = "X-ClientInfo";
    public const string ClientApplication = "X-ClientApplication";
    public const string ResponseCode = "X-ResponseCode";
    public const string ServerApplication = "X-ServerApplication";
    public const string ExpirationInfo = "X-ExpirationInfo";
    public const string PendingPeriod = "X-PendingPeriod";
    public const string StartTime = "X-StartTime";
    public const string ElapsedTime = "X-ElapsedTime";
    public const string ContextCookie = "MapiContext";
    public const string SequenceCookie = "MapiSequence";
}
