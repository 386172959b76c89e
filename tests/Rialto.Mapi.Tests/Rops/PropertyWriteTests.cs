using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Properties of folders and stores, copies from object to object, names of properties. [MS-OXCPRPT] 3.2.5.4-3.2.5.10.</summary>
public class PropertyWriteTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte Move = 1;
    private const byte NoOverwrite = 2;

    private static readonly PropertyTag s_custom = new(0x6A20, PropertyType.String);

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task A_folders_properties_are_written_at_once()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var problems = await session.SetAsync(folder,
            PropertyValue.Of(PropertyTags.Comment, "in"), PropertyValue.Of(s_custom, "mine"), PropertyValue.Of(PropertyTags.ContentCount, 7), PropertyValue.Of(PropertyTags.DisplayName, "Eingang"));
        // The Inbox keeps its name, and counts are the server's.
        problems.Select(p => (p.Index, p.ErrorCode)).ShouldBe([((ushort)2, ErrorCode.ComputedValue), ((ushort)3, ErrorCode.AccessDenied)]);
        var other = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await session.PropertiesAsync(other, PropertyTags.Comment, s_custom)).Select(v => v.AsString()).ShouldBe(["in", "mine"]);
        await session.DeleteAsync(folder, s_custom, PropertyTags.Comment);
        (await session.PropertiesAsync(other, s_custom))[0].AsError().ShouldBe(ErrorCode.NotFound);
        (await session.PropertiesAsync(other, PropertyTags.Comment))[0].AsString().ShouldBe("");
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_stores_properties_outlive_the_session()
    {
        var (session, _, handle) = await Server.LogonAsync();
        (await session.SetAsync(handle, PropertyValue.Of(s_custom, "store"), PropertyValue.Of(PropertyTags.MailboxOwnerName, "x"))).Single().Index.ShouldBe((ushort)1);
        session.Http.Dispose();
        (session, _, handle) = await Server.LogonAsync();
        (await session.PropertiesAsync(handle, s_custom))[0].AsString().ShouldBe("store");
        var list = await session.CallAsync<RopGetPropertiesList.Response>(RopId.GetPropertiesList, new RopGetPropertiesList.Request(), handle);
        list.PropertyTags.ShouldContain(s_custom);
        await session.DeleteAsync(handle, s_custom);
        (await session.PropertiesAsync(handle, s_custom))[0].AsError().ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }

    [Fact]
    public async Task CopyTo_takes_all_but_what_is_excluded()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var source = await FilledAsync(session, logon, handle);
        var whole = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.CopyToAsync(source, whole)).PropertyProblems.ShouldBeEmpty();
        (await session.PropertiesAsync(whole, PropertyTags.Subject, PropertyTags.Body, s_custom)).Select(v => v.AsString()).ShouldBe(["Re: source", "body", "custom"]);
        (await session.AttachmentNumbersAsync(whole)).Length.ShouldBe(1);
        (await session.PropertiesAsync(whole, PropertyTags.DisplayTo))[0].AsString().ShouldBe("Ann");
        (await session.PropertiesAsync(whole, PropertyTags.SearchKey))[0].AsBinary().ShouldBe((await session.PropertiesAsync(source, PropertyTags.SearchKey))[0].AsBinary());

        var part = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(part, PropertyValue.Of(PropertyTags.Body, "own"));
        var copied = await session.CopyToAsync(source, part, subObjects: false, flags: NoOverwrite, s_custom);
        copied.ReturnValue.ShouldBe(ErrorCode.Success);
        (await session.PropertiesAsync(part, PropertyTags.Subject, PropertyTags.Body)).Select(v => v.AsString()).ShouldBe(["Re: source", "own"]);
        (await session.PropertiesAsync(part, s_custom))[0].IsError.ShouldBeTrue();
        (await session.AttachmentNumbersAsync(part)).ShouldBeEmpty();
        var mid = await session.SaveAsync(whole);
        var (response, _) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        response.Message.RecipientCount.ShouldBe((ushort)1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task CopyProperties_copies_those_named_and_leaves_them_at_their_source()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var source = await FilledAsync(session, logon, handle);
        var destination = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var missing = new PropertyTag(0x6A99, PropertyType.Binary);
        var reply = await session.CopyPropertiesAsync(source, destination, Move, s_custom, missing, PropertyTags.MessageRecipients);
        reply.PropertyProblems.Select(p => (p.Index, p.ErrorCode)).ShouldBe([((ushort)1, ErrorCode.NotFound)]);
        (await session.PropertiesAsync(destination, s_custom))[0].AsString().ShouldBe("custom");
        (await session.PropertiesAsync(source, s_custom))[0].AsString().ShouldBe("custom");
        (await session.PropertiesAsync(destination, PropertyTags.DisplayTo))[0].AsString().ShouldBe("Ann");
        (await session.CopyPropertiesAsync(source, destination, 0x10, s_custom)).ReturnValue.ShouldBe(ErrorCode.InvalidParameter);
        (await session.CopyPropertiesAsync(source, RopSession.NoHandle, 0, s_custom)).ReturnValue.ShouldBe(ErrorCode.NullDestinationObject);
        (await session.CopyPropertiesAsync(source, handle, 0, s_custom)).ReturnValue.ShouldBe(ErrorCode.NotSupported);
        (await session.CopyPropertiesAsync(source, source, 0, s_custom)).ReturnValue.ShouldBe(ErrorCode.AccessDenied);
        (await session.CopyPropertiesAsync(source, destination, Move | NoOverwrite, s_custom)).ReturnValue.ShouldBe(ErrorCode.InvalidParameter);
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_requests_own_limit_of_sizes_is_ignored()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(s_custom, new string('x', 100)));
        var some = new RopGetPropertiesSpecific.Request { PropertySizeLimit = 10, WantUnicode = 1, PropertyTags = [s_custom] };
        (await session.CallAsync<RopGetPropertiesSpecific.Response>(RopId.GetPropertiesSpecific, some, message, [s_custom])).Values[0].AsString().Length.ShouldBe(100);
        var all = await session.CallAsync<RopGetPropertiesAll.Response>(RopId.GetPropertiesAll, new RopGetPropertiesAll.Request { PropertySizeLimit = 10, WantUnicode = 1 }, message);
        all.PropertyValues.Single(v => v.Tag.Id == s_custom.Id).AsString().Length.ShouldBe(100);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_message_is_not_copied_into_itself()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var (_, attachment) = await session.CreateAttachmentAsync(message);
        var embedded = await session.OpenEmbeddedAsync(attachment, 2);
        (await session.CopyToAsync(message, embedded)).ReturnValue.ShouldBe(ErrorCode.MessageCycle);
        (await session.CopyToAsync(embedded, message)).ReturnValue.ShouldBe(ErrorCode.Success);
        session.Http.Dispose();
    }

    [Fact]
    public async Task CopyTo_of_a_folder_takes_what_is_in_it()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("one");
        var (session, logon, handle) = await server.LogonAsync();
        var from = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(from, PropertyValue.Of(s_custom, "folder"));
        using (var mailbox = await server.OpenMailboxAsync())
            (await mailbox.CreateFolderAsync(MapiServer.Inbox, new Rialto.Store.NewFolder("Below"), CancellationToken.None)).Succeeded.ShouldBeTrue();
        var to = await session.OpenFolderAsync(handle, logon.FolderIds[6]);
        (await session.CopyToAsync(from, to, subObjects: false, flags: 0, PropertyTags.DisplayName)).ReturnValue.ShouldBe(ErrorCode.Success);
        (await session.PropertiesAsync(to, s_custom))[0].AsString().ShouldBe("folder");
        (await session.ContentsTableAsync(to)).RowCount.ShouldBe(0);
        (await session.CopyToAsync(from, to, subObjects: true, flags: 0, PropertyTags.DisplayName)).ReturnValue.ShouldBe(ErrorCode.Success);
        (await session.ContentsTableAsync(to)).RowCount.ShouldBe(1);
        (await session.HierarchyTableAsync(to)).RowCount.ShouldBe(1);
        (await session.CopyToAsync(from, to, subObjects: true, flags: 0, PropertyTags.DisplayName)).ReturnValue.ShouldBe(ErrorCode.CollidingNames);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Folders_properties_are_copied_and_never_moved()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var from = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var to = await session.OpenFolderAsync(handle, logon.FolderIds[6]);
        await session.SetAsync(from, PropertyValue.Of(s_custom, "folder"));
        (await session.CopyPropertiesAsync(from, to, Move, s_custom)).ReturnValue.ShouldBe(ErrorCode.NotSupported);
        (await session.CopyPropertiesAsync(from, to, 0, s_custom)).PropertyProblems.ShouldBeEmpty();
        (await session.PropertiesAsync(to, s_custom))[0].AsString().ShouldBe("folder");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Copies_between_mailboxes_keep_the_names_of_properties()
    {
        await using var server = await MapiServer.StartAsync();
        await server.Directory.Service.UpdateAsync(server.User(3) with { FullAccess = [server.User(1).Id] });
        var (session, logon, handle) = await server.LogonAsync();
        var request = new RopLogon.Request
        {
            LogonId = 1, LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = server.User(3).LegacyExchangeDn,
        };
        var name = new PropertyName(PropertySets.PublicStrings, "x-travels");
        await session.NamesAsync(handle, new PropertyName(PropertySets.PublicStrings, "x-before"));
        var here = (await session.NamesAsync(handle, name))[0];
        var logonReply = await session.ExecuteAsync([(RopId.Logon, request)], [RopSession.NoHandle]);
        var there = logonReply.Handles[0];
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(new PropertyTag(here, PropertyType.String), "value"));
        var create = new RopCreateMessage.Request { LogonId = 1, CodePageId = 0x0FFF, FolderId = logonReply.Get<RopLogon.Response>().FolderIds[4] };
        var copy = (await session.OpenAsync<RopCreateMessage.Response>(RopId.CreateMessage, create, there)).Handle;
        (await session.CopyToAsync(message, copy)).ReturnValue.ShouldBe(ErrorCode.Success);
        var names = new RopGetPropertyIdsFromNames.Request { LogonId = 1, Flags = 2, PropertyNames = [name] };
        var elsewhere = (await session.CallAsync<RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, names, there)).PropertyIds[0];
        elsewhere.ShouldNotBe(here);
        PropertyTag[] tags = [new(elsewhere, PropertyType.String)];
        var read = new RopGetPropertiesSpecific.Request { LogonId = 1, WantUnicode = 1, PropertyTags = tags };
        (await session.CallAsync<RopGetPropertiesSpecific.Response>(RopId.GetPropertiesSpecific, read, copy, tags)).Values[0].AsString().ShouldBe("value");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Names_of_properties_are_given_found_and_listed()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        PropertyName[] names =
        [
            new(PropertySets.PublicStrings, "x-one"), new(PropertySets.Common, 0x8503), new(PropertySets.InternetHeaders, "X-Header"), new(PropertySets.Mapi, 0x0037),
        ];
        var ids = await session.NamesAsync(handle, names);
        ids[..3].ShouldAllBe(id => id > 0x8000 && id < 0xFFFF);
        ids[3].ShouldBe((ushort)0x0037);
        (await session.NamesAsync(handle, new PropertyName(PropertySets.InternetHeaders, "x-hEADER")))[0].ShouldBe(ids[2]);
        var unknown = new RopGetPropertyIdsFromNames.Request { PropertyNames = [new PropertyName(PropertySets.PublicStrings, "never"), names[0]] };
        var found = await session.CallAsync<RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, unknown, handle);
        found.PropertyIds.ShouldBe([(ushort)0, ids[0]]);
        var all = await session.CallAsync<RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request(), handle);
        ids[..3].ShouldBeSubsetOf(all.PropertyIds);
        all.PropertyIds.ShouldBeInOrder();

        (await QueryAsync(session, handle, 0)).Keys.ShouldBe(all.PropertyIds, ignoreOrder: true);
        (await QueryAsync(session, handle, 0x01)).Values.ShouldAllBe(n => !n.IsString);
        (await QueryAsync(session, handle, 0x02)).Values.ShouldAllBe(n => n.IsString);
        var common = await QueryAsync(session, handle, 0xF0, PropertySets.Common);
        common.Keys.ShouldContain(ids[1]);
        common.Values.ShouldAllBe(n => n.PropertySet == PropertySets.Common);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await QueryAsync(session, message, 0)).Keys.ShouldBe(all.PropertyIds, ignoreOrder: true);
        (await QueryAsync(session, message, 0, PropertySets.PublicStrings)).Values.ShouldContain(names[0]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Properties_that_nobody_documented_come_back_as_they_were()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        PropertyValue[] values =
        [
            PropertyValue.Of(new PropertyTag(0x6A30, PropertyType.Integer16), (short)-5), PropertyValue.Of(new PropertyTag(0x6A31, PropertyType.Floating64), 1.5),
            PropertyValue.Of(new PropertyTag(0x6A32, PropertyType.Currency), 12345L), PropertyValue.Of(new PropertyTag(0x6A33, PropertyType.Guid), Guid.Parse("01234567-89ab-cdef-0123-456789abcdef")),
            PropertyValue.Of(new PropertyTag(0x6A34, PropertyType.ServerId), new byte[] { 1, 2, 3 }), PropertyValue.OfArray(new PropertyTag(0x6A35, PropertyType.MultipleInteger32), new[] { 1, -1 }),
            PropertyValue.OfArray(new PropertyTag(0x6A36, PropertyType.MultipleBinary), new[] { new byte[] { 1 }, [] }), PropertyValue.Of(new PropertyTag(0x6A37, PropertyType.FloatingTime), 2.25),
            PropertyValue.OfArray(new PropertyTag(0x6A38, PropertyType.MultipleString), new[] { "a", "" }), PropertyValue.Of(new PropertyTag(0x0001, PropertyType.Boolean), true),
            PropertyValue.OfArray(new PropertyTag(0x6A39, PropertyType.MultipleTime), new[] { new FileTime(5) }), PropertyValue.Of(new PropertyTag(0x7FFF, PropertyType.Floating32), 0.5f),
        ];
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.SetAsync(message, values)).ShouldBeEmpty();
        var mid = await session.SaveAsync(message);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(other, [.. values.Select(v => v.Tag)])).ShouldBe(values);
        session.Http.Dispose();
    }

    private static async Task<Dictionary<ushort, PropertyName>> QueryAsync(RopSession session, uint handle, byte flags, Guid? set = null)
    {
        var request = new RopQueryNamedProperties.Request { QueryFlags = flags, HasGuid = set is not null, PropertyGuid = set ?? default };
        var response = await session.CallAsync<RopQueryNamedProperties.Response>(RopId.QueryNamedProperties, request, handle);
        return response.PropertyIds.Zip(response.PropertyNames).ToDictionary(p => p.First, p => p.Second!.Value);
    }

    private static async Task<uint> FilledAsync(RopSession session, RopLogon.Response logon, uint handle)
    {
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "Re: source"), PropertyValue.Of(PropertyTags.Body, "body"), PropertyValue.Of(s_custom, "custom"));
        await session.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "Ann", "ann@example.com"));
        var (_, attachment) = await session.CreateAttachmentAsync(message);
        await session.SetAsync(attachment, PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[] { 1 }));
        await session.SaveAttachmentAsync(attachment);
        return message;
    }
}
