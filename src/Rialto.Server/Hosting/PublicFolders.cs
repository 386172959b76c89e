using Rialto.Directory;
using Rialto.Store;

namespace Rialto.Server.Hosting;

/// <summary>The organisation's public folders: made by themselves once there is a domain for their address.</summary>
internal static class PublicFolders
{
    /// <summary>The name that commands call them by, and their alias unless somebody has it.</summary>
    public const string Alias = "public";

    /// <summary>The public store, made where it is missing; null while there is no domain.</summary>
    public static async Task<PublicStore?> EnsureAsync(RialtoServices services, CancellationToken cancel)
    {
        var directory = services.Directory.Current;
        if (directory is not { Organisation: { } organisation, DefaultDomain: { } domain })
            return null;
        if (directory.PublicStore is not { } store)
        {
            var alias = directory.FindByAlias(Alias) is null && directory.FindByAddress($"{Alias}@{domain.Name}") is null ? Alias : $"{Alias}-{Guid.NewGuid():N}"[..16];
            store = await services.Directory.AddAsync(
                new PublicStore { Alias = alias, PrimaryAddress = $"{alias}@{domain.Name}", DisplayName = "Public Folders", HiddenFromAddressLists = true }, null, cancel);
        }
        // Nothing happens where it is there already.
        await services.Engine.CreatePublicStoreAsync(store.MailboxGuid, SpecialFolders.SiteNames(LegacyDn.Base(organisation.Name)), cancel);
        return store;
    }
}
