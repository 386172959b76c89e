using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Objects;

/// <summary>A mailbox opened by RopLogon. [MS-OXCSTOR] 3.2.1.</summary>
internal sealed class LogonObject(MapiService service, MailboxSession session, MailboxRecipient owner, byte logonId, ClientLocale locale) : PropertyObject(null)
{
    /// <summary>Where the properties that clients set on the store are kept.</summary>
    public static readonly ClientStateKey PropertiesKey = new("mapi", "store", "properties");

    private PropertyBag _stored = new(0);

    public MapiService Service { get; } = service;

    public MailboxSession Session { get; } = session;

    /// <summary>Whose mailbox it is.</summary>
    public MailboxRecipient Owner { get; } = owner;

    public byte LogonId { get; } = logonId;

    /// <summary>What every message that was delivered to the owner says of him. Made once; the same whoever makes it.</summary>
    public PropertyValue[]? ReceiverValues { get; set; }

    /// <summary>Per-user information of which only the beginning has come; null when there is none.</summary>
    public PerUserUpload? Upload { get; set; }

    /// <summary>What of its read state in public folders the client has fetched whole, and the size that it last asked for.</summary>
    public Dictionary<FolderId, (IdSet Read, ushort MaxDataSize)> PerUserRead { get; } = [];

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            foreach (var tag in StoreValues.Tags)
                yield return tag;
            foreach (var value in _stored)
            {
                if (!StoreValues.Tags.Any(t => t.Id == value.Tag.Id))
                    yield return value.Tag;
            }
        }
    }

    public override bool CanWrite => Session.IsOwner;

    public override PropertyValue Find(PropertyTag tag) =>
        _stored.TryGet(tag.Id, out var value) ? value : StoreValues.Find(this, Service, locale, tag);

    public override bool IsReadOnly(ushort id) => StoreValues.IsReadOnly(id);

    /// <summary>What no client sets since Exchange 2013, but may delete. [MS-OXCSTOR] 2.2.2.1.2.1, 2.2.2.1.2.2.</summary>
    public bool Refuses(ushort id) => !Service.Options.AnswersGivenUp && (id is PropertyIds.Comment or PropertyIds.DeleteAfterSubmit);

    public override async ValueTask LoadAsync(CancellationToken cancel)
    {
        if (await Session.ReadClientStateAsync(PropertiesKey, cancel) is { } bytes && PropertyBagCodec.TryRead(bytes.Span, out PropertyBag stored))
            _stored = stored;
        else
            _stored = new PropertyBag(0);
        if (!Session.Header.IsPublic)
            return;
        var book = SpecialFolders.IdOf(SpecialFolder.SiteOfflineAddressBook);
        AddressBookMessage = 0;
        if ((Session.RightsOn(book) & FolderRights.ReadAny) == 0 || !Session.Folders.TryGet(book, out var folder) || folder.Counters.Count == 0)
            return;
        var opened = await Session.OpenViewAsync(book, cancel);
        if (!opened.TryGet(out var view))
            return;
        using (view)
            AddressBookMessage = view.Current.Count > 0 ? view.Current[0].Mid : 0;
    }

    /// <summary>Counter of the first message of the site's offline address book; 0 where there is none. [MS-OXCSTOR] 2.2.2.2.2.</summary>
    public long AddressBookMessage { get; private set; }

    public override async ValueTask<ErrorCode> ChangeAsync(RopCall call, PropertyChanges changes)
    {
        var changed = MessageCopies.Of(_stored);
        bool? away = null;
        foreach (var (_, value) in changes.Set)
        {
            // The mailbox's own state, which rules and other protocols go by. [MS-OXORULE] 3.2.4.2.
            if (value.Tag.Id == PropertyIds.OutOfOfficeState)
                away = value.AsBoolean();
            else
                changed.Set(value);
        }
        foreach (var (_, tag) in changes.Delete)
            changed.Remove(tag.Id);
        var bytes = PropertyBagCodec.Write(changed);
        if (bytes.Length > call.Options.MaximumFolderPropertyBytes)
            return ErrorCode.TooBig;
        var error = away is { } now ? await OutOfOfficeHistory.SetOutOfOfficeAsync(Session, now, call.Cancel) : StoreError.None;
        if (error == StoreError.None)
            error = await Session.WriteClientStateAsync([(PropertiesKey, bytes)], call.Cancel);
        if (error == StoreError.None)
            _stored = changed;
        return RopCall.ErrorOf(error);
    }

    /// <summary>Whether the client spools messages itself, and may lock them. [MS-OXOMSG] 2.2.5.1.</summary>
    public bool IsSpooler { get; set; }

    public override void Dispose()
    {
        if (IsSpooler)
            Service.SpoolerLocks.Release(this);
        base.Dispose();
        Session.Dispose();
    }
}
