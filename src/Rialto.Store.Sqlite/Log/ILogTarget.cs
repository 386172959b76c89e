namespace Rialto.Store.Sqlite.Log;

/// <summary>What a record of the commit log belongs to. On disk: add, never change.</summary>
internal enum LogTargetKind : byte
{
    /// <summary>The list of mailboxes, mailboxes.db.</summary>
    Registry = 1,

    /// <summary>One mailbox, by its id.</summary>
    Mailbox = 2,
    Queue = 3,
    Directory = 4,
}

/// <summary>A database whose transactions are made durable by the commit log first and by itself later.</summary>
internal interface ILogTarget
{
    LogTargetKind Kind { get; }

    /// <summary>The mailbox; empty for the single databases.</summary>
    Guid Id { get; }

    /// <summary>Every transaction up to this one is durable in the database itself, so its records are superfluous.</summary>
    long DurableLsn { get; }

    /// <summary>Makes every transaction applied so far durable in the database itself.</summary>
    void MakeDurable();
}
