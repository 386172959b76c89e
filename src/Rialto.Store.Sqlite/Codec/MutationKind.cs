namespace Rialto.Store.Sqlite.Codec;

/// <summary>Numbers of the mutations in the commit log. On disk: add, never change.</summary>
internal enum MutationKind : byte
{
    InsertMessage = 1,
    ReplaceMessage = 2,
    SetMessageState = 3,
    RelocateMessage = 4,
    DeleteMessage = 5,
    PutFolder = 6,
    PutFolderCounters = 7,
    DeleteFolder = 8,
    AppendChange = 9,
    TrimChanges = 10,
    AddNamedProperty = 11,
    PutClientState = 12,
    PutReadSet = 13,
    PutSetting = 14,
    MarkDelivered = 15,
    TrimDelivered = 16,

    /// <summary>As SetMessageState, with the CN drawn by it.</summary>
    SetMessageMarks = 17,
    SetMessageStates = 18,
}
