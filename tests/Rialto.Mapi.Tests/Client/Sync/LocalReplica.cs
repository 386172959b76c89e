// [MS-OXCSYNC] 3.1.1: what a client keeps of a mailbox, and what its user does with it while there is no server.
using System.Buffers.Binary;
using System.Globalization;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>What a message says, as far as the tests look at it.</summary>
public sealed record ReplicaContent
{
    /// <summary>A property that no group of the server's knows.</summary>
    public static readonly PropertyTag NoteTag = new(0x6F01001F);

    /// <summary>Stands for an attached version of a message that was in conflict.</summary>
    public const string Version = "version";

    public string Subject { get; init; } = "";

    public string Body { get; init; } = "";

    public int Importance { get; init; } = 1;

    /// <summary>PidTagFlagStatus; 0 where there is none.</summary>
    public int FlagStatus { get; init; }

    /// <summary>Empty where there is none.</summary>
    public string Note { get; init; } = "";

    /// <summary>Names of recipients.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Names of attachments: each is in its bytes too.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Subject} | {Body.TrimEnd()} | {Importance} | {FlagStatus} | {Note} | to {string.Join(", ", Recipients)} | with {string.Join(", ", Attachments)}");
}

/// <summary>A message of a replica.</summary>
public sealed class ReplicaMessage
{
    public required ulong Id { get; set; }

    public bool IsAssociated { get; init; }

    public ReplicaContent Content { get; set; } = new();

    /// <summary>The content that the server has, as far as the client knows, of a message that was changed here: partial changes are changes to that.</summary>
    public ReplicaContent? Base { get; set; }

    public bool IsRead { get; set; }

    public byte[] ChangeKey { get; set; } = [];

    public PredecessorChangeList Predecessors { get; set; } = new();

    public FileTime Modified { get; set; }

    /// <summary>Never brought to the server, as far as its answers tell.</summary>
    public bool IsNew { get; set; }

    /// <summary>Sent at least once: the server may have it although its answer was lost, and takes its read state with a new message alone. [MS-OXCMSG] 2.2.1.6.</summary>
    public bool WasSent { get; set; }

    /// <summary>Changed since it was brought.</summary>
    public bool IsDirty { get; set; }

    public bool IsReadDirty { get; set; }

    /// <summary>Where it was when the server was last told of it; null where it still is.</summary>
    public LocalMove? Moved { get; set; }
}

/// <summary>A move that the server does not know of.</summary>
/// <param name="Predecessors">Those of the message before it was moved.</param>
/// <param name="Change">The change that moved it.</param>
public sealed record LocalMove(ulong Folder, ulong Id, PredecessorChangeList Predecessors, byte[] Change);

/// <summary>A folder of a replica, with its messages.</summary>
public sealed class ReplicaFolder
{
    public required ulong Id { get; init; }

    public ulong Parent { get; set; }

    public string Name { get; set; } = "";

    public byte[] ChangeKey { get; set; } = [];

    public PredecessorChangeList Predecessors { get; set; } = new();

    public FileTime Modified { get; set; }

    public bool IsNew { get; set; }

    public bool IsDirty { get; set; }

    /// <summary>One that the server made for its own purposes: not to be renamed, moved or deleted.</summary>
    public bool IsFixed { get; set; }

    public Dictionary<ulong, ReplicaMessage> Messages { get; } = [];

    /// <summary>Messages deleted since the server was told, and whether for good.</summary>
    public Dictionary<ulong, bool> Deleted { get; } = [];

    /// <summary>Ids of messages that were deleted before the server heard of them; or it did, and the answer was lost.</summary>
    public HashSet<ulong> Unused { get; } = [];

    /// <summary>Ids that a message had in this folder between two moves.</summary>
    public HashSet<ulong> Passed { get; } = [];

    public ClientSyncState State { get; set; } = new();

    /// <summary>The state does not describe the folder any more: everything is fetched anew, and what does not come is not there.</summary>
    public bool IsLost { get; set; }
}

/// <summary>A client's replica of a mailbox. Everything in it survives the client; nothing else does.</summary>
/// <param name="name">For whoever reads about it.</param>
/// <param name="space">The namespace of its changes.</param>
/// <param name="time">Its clock.</param>
/// <param name="clockError">By how much that is wrong.</param>
public sealed class LocalReplica(string name, Guid space, TimeProvider time, TimeSpan clockError)
{
    private uint _changes;

    public string Name { get; } = name;

    public Guid Namespace { get; } = space;

    public Guid? Mailbox { get; set; }

    public Guid Server { get; set; }

    public ulong Root { get; set; }

    /// <summary>Ids to give, both ends included.</summary>
    public ulong NextId { get; set; } = 1;

    public ulong LastId { get; set; }

    /// <summary>By id; without the root itself.</summary>
    public Dictionary<ulong, ReplicaFolder> Folders { get; } = [];

    public List<ulong> DeletedFolders { get; } = [];

    public ClientSyncState State { get; set; } = new();

    public bool IsLost { get; set; }

    /// <summary>Partial changes taken so far.</summary>
    public int PartialChanges { get; set; }

    /// <summary>Messages that came as several versions so far.</summary>
    public int Conflicts { get; set; }

    public bool IsDirty => DeletedFolders.Count > 0
        || Folders.Values.Any(f => f.IsDirty || f.Deleted.Count > 0 || f.Unused.Count > 0 || f.Passed.Count > 0 || f.Messages.Values.Any(m => m.IsDirty || m.IsReadDirty || m.IsNew || m.Moved is not null));

    public FileTime Now => FileTime.From(time.GetUtcNow() + clockError);

    public bool HasIds => NextId <= LastId;

    public ulong TakeId() => NextId++;

    public byte[] KeyOf(ulong id) => new GlobalId(Server, id).ToArray();

    /// <summary>[MS-OXCFXICS] 3.3.5.2.3: a foreign identifier, which grows.</summary>
    public byte[] NextChange()
    {
        var bytes = new byte[20];
        Namespace.TryWriteBytes(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), ++_changes);
        return bytes;
    }

    // ---- What the user does ----

    public ReplicaMessage Create(ReplicaFolder folder, string subject, string body, bool isAssociated)
    {
        var message = new ReplicaMessage { Id = TakeId(), Content = new ReplicaContent { Subject = subject, Body = body }, IsAssociated = isAssociated, IsNew = true, IsRead = true };
        Touch(message);
        folder.Messages.Add(message.Id, message);
        return message;
    }

    public void Change(ReplicaMessage message, Func<ReplicaContent, ReplicaContent> change)
    {
        if (!message.IsDirty)
            message.Base = message.Content;
        message.Content = change(message.Content);
        // Who changes a message that was in conflict has decided: 3.1.5.6.2.1.
        message.Content = message.Content with { Attachments = [.. message.Content.Attachments.Where(a => a != ReplicaContent.Version)] };
        Touch(message);
    }

    public void Touch(ReplicaMessage message)
    {
        message.ChangeKey = NextChange();
        message.Predecessors.Add(Xid.Parse(message.ChangeKey)!);
        message.Modified = Now;
        message.IsDirty = true;
    }

    public void Touch(ReplicaFolder folder)
    {
        folder.ChangeKey = NextChange();
        folder.Predecessors.Add(Xid.Parse(folder.ChangeKey)!);
        folder.Modified = Now;
        folder.IsDirty = true;
    }

    public void Delete(ReplicaFolder folder, ReplicaMessage message, bool isHard)
    {
        folder.Messages.Remove(message.Id);
        if (message.IsNew || message.Moved is not null)
            folder.Unused.Add(message.Id);
        else
            folder.Deleted[message.Id] = isHard;
        if (message.Moved is { } moved && Folders.TryGetValue(moved.Folder, out var source))
            source.Deleted[moved.Id] = isHard;
    }

    public void Move(ReplicaFolder from, ReplicaMessage message, ReplicaFolder to)
    {
        from.Messages.Remove(message.Id);
        var old = message.Id;
        message.Id = TakeId();
        to.Messages.Add(message.Id, message);
        if (message.IsNew)
        {
            from.Unused.Add(old);
            Touch(message);
            return;
        }
        // Not one to delete: should the server have made the move after all, the message is there.
        if (message.Moved is not null)
            from.Passed.Add(old);
        var before = Copy(message.Predecessors);
        message.ChangeKey = NextChange();
        message.Predecessors.Add(Xid.Parse(message.ChangeKey)!);
        message.Moved = message.Moved is { } earlier
            ? earlier with { Change = message.ChangeKey, Predecessors = message.IsDirty ? before : earlier.Predecessors }
            : new LocalMove(from.Id, old, before, message.ChangeKey);
    }

    public ReplicaFolder CreateFolder(ulong parent, string name)
    {
        var folder = new ReplicaFolder { Id = TakeId(), Parent = parent, Name = name, IsNew = true };
        Touch(folder);
        Folders.Add(folder.Id, folder);
        return folder;
    }

    public void DeleteFolder(ReplicaFolder folder)
    {
        foreach (var below in Below(folder.Id).ToList())
        {
            foreach (var message in below.Messages.Values)
            {
                if (message.Moved is { } moved && Folders.TryGetValue(moved.Folder, out var source))
                    source.Deleted[moved.Id] = true;
            }
            Folders.Remove(below.Id);
            // Each by itself: one that was moved there is somewhere else on the server.
            DeletedFolders.Add(below.Id);
        }
    }

    /// <summary>The folder and all that are below it.</summary>
    public IEnumerable<ReplicaFolder> Below(ulong id) => Folders.Values.Where(f => IsBelow(f.Id, id));

    public bool IsBelow(ulong id, ulong above)
    {
        for (var steps = 0; steps < 1000; steps++)
        {
            if (id == above)
                return true;
            if (!Folders.TryGetValue(id, out var folder))
                return false;
            id = folder.Parent;
        }
        return false;
    }

    public static PredecessorChangeList Copy(PredecessorChangeList list) => PredecessorChangeList.Parse(list.ToArray())!;
}
