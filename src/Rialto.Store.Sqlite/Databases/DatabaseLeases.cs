using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>A read connection on loan.</summary>
internal readonly struct ReadLease(JournaledDatabase database, SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection => connection;

    public void Dispose() => database.Return(connection);
}

/// <summary>The single writer's turn, until disposed.</summary>
internal readonly struct WriteTurn(JournaledDatabase database) : IDisposable
{
    public void Dispose() => database.Leave();
}
