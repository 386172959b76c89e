// [MS-OXCDATA] 2.12: terms over what a scan of a folder has at hand.
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// A message during a scan: the narrow row and some columns of the summary. One object for the whole scan; texts are compared where they stand, so that a
/// search through a folder allocates nothing a message. Answers what the whole row would, which a test holds.
/// </summary>
internal sealed class HotRow(MailboxHeader mailbox, FolderId folder, Collation collation) : IPropertySource
{
    private readonly byte[]?[] _texts = new byte[Texts][];
    private readonly int[] _lengths = new int[Texts];
    private char[] _chars = new char[512];
    private ViewEntry _entry;
    private long _sent;
    private long _modified;
    private byte _importance;
    private byte _sensitivity;

    private const int Texts = 10;
    private const int Prefix = 0;
    private const int Normalized = 1;
    private const int FromName = 2;
    private const int FromAddress = 3;
    private const int To = 4;
    private const int Cc = 5;
    private const int Bcc = 6;
    private const int Class = 7;
    private const int Topic = 8;
    private const int InternetId = 9;

    /// <summary>Whether the property can be answered here.</summary>
    public static bool Has(PropertyTag tag) => tag.Id is PropertyIds.Mid or PropertyIds.InstID or PropertyIds.FolderId or PropertyIds.ParentFolderId
        or PropertyIds.ChangeNumber or PropertyIds.EntryId or PropertyIds.RecordKey or PropertyIds.MessageFlags or PropertyIds.MessageStatus or PropertyIds.MessageSize
        or PropertyIds.HasAttachments or PropertyIds.Read or PropertyIds.Associated or PropertyIds.MessageDeliveryTime || ColumnsOf(tag) != 0;

    public static SummaryColumns ColumnsOf(PropertyTag tag) => tag.Id switch
    {
        PropertyIds.Subject or PropertyIds.SubjectPrefix or PropertyIds.NormalizedSubject => SummaryColumns.Subject,
        PropertyIds.SentRepresentingName => SummaryColumns.From,
        PropertyIds.DisplayTo => SummaryColumns.To,
        PropertyIds.DisplayCc => SummaryColumns.Cc,
        PropertyIds.DisplayBcc => SummaryColumns.Bcc,
        PropertyIds.MessageClass => SummaryColumns.MessageClass,
        PropertyIds.ConversationTopic => SummaryColumns.ConversationTopic,
        PropertyIds.InternetMessageId => SummaryColumns.InternetMessageId,
        PropertyIds.ClientSubmitTime => SummaryColumns.Sent,
        PropertyIds.LastModificationTime => SummaryColumns.Modified,
        PropertyIds.Importance => SummaryColumns.Importance,
        PropertyIds.Sensitivity => SummaryColumns.Sensitivity,
        _ => 0,
    };

    public void Set(in ViewEntry entry) => _entry = entry;

    public void Set(in ViewEntry entry, in SummaryRow summary)
    {
        _entry = entry;
        _sent = summary.SentTicks;
        _modified = summary.ModifiedTicks;
        _importance = summary.Importance;
        _sensitivity = summary.Sensitivity;
        Copy(Prefix, summary.SubjectPrefix);
        Copy(Normalized, summary.NormalizedSubject);
        Copy(FromName, summary.FromName);
        Copy(FromAddress, summary.FromAddress);
        Copy(To, summary.DisplayTo);
        Copy(Cc, summary.DisplayCc);
        Copy(Bcc, summary.DisplayBcc);
        Copy(Class, summary.MessageClass);
        Copy(Topic, summary.ConversationTopic);
        Copy(InternetId, summary.InternetMessageId);
    }

    public bool TryGet(PropertyTag tag, out PropertyValue value)
    {
        value = tag.Id switch
        {
            PropertyIds.Mid or PropertyIds.InstID => StoreKeys.Id(_entry.Mid).ToProperty(tag.WithType(PropertyType.Integer64)),
            PropertyIds.FolderId or PropertyIds.ParentFolderId => StoreKeys.Id(folder.Value).ToProperty(tag.WithType(PropertyType.Integer64)),
            PropertyIds.ChangeNumber => StoreKeys.Id(_entry.Cn).ToProperty(PropertyTags.ChangeNumber),
            PropertyIds.EntryId or PropertyIds.RecordKey => PropertyValue.Of(tag.WithType(PropertyType.Binary), StoreKeys.EntryIdOf(mailbox, folder, _entry.Mid)),
            PropertyIds.MessageFlags => PropertyValue.Of(PropertyTags.MessageFlags, SummaryProperties.FlagsOf(_entry.State, _entry.Mid, _entry.Cn, _entry.ReadCn)),
            PropertyIds.MessageStatus => PropertyValue.Of(PropertyTags.MessageStatus, _entry.Status),
            PropertyIds.MessageSize when tag.Type == PropertyType.Integer64 => PropertyValue.Of(PropertyTags.MessageSizeExtended, _entry.MimeSize),
            PropertyIds.MessageSize => PropertyValue.Of(PropertyTags.MessageSize, (int)Math.Min(_entry.MimeSize, int.MaxValue)),
            PropertyIds.HasAttachments => PropertyValue.Of(PropertyTags.HasAttachments, (_entry.State & MessageState.HasAttachments) != 0),
            PropertyIds.Read => PropertyValue.Of(PropertyTags.Read, (_entry.State & MessageState.Read) != 0),
            PropertyIds.Associated => PropertyValue.Of(PropertyTags.Associated, (_entry.State & MessageState.Associated) != 0),
            PropertyIds.MessageDeliveryTime when (_entry.State & MessageState.Draft) == 0 => PropertyValue.Of(PropertyTags.MessageDeliveryTime, new FileTime(_entry.ReceivedTicks)),
            PropertyIds.ClientSubmitTime when _sent != 0 => PropertyValue.Of(PropertyTags.ClientSubmitTime, new FileTime(_sent)),
            PropertyIds.LastModificationTime => PropertyValue.Of(PropertyTags.LastModificationTime, new FileTime(_modified)),
            PropertyIds.Importance => PropertyValue.Of(PropertyTags.Importance, (int)_importance),
            PropertyIds.Sensitivity => PropertyValue.Of(PropertyTags.Sensitivity, (int)_sensitivity),
            _ when ColumnsOf(tag) != 0 && TryText(tag, out var text) => PropertyValue.Of(tag.WithType(PropertyType.String), text.ToString()),
            _ => default,
        };
        return !value.IsAbsent;
    }

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

    public bool? Decide(Restriction term)
    {
        switch (term)
        {
            case ContentRestriction { Value.Reference: string wanted } content when IsText(content.Tag):
                return TryText(content.Tag, out var text) && ContentMatch.Matches(text, wanted, content.Fuzzy);
            case PropertyRestriction { Operator: <= RelationalOperator.NotEqual, Value.Reference: string operand } property when IsText(property.Tag):
                return TryText(property.Tag, out var held)
                    ? TextOrder.Holds(property.Operator, collation.Compare(held, operand))
                    : property.Operator == RelationalOperator.NotEqual;
            default:
                return null;
        }
    }

    private static bool IsText(PropertyTag tag) => ColumnsOf(tag) is not (0 or SummaryColumns.Sent or SummaryColumns.Modified or SummaryColumns.Importance or SummaryColumns.Sensitivity);

    /// <summary>The text, in a buffer that the next one overwrites; false where the message has none of that kind.</summary>
    private bool TryText(PropertyTag tag, out ReadOnlySpan<char> text)
    {
        text = tag.Id switch
        {
            PropertyIds.Subject => Decode(Prefix, Normalized),
            PropertyIds.SubjectPrefix => Decode(Prefix),
            PropertyIds.NormalizedSubject => Decode(Normalized),
            PropertyIds.SentRepresentingName => Decode(_lengths[FromName] > 0 ? FromName : FromAddress),
            PropertyIds.DisplayTo => Decode(To),
            PropertyIds.DisplayCc => Decode(Cc),
            PropertyIds.DisplayBcc => Decode(Bcc),
            PropertyIds.MessageClass => Decode(Class),
            PropertyIds.ConversationTopic => Decode(Topic),
            PropertyIds.InternetMessageId => Decode(InternetId),
            _ => default,
        };
        return !text.IsEmpty || tag.Id is not (PropertyIds.SentRepresentingName or PropertyIds.InternetMessageId or PropertyIds.ClientSubmitTime);
    }

    private ReadOnlySpan<char> Decode(int first, int second = -1)
    {
        var most = _lengths[first] + (second < 0 ? 0 : _lengths[second]);
        // As many characters as bytes at most.
        if (_chars.Length < most)
            _chars = new char[most * 2];
        var length = Encoding.UTF8.GetChars(_texts[first].AsSpan(0, _lengths[first]), _chars);
        if (second >= 0)
            length += Encoding.UTF8.GetChars(_texts[second].AsSpan(0, _lengths[second]), _chars.AsSpan(length));
        return _chars.AsSpan(0, length);
    }

    private void Copy(int number, ReadOnlySpan<byte> text)
    {
        _lengths[number] = text.Length;
        if (text.IsEmpty)
            return;
        if (_texts[number] is not { } buffer || buffer.Length < text.Length)
            _texts[number] = buffer = new byte[Math.Max(256, text.Length)];
        text.CopyTo(buffer);
    }
}
