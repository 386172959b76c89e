// [MS-OXPFOAB] 2.2.1 properties of all messages, 2.2.2 full ones, 2.2.3 differential ones, 3.1 the folders.
//
//   OFFLINE ADDRESS BOOK
//     EX:/o=…/ou=…            the default book: clients are told this folder at log-on
//       OAB Version 4         a full message a list, and a differential one for each generation that is kept
//       OAB Version 3a        where they are wanted: a full message a list
//       OAB Version 2
//     NAME OF ANOTHER BOOK
//       OAB Version 4
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Oab.Build;
using Rialto.Oab.Legacy;
using Rialto.Oab.Wire;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Oab.PublicFolder;

/// <summary>Posts books to the public folder of offline address books, and takes the posts of earlier generations away.</summary>
public sealed partial class OabPosts(StoreEngine engine, DirectoryService directory, OabOptions options, TimeProvider time, ILogger<OabPosts> logger)
{
    public const string Version4 = "OAB Version 4";
    public const string Version3 = "OAB Version 3a";
    public const string Version2 = "OAB Version 2";

    private const int Full = 1;
    private const int Differential = 2;

    /// <summary>Language and code page that the lists are sorted in. [MS-OXPFOAB] 2.2.1.1, 2.2.1.2.</summary>
    private const int EnglishLocale = 0x0409;
    private const int WesternCodePage = 1252;

    /// <summary>Brings the folder to the book's generation. What fails is told and left for the next one: the files are downloaded by HTTP all the same.</summary>
    public async Task PostAsync(OabPublication publication, CancellationToken cancel)
    {
        if (!options.PublicFolder || directory.Current.PublicStore is not { } store)
            return;
        try
        {
            await PostAsync(store, publication, cancel);
        }
        catch (Exception e) when (e is StorageUnavailableException or IOException)
        {
            LogFailed(e);
        }
    }

    private async Task PostAsync(PublicStore store, OabPublication publication, CancellationToken cancel)
    {
        if (!(await engine.OpenAsync(store.MailboxGuid, Principal.System, cancel)).TryGet(out var session))
            return;
        using (session)
        {
            if (await FolderAsync(session, publication.Book, Version4, cancel) is not { } folder)
                return;
            var posts = await PostsAsync(session, folder, cancel);
            foreach (var (state, _) in publication.Results)
            {
                if (!await UpdateAsync(session, folder, publication.Published, state, posts, cancel))
                    return;
            }
            await DeleteAsync(session, folder, posts.Where(p => publication.Results.All(r => r.State.Id.ToString("D") != p.Container)), cancel);
            if (options.EarlierVersions)
                await PostEarlierAsync(session, publication, cancel);
        }
    }

    private async Task PostEarlierAsync(MailboxSession session, OabPublication publication, CancellationToken cancel)
    {
        foreach (var (name, version) in new[] { (Version2, LegacyVersion.Two), (Version3, LegacyVersion.Three) })
        {
            if (await FolderAsync(session, publication.Book, name, cancel) is not { } folder)
                return;
            var posts = await PostsAsync(session, folder, cancel);
            for (var i = 0; i < publication.Results.Count; i++)
            {
                var state = publication.Results[i].State;
                var container = state.Id.ToString("D");
                if (posts.Exists(p => p.Container == container && p.Sequence == state.Sequence))
                    continue;
                var entries = new List<LegacyEntry>();
                await foreach (var row in publication.Contents[i].Rows(cancel).WithCancellation(cancel))
                {
                    if (LegacyWriter.EntryOf(row) is { } entry)
                        entries.Add(entry);
                }
                // The format has no file without entries. [MS-OXOAB] 2.3.1.
                if (entries.Count > 0 && !await AppendAsync(session, folder, state, Full, state.Sequence, Earlier(entries, version, publication.Languages), cancel))
                    return;
            }
            await DeleteAsync(session, folder, posts.Where(p => !publication.Results.Any(r => r.State.Id.ToString("D") == p.Container && r.State.Sequence == p.Sequence)), cancel);
        }
    }

    /// <summary>[MS-OXPFOAB] 2.2.2.1.2: the attachments of versions 2 and 3a.</summary>
    private static IEnumerable<PropertyAttachment> Earlier(List<LegacyEntry> entries, LegacyVersion version, IReadOnlyList<OabLanguage> languages)
    {
        var files = LegacyWriter.Write(entries, version);
        yield return Attachment("browse2.oab", MsZipFile.Pack(files.Browse));
        yield return Attachment("rdndex2.oab", MsZipFile.Pack(files.RdnIndex));
        yield return Attachment("anrdex.oab", MsZipFile.Pack(files.AnrIndex));
        foreach (var language in languages)
        {
            yield return Attachment($"lng{language.Id.TrimStart('0')}.oab", MsZipFile.Pack(language.Windows));
            yield return Attachment($"mac{language.Id.TrimStart('0')}.oab", MsZipFile.Pack(language.Macintosh));
        }
    }

    private static async Task DeleteAsync(MailboxSession session, FolderId folder, IEnumerable<Post> posts, CancellationToken cancel)
    {
        var ids = posts.Select(p => p.Id).ToList();
        if (ids.Count > 0)
            await session.DeleteAsync(folder, ids, cancel);
    }

    private async Task<bool> UpdateAsync(MailboxSession session, FolderId folder, PublishedBook published, OabListState state, List<Post> posts, CancellationToken cancel)
    {
        var container = state.Id.ToString("D");
        var own = posts.Where(p => p.Container == container).ToList();
        if (!own.Exists(p => p.Class == Full && p.Sequence == state.Sequence))
        {
            List<(string Name, OabFile File)> files = [("data.oab", state.Full)];
            files.AddRange(state.Templates.Select(t => ((t.IsMacintosh ? "mac" : "lng") + t.LanguageId.TrimStart('0') + ".oab", t.File)));
            if (!await AppendAsync(session, folder, state, Full, state.Sequence, await AttachmentsAsync(published, files, cancel), cancel))
                return false;
        }
        foreach (var difference in state.Differences)
        {
            if (!own.Exists(p => p.Class == Differential && p.Sequence == difference.File.Sequence)
                && !await AppendAsync(session, folder, state, Differential, difference.File.Sequence, await AttachmentsAsync(published, [("binpatch.oab", difference.File)], cancel), cancel))
            {
                return false;
            }
        }
        // The new message stands before the old one goes: there is always one to be found.
        await DeleteAsync(session, folder, own.Where(p => p.Class == Full ? p.Sequence != state.Sequence : state.Differences.All(d => d.File.Sequence != p.Sequence)), cancel);
        return true;
    }

    private async Task<bool> AppendAsync(
        MailboxSession session, FolderId folder, OabListState state, int kind, int sequence, IEnumerable<PropertyAttachment> attachments, CancellationToken cancel)
    {
        var message = new PropertyMessage();
        foreach (var value in Properties(state, kind, sequence))
            message.Properties.Set(value);
        message.Attachments.AddRange(attachments);
        var appended = await session.AppendAsync(folder, await engine.PreparePropertiesAsync(message, cancel), AppendOptions.Default, cancel);
        if (!appended.Succeeded)
            LogNotPosted(state.Name, appended.Error);
        return appended.Succeeded;
    }

    private IEnumerable<PropertyValue> Properties(OabListState state, int kind, int sequence) =>
    [
        PropertyValue.Of(PropertyTags.MessageClass, "IPM.Post"),
        PropertyValue.Of(PropertyTags.Subject, state.Name.TrimStart('\\')),
        PropertyValue.Of(PropertyTags.MessageDeliveryTime, FileTime.From(time.GetUtcNow())),
        PropertyValue.Of(PropertyTags.MessageCodepage, WesternCodePage),
        PropertyValue.Of(PropertyTags.SortLocaleId, EnglishLocale),
        PropertyValue.Of(PropertyTags.OfflineAddressBookMessageClass, kind),
        PropertyValue.Of(PropertyTags.OfflineAddressBookName, state.Name),
        PropertyValue.Of(PropertyTags.OfflineAddressBookSequence, sequence),
        PropertyValue.Of(PropertyTags.OfflineAddressBookContainerGuid, state.Id.ToString("D")),
        PropertyValue.Of(PropertyTags.OfflineAddressBookDistinguishedName, state.Dn),
    ];

    /// <summary>Files as attachments. The store keeps a message's properties as one value, so they are held while it is written.</summary>
    private static async Task<List<PropertyAttachment>> AttachmentsAsync(PublishedBook published, IReadOnlyList<(string Name, OabFile File)> files, CancellationToken cancel)
    {
        var attachments = new List<PropertyAttachment>(files.Count);
        foreach (var (name, file) in files)
        {
            await using var stream = published.Open(file.Name)?.Stream ?? throw new FileNotFoundException("A file of the book is gone.", file.Name);
            var data = new byte[stream.Length];
            await stream.ReadExactlyAsync(data, cancel);
            attachments.Add(Attachment(name, data));
        }
        return attachments;
    }

    private static PropertyAttachment Attachment(string name, byte[] data)
    {
        const int ByValue = 1;
        var attachment = new PropertyAttachment();
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, ByValue));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachFilename, name));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachLongFilename, name));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, data));
        return attachment;
    }

    /// <summary>The folder of a book's messages, made where it is missing; null when it cannot be.</summary>
    private async Task<FolderId?> FolderAsync(MailboxSession session, OabBook book, string version, CancellationToken cancel)
    {
        var parent = SpecialFolders.IdOf(SpecialFolder.SiteOfflineAddressBook);
        if (!IsDefault(book))
        {
            if (await MakeAsync(session, SpecialFolders.IdOf(SpecialFolder.OfflineAddressBook), book.Name, cancel) is not { } own)
                return null;
            parent = own;
        }
        return await MakeAsync(session, parent, version, cancel);
    }

    /// <summary>Whether clients are told of the book.</summary>
    private bool IsDefault(OabBook book) =>
        options.Books.Count == 0 || book.Name.Equals(options.Books.Keys.FirstOrDefault(k => k.Equals(OabOptions.DefaultBook, StringComparison.OrdinalIgnoreCase)) ?? options.Books.Keys.First(), StringComparison.OrdinalIgnoreCase);

    private async Task<FolderId?> MakeAsync(MailboxSession session, FolderId parent, string name, CancellationToken cancel)
    {
        if (session.Folders.Child(parent, name) is { } there)
            return there.Id;
        var made = await session.CreateFolderAsync(parent, new NewFolder(name) { OpenExisting = true }, cancel);
        // Its permissions are its parent's: everybody reads, nobody writes. [MS-OXPFOAB] 3.1.
        if (made.TryGet(out var folder))
            return folder.Id;
        LogNotPosted(name, made.Error);
        return null;
    }

    private static async Task<List<Post>> PostsAsync(MailboxSession session, FolderId folder, CancellationToken cancel)
    {
        var posts = new List<Post>();
        if (!(await session.ListAsync(folder, static _ => true, cancel)).TryGet(out var entries))
            return posts;
        foreach (var entry in entries)
        {
            if (!(await session.OpenPropertiesAsync(folder, entry.Id, cancel)).TryGet(out var message))
                continue;
            var properties = message.Properties;
            posts.Add(new(
                entry.Id,
                properties.Get(PropertyTags.OfflineAddressBookContainerGuid).AsString(),
                properties.Get(PropertyTags.OfflineAddressBookMessageClass).AsInt32(),
                properties.Get(PropertyTags.OfflineAddressBookSequence).AsInt32()));
        }
        return posts;
    }

    private readonly record struct Post(MessageId Id, string Container, int Class, int Sequence);

    [LoggerMessage(621, LogLevel.Warning, "Offline address books could not be posted to the public folder; the next generation will be")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(620, LogLevel.Warning, "Offline address book {List} could not be posted to the public folder: {Error}")]
    private partial void LogNotPosted(string list, StoreError error);
}
