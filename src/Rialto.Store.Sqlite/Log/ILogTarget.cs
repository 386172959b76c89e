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

    /// <summary>The packs of contents: a record of one of them.</summary>
    Contents = 5,
}

/// <summary>A database, or the packs, whose changes are made durable by the commit log first and by themselves later.</summary>
internal interface ILogTarget
{
    LogTargetKind Kind { get; }

    /// <summary>The mailbox; empty for the single databases and the packs.</summary>
    Guid Id { get; }

    /// <summary>Every transaction up to this one is durable in the database itself, so its records are superfluous.</summary>
    long DurableLsn { get; }

    /// <summary>Makes every transaction applied so far durable in the database itself.</summary>
    void MakeDurable();
}
