// [MS-OXCROPS] 2.2.14.2 wire; [MS-OXCNOTIF] 2.2.1.4.1.2 NotificationData.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Sent by the server alone: something happened that the client asked to hear of.</summary>
public static class RopNotify
{
    /// <summary>Event types (low 12 bits) and what comes with them (high 4 bits).</summary>
    [Flags]
    public enum NotificationFlags : ushort
    {
        NewMail = 0x0002,
        ObjectCreated = 0x0004,
        ObjectDeleted = 0x0008,
        ObjectModified = 0x0010,
        ObjectMoved = 0x0020,
        ObjectCopied = 0x0040,
        SearchCompleted = 0x0080,
        TableModified = 0x0100,
        Extended = 0x0400,
        TypeMask = 0x0FFF,
        TotalCount = 0x1000,
        UnreadCount = 0x2000,
        SearchFolder = 0x4000,
        Message = 0x8000,
    }

    public enum TableEvent : ushort
    {
        TableChanged = 0x0001,
        TableRowAdded = 0x0003,
        TableRowDeleted = 0x0004,
        TableRowModified = 0x0005,
        TableRestrictionChanged = 0x0007,
    }

    /// <summary>Two notifications that tell the same are equal, so that one of them is enough.</summary>
    public record struct Response : IWireStructure<Response>
    {
        public uint NotificationHandle;
        public byte LogonId;
        public NotificationFlags Flags;
        public TableEvent TableEventType;
        public ulong TableRowFolderId;
        public ulong TableRowMessageId;
        public uint TableRowInstance;
        public ulong InsertAfterTableRowFolderId;
        public ulong InsertAfterTableRowId;
        public uint InsertAfterTableRowInstance;
        public byte[]? TableRowData;
        public ulong FolderId;
        public ulong MessageId;
        public ulong ParentFolderId;
        public ulong OldFolderId;
        public ulong OldMessageId;
        public ulong OldParentFolderId;
        public PropertyTag[]? Tags;
        public uint TotalMessageCount;
        public uint UnreadMessageCount;
        public uint MessageFlags;
        public bool UnicodeFlag;
        public string? MessageClass;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.NotificationHandle);
            io.U8(ref value.LogonId);
            io.Enum(ref value.Flags, "NotificationFlags");
            var type = value.Flags & NotificationFlags.TypeMask;
            var isMessage = (value.Flags & NotificationFlags.Message) != 0;
            if (type == NotificationFlags.TableModified)
                TableFields(ref io, ref value, isMessage);
            else if (type != NotificationFlags.Extended)
                ObjectFields(ref io, ref value, type, isMessage);
        }

        private static void TableFields<TIo>(ref TIo io, scoped ref Response value, bool isMessage)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.TableEventType);
            var hasRow = value.TableEventType is TableEvent.TableRowAdded or TableEvent.TableRowModified;
            if (!hasRow && value.TableEventType != TableEvent.TableRowDeleted)
                return;
            io.U64(ref value.TableRowFolderId);
            if (isMessage)
            {
                io.U64(ref value.TableRowMessageId);
                io.U32(ref value.TableRowInstance);
            }
            if (!hasRow)
                return;
            io.U64(ref value.InsertAfterTableRowFolderId);
            if (isMessage)
            {
                io.U64(ref value.InsertAfterTableRowId);
                io.U32(ref value.InsertAfterTableRowInstance);
            }
            value.TableRowData ??= [];
            io.Bytes(ref value.TableRowData, CountWidth.UInt16);
        }

        private static void ObjectFields<TIo>(ref TIo io, scoped ref Response value, NotificationFlags type, bool isMessage)
            where TIo : struct, IWireIo, allows ref struct
        {
            var isSearchFolder = (value.Flags & NotificationFlags.SearchFolder) != 0;
            var isMoveOrCopy = type is NotificationFlags.ObjectMoved or NotificationFlags.ObjectCopied;
            io.U64(ref value.FolderId);
            if (isMessage)
                io.U64(ref value.MessageId);
            // A folder's event names its parent; a message's does so in a search folder only.
            if ((isMoveOrCopy || type is NotificationFlags.ObjectCreated or NotificationFlags.ObjectDeleted) && isMessage == isSearchFolder)
                io.U64(ref value.ParentFolderId);
            if (isMoveOrCopy)
            {
                io.U64(ref value.OldFolderId);
                if (isMessage)
                    io.U64(ref value.OldMessageId);
                else
                    io.U64(ref value.OldParentFolderId);
            }
            if (type is NotificationFlags.ObjectCreated or NotificationFlags.ObjectModified)
                TagFields(ref io, ref value);
            if ((value.Flags & NotificationFlags.TotalCount) != 0)
                io.U32(ref value.TotalMessageCount);
            if ((value.Flags & NotificationFlags.UnreadCount) != 0)
                io.U32(ref value.UnreadMessageCount);
            if (type == NotificationFlags.NewMail)
            {
                io.U32(ref value.MessageFlags);
                io.Bool(ref value.UnicodeFlag);
                var text = value.MessageClass ?? "";
                RopText.Text(ref io, ref text, value.UnicodeFlag, ValueForm.Rop);
                value.MessageClass = text;
            }
        }

        private static void TagFields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            // 0xFFFF says that any property may have changed, and has no tags.
            var count = (ushort)(value.Tags?.Length ?? 0);
            io.U16(ref count, "TagCount");
            value.Tags ??= [];
            if (count is not (0 or 0xFFFF))
                io.NumbersOf(ref value.Tags, count);
        }
    }
}
