// [MS-OXCMAPIHTTP] 2.2.5.11 wire; [MS-OXNSPI] 3.1.4.1.14 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Changes properties of an object: one's own details, or anybody's for an administrator.</summary>
internal static class NspiModProps
{
    public static async ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        if (NspiRowReader.IsUnicode(stat.CodePage))
            return new Response { ErrorCode = ErrorCode.NotSupported };
        if (request.PropertyTags is not { } removed || call.Book.Find(stat.CurrentRec) is not { } recipient)
            return new Response { ErrorCode = ErrorCode.InvalidParameter };
        // Contacts, dynamic groups and public folders are an administrator's alone to keep. Constraint 7.
        if (DisplayTypes.Of(recipient) is not (DisplayType.MailUser or DisplayType.DistributionList) && !call.Viewer.IsAdministrator)
            return new Response { ErrorCode = ErrorCode.InvalidObject };
        return new Response { ErrorCode = await ApplyAsync(call, recipient, removed, request.PropertyValues ?? []) };
    }

    /// <summary>2.2.5.11.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;

        /// <summary>Properties to take all values from.</summary>
        public PropertyTag[]? PropertyTags;

        /// <summary>Properties with their new values.</summary>
        public PropertyValue[]? PropertyValues;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Tags(ref io, ref value.PropertyTags, "PropertyTags");
            NspiFields.Values(ref io, ref value.PropertyValues, value.State?.CodePage ?? 0, "PropertyValues");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.11.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct => io.Enum(ref value.ErrorCode);
    }

    private static async ValueTask<ErrorCode> ApplyAsync(NspiCall call, Recipient recipient, PropertyTag[] removed, PropertyValue[] values)
    {
        if (Changed(call, recipient, removed, values, out var error) is not { } wanted)
            return error;
        var photo = Blob(AddressBookBlob.Photo, recipient.PhotoHash, removed, values, out var newPhoto);
        var certificates = Blob(AddressBookBlob.Certificates, recipient.CertificatesHash, removed, values, out var newCertificates);
        // Nothing to do is no trespass.
        if (wanted == recipient && !photo && !certificates)
            return ErrorCode.Success;
        if (!MayChange(call, recipient))
            return ErrorCode.AccessDenied;
        try
        {
            if (wanted != recipient)
                await call.Directory.UpdateAsync<Recipient>(recipient.Id, stored => Changed(call, stored, removed, values, out _) ?? stored, call.Cancel);
            if (photo)
                await call.Directory.SetPhotoAsync(recipient.Id, newPhoto.Reference as byte[], call.Cancel);
            if (certificates)
                await call.Directory.SetCertificatesAsync(recipient.Id, newCertificates.AsArray<byte[]>(), call.Cancel);
            return ErrorCode.Success;
        }
        catch (DirectoryException)
        {
            return ErrorCode.AccessDenied;
        }
    }

    private static bool MayChange(NspiCall call, Recipient recipient) =>
        call.Viewer.IsAdministrator || recipient.Id == call.Viewer.Id || recipient is Group group && call.Book.Directory.Includes(group.Owners, call.Viewer);

    /// <summary>The object as it would be; null and why where something cannot be changed.</summary>
    private static Recipient? Changed(NspiCall call, Recipient recipient, PropertyTag[] removed, PropertyValue[] values, out ErrorCode error)
    {
        error = ErrorCode.Success;
        var wanted = recipient;
        foreach (var value in removed.Select(static t => (Tag: t, Value: default(PropertyValue))).Concat(values.Select(static v => (v.Tag, Value: v))))
        {
            var property = PropertyMap.Find(value.Tag.Id);
            if (property is { Blob: not AddressBookBlob.None })
                continue;
            var next = property?.Set?.Invoke(wanted, value.Value);
            // Removed here, and perhaps given anew further on: a name cannot be empty in between.
            if (next is null && value.Value.IsAbsent && Array.Exists(values, v => v.Tag.Id == value.Tag.Id))
                continue;
            if (next is null || next != wanted && property!.IsAdministrators && !call.Viewer.IsAdministrator)
            {
                error = ErrorCode.AccessDenied;
                return null;
            }
            wanted = next;
        }
        return wanted;
    }

    /// <summary>Whether a stored value changes, and what to.</summary>
    private static bool Blob(AddressBookBlob blob, string? hash, PropertyTag[] removed, PropertyValue[] values, out PropertyValue value)
    {
        value = Array.FindLast(values, v => PropertyMap.Find(v.Tag.Id)?.Blob == blob && v.Reference is byte[] { Length: > 0 } or byte[][] { Length: > 0 });
        return !value.IsAbsent || hash is not null && (removed.Any(t => PropertyMap.Find(t.Id)?.Blob == blob) || values.Any(v => PropertyMap.Find(v.Tag.Id)?.Blob == blob));
    }
}
