using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>
/// [MS-OXOCFG] configuration objects, [MS-OXODLGT] delegate information, [MS-OXOSRCH] search folder definitions, [MS-OXSHARE] sharing bindings:
/// clients' own data in messages that a server has to keep byte for byte and to list by class.
/// </summary>
public sealed class ConfigurationObjectTests
{
    private static readonly PropertyTag s_roamingDatatypes = new(0x7C060003);

    public static TheoryData<string, uint, int> Configurations => new()
    {
        { "IPM.Configuration.CategoryList", 0x7C080102, 2 },
        { "IPM.Configuration.WorkHours", 0x7C080102, 2 },
        { "IPM.Configuration.Calendar", 0x7C070102, 4 },
        { "IPM.Configuration.MRM", 0x7C080102, 2 },
        { "IPM.Configuration.UMOLK.UserOptions", 0x7C070102, 4 },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task A_configuration_object_comes_back_whole_and_is_found_by_its_class(string messageClass, uint stream, int datatypes)
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var content = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><root name=\"{messageClass}\">" + new string('ü', 40_000) + "</root>");
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], associated: true);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, messageClass), PropertyValue.Of(s_roamingDatatypes, datatypes));
        var written = await session.OpenStreamAsync(message, new PropertyTag(stream), mode: 2);
        await session.WriteAllAsync(written, content);
        await session.CallAsync<PlainResponse>(RopId.CommitStream, new RopCommitStream.Request(), written);
        await session.ReleaseAsync(written);
        await session.SaveAsync(message);
        await session.ReleaseAsync(message);

        // Another session, as a restarted client.
        var (again, againLogon, againHandle) = await server.LogonAsync();
        var inbox = await again.OpenFolderAsync(againHandle, againLogon.FolderIds[4]);
        (await again.ContentsTableAsync(inbox)).RowCount.ShouldBe(0, "it is no mail");
        var (table, _) = await again.ContentsTableAsync(inbox, associated: true);
        await again.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request
        {
            RestrictionData = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, messageClass)),
        }, table);
        var row = (await again.RowsAsync(table, [PropertyTags.Mid, s_roamingDatatypes])).ShouldHaveSingleItem();
        row[1].AsInt32().ShouldBe(datatypes);
        var (_, opened) = await again.OpenMessageAsync(againHandle, againLogon.FolderIds[4], (ulong)row[0].AsInt64());
        (await again.StreamAsync(opened, new PropertyTag(stream))).ShouldBe(content);
        session.Http.Dispose();
        again.Http.Dispose();
    }

    [Fact]
    public async Task A_sharing_binding_is_found_by_its_class_with_what_it_binds()
    {
        // [MS-OXSHARE] 2.2.4: a message beside the contents of the folder that was shared, or that the share is shown in.
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var names = new[] { PropertyNames.PidLidSharingProviderGuid, PropertyNames.PidLidSharingRemotePath, PropertyNames.PidLidSharingRemoteName, PropertyNames.PidLidSharingStatus };
        var ids = await session.NamesAsync(handle, names);
        var provider = Guid.NewGuid().ToByteArray();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], associated: true);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Sharing.Binding.In"), PropertyValue.Of(new PropertyTag(ids[0], PropertyType.Binary), provider),
            PropertyValue.Of(new PropertyTag(ids[1], PropertyType.String), "https://example.com/calendar.ics"), PropertyValue.Of(new PropertyTag(ids[2], PropertyType.String), "Team"));
        var mid = await session.SaveAsync(message);

        var (again, againLogon, againHandle) = await server.LogonAsync();
        PropertyTag[] columns = [PropertyTags.Mid, .. (await again.NamesAsync(againHandle, names)).Take(3).Select((id, i) => new PropertyTag(id, i == 0 ? PropertyType.Binary : PropertyType.String))];
        var (table, _) = await again.ContentsTableAsync(await again.OpenFolderAsync(againHandle, againLogon.FolderIds[4]), associated: true);
        await again.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request
        {
            RestrictionData = new AndRestriction([
                new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Sharing.Binding.")),
                new PropertyRestriction(RelationalOperator.Equal, columns[1], PropertyValue.Of(columns[1], provider))]),
        }, table);
        var row = (await again.RowsAsync(table, columns)).ShouldHaveSingleItem();
        ((ulong)row[0].AsInt64()).ShouldBe(mid);
        row[1].AsBinary().ShouldBe(provider);
        row[2].AsString().ShouldBe("https://example.com/calendar.ics");
        row[3].AsString().ShouldBe("Team");
        session.Http.Dispose();
        again.Http.Dispose();
    }

    [Fact]
    public async Task The_delegate_information_object_keeps_its_lists()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        byte[][] entries = [new AddressBookEntryId(AddressBookEntryType.LocalMailUser, server.User(2).LegacyExchangeDn).ToArray(),
            new AddressBookEntryId(AddressBookEntryType.LocalMailUser, server.User(3).LegacyExchangeDn).ToArray()];
        // [MS-OXODLGT] 2.2.2.2: bosses want copies or originals, delegates' names, ids and flags in step with each other.
        PropertyValue[] values =
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Microsoft.ScheduleData.FreeBusy"),
            PropertyValue.Of(PropertyTags.NormalizedSubject, "LocalFreebusy"),
            PropertyValue.Of(PropertyTags.ScheduleInfoDelegatorWantsCopy, true),
            PropertyValue.Of(PropertyTags.ScheduleInfoDelegatorWantsInfo, true),
            PropertyValue.Of(PropertyTags.ScheduleInfoDontMailDelegates, false),
            PropertyValue.OfArray(PropertyTags.ScheduleInfoDelegateNames, new[] { "user2", "user3" }),
            PropertyValue.OfArray(PropertyTags.ScheduleInfoDelegateEntryIds, entries),
            PropertyValue.OfArray(PropertyTags.DelegateFlags, new[] { 1, 0 }),
        ];
        var folder = StoreFolder(Rialto.Store.SpecialFolders.IdOf(SpecialFolder.FreeBusyData).Value);
        var message = await session.CreateMessageAsync(handle, folder);
        (await session.SetAsync(message, values)).ShouldBeEmpty();
        var mid = await session.SaveAsync(message);
        await session.ReleaseAsync(message);

        var (_, opened) = await session.OpenMessageAsync(handle, folder, mid);
        var read = await session.PropertiesAsync(opened, [.. values.Select(v => v.Tag)]);
        for (var i = 0; i < values.Length; i++)
            read[i].ShouldBe(values[i]);
        session.Http.Dispose();
        logon.FolderIds.ShouldNotContain(folder);
    }

    [Fact]
    public async Task A_search_folder_definition_keeps_its_blob_and_identity()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var definition = Enumerable.Range(0, 300).Select(i => (byte)i).ToArray();
        var id = Guid.NewGuid().ToByteArray();
        // [MS-OXOSRCH] 2.2.1.2: in Common Views.
        PropertyValue[] values =
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Microsoft.WunderBar.SFInfo"),
            PropertyValue.Of(PropertyTags.SearchFolderId, id),
            PropertyValue.Of(PropertyTags.SearchFolderDefinition, definition),
            PropertyValue.Of(PropertyTags.SearchFolderStorageType, 0x48),
        ];
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[8], associated: true);
        (await session.SetAsync(message, values)).ShouldBeEmpty();
        await session.SaveAsync(message);
        var (table, count) = await session.ContentsTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[8]), associated: true);
        count.ShouldBe(1);
        var row = (await session.RowsAsync(table, [.. values.Select(v => v.Tag)])).ShouldHaveSingleItem();
        for (var i = 0; i < values.Length; i++)
            row[i].ShouldBe(values[i]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_reminder_keeps_its_named_properties()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var set = new Guid("00062008-0000-0000-c000-000000000046");
        // [MS-OXORMDR] 2.2.1: PidLidReminderSet, PidLidReminderSignalTime, PidLidReminderTime, PidLidReminderDelta.
        var ids = await session.NamesAsync(handle, new PropertyName(set, 0x8503), new PropertyName(set, 0x8560), new PropertyName(set, 0x8502), new PropertyName(set, 0x8501));
        PropertyValue[] values =
        [
            PropertyValue.Of(new PropertyTag(ids[0], PropertyType.Boolean), true),
            PropertyValue.Of(new PropertyTag(ids[1], PropertyType.Time), new FileTime(134_000_000_000_000_000)),
            PropertyValue.Of(new PropertyTag(ids[2], PropertyType.Time), new FileTime(134_000_000_000_000_000)),
            PropertyValue.Of(new PropertyTag(ids[3], PropertyType.Integer32), 15),
        ];
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.SetAsync(message, values)).ShouldBeEmpty();
        var mid = await session.SaveAsync(message);
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        var read = await session.PropertiesAsync(opened, [.. values.Select(v => v.Tag)]);
        for (var i = 0; i < values.Length; i++)
            read[i].ShouldBe(values[i]);
        session.Http.Dispose();
    }

    private static ulong StoreFolder(long counter) => Rialto.Store.StoreKeys.Id(counter).ToWire();
}
