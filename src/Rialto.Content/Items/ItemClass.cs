// [MS-OXCMSG] 2.2.1.3 PidTagMessageClass; [MS-OXOPOST] 2.2.1 posts.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>Message classes: a class is of another's kind where it is that, or that with further steps after a dot.</summary>
public static class ItemClass
{
    /// <summary>What is written into a folder rather than to someone. It has a sender and no recipients.</summary>
    public const string Post = "IPM.Post";

    public static bool Is(string messageClass, string kind) =>
        messageClass.StartsWith(kind, StringComparison.OrdinalIgnoreCase) && (messageClass.Length == kind.Length || messageClass[kind.Length] == '.');

    public static bool Is(PropertyMessage message, string kind) => Is(message.Properties.GetString(PropertyTags.MessageClass) ?? "", kind);

    /// <summary>Gives a message a class, unless it has one of that kind already.</summary>
    public static void Set(PropertyMessage message, string messageClass)
    {
        if (!Is(message, messageClass))
            message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, messageClass));
    }
}
