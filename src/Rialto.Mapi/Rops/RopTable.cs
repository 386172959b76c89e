// [MS-OXCROPS] 2.2.2: the operations that clients may send. Reserved ids have no row: one of them fails the whole Execute.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Every operation, one row each; a row without work answers NotImplemented in its own failure form.</summary>
public static class RopTable
{
    private static readonly RopDefinition[] s_rows =
    [
        new SilentRopDefinition<RopRelease.Request>(RopId.Release, RopRelease.ExecuteAsync),
        Row<RopOpenFolder.Request, RopOpenFolder.Response>(RopId.OpenFolder, RopOpenFolder.ExecuteAsync),
        Row<RopOpenMessage.Request, RopOpenMessage.Response>(RopId.OpenMessage, RopOpenMessage.ExecuteAsync),
        Row<RopGetHierarchyTable.Request, RopGetHierarchyTable.Response>(RopId.GetHierarchyTable, RopGetHierarchyTable.ExecuteAsync),
        Row<RopGetContentsTable.Request, RopGetContentsTable.Response>(RopId.GetContentsTable, RopGetContentsTable.ExecuteAsync),
        Row<RopCreateMessage.Request, RopCreateMessage.Response>(RopId.CreateMessage, RopCreateMessage.ExecuteAsync),
        Row<RopGetPropertiesSpecific.Request, RopGetPropertiesSpecific.Response>(RopId.GetPropertiesSpecific, RopGetPropertiesSpecific.ExecuteAsync),
        Row<RopGetPropertiesAll.Request, RopGetPropertiesAll.Response>(RopId.GetPropertiesAll, RopGetPropertiesAll.ExecuteAsync),
        Row<RopGetPropertiesList.Request, RopGetPropertiesList.Response>(RopId.GetPropertiesList, RopGetPropertiesList.ExecuteAsync),
        Row<RopSetProperties.Request, ProblemsResponse>(RopId.SetProperties, RopSetProperties.ExecuteAsync),
        Row<RopDeleteProperties.Request, ProblemsResponse>(RopId.DeleteProperties, RopDeleteProperties.ExecuteAsync),
        Row<RopSaveChangesMessage.Request, RopSaveChangesMessage.Response>(RopId.SaveChangesMessage, RopSaveChangesMessage.ExecuteAsync),
        Row<RopRemoveAllRecipients.Request, PlainResponse>(RopId.RemoveAllRecipients, RopRemoveAllRecipients.ExecuteAsync),
        Row<RopModifyRecipients.Request, PlainResponse>(RopId.ModifyRecipients, RopModifyRecipients.ExecuteAsync),
        Row<RopReadRecipients.Request, RopReadRecipients.Response>(RopId.ReadRecipients, RopReadRecipients.ExecuteAsync),
        Row<RopReloadCachedInformation.Request, RopReloadCachedInformation.Response>(RopId.ReloadCachedInformation, RopReloadCachedInformation.ExecuteAsync),
        Row<RopSetMessageReadFlag.Request, RopSetMessageReadFlag.Response>(RopId.SetMessageReadFlag, RopSetMessageReadFlag.ExecuteAsync),
        Row<RopSetColumns.Request, RopSetColumns.Response>(RopId.SetColumns, RopSetColumns.ExecuteAsync),
        Row<RopSortTable.Request, RopSortTable.Response>(RopId.SortTable, RopSortTable.ExecuteAsync),
        Row<RopRestrict.Request, RopRestrict.Response>(RopId.Restrict, RopRestrict.ExecuteAsync),
        Row<RopQueryRows.Request, RopQueryRows.Response>(RopId.QueryRows, RopQueryRows.ExecuteAsync),
        Row<RopGetStatus.Request, RopGetStatus.Response>(RopId.GetStatus),
        Row<RopQueryPosition.Request, RopQueryPosition.Response>(RopId.QueryPosition, RopQueryPosition.ExecuteAsync),
        Row<RopSeekRow.Request, RopSeekRow.Response>(RopId.SeekRow, RopSeekRow.ExecuteAsync),
        Row<RopSeekRowBookmark.Request, RopSeekRowBookmark.Response>(RopId.SeekRowBookmark, RopSeekRowBookmark.ExecuteAsync),
        Row<RopSeekRowFractional.Request, PlainResponse>(RopId.SeekRowFractional, RopSeekRowFractional.ExecuteAsync),
        Row<RopCreateBookmark.Request, RopCreateBookmark.Response>(RopId.CreateBookmark, RopCreateBookmark.ExecuteAsync),
        Row<RopCreateFolder.Request, RopCreateFolder.Response>(RopId.CreateFolder, RopCreateFolder.ExecuteAsync),
        Row<RopDeleteFolder.Request, PartialResponse>(RopId.DeleteFolder, RopDeleteFolder.ExecuteAsync),
        Row<RopDeleteMessages.Request, PartialResponse>(RopId.DeleteMessages, RopDeleteMessages.ExecuteAsync),
        Row<RopGetMessageStatus.Request, RopGetMessageStatus.Response>(RopId.GetMessageStatus, RopGetMessageStatus.ExecuteAsync),
        Row<RopSetMessageStatus.Request, RopSetMessageStatus.Response>(RopId.SetMessageStatus, RopSetMessageStatus.ExecuteAsync),
        Row<RopGetAttachmentTable.Request, PlainResponse>(RopId.GetAttachmentTable, RopGetAttachmentTable.ExecuteAsync),
        Row<RopOpenAttachment.Request, PlainResponse>(RopId.OpenAttachment, RopOpenAttachment.ExecuteAsync),
        Row<RopCreateAttachment.Request, RopCreateAttachment.Response>(RopId.CreateAttachment, RopCreateAttachment.ExecuteAsync),
        Row<RopDeleteAttachment.Request, PlainResponse>(RopId.DeleteAttachment, RopDeleteAttachment.ExecuteAsync),
        Row<RopSaveChangesAttachment.Request, PlainResponse>(RopId.SaveChangesAttachment, RopSaveChangesAttachment.ExecuteAsync),
        Row<RopSetReceiveFolder.Request, PlainResponse>(RopId.SetReceiveFolder, RopSetReceiveFolder.ExecuteAsync),
        Row<RopGetReceiveFolder.Request, RopGetReceiveFolder.Response>(RopId.GetReceiveFolder, RopGetReceiveFolder.ExecuteAsync),
        Row<RopRegisterNotification.Request, PlainResponse>(RopId.RegisterNotification, RopRegisterNotification.ExecuteAsync),
        Row<RopOpenStream.Request, RopOpenStream.Response>(RopId.OpenStream, RopOpenStream.ExecuteAsync),
        Row<RopReadStream.Request, RopReadStream.Response>(RopId.ReadStream, RopReadStream.ExecuteAsync),
        Row<RopWriteStream.Request, RopWriteStream.Response>(RopId.WriteStream, RopWriteStream.ExecuteAsync),
        Row<RopSeekStream.Request, RopSeekStream.Response>(RopId.SeekStream, RopSeekStream.ExecuteAsync),
        Row<RopSetStreamSize.Request, PlainResponse>(RopId.SetStreamSize, RopSetStreamSize.ExecuteAsync),
        Row<RopSetSearchCriteria.Request, PlainResponse>(RopId.SetSearchCriteria, RopSetSearchCriteria.ExecuteAsync),
        Row<RopGetSearchCriteria.Request, RopGetSearchCriteria.Response>(RopId.GetSearchCriteria, RopGetSearchCriteria.ExecuteAsync),
        Row<RopSubmitMessage.Request, PlainResponse>(RopId.SubmitMessage, RopSubmitMessage.ExecuteAsync),
        Row<RopMoveCopyMessages.Request, DestinationPartialResponse>(RopId.MoveCopyMessages, RopMoveCopyMessages.ExecuteAsync),
        Row<RopAbortSubmit.Request, PlainResponse>(RopId.AbortSubmit, RopAbortSubmit.ExecuteAsync),
        Row<RopMoveFolder.Request, DestinationPartialResponse>(RopId.MoveFolder, RopMoveFolder.ExecuteAsync),
        Row<RopCopyFolder.Request, DestinationPartialResponse>(RopId.CopyFolder, RopCopyFolder.ExecuteAsync),
        Row<RopQueryColumnsAll.Request, RopQueryColumnsAll.Response>(RopId.QueryColumnsAll, RopQueryColumnsAll.ExecuteAsync),
        Row<RopAbort.Request, RopAbort.Response>(RopId.Abort),
        Row<RopCopyTo.Request, DestinationProblemsResponse>(RopId.CopyTo, RopCopyTo.ExecuteAsync),
        Row<RopCopyToStream.Request, RopCopyToStream.Response>(RopId.CopyToStream, RopCopyToStream.ExecuteAsync),
        Row<RopCloneStream.Request, PlainResponse>(RopId.CloneStream, RopCloneStream.ExecuteAsync),
        Row<RopGetPermissionsTable.Request, PlainResponse>(RopId.GetPermissionsTable, RopGetPermissionsTable.ExecuteAsync),
        Row<RopGetRulesTable.Request, PlainResponse>(RopId.GetRulesTable, RopGetRulesTable.ExecuteAsync),
        Row<RopModifyPermissions.Request, PlainResponse>(RopId.ModifyPermissions, RopModifyPermissions.ExecuteAsync),
        Row<RopModifyRules.Request, PlainResponse>(RopId.ModifyRules, RopModifyRules.ExecuteAsync),
        Row<RopGetOwningServers.Request, RopGetOwningServers.Response>(RopId.GetOwningServers, RopGetOwningServers.ExecuteAsync),
        Row<RopLongTermIdFromId.Request, RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, RopLongTermIdFromId.ExecuteAsync),
        Row<RopIdFromLongTermId.Request, RopIdFromLongTermId.Response>(RopId.IdFromLongTermId, RopIdFromLongTermId.ExecuteAsync),
        Row<RopPublicFolderIsGhosted.Request, RopPublicFolderIsGhosted.Response>(RopId.PublicFolderIsGhosted, RopPublicFolderIsGhosted.ExecuteAsync),
        Row<RopOpenEmbeddedMessage.Request, RopOpenEmbeddedMessage.Response>(RopId.OpenEmbeddedMessage, RopOpenEmbeddedMessage.ExecuteAsync),
        Row<RopSetSpooler.Request, PlainResponse>(RopId.SetSpooler, RopSetSpooler.ExecuteAsync),
        Row<RopSpoolerLockMessage.Request, PlainResponse>(RopId.SpoolerLockMessage, RopSpoolerLockMessage.ExecuteAsync),
        Row<RopGetAddressTypes.Request, RopGetAddressTypes.Response>(RopId.GetAddressTypes, RopGetAddressTypes.ExecuteAsync),
        Row<RopTransportSend.Request, RopTransportSend.Response>(RopId.TransportSend, RopTransportSend.ExecuteAsync),
        Row<RopFastTransferSourceCopyMessages.Request, PlainResponse>(RopId.FastTransferSourceCopyMessages, RopFastTransferSourceCopyMessages.ExecuteAsync),
        Row<RopFastTransferSourceCopyFolder.Request, PlainResponse>(RopId.FastTransferSourceCopyFolder, RopFastTransferSourceCopyFolder.ExecuteAsync),
        Row<RopFastTransferSourceCopyTo.Request, PlainResponse>(RopId.FastTransferSourceCopyTo, RopFastTransferSourceCopyTo.ExecuteAsync),
        Row<RopFastTransferSourceGetBuffer.Request, RopFastTransferSourceGetBuffer.Response>(RopId.FastTransferSourceGetBuffer, RopFastTransferSourceGetBuffer.ExecuteAsync),
        Row<RopFindRow.Request, RopFindRow.Response>(RopId.FindRow, RopFindRow.ExecuteAsync),
        Row<RopProgress.Request, RopProgress.Response>(RopId.Progress, RopProgress.ExecuteAsync),
        Row<RopTransportNewMail.Request, PlainResponse>(RopId.TransportNewMail, RopTransportNewMail.ExecuteAsync),
        Row<RopGetValidAttachments.Request, RopGetValidAttachments.Response>(RopId.GetValidAttachments, RopGetValidAttachments.ExecuteAsync),
        Row<RopFastTransferDestinationConfigure.Request, PlainResponse>(RopId.FastTransferDestinationConfigure, RopFastTransferDestinationConfigure.ExecuteAsync),
        Row<RopFastTransferDestinationPutBuffer.Request, RopFastTransferDestinationPutBuffer.Response>(RopId.FastTransferDestinationPutBuffer, RopFastTransferDestinationPutBuffer.ExecuteAsync),
        Row<RopGetNamesFromPropertyIds.Request, RopGetNamesFromPropertyIds.Response>(RopId.GetNamesFromPropertyIds, RopGetNamesFromPropertyIds.ExecuteAsync),
        Row<RopGetPropertyIdsFromNames.Request, RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, RopGetPropertyIdsFromNames.ExecuteAsync),
        Row<RopUpdateDeferredActionMessages.Request, PlainResponse>(RopId.UpdateDeferredActionMessages, RopUpdateDeferredActionMessages.ExecuteAsync),
        Row<RopEmptyFolder.Request, PartialResponse>(RopId.EmptyFolder, RopEmptyFolder.ExecuteAsync),
        Row<RopExpandRow.Request, RopExpandRow.Response>(RopId.ExpandRow, RopExpandRow.ExecuteAsync),
        Row<RopCollapseRow.Request, RopCollapseRow.Response>(RopId.CollapseRow, RopCollapseRow.ExecuteAsync),
        Row<RopLockRegionStream.Request, PlainResponse>(RopId.LockRegionStream, RopLockRegionStream.ExecuteAsync),
        Row<RopUnlockRegionStream.Request, PlainResponse>(RopId.UnlockRegionStream, RopUnlockRegionStream.ExecuteAsync),
        Row<RopCommitStream.Request, PlainResponse>(RopId.CommitStream, RopCommitStream.ExecuteAsync),
        Row<RopGetStreamSize.Request, RopGetStreamSize.Response>(RopId.GetStreamSize, RopGetStreamSize.ExecuteAsync),
        Row<RopQueryNamedProperties.Request, RopQueryNamedProperties.Response>(RopId.QueryNamedProperties, RopQueryNamedProperties.ExecuteAsync),
        Row<RopGetPerUserLongTermIds.Request, RopGetPerUserLongTermIds.Response>(RopId.GetPerUserLongTermIds, RopGetPerUserLongTermIds.ExecuteAsync),
        Row<RopGetPerUserGuid.Request, RopGetPerUserGuid.Response>(RopId.GetPerUserGuid, RopGetPerUserGuid.ExecuteAsync),
        Row<RopReadPerUserInformation.Request, RopReadPerUserInformation.Response>(RopId.ReadPerUserInformation, RopReadPerUserInformation.ExecuteAsync),
        Row<RopWritePerUserInformation.Request, PlainResponse>(RopId.WritePerUserInformation, RopWritePerUserInformation.ExecuteAsync),
        Row<RopSetReadFlags.Request, PartialResponse>(RopId.SetReadFlags, RopSetReadFlags.ExecuteAsync),
        Row<RopCopyProperties.Request, DestinationProblemsResponse>(RopId.CopyProperties, RopCopyProperties.ExecuteAsync),
        Row<RopGetReceiveFolderTable.Request, RopGetReceiveFolderTable.Response>(RopId.GetReceiveFolderTable, RopGetReceiveFolderTable.ExecuteAsync),
        Row<RopFastTransferSourceCopyProperties.Request, PlainResponse>(RopId.FastTransferSourceCopyProperties, RopFastTransferSourceCopyProperties.ExecuteAsync),
        Row<RopGetCollapseState.Request, RopGetCollapseState.Response>(RopId.GetCollapseState, RopGetCollapseState.ExecuteAsync),
        Row<RopSetCollapseState.Request, RopSetCollapseState.Response>(RopId.SetCollapseState, RopSetCollapseState.ExecuteAsync),
        Row<RopGetTransportFolder.Request, RopGetTransportFolder.Response>(RopId.GetTransportFolder, RopGetTransportFolder.ExecuteAsync),
        Row<RopOptionsData.Request, RopOptionsData.Response>(RopId.OptionsData, RopOptionsData.ExecuteAsync),
        Row<RopSynchronizationConfigure.Request, PlainResponse>(RopId.SynchronizationConfigure, RopSynchronizationConfigure.ExecuteAsync),
        Row<RopSynchronizationImportMessageChange.Request, RopSynchronizationImportMessageChange.Response>(RopId.SynchronizationImportMessageChange, RopSynchronizationImportMessageChange.ExecuteAsync),
        Row<RopSynchronizationImportHierarchyChange.Request, RopSynchronizationImportHierarchyChange.Response>(RopId.SynchronizationImportHierarchyChange, RopSynchronizationImportHierarchyChange.ExecuteAsync),
        Row<RopSynchronizationImportDeletes.Request, PlainResponse>(RopId.SynchronizationImportDeletes, RopSynchronizationImportDeletes.ExecuteAsync),
        Row<RopSynchronizationUploadStateStreamBegin.Request, PlainResponse>(RopId.SynchronizationUploadStateStreamBegin, RopSynchronizationUploadStateStreamBegin.ExecuteAsync),
        Row<RopSynchronizationUploadStateStreamContinue.Request, PlainResponse>(RopId.SynchronizationUploadStateStreamContinue, RopSynchronizationUploadStateStreamContinue.ExecuteAsync),
        Row<RopSynchronizationUploadStateStreamEnd.Request, PlainResponse>(RopId.SynchronizationUploadStateStreamEnd, RopSynchronizationUploadStateStreamEnd.ExecuteAsync),
        Row<RopSynchronizationImportMessageMove.Request, RopSynchronizationImportMessageMove.Response>(RopId.SynchronizationImportMessageMove, RopSynchronizationImportMessageMove.ExecuteAsync),
        Row<RopSetPropertiesNoReplicate.Request, ProblemsResponse>(RopId.SetPropertiesNoReplicate, RopSetPropertiesNoReplicate.ExecuteAsync),
        Row<RopDeletePropertiesNoReplicate.Request, ProblemsResponse>(RopId.DeletePropertiesNoReplicate, RopDeletePropertiesNoReplicate.ExecuteAsync),
        Row<RopGetStoreState.Request, RopGetStoreState.Response>(RopId.GetStoreState, RopGetStoreState.ExecuteAsync),
        Row<RopSynchronizationOpenCollector.Request, PlainResponse>(RopId.SynchronizationOpenCollector, RopSynchronizationOpenCollector.ExecuteAsync),
        Row<RopGetLocalReplicaIds.Request, RopGetLocalReplicaIds.Response>(RopId.GetLocalReplicaIds, RopGetLocalReplicaIds.ExecuteAsync),
        Row<RopSynchronizationImportReadStateChanges.Request, PlainResponse>(RopId.SynchronizationImportReadStateChanges, RopSynchronizationImportReadStateChanges.ExecuteAsync),
        Row<RopResetTable.Request, PlainResponse>(RopId.ResetTable, RopResetTable.ExecuteAsync),
        Row<RopSynchronizationGetTransferState.Request, PlainResponse>(RopId.SynchronizationGetTransferState, RopSynchronizationGetTransferState.ExecuteAsync),
        Row<RopTellVersion.Request, PlainResponse>(RopId.TellVersion, RopTellVersion.ExecuteAsync),
        Row<RopFreeBookmark.Request, PlainResponse>(RopId.FreeBookmark, RopFreeBookmark.ExecuteAsync),
        Row<RopWriteAndCommitStream.Request, RopWriteAndCommitStream.Response>(RopId.WriteAndCommitStream, RopWriteAndCommitStream.ExecuteAsync),
        Row<RopHardDeleteMessages.Request, PartialResponse>(RopId.HardDeleteMessages, RopHardDeleteMessages.ExecuteAsync),
        Row<RopHardDeleteMessagesAndSubfolders.Request, PartialResponse>(RopId.HardDeleteMessagesAndSubfolders, RopHardDeleteMessagesAndSubfolders.ExecuteAsync),
        Row<RopSetLocalReplicaMidsetDeleted.Request, PlainResponse>(RopId.SetLocalReplicaMidsetDeleted, RopSetLocalReplicaMidsetDeleted.ExecuteAsync),
        Row<RopFastTransferDestinationPutBufferExtended.Request, RopFastTransferDestinationPutBufferExtended.Response>(RopId.FastTransferDestinationPutBufferExtended, RopFastTransferDestinationPutBufferExtended.ExecuteAsync),
        Row<RopWriteStreamExtended.Request, RopWriteStreamExtended.Response>(RopId.WriteStreamExtended, RopWriteStreamExtended.ExecuteAsync),
        Row<RopLogon.Request, RopLogon.Response>(RopId.Logon, RopLogon.ExecuteAsync),
    ];

    private static readonly RopDefinition?[] s_byId = ById();

    /// <summary>All operations that have a request, in the order of their ids.</summary>
    public static IReadOnlyList<RopDefinition> Rows => s_rows;

    /// <summary>The operation, or null for an id that is reserved, unknown or never sent by clients.</summary>
    public static RopDefinition? Find(RopId id) => s_byId[(byte)id];

    private static RopDefinition<TRequest, TResponse> Row<TRequest, TResponse>(RopId id, RopWork<TRequest, TResponse>? work = null)
        where TRequest : RopRequest, IWireStructure<TRequest>, new()
        where TResponse : RopResponse, IWireStructure<TResponse>, new() => new(id, work);

    private static RopDefinition?[] ById()
    {
        var byId = new RopDefinition?[256];
        foreach (var row in s_rows)
            byId[(byte)row.Id] = row;
        return byId;
    }
}
