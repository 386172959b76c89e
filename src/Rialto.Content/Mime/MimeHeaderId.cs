// RFC 5322 3.6, RFC 2045, RFC 2183, RFC 4021: names of header fields.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Header fields that something here looks up; the rest are <see cref="Other"/>.</summary>
public enum MimeHeaderId : byte
{
    Other,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    Subject,
    Date,
    MessageId,
    InReplyTo,
    References,
    MimeVersion,
    ContentType,
    ContentTransferEncoding,
    ContentDisposition,
    ContentId,
    ContentDescription,
    ContentMd5,
    ContentLanguage,
    ContentLocation,
    ContentBase,
    ContentClass,
    Importance,
    Priority,
    XPriority,
    XMsMailPriority,
    Sensitivity,
    ThreadIndex,
    ThreadTopic,
    Received,
    ReturnPath,
    DispositionNotificationTo,
    ReturnReceiptTo,
    AutoSubmitted,
    Keywords,
    ReplyBy,
    ExpiryDate,
    Expires,
    DeferredDelivery,
    ListId,
    ListUnsubscribe,
    ListHelp,
    ListSubscribe,
    AutoResponseSuppress,
    XUnsent,
    DeliveryDate,
}

internal static class MimeHeaderNames
{
    /// <summary>Finds the id of a field name, whatever its case.</summary>
    public static MimeHeaderId Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "To"u8) ? MimeHeaderId.To : Is(name, "Cc"u8) ? MimeHeaderId.Cc : MimeHeaderId.Other,
        3 => Is(name, "Bcc"u8) ? MimeHeaderId.Bcc : MimeHeaderId.Other,
        4 => Is(name, "From"u8) ? MimeHeaderId.From : Is(name, "Date"u8) ? MimeHeaderId.Date : MimeHeaderId.Other,
        6 => Is(name, "Sender"u8) ? MimeHeaderId.Sender : MimeHeaderId.Other,
        7 => Is(name, "Subject"u8) ? MimeHeaderId.Subject : Is(name, "List-Id"u8) ? MimeHeaderId.ListId : Is(name, "Expires"u8) ? MimeHeaderId.Expires : MimeHeaderId.Other,
        8 => Is(name, "Received"u8) ? MimeHeaderId.Received : Is(name, "Reply-To"u8) ? MimeHeaderId.ReplyTo : Is(name, "Priority"u8) ? MimeHeaderId.Priority :
            Is(name, "Keywords"u8) ? MimeHeaderId.Keywords : Is(name, "Reply-By"u8) ? MimeHeaderId.ReplyBy : Is(name, "X-Unsent"u8) ? MimeHeaderId.XUnsent : MimeHeaderId.Other,
        9 => Is(name, "List-Help"u8) ? MimeHeaderId.ListHelp : MimeHeaderId.Other,
        10 => Is(name, "Message-ID"u8) ? MimeHeaderId.MessageId : Is(name, "References"u8) ? MimeHeaderId.References : Is(name, "Importance"u8) ? MimeHeaderId.Importance :
            Is(name, "X-Priority"u8) ? MimeHeaderId.XPriority : Is(name, "Content-ID"u8) ? MimeHeaderId.ContentId : MimeHeaderId.Other,
        11 => Is(name, "In-Reply-To"u8) ? MimeHeaderId.InReplyTo : Is(name, "Sensitivity"u8) ? MimeHeaderId.Sensitivity : Is(name, "Return-Path"u8) ? MimeHeaderId.ReturnPath :
            Is(name, "Content-MD5"u8) ? MimeHeaderId.ContentMd5 : Is(name, "Expiry-Date"u8) ? MimeHeaderId.ExpiryDate : MimeHeaderId.Other,
        12 => Is(name, "Content-Type"u8) ? MimeHeaderId.ContentType : Is(name, "MIME-Version"u8) ? MimeHeaderId.MimeVersion : Is(name, "Thread-Index"u8) ? MimeHeaderId.ThreadIndex :
            Is(name, "Thread-Topic"u8) ? MimeHeaderId.ThreadTopic : Is(name, "Content-Base"u8) ? MimeHeaderId.ContentBase : MimeHeaderId.Other,
        13 => Is(name, "Content-Class"u8) ? MimeHeaderId.ContentClass : Is(name, "Delivery-Date"u8) ? MimeHeaderId.DeliveryDate : MimeHeaderId.Other,
        14 => Is(name, "Auto-Submitted"u8) ? MimeHeaderId.AutoSubmitted : Is(name, "List-Subscribe"u8) ? MimeHeaderId.ListSubscribe : MimeHeaderId.Other,
        16 => Is(name, "Content-Language"u8) ? MimeHeaderId.ContentLanguage : Is(name, "Content-Location"u8) ? MimeHeaderId.ContentLocation :
            Is(name, "List-Unsubscribe"u8) ? MimeHeaderId.ListUnsubscribe : MimeHeaderId.Other,
        17 => Is(name, "X-MSMail-Priority"u8) ? MimeHeaderId.XMsMailPriority : Is(name, "Return-Receipt-To"u8) ? MimeHeaderId.ReturnReceiptTo :
            Is(name, "Deferred-Delivery"u8) ? MimeHeaderId.DeferredDelivery : MimeHeaderId.Other,
        19 => Is(name, "Content-Disposition"u8) ? MimeHeaderId.ContentDisposition : Is(name, "Content-Description"u8) ? MimeHeaderId.ContentDescription : MimeHeaderId.Other,
        24 => Is(name, "X-Auto-Response-Suppress"u8) ? MimeHeaderId.AutoResponseSuppress : MimeHeaderId.Other,
        25 => Is(name, "Content-Transfer-Encoding"u8) ? MimeHeaderId.ContentTransferEncoding : MimeHeaderId.Other,
        27 => Is(name, "Disposition-Notification-To"u8) ? MimeHeaderId.DispositionNotificationTo : MimeHeaderId.Other,
        _ => MimeHeaderId.Other,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
