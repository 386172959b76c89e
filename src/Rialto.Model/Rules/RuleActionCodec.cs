// [MS-OXORULE] 2.2.5 RuleAction, 2.2.5.1 ActionBlock: standard rules with 16-bit counts, extended rules with 32-bit counts.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// The actions of a rule:
/// <code>
///   NoOfActions  { ActionLength  ActionType (1)  ActionFlavor (4)  ActionFlags (4)  ActionData }
/// </code>
/// Counts and lengths have the width of <see cref="ValueForm.Count"/>, which also tells standard from extended action data.
/// </summary>
public static class RuleActionCodec
{
    private const int BlockHeaderSize = 9;

    /// <summary>The actions that the bytes are; null when they are malformed, of an unknown type, or none. Nothing may follow them.</summary>
    public static RuleAction[]? Read(ReadOnlySpan<byte> bytes, ValueForm form)
    {
        var reader = new WireReader(bytes);
        RuleAction[] actions = [];
        Actions(ref reader, ref actions, form);
        return reader.Failed || !reader.AtEnd ? null : actions;
    }

    /// <summary>The wire form. <see cref="InvalidOperationException"/> when a value outgrows its width.</summary>
    public static byte[] Write(IReadOnlyList<RuleAction> actions, ValueForm form)
    {
        var writer = new WireWriter(256);
        try
        {
            RuleAction[] values = [.. actions];
            Actions(ref writer, ref values, form);
            return writer.Failed ? throw new InvalidOperationException("The actions do not fit their wire form.") : writer.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    public static void Actions<TIo>(ref TIo io, scoped ref RuleAction[] value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = value?.Length ?? 0;
        WireCount.Of(ref io, ref count, form.Count, "NoOfActions");
        if (count == 0)
            io.Fail();
        var read = Growing<RuleAction>.Start(ref io, count, (int)form.Count + BlockHeaderSize);
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var action = io.IsReading ? null : value![i];
            var region = io.BeginSized(form.Count, "ActionLength");
            Block(ref io, ref action, form);
            io.EndSized(region, form.Count);
            if (action is not null)
                read.Add(action);
        }
        if (io.IsReading)
            value = io.Failed ? [] : read.ToArray();
    }

    private static bool IsExtended(ValueForm form) => form.Count == CountWidth.UInt32;

    private static void Block<TIo>(ref TIo io, scoped ref RuleAction? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var type = value?.Type ?? default;
        var flavor = value?.Flavor ?? 0;
        var flags = value?.Flags ?? 0;
        io.Enum(ref type, "ActionType");
        io.U32(ref flavor, "ActionFlavor");
        io.U32(ref flags, "ActionFlags");
        switch (type)
        {
            case RuleActionType.Move or RuleActionType.Copy:
                Folder(ref io, type, flavor, flags, ref value, form);
                break;
            case RuleActionType.Reply or RuleActionType.OutOfOfficeReply:
                Reply(ref io, type, flavor, flags, ref value, form);
                break;
            case RuleActionType.Defer:
            {
                var data = (value as DeferRuleAction)?.Data ?? [];
                io.Rest(ref data, "ActionData");
                value = io.IsReading ? new DeferRuleAction(flavor, flags, data) : value;
                break;
            }
            case RuleActionType.Bounce:
            {
                var code = (value as BounceRuleAction)?.Code ?? default;
                io.Enum(ref code, "BounceCode");
                value = io.IsReading ? new BounceRuleAction(flavor, flags, code) : value;
                break;
            }
            case RuleActionType.Forward or RuleActionType.Delegate:
                Forward(ref io, type, flavor, flags, ref value, form);
                break;
            case RuleActionType.Tag:
            {
                var tagged = (value as TagRuleAction)?.Value ?? default;
                PropertyValueCodec.Tagged(ref io, ref tagged, form);
                value = io.IsReading ? new TagRuleAction(flavor, flags, tagged) : value;
                break;
            }
            case RuleActionType.Delete or RuleActionType.MarkAsRead:
                value = io.IsReading ? new PlainRuleAction(type, flavor, flags) : value;
                break;
            default:
                io.Fail();
                break;
        }
        if (io.IsReading && io.Failed)
            value = null;
    }

    private static void Folder<TIo>(ref TIo io, RuleActionType type, uint flavor, uint flags, scoped ref RuleAction? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as FolderRuleAction;
        var inThisStore = old?.InThisStore ?? true;
        var store = old?.Store ?? [];
        var folder = old?.Folder ?? [];
        if (!IsExtended(form))
            io.Bool(ref inThisStore, "FolderInThisStore");
        io.Bytes(ref store, form.Count, "StoreEID");
        io.Bytes(ref folder, form.Count, "FolderEID");
        if (io.IsReading)
            value = new FolderRuleAction(type, flavor, flags, inThisStore, store, folder);
    }

    private static void Reply<TIo>(ref TIo io, RuleActionType type, uint flavor, uint flags, scoped ref RuleAction? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as ReplyRuleAction;
        var folder = old?.Folder ?? default;
        var message = old?.Message ?? default;
        var entryId = old?.MessageEntryId ?? [];
        var template = old?.Template ?? default;
        if (IsExtended(form))
        {
            io.Bytes(ref entryId, CountWidth.UInt32, "ReplyTemplateMessageEID");
        }
        else
        {
            io.Structure(ref folder, "ReplyTemplateFID");
            io.Structure(ref message, "ReplyTemplateMID");
        }
        io.Guid(ref template, "ReplyTemplateGUID");
        if (io.IsReading)
            value = new ReplyRuleAction(type, flavor, flags, folder, message, entryId, template);
    }

    /// <summary>
    /// RecipientCount and NoOfProperties: as wide as the other counts. The document gives them four bytes in prose and "2 or 4" in its diagram; clients of standard
    /// rules write two, and four are read too where two make no sense.
    /// </summary>
    private static void Forward<TIo>(ref TIo io, RuleActionType type, uint flavor, uint flags, scoped ref RuleAction? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var data = io.IsReading ? [] : WriteRecipients((value as ForwardRuleAction)?.Recipients ?? [], form);
        if (data is null)
        {
            io.Fail();
            return;
        }
        io.Rest(ref data, "RecipientBlocks");
        if (!io.IsReading)
            return;
        var recipients = ReadRecipients(data, form, form.Count) ?? (IsExtended(form) ? null : ReadRecipients(data, form, CountWidth.UInt32));
        if (recipients is null)
            io.Fail();
        else
            value = new ForwardRuleAction(type, flavor, flags, recipients);
    }

    private static List<RuleRecipient>? ReadRecipients(ReadOnlySpan<byte> data, ValueForm form, CountWidth width)
    {
        var reader = new WireReader(data);
        var count = reader.ReadCount(width);
        if (count == 0 || (long)count * (1 + (int)width) > reader.Remaining)
            return null;
        var recipients = new List<RuleRecipient>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var reserved = reader.ReadByte();
            PropertyValue[] properties = [];
            PropertyValueCodec.TaggedArray(ref reader, ref properties, width, form);
            if (properties.Length == 0)
                return null;
            recipients.Add(new RuleRecipient(reserved, properties));
        }
        return reader.Failed || !reader.AtEnd ? null : recipients;
    }

    private static byte[]? WriteRecipients(IReadOnlyList<RuleRecipient> recipients, ValueForm form)
    {
        var writer = new WireWriter(256);
        try
        {
            writer.WriteCount(recipients.Count, form.Count);
            foreach (var recipient in recipients)
            {
                writer.WriteByte(recipient.Reserved);
                PropertyValue[] properties = [.. recipient.Properties];
                PropertyValueCodec.TaggedArray(ref writer, ref properties, form.Count, form);
            }
            return writer.Failed ? null : writer.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }
}
