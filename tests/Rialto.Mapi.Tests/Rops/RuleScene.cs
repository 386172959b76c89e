using Rialto.Delivery;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>One who has rules, and two who write to him, all through their clients alone.</summary>
public sealed class RuleScene : IAsyncDisposable
{
    public const int DeferredAction = 1, Inbox = 4, Outbox = 5;

    public const byte Add = 1, Modify = 2, Remove = 4;

    private RuleScene(MapiServer server, RuleParty owner, RuleParty sender, RuleParty third)
    {
        Server = server;
        Owner = owner;
        Sender = sender;
        Third = third;
    }

    public MapiServer Server { get; }

    public RuleParty Owner { get; }

    public RuleParty Sender { get; }

    public RuleParty Third { get; }

    public static async Task<RuleScene> StartAsync()
    {
        var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        return new(server, await RuleParty.LogonAsync(server, 1), await RuleParty.LogonAsync(server, 2), await RuleParty.LogonAsync(server, 3));
    }

    /// <summary>A message to the owner, delivered with all that follows from it.</summary>
    public Task SendAsync(string subject, params PropertyValue[] values) => SendFromAsync(Sender, subject, values);

    public async Task SendFromAsync(RuleParty from, string subject, params PropertyValue[] values)
    {
        await from.SubmitAsync(subject, "user1@example.com", values);
        for (var i = 0; i < 3; i++)
            await Server.Delivery.DrainAsync(default);
    }

    public ReplyRuleAction ReplyAction(RuleActionType type, ulong folder, ulong template, Guid id, ReplyFlavor flavor = ReplyFlavor.None) =>
        new(type, (uint)flavor, 0, StoreId.FromWire(folder), StoreId.FromWire(template), [], id);

    public static Restriction SubjectHas(string text) =>
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));

    public static FolderRuleAction Place(RuleActionType type, ulong folder) => new(type, 0, 0, true, [1],
        WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreId.FromWire(folder), ClientData = [] }));

    public static ForwardRuleAction Forward(string address, ForwardFlavor flavor = ForwardFlavor.None, RuleActionType type = RuleActionType.Forward) => new(type, (uint)flavor, 0,
    [
        new RuleRecipient(1,
        [
            PropertyValue.Of(PropertyTags.RecipientType, 1), PropertyValue.Of(PropertyTags.DisplayName, address), PropertyValue.Of(PropertyTags.AddressType, "SMTP"),
            PropertyValue.Of(PropertyTags.EmailAddress, address), PropertyValue.Of(PropertyTags.SmtpAddress, address),
        ]),
    ]);

    public async ValueTask DisposeAsync()
    {
        Owner.Session.Http.Dispose();
        Sender.Session.Http.Dispose();
        Third.Session.Http.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>A user at his own mailbox.</summary>
public sealed class RuleParty
{
    private RuleParty(RopSession session, RopLogon.Response logon, uint handle)
    {
        Session = session;
        Logon = logon;
        Handle = handle;
    }

    public RopSession Session { get; }

    public RopLogon.Response Logon { get; }

    public uint Handle { get; }

    public static async Task<RuleParty> LogonAsync(MapiServer server, int user)
    {
        var (session, logon, handle) = await server.LogonAsync(user);
        return new(session, logon, handle);
    }

    public Task<uint> FolderAsync(int special = RuleScene.Inbox) => Session.OpenFolderAsync(Handle, Logon.FolderIds[special]);

    public async Task<(ulong Id, uint Handle)> NewFolderAsync(string name)
    {
        var (id, handle, _) = await Session.CreateFolderAsync(await FolderAsync(), name);
        return (id, handle);
    }

    public async Task SubmitAsync(string subject, string to, params PropertyValue[] values)
    {
        var message = await TransportTests.DraftAsync(Session, Logon, Handle, subject, (to, 1));
        await Session.SetAsync(message, [PropertyValue.Of(PropertyTags.DeleteAfterSubmit, true), .. values]);
        await Session.SaveAsync(message);
        (await TransportTests.SubmitAsync(Session, message)).ShouldBe(ErrorCode.Success);
        await Session.ReleaseAsync(message);
    }

    /// <summary>Adds a rule to a folder (the Inbox where none is named).</summary>
    public async Task AddRuleAsync(IReadOnlyList<RuleAction> actions, Restriction? condition = null, int state = 1, int sequence = 1, string provider = "RuleOrganizer", uint? folder = null) =>
        (await ModifyRulesAsync(folder ?? await FolderAsync(), 0, Rule(RuleActionCodec.Write(actions, ValueForm.Rop), condition, state, sequence, provider))).ShouldBe(ErrorCode.Success);

    public static TableRowChange Rule(byte[] actions, Restriction? condition = null, int state = 1, int sequence = 1, string provider = "RuleOrganizer") => new()
    {
        ChangeFlags = RuleScene.Add,
        PropertyValues =
        [
            PropertyValue.Of(PropertyTags.RuleSequence, sequence), PropertyValue.Of(PropertyTags.RuleState, state), PropertyValue.Of(PropertyTags.RuleName, "A rule"),
            PropertyValue.Of(PropertyTags.RuleProvider, provider), PropertyValue.Of(PropertyTags.RuleLevel, 0), PropertyValue.Of(PropertyTags.RuleUserFlags, 0),
            PropertyValue.Of(PropertyTags.RuleProviderData, (byte[])[1]),
            PropertyValue.Of(PropertyTags.RuleCondition, condition ?? new ExistRestriction(PropertyTags.MessageClass)), PropertyValue.Of(PropertyTags.RuleActions, actions),
        ],
    };

    public Task<ErrorCode> ModifyRulesAsync(uint folder, byte flags, params TableRowChange[] rows) =>
        Session.TryAsync(RopId.ModifyRules, new RopModifyRules.Request { ModifyRulesFlags = flags, RulesData = rows }, folder);

    public async Task<List<PropertyValue[]>> RulesAsync(params PropertyTag[] columns)
    {
        var (_, table) = await Session.OpenAsync<PlainResponse>(RopId.GetRulesTable, new RopGetRulesTable.Request { TableFlags = 0x40 }, await FolderAsync());
        return await Session.RowsAsync(table, columns);
    }

    /// <summary>A reply template beside the mail of the Inbox.</summary>
    public async Task<(ulong Mid, Guid Id)> TemplateAsync(string messageClass, string subject, string body, string? recipient = null)
    {
        var id = Guid.NewGuid();
        var message = await Session.CreateMessageAsync(Handle, Logon.FolderIds[RuleScene.Inbox], associated: true);
        await Session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, messageClass), PropertyValue.Of(PropertyTags.ReplyTemplateId, id.ToByteArray()),
            PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, body));
        if (recipient is not null)
            await Session.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, recipient, recipient));
        return (await Session.SaveAsync(message), id);
    }

    public Task<List<PropertyValue[]>> RowsAsync(params PropertyTag[] columns) => RowsAsync(RuleScene.Inbox, columns);

    public Task<List<PropertyValue[]>> RowsAsync(int special, params PropertyTag[] columns) => TransportTests.RowsAsync(Session, Handle, Logon.FolderIds[special], columns);

    public async Task<IReadOnlyList<string>> SubjectsAsync(int special = RuleScene.Inbox) => [.. (await RowsAsync(special, PropertyTags.Subject)).Select(r => r[0].AsString())];

    public async Task<IReadOnlyList<string>> SubjectsAsync(ulong folder) =>
        [.. (await TransportTests.RowsAsync(Session, Handle, folder, PropertyTags.Subject)).Select(r => r[0].AsString())];

    /// <summary>The one message of a folder, opened.</summary>
    public async Task<uint> OnlyAsync(int special = RuleScene.Inbox)
    {
        var row = (await RowsAsync(special, PropertyTags.Mid)).ShouldHaveSingleItem();
        return (await Session.OpenMessageAsync(Handle, Logon.FolderIds[special], (ulong)row[0].AsInt64())).Handle;
    }
}
