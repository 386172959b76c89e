using System.Globalization;
using Rialto.Directory;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Records;

/// <summary>Writes messages and folders as they are kept: nothing is converted, so that nothing is lost, and little is to be done.</summary>
internal static class RecordWriter
{
    /// <summary>Values from this size on are referred to by the stream and must outlive the lease.</summary>
    private const int ReferredFrom = 16 * 1024;

    public static bool IsWanted(LogonObject logon, FxFilter filter) => filter.IsOnly && filter.Takes(RecordTags.Record.Id) && logon.Session.IsOwner && !logon.Session.Header.IsPublic;

    /// <summary>The message's own, behind its change header.</summary>
    public static async ValueTask WriteAsync(FxWriter writer, LogonObject logon, MessageRow row, CancellationToken cancel)
    {
        using (var lease = await logon.Session.OpenContentAsync(row, cancel))
        {
            writer.Binary(RecordTags.Content.Value, lease.Memory.Length < ReferredFrom ? lease.Memory : lease.Memory.ToArray());
            if (RuleRecord.IsRule(row) && RuleRecord.NamesOf(logon.Session, lease.Memory.Span) is { } names)
                writer.Binary(RecordTags.Names.Value, names);
        }
        writer.Integer32(RecordTags.State.Value, (int)row.State);
        if (row.Keywords.Count > 0)
            writer.Property(PropertyValue.OfArray(RecordTags.Keywords, row.Keywords.ToArray()));
        writer.Integer32(RecordTags.Status.Value, row.Status);
        if (row.Overlay is { } overlay)
            writer.Binary(RecordTags.Properties.Value, WithNames(logon.Session, overlay));
        writer.Property(PropertyValue.Of(RecordTags.Received, row.Received));
        writer.Property(PropertyValue.Of(RecordTags.Created, row.Created));
        if (row.UrlName.Length > 0)
            writer.Property(PropertyValue.Of(RecordTags.UrlName, row.UrlName));
        writer.Integer32(RecordTags.End.Value, (int)row.Kind);
    }

    /// <summary>The folder's own, behind what every client gets of it.</summary>
    public static void Write(FxWriter writer, LogonObject logon, Folder folder)
    {
        writer.Property(PropertyValue.Of(RecordTags.ContainerClass, folder.ContainerClass));
        writer.Property(PropertyValue.Of(RecordTags.Comment, folder.Comment));
        writer.Boolean(RecordTags.Hidden.Value, folder.Hidden);
        writer.Property(PropertyValue.Of(RecordTags.Created, folder.Created));
        if (folder.Properties is { } properties)
            writer.Binary(RecordTags.Properties.Value, WithNames(logon.Session, properties));
        writer.Property(PropertyValue.OfArray(RecordTags.Permissions, folder.Permissions.Select(p => Line(logon, p)).OfType<string>().ToArray()));
        if (folder.Type == FolderType.Search && logon.Session.Searches.CriteriaOf(folder.Id) is { } criteria)
            writer.Binary(RecordTags.Criteria.Value, CriteriaRecord.Write(logon.Session, criteria));
        writer.Integer32(RecordTags.End.Value, (int)folder.Type);
    }

    /// <summary>The mailbox's own, as a change without a source key: a copier that does not know of it passes over it.</summary>
    public static async ValueTask WriteMailboxAsync(FxWriter writer, LogonObject logon, CancellationToken cancel)
    {
        writer.Marker(FxMarker.IncrSyncChg);
        writer.Binary(PropertyTags.SourceKey.Value, Array.Empty<byte>());
        writer.Binary(RecordTags.Mailbox.Value, await MailboxRecord.WriteAsync(logon, cancel));
        writer.Integer32(RecordTags.End.Value, 0);
    }

    public static byte[] WithNames(MailboxSession session, byte[] stored)
    {
        var message = new PropertyMessage();
        if (PropertyBagCodec.TryRead(stored, out PropertyBag bag))
        {
            foreach (ref readonly var value in bag.Span)
            {
                message.Properties.Set(value);
                if (value.Tag.IsNamed && session.GetPropertyName(value.Tag.Id) is { } name)
                    message.NamedProperties[value.Tag.Id] = name;
            }
        }
        return PropertyBagCodec.Write(message);
    }

    private static string? Line(LogonObject logon, FolderPermission permission)
    {
        var member = permission.Member == FolderPermission.DefaultMember ? "default"
            : permission.Member == FolderPermission.AnonymousMember ? "anonymous"
            : logon.Service.Directory.Current.Find<Recipient>(permission.Member)?.PrimaryAddress;
        return member is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(uint)permission.Rights:X} {member}");
    }
}
