// RFC 4511 4.5.2 (SearchResultEntry).
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>What is not kept in memory of a recipient and was read for an entry.</summary>
internal readonly record struct StoredValues(byte[]? Photo, IReadOnlyList<byte[]>? Certificates)
{
    /// <summary>Reads what the selection wants and the recipient has; nothing, and without waiting, in nearly all cases.</summary>
    public static ValueTask<StoredValues> ReadAsync(DirectoryService directory, Recipient recipient, AttributeSelection selection)
    {
        var photo = selection.WantsPhoto && recipient.PhotoHash is not null;
        var certificates = selection.WantsCertificates && recipient.CertificatesHash is not null;
        return photo || certificates ? LoadAsync() : default;

        async ValueTask<StoredValues> LoadAsync() =>
            new(photo ? await directory.ReadPhotoAsync(recipient.Id) : null, certificates ? await directory.ReadCertificatesAsync(recipient.Id) : null);
    }
}

/// <summary>Writes entries from the objects themselves: encoding one takes less time than keeping it encoded would take memory.</summary>
internal static class EntryWriter
{
    /// <param name="writer">Where to.</param>
    /// <param name="id">The request's message id.</param>
    /// <param name="view">The directory as the asker sees it.</param>
    /// <param name="recipient">The entry.</param>
    /// <param name="selection">Which attributes.</param>
    /// <param name="typesOnly">Without values.</param>
    /// <param name="stored">What was read for it.</param>
    /// <param name="values">Which values; null for all.</param>
    public static void Write(BerWriter writer, int id, LdapView view, Recipient recipient, AttributeSelection selection, bool typesOnly, in StoredValues stored, MatchedValues? values = null)
    {
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        WriteEntry(writer, view, recipient, selection, typesOnly, stored, values);
        writer.End(frame);
    }

    /// <summary>The entry without a message around it.</summary>
    public static void WriteEntry(BerWriter writer, LdapView view, Recipient recipient, AttributeSelection selection, bool typesOnly, in StoredValues stored, MatchedValues? values = null)
    {
        var entry = writer.Begin(Tags.SearchResultEntry);
        view.WriteDn(writer, recipient);
        var list = writer.Begin(Tags.Sequence);
        foreach (ref readonly var item in selection.Items.AsSpan())
        {
            var attribute = item.Attribute;
            if (attribute.Text is { } text)
            {
                if (text(recipient) is not { Length: > 0 } value || values?.Takes(attribute, value) == false) continue;
                if (typesOnly) WriteTexts(writer, item.Name, [value], typesOnly);
                else writer.WriteAttribute(item.Element, value);
            }
            else if (attribute.Texts is { } texts)
            {
                WriteTexts(writer, item.Name, MatchedValues.Of(values, attribute, texts(view, recipient)), typesOnly);
            }
            else if (attribute.Octets is { } octets)
            {
                WriteOctets(writer, item.Name, MatchedValues.Of(values, attribute, octets(view, recipient)), typesOnly);
            }
            else if (attribute.IsPhoto && stored.Photo is { } photo)
            {
                WriteOctets(writer, item.Name, MatchedValues.Of(values, attribute, [photo]), typesOnly);
            }
            else if (attribute.IsCertificate && stored.Certificates is { Count: > 0 } certificates)
            {
                // RFC 4523 2.1: always with the option.
                WriteOctets(writer, attribute.Name == "userCertificate" ? "userCertificate;binary"u8 : "userSMIMECertificate;binary"u8, MatchedValues.Of(values, attribute, certificates), typesOnly);
            }
        }

        WriteCustom(writer, recipient, selection, typesOnly, values);
        writer.End(list);
        writer.End(entry);
    }

    public static void Write(BerWriter writer, int id, VirtualEntry entry, AttributeSelection selection, bool typesOnly, bool operational, MatchedValues? values = null)
    {
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        var response = writer.Begin(Tags.SearchResultEntry);
        writer.WriteText(entry.Dn);
        var list = writer.Begin(Tags.Sequence);
        foreach (var (name, all) in entry.Values)
        {
            if (all.Length == 0) continue;
            var attribute = AttributeTable.Find(name);
            var isOperational = attribute?.IsOperational == true || name is "vendorName" or "vendorVersion" or "defaultNamingContext" or "rootDomainNamingContext" or "configurationNamingContext";
            var asked = isOperational && !operational ? selection.AllOperational : selection.AllCustom || (isOperational && selection.AllOperational);
            if (!asked && !selection.Names.Any(n => n.Equals(name, StringComparison.OrdinalIgnoreCase) || (attribute is not null && ReferenceEquals(AttributeTable.Find(n), attribute)))) continue;
            WriteTexts(writer, attribute?.NameBytes ?? Encoding.ASCII.GetBytes(name), MatchedValues.Of(values, attribute, all, name), typesOnly);
        }

        writer.End(list);
        writer.End(response);
        writer.End(frame);
    }

    private static void WriteTexts(BerWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> values, bool typesOnly) => WriteValues(writer, name, values, typesOnly, static (w, v) => w.WriteText(v));

    private static void WriteOctets(BerWriter writer, ReadOnlySpan<byte> name, IEnumerable<byte[]> values, bool typesOnly) => WriteValues(writer, name, values, typesOnly, static (w, v) => w.WriteOctets(v));

    /// <summary>An attribute with its values; nothing where there are none.</summary>
    private static void WriteValues<T>(BerWriter writer, ReadOnlySpan<byte> name, IEnumerable<T> values, bool typesOnly, Action<BerWriter, T> write)
    {
        var before = writer.Length;
        var one = writer.Begin(Tags.Sequence);
        writer.WriteOctets(name);
        var set = writer.Begin(Tags.Set);
        var any = false;
        foreach (var value in values)
        {
            any = true;
            if (typesOnly) break;
            write(writer, value);
        }

        writer.End(set);
        writer.End(one);
        if (!any) writer.Truncate(before);
    }

    private static void WriteCustom(BerWriter writer, Recipient recipient, AttributeSelection selection, bool typesOnly, MatchedValues? filter)
    {
        if (recipient.CustomAttributes.IsEmpty) return;
        foreach (var (name, bytes) in selection.Custom) WriteOne(name, bytes, AttributeTable.CustomValues(recipient, name));
        if (!selection.AllCustom) return;
        foreach (var (name, value) in recipient.CustomAttributes)
        {
            if (name == LdapView.NameAttribute || AttributeTable.Find(name) is not null || !AttributeTable.IsDescriptor(name)) continue;
            if (!selection.Custom.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) WriteOne(name, Encoding.ASCII.GetBytes(name), value.Split('\n'));
        }

        void WriteOne(string name, byte[] bytes, string[] values)
        {
            if (filter is not null) values = [.. values.Where(v => filter.Takes(null, v, name))];
            if (values.Length > 0) WriteTexts(writer, bytes, values, typesOnly);
        }
    }
}
