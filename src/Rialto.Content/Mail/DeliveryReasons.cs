// [MS-OXCMAIL] 2.2.3.7.1.3 and 2.1.3.6.1.2; RFC 3463 enhanced status codes; X.411 reason and diagnostic codes, [MS-OXOMSG] 2.2.2.30 and 2.2.2.31.
namespace Rialto.Content.Mail;

/// <summary>Enhanced status codes as X.400's reasons and diagnoses, which is what PidTagNonDeliveryReport… hold, and back.</summary>
internal static class DeliveryReasons
{
    private const int NoDiagnostic = -1;

    /// <summary>Statuses of the diagnoses from 0 on, as kind, subject and detail.</summary>
    private static ReadOnlySpan<short> OfDiagnosis =>
    [
        510, 514, 445, 446, 510, 447, 530, 560, 563, 562, 560, 554, 560, 534, 560, 561, 553, 555, 533, 562, 560, 560, 464, 464, 464,
        464, 573, 446, 572, 571, 524, 561, 513, 510, 513, 511, 510, 530, 530, 510, 516, 510, 510, 516, 500, 500, 570, 500, 512,
    ];

    /// <summary>Statuses of the reasons from 0 on, where there is no diagnosis.</summary>
    private static ReadOnlySpan<short> OfReason => [540, 510, 565, 565, 520, 530, 443];

    /// <summary>Diagnosis and reason of a status such as 511: its subject and its detail decide.</summary>
    public static (int Diagnostic, int Reason) Of(int statusCode) => (statusCode / 10 % 10, statusCode % 10) switch
    {
        (1, 1) => (35, 1),
        (1, 2) => (48, 0),
        (1, 3) => (32, 0),
        (1, 4) => (1, 0),
        (1, 6) => (40, 0),
        (1, _) => (0, 0),
        (2, 2 or 3) => (13, 0),
        (2, 4) => (30, 0),
        (2, _) => (38, 0),
        (3, 2) => (NoDiagnostic, 0),
        (3, 3 or 5) => (18, 0),
        (3, 4) => (13, 0),
        (3, _) => (38, 0),
        (4, 0 or 4) => (NoDiagnostic, 0),
        (4, 3) => (NoDiagnostic, 6),
        (4, 6 or 8) => (3, 0),
        (4, 7) => (5, 0),
        (4, _) => (2, 0),
        (5, 3) => (16, 0),
        (5, 4) => (11, 0),
        (5, _) => (17, 0),
        (6, 2) => (9, 0),
        (6, 3) => (8, 0),
        (6, 4) => (25, 0),
        (6, 5) => (NoDiagnostic, 2),
        (6, _) => (15, 0),
        (7, 1) => (29, 0),
        (7, 2) => (28, 0),
        (7, 3) => (26, 0),
        (7, _) => (46, 0),
        _ => (NoDiagnostic, 0),
    };

    /// <summary>The status, such as 511, of a diagnosis, else of a reason.</summary>
    public static int StatusOf(int diagnostic, int reason)
    {
        if (diagnostic != NoDiagnostic)
            return diagnostic >= 0 && diagnostic < OfDiagnosis.Length ? OfDiagnosis[diagnostic] : 500;
        return reason >= 0 && reason < OfReason.Length ? OfReason[reason] : 540;
    }
}
