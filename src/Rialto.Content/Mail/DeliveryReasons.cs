// [MS-OXCMAIL] 2.2.3.7.1.3 and 2.1.3.6.1.2; RFC 3463 enhanced status codes; X.411 reason and diagnostic codes, [MS-OXOMSG] 2.2.2.30 and 2.2.2.31.
namespace Rialto.Content.Mail;

/// <summary>Enhanced status codes as X.400's reasons and diagnoses, which is what PidTagNonDeliveryReport… hold.</summary>
internal static class DeliveryReasons
{
    private const int NoDiagnostic = -1;

    // todo [MS-OXCMAIL] 2.2.3.7.1.3: these pairs follow the meaning of RFC 3463; compare them with the section's table.
    private static readonly (int Status, int Diagnostic, int Reason)[] Pairs =
    [
        // Subject and detail; unable-to-transfer is 1, unrecognised OR name 0, ambiguous 1, and so on.
        (10, NoDiagnostic, 1), (11, 0, 1), (12, 33, 1), (13, 32, 1), (14, 1, 1), (16, 40, 1), (17, 32, 1), (18, 32, 1),
        (20, NoDiagnostic, 1), (21, 38, 5), (22, 4, 0), (23, 7, 1), (24, 30, 0),
        (30, NoDiagnostic, 0), (31, 2, 0), (32, 4, 0), (33, 18, 1), (34, 7, 1),
        (40, NoDiagnostic, 0), (41, 4, 0), (42, 2, 0), (43, NoDiagnostic, 6), (44, NoDiagnostic, 1), (45, 2, 0), (46, 3, 1), (47, 5, 0),
        (50, NoDiagnostic, 1), (51, 18, 1), (52, 12, 1), (53, 16, 1), (54, 11, 1), (55, 18, 1),
        (60, NoDiagnostic, 2), (61, 15, 2), (62, 9, 2), (63, 8, 2), (64, 19, 2), (65, 8, 2),
        (70, 46, 5), (71, 29, 5), (72, 28, 5), (73, 46, 2), (74, 46, 1), (75, 46, 1), (76, 46, 1), (77, 46, 1),
    ];

    public static (int Diagnostic, int Reason) Of(int statusCode)
    {
        foreach (var (status, diagnostic, reason) in Pairs)
        {
            if (status == statusCode % 100)
                return (diagnostic, reason);
        }
        return (NoDiagnostic, 0);
    }

    /// <summary>The two last numbers of a status code for a reason and a diagnosis; 0 where nothing fits.</summary>
    public static int StatusOf(int diagnostic, int reason)
    {
        if ((diagnostic, reason) == (NoDiagnostic, 0))
            return 0;
        foreach (var (status, d, r) in Pairs)
        {
            if (d == diagnostic && r == reason)
                return status;
        }
        foreach (var (status, d, _) in Pairs)
        {
            if (d == diagnostic && d != NoDiagnostic)
                return status;
        }
        return 0;
    }
}
