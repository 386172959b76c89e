using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Messages made, changed and saved over HTTPS. [MS-OXCMSG] 3.2.5.1-3.2.5.3.</summary>
public class MessageWriteTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte ReadOnly = 0;
    private const byte ReadWrite = 1;
    private const byte BestAccess = 3;

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task A_new_message_has_its_initial_properties_and_is_nowhere_until_it_is_saved()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        PropertyTag[] tags =
        [
            PropertyTags.Importance, PropertyTags.MessageClass, PropertyTags.Sensitivity, PropertyTags.DisplayBcc, PropertyTags.DisplayCc, PropertyTags.DisplayTo,
            PropertyTags.MessageFlags, PropertyTags.HasAttachments, PropertyTags.TrustSender, PropertyTags.Access, PropertyTags.AccessLevel, PropertyTags.CreationTime,
            PropertyTags.LastModificationTime, PropertyTags.SearchKey, PropertyTags.CreatorName, PropertyTags.LastModifierName, PropertyTags.HasNamedProperties, PropertyTags.MessageSize,
        ];
        var values = await session.PropertiesAsync(message, tags);
        values[0].AsInt32().ShouldBe(1);
        values[1].AsString().ShouldBe("IPM.Note");
        values[2].AsInt32().ShouldBe(0);
        values[3..6].ShouldAllBe(v => !v.IsError && v.AsString().Length == 0);
        values[6].AsInt32().ShouldBe(0x409);
        values[7].AsBoolean().ShouldBeFalse();
        values[8].AsInt32().ShouldBe(1);
        values[9].AsInt32().ShouldBe(7);
        values[10].AsInt32().ShouldBe(1);
        values[12].AsTime().ShouldBe(values[11].AsTime());
        values[13].AsBinary().Length.ShouldBe(16);
        values[14].AsString().ShouldBe("User 1");
        values[15].AsString().ShouldBe("User 1");
        values[16].AsBoolean().ShouldBeFalse();
        values[17].AsInt32().ShouldBeGreaterThan(0);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(0);
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_is_set_is_seen_through_the_handle_at_once_and_by_others_when_it_is_saved()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        (await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "Re: budget"), PropertyValue.Of(PropertyTags.Body, "hello"), PropertyValue.Of(PropertyTags.Importance, 2)))
            .ShouldBeEmpty();
        var own = await session.PropertiesAsync(message, PropertyTags.Subject, PropertyTags.SubjectPrefix, PropertyTags.NormalizedSubject, PropertyTags.Body);
        own.Select(v => v.AsString()).ShouldBe(["Re: budget", "Re: ", "budget", "hello"]);
        var mid = await session.SaveAsync(message);
        mid.ShouldNotBe(0ul);

        var (response, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        response.Message.SubjectPrefix.ShouldBe("Re: ");
        response.Message.NormalizedSubject.ShouldBe("budget");
        PropertyTag[] tags =
        [
            PropertyTags.Body, PropertyTags.Importance, PropertyTags.ConversationTopic, PropertyTags.ConversationIndex, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList,
            PropertyTags.SearchKey, PropertyTags.MessageFlags, PropertyTags.AccessLevel, PropertyTags.LastModifierName, PropertyTags.CreatorEntryId, PropertyTags.Mid,
        ];
        var values = await session.PropertiesAsync(other, tags);
        values[0].AsString().ShouldBe("hello");
        values[1].AsInt32().ShouldBe(2);
        values[2].AsString().ShouldBe("budget");
        values[3].AsBinary().Length.ShouldBe(22);
        values[4].AsBinary().Length.ShouldBe(22);
        values[5].AsBinary()[1..].ShouldBe(values[4].AsBinary());
        values[6].AsBinary().ShouldBe((await session.PropertiesAsync(message, PropertyTags.SearchKey))[0].AsBinary());
        (values[7].AsInt32() & 0x409).ShouldBe(0x409);
        values[8].AsInt32().ShouldBe(0);
        values[9].AsString().ShouldBe("User 1");
        values[10].AsBinary().ShouldNotBeEmpty();
        ((ulong)values[11].AsInt64()).ShouldBe(mid);
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_handle_goes_on_after_saving_and_the_change_key_moves()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "one"));
        var mid = await session.SaveAsync(message);
        var before = (await session.PropertiesAsync(message, PropertyTags.ChangeKey))[0].AsBinary();
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "two"), PropertyValue.Of(PropertyTags.Body, "new"));
        (await session.SaveAsync(message)).ShouldBe(mid);
        (await session.PropertiesAsync(message, PropertyTags.ChangeKey))[0].AsBinary().ShouldNotBe(before);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(other, PropertyTags.Subject, PropertyTags.Body)).Select(v => v.AsString()).ShouldBe(["two", "new"]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Of_two_handles_the_second_to_save_is_told_and_may_insist()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var created = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(created, PropertyValue.Of(PropertyTags.Subject, "base"));
        var mid = await session.SaveAsync(created);
        var first = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        var second = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        var beside = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        await session.SetAsync(first, PropertyValue.Of(PropertyTags.Subject, "first"));
        await session.SetAsync(second, PropertyValue.Of(PropertyTags.Subject, "second"));
        await session.SetAsync(beside, PropertyValue.Of(PropertyTags.IconIndex, 7));
        (await session.TextAsync(second, PropertyTags.Subject)).ShouldBe("second");
        await session.SaveAsync(first);
        (await session.TrySaveAsync(second)).ShouldBe(ErrorCode.ObjectChanged);
        (await session.TrySaveAsync(beside)).ShouldBe(ErrorCode.ObjectChanged);
        await session.SaveAsync(second, RopWriting.ForceSave);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.TextAsync(other, PropertyTags.Subject)).ShouldBe("second");
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_is_open_for_reading_cannot_be_saved()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var created = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        // KeepOpenReadOnly is passed over, as Exchange does.
        var mid = await session.SaveAsync(created, RopWriting.KeepOpenReadOnly);
        (await session.PropertiesAsync(created, PropertyTags.AccessLevel))[0].AsInt32().ShouldBe(1);
        await session.SaveAsync(created);
        var opened = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadOnly);
        (await session.PropertiesAsync(opened, PropertyTags.AccessLevel))[0].AsInt32().ShouldBe(0);
        (await session.TryAsync(RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.Subject, "never")] }, opened))
            .ShouldBe(ErrorCode.AccessDenied);
        (await session.TryAsync(RopId.DeleteProperties, new RopDeleteProperties.Request { PropertyTags = [PropertyTags.Subject] }, opened)).ShouldBe(ErrorCode.AccessDenied);
        (await session.TrySaveAsync(opened)).ShouldBe(ErrorCode.GeneralFailure);
        var best = await session.OpenAsync(handle, logon.FolderIds[4], mid, BestAccess);
        (await session.PropertiesAsync(best, PropertyTags.AccessLevel))[0].AsInt32().ShouldBe(1);
        (await session.TextAsync(best, PropertyTags.Subject) ?? "").ShouldBe("");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Rights_decide_on_creating_and_opening_for_writing()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail", user: 3);
        using (var mailbox = await server.OpenMailboxAsync(3))
        {
            var reader = new FolderPermission(server.User(2).Id, FolderRights.ReadAny | FolderRights.FolderVisible);
            (await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = f.Permissions.Add(reader) }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        (await session.TryAsync(RopId.CreateMessage, new RopCreateMessage.Request { FolderId = logon.FolderIds[4] }, handle)).ShouldBe(ErrorCode.AccessDenied);
        (await session.TryAsync(RopId.CreateMessage, new RopCreateMessage.Request { FolderId = logon.FolderIds[6] }, handle)).ShouldBe(ErrorCode.NotFound);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid])).Single()[0].AsInt64();
        (await session.TryAsync(RopId.OpenMessage, new RopOpenMessage.Request { FolderId = logon.FolderIds[4], MessageId = mid, OpenModeFlags = ReadWrite }, handle))
            .ShouldBe(ErrorCode.AccessDenied);
        var best = await session.OpenAsync(handle, logon.FolderIds[4], mid, BestAccess);
        // Opened for writing, as Exchange does; saving is what needs the right.
        (await session.SetAsync(best, PropertyValue.Of(PropertyTags.Subject, "mine"))).ShouldBeEmpty();
        (await session.TrySaveAsync(best)).ShouldBe(ErrorCode.AccessDenied);
        best = await session.OpenAsync(handle, logon.FolderIds[4], mid, BestAccess);
        await session.SetAsync(best, PropertyValue.Of(PropertyTags.IconIndex, 3));
        (await session.TrySaveAsync(best)).ShouldBe(ErrorCode.AccessDenied);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Properties_beside_the_mail_leave_its_bytes_alone_and_its_subject_does_not()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var mid = await OnlyMidAsync(session, logon, handle);
        var before = (await mailbox.FindByMidAsync(Ids.CounterOf(mid), CancellationToken.None)).Value;

        var message = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        var named = (await session.NamesAsync(handle, new PropertyName(PropertySets.PublicStrings, "Keywords"), new PropertyName(PropertySets.PublicStrings, "x-note")));
        await session.SetAsync(message,
            PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(PropertyTags.Importance, 2), PropertyValue.Of(new PropertyTag(named[1], PropertyType.String), "note"),
            PropertyValue.OfArray(new PropertyTag(named[0], PropertyType.MultipleString), new[] { "Red", "Blue" }));
        await session.SaveAsync(message);
        var beside = (await mailbox.FindByMidAsync(Ids.CounterOf(mid), CancellationToken.None)).Value;
        beside.Kind.ShouldBe(ContentKind.Mime);
        beside.Uid.ShouldBe(before.Uid);
        beside.Content.ShouldBe(before.Content);
        beside.Keywords.ShouldBe(["Red", "Blue"]);
        (beside.State & MessageState.Flagged).ShouldBe(MessageState.Flagged);
        beside.Importance.ShouldBe((byte)2);
        beside.Cn.ShouldBeGreaterThan(before.Cn);
        var again = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        PropertyTag[] tags = [PropertyTags.FlagStatus, new(named[1], PropertyType.String), new(named[0], PropertyType.MultipleString), PropertyTags.Subject];
        var values = await session.PropertiesAsync(again, tags);
        values[0].AsInt32().ShouldBe(2);
        values[1].AsString().ShouldBe("note");
        values[2].AsArray<string>().ShouldBe(["Red", "Blue"]);
        values[3].AsString().ShouldBe("mail");

        await session.SetAsync(again, PropertyValue.Of(PropertyTags.Subject, "edited"));
        await session.DeleteAsync(again, PropertyTags.FlagStatus);
        (await session.SaveAsync(again)).ShouldBe(mid);
        var promoted = (await mailbox.FindByMidAsync(Ids.CounterOf(mid), CancellationToken.None)).Value;
        promoted.Kind.ShouldBe(ContentKind.Properties);
        promoted.Id.ShouldBe(before.Id);
        promoted.Uid.ShouldBeGreaterThan(before.Uid);
        promoted.NormalizedSubject.ShouldBe("edited");
        (promoted.State & MessageState.Flagged).ShouldBe(MessageState.None);
        promoted.Keywords.ShouldBe(["Red", "Blue"]);
        var (_, last) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(last, new PropertyTag(named[1], PropertyType.String)))[0].AsString().ShouldBe("note");
        (await session.PropertiesAsync(last, PropertyTags.Body))[0].AsString().ShouldBe("text");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Deleted_properties_are_gone_for_the_handle_and_after_saving_for_all()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var custom = new PropertyTag(0x6A01, PropertyType.Integer64);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(custom, 42L), PropertyValue.Of(PropertyTags.Body, "x"));
        var mid = await session.SaveAsync(message);
        (await session.DeleteAsync(message, custom, PropertyTags.ChangeKey)).Single().ErrorCode.ShouldBe(ErrorCode.ComputedValue);
        (await session.PropertiesAsync(message, custom))[0].AsError().ShouldBe(ErrorCode.NotFound);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(other, custom))[0].AsInt64().ShouldBe(42);
        await session.SaveAsync(message);
        (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(other, custom))[0].AsError().ShouldBe(ErrorCode.NotFound);
        (await session.TextAsync(other, PropertyTags.Body)).ShouldBe("x");
        session.Http.Dispose();
    }

    [Fact]
    public async Task An_associated_message_is_listed_with_its_own()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], associated: true);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Configuration.Test"), PropertyValue.Of(PropertyTags.Subject, "settings"));
        await session.SaveAsync(message);
        ((await session.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 0x40).ShouldBe(0x40);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(0);
        var (table, count) = await session.ContentsTableAsync(inbox, associated: true);
        count.ShouldBe(1);
        (await session.RowsAsync(table, [PropertyTags.MessageClass, PropertyTags.Subject])).Single().Select(v => v.AsString()).ShouldBe(["IPM.Configuration.Test", "settings"]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Strings_of_a_code_page_are_those_of_the_message()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], codePage: 1251);
        var subject8 = PropertyTags.Subject.WithType(PropertyType.String8);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var form = ValueForm.Rop.WithString8(Encoding.GetEncoding(1251));
        var request = new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(subject8, "Привет")], Context = new RopContext(form, true) };
        (await session.CallAsync<ProblemsResponse>(RopId.SetProperties, request, message)).PropertyProblems.ShouldBeEmpty();
        (await session.TextAsync(message, PropertyTags.Subject)).ShouldBe("Привет");
        var read = new RopGetPropertiesSpecific.Request { PropertyTags = [subject8], Context = new RopContext(form, true) };
        (await session.CallAsync<RopGetPropertiesSpecific.Response>(RopId.GetPropertiesSpecific, read, message, [subject8])).Values[0].AsString().ShouldBe("Привет");
        (await session.TryAsync(RopId.CreateMessage, new RopCreateMessage.Request { CodePageId = 4711, FolderId = logon.FolderIds[4] }, handle)).ShouldBe(ErrorCode.UnknownCodePage);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Values_that_cannot_be_are_told_and_the_others_set()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var problems = await session.SetAsync(message,
            PropertyValue.Of(PropertyTags.Importance, 9), PropertyValue.Of(new PropertyTag(PropertyIds.Subject, PropertyType.Integer32), 1),
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Bad."), PropertyValue.Of(new PropertyTag(0xFFF0, PropertyType.Integer32), 1),
            PropertyValue.Of(PropertyTags.PredecessorChangeList, new byte[] { 1 }), PropertyValue.Of(new PropertyTag(0x6001, PropertyType.Guid), Guid.Empty));
        problems.Select(p => (p.Index, p.ErrorCode)).ShouldBe(
        [
            ((ushort)0, ErrorCode.InvalidParameter), ((ushort)1, ErrorCode.UnexpectedType), ((ushort)2, ErrorCode.InvalidParameter), ((ushort)3, ErrorCode.InvalidParameter),
            ((ushort)4, ErrorCode.ComputedValue),
        ]);
        (await session.PropertiesAsync(message, new PropertyTag(0x6001, PropertyType.Guid)))[0].IsError.ShouldBeFalse();
        (await session.PropertiesAsync(message, PropertyTags.Importance))[0].AsInt32().ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Setting_what_is_the_servers_fails_the_saving_and_changes_nothing()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var mid = await session.SaveAsync(message);
        PropertyValue[] values =
        [
            PropertyValue.Of(PropertyTags.LastModificationTime, new FileTime(1)), PropertyValue.Of(PropertyTags.MessageFlags, 0), PropertyValue.Of(PropertyTags.HasAttachments, true),
            PropertyValue.Of(PropertyTags.ChangeKey, new byte[] { 1 }), PropertyValue.Of(PropertyTags.SearchKey, new byte[] { 2 }), PropertyValue.Of(PropertyTags.LastModifierName, "me"),
        ];
        foreach (var value in values)
        {
            var opened = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
            (await session.SetAsync(opened, value, PropertyValue.Of(PropertyTags.Subject, "never"))).ShouldBeEmpty();
            (await session.PropertiesAsync(opened, value.Tag))[0].ShouldNotBe(value);
            (await session.TrySaveAsync(opened)).ShouldBe(ErrorCode.GeneralFailure);
        }
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.TextAsync(other, PropertyTags.Subject) ?? "").ShouldBe("");
        // Before the first saving the flags are the client's.
        var fresh = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(fresh, PropertyValue.Of(PropertyTags.MessageFlags, 0x08));
        await session.SaveAsync(fresh);
        ((await session.PropertiesAsync(fresh, PropertyTags.MessageFlags))[0].AsInt32() & 0x9).ShouldBe(0x8);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_type_that_nobody_knows_fails_its_operation_alone()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        byte[] set =
        [
            // RopId, LogonId, InputHandleIndex, size, count, PidTagImportance, then a tag of type 0x0777.
            0x0A, 0, 0, 2 + 8 + 7, 0, 2, 0, 0x03, 0x00, 0x17, 0x00, 2, 0, 0, 0, 0x77, 0x07, 0x01, 0x60, 1, 2, 3,
            // RopGetPropertiesSpecific of PidTagImportance.
            0x07, 0, 0, 0, 0, 0, 0, 1, 0, 0x03, 0x00, 0x17, 0x00,
        ];
        byte[] payload = [(byte)(set.Length + 2), 0, .. set, .. BitConverter.GetBytes(message)];
        var reply = await session.Http.ExecuteAsync(RopSession.Extended(payload), session.Flags, session.MaxRopOut);
        reply.ErrorCode.ShouldBe(0u);
        var bytes = reply.RopBuffer[8..];
        bytes[2].ShouldBe((byte)0x0A);
        BitConverter.ToUInt32(bytes, 4).ShouldBe((uint)ErrorCode.UnexpectedType);
        bytes[8].ShouldBe((byte)0x07);
        BitConverter.ToUInt32(bytes, 10).ShouldBe(0u);
        // Nothing was set.
        BitConverter.ToInt32(bytes, 15).ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_message_that_was_deleted_meanwhile_cannot_be_saved()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var mid = await session.SaveAsync(message);
        using (var mailbox = await Server.OpenMailboxAsync())
        {
            var row = (await mailbox.FindByMidAsync(Ids.CounterOf(mid), CancellationToken.None)).Value;
            (await mailbox.DeleteAsync(row.Folder, [row.Id], CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "late"));
        (await session.TrySaveAsync(message)).ShouldBe(ErrorCode.ObjectDeleted);
        session.Http.Dispose();
    }

    private static async Task<ulong> OnlyMidAsync(RopSession session, RopLogon.Response logon, uint handle)
    {
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        return (ulong)(await session.RowsAsync(table, [PropertyTags.Mid])).Single()[0].AsInt64();
    }
}
