// PostgreSQL, appendix A: error codes.
using System.Net.Sockets;
using Npgsql;

namespace Rialto.Store.Postgres;

/// <summary>What an error of the database means for the caller.</summary>
internal static class Faults
{
    /// <summary>Raised by the guard statement of a batch, which divides by the number of rows that it could move on.</summary>
    public static bool IsGuard(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.DivisionByZero };

    /// <summary>The transaction lost against another one, and as a whole; nothing was written.</summary>
    public static bool IsConflict(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>The connection broke, most often one that lay in the pool while the database was restarted. Whether the work was done is not known.</summary>
    public static bool IsBroken(Exception e) => e is NpgsqlException and not PostgresException && e.InnerException is IOException or SocketException or EndOfStreamException
        || e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };

    /// <summary>The database is away, full, busy, or read-only: the caller reports a temporary failure.</summary>
    public static bool IsUnavailable(Exception e) => e switch
    {
        PostgresException p => p.SqlState[..2] is "08" or "28" or "3D" or "40" or "53" or "57" or "58"
            || p.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
