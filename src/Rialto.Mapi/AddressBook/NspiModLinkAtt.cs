// [MS-OXCMAPIHTTP] 2.2.5.10 wire; [MS-OXNSPI] 3.1.4.1.15 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Adds to or takes from who belongs to an object: members of a group, for its owners; delegates, for whose mailbox it is.</summary>
internal static class NspiModLinkAtt
{
    public static async ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        if (PropertyMap.Find(request.PropertyTag.Id) is not { Links: not null } property)
            return new Response { ErrorCode = ErrorCode.NotFound };
        if (call.Book.Find(request.MinimalId) is not { } recipient)
            return new Response { ErrorCode = ErrorCode.InvalidParameter };
        if (!property.IsWritableLink)
            return new Response { ErrorCode = ErrorCode.AccessDenied };
        // A dynamic group has the members that its filter says; delegates are a mailbox's.
        var fits = property.Tag.Id == PropertyIds.AddressBookMember ? recipient is Group { IsDynamic: false } : recipient is MailboxRecipient;
        if (!fits)
            return new Response { ErrorCode = ErrorCode.AccessDenied };
        var mayChange = call.Viewer.IsAdministrator || recipient.Id == call.Viewer.Id || recipient is Group group && call.Book.Directory.Includes(group.Owners, call.Viewer);
        var ids = new List<Guid>();
        var isDelete = (request.Flags & NspiFlags.Delete) != 0;
        foreach (var bytes in request.EntryIds ?? [])
        {
            if (call.Book.Find(AddressBookEntryIds.NumberOf(bytes, call.Book)) is { } linked)
                ids.Add(linked.Id);
            else if (!isDelete)
                mayChange = false;
        }
        return new Response { ErrorCode = mayChange ? await ApplyAsync(call, recipient, ids, isDelete) : ErrorCode.AccessDenied };
    }

    /// <summary>2.2.5.10.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public PropertyTag PropertyTag;
        public uint MinimalId;

        /// <summary>Permanent or ephemeral ones.</summary>
        public byte[][]? EntryIds;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            PropertyValueCodec.Tag(ref io, ref value.PropertyTag);
            io.U32(ref value.MinimalId);
            EntryIdArray.Fields(ref io, ref value.EntryIds);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.10.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct => io.Enum(ref value.ErrorCode);
    }

    private static async ValueTask<ErrorCode> ApplyAsync(NspiCall call, Recipient recipient, List<Guid> ids, bool isDelete)
    {
        try
        {
            await call.Directory.UpdateAsync<Recipient>(recipient.Id, stored => stored switch
            {
                Group group when isDelete => Unless(group, group.Members.Any(ids.Contains), g => g with { Members = g.Members.RemoveAll(ids.Contains) }),
                Group group => Unless(group, ids.Exists(id => !group.Members.Contains(id)), g => g with { Members = [.. g.Members, .. ids.Distinct().Except(g.Members)] }),
                MailboxRecipient mailbox when isDelete => Unless(mailbox, mailbox.SendOnBehalf.Any(ids.Contains), m => m with { SendOnBehalf = m.SendOnBehalf.RemoveAll(ids.Contains) }),
                MailboxRecipient mailbox => Unless(mailbox, ids.Exists(id => !mailbox.SendOnBehalf.Contains(id)), m => m with { SendOnBehalf = [.. m.SendOnBehalf, .. ids.Distinct().Except(m.SendOnBehalf)] }),
                _ => stored,
            }, call.Cancel);
            return ErrorCode.Success;
        }
        catch (DirectoryException)
        {
            return ErrorCode.AccessDenied;
        }
    }

    /// <summary>The changed object, or the same where nothing changes: then nothing is stored.</summary>
    private static T Unless<T>(T value, bool changes, Func<T, T> change) => changes ? change(value) : value;
}
