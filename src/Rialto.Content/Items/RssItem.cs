// [MS-OXORSS] 2.2.1: one item of a feed, as a post.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>The properties that tell a feed's item from other posts. Strings are empty where the message lacks them.</summary>
public sealed record RssItem
{
    public const string MessageClass = "IPM.Post.RSS";

    /// <summary>PidLidPostRssChannelLink: the address of the feed.</summary>
    public string ChannelLink { get; init; } = "";

    /// <summary>PidLidPostRssItemLink: the address of the page that the item is about.</summary>
    public string ItemLink { get; init; } = "";

    /// <summary>PidLidPostRssItemHash: whatever the client compares items by.</summary>
    public int? ItemHash { get; init; }

    /// <summary>PidLidPostRssItemGuid.</summary>
    public string ItemGuid { get; init; } = "";

    /// <summary>PidLidPostRssChannel: the title of the feed.</summary>
    public string Channel { get; init; } = "";

    /// <summary>PidLidPostRssItemXml: the item as it stood in the feed.</summary>
    public string ItemXml { get; init; } = "";

    /// <summary>PidLidPostRssSubscription: the name that the user gave the feed.</summary>
    public string Subscription { get; init; } = "";

    /// <summary>The item; null for a message of another class.</summary>
    public static RssItem? Of(PropertyMessage message) => !ItemClass.Is(message, MessageClass) ? null : new RssItem
    {
        ChannelLink = message.Text(PropertyNames.PidLidPostRssChannelLink),
        ItemLink = message.Text(PropertyNames.PidLidPostRssItemLink),
        ItemHash = message.Number(PropertyNames.PidLidPostRssItemHash),
        ItemGuid = message.Text(PropertyNames.PidLidPostRssItemGuid),
        Channel = message.Text(PropertyNames.PidLidPostRssChannel),
        ItemXml = message.Text(PropertyNames.PidLidPostRssItemXml),
        Subscription = message.Text(PropertyNames.PidLidPostRssSubscription),
    };

    public void Write(PropertyMessage message)
    {
        ItemClass.Set(message, MessageClass);
        message.Set(PropertyNames.PidLidPostRssChannelLink, ChannelLink);
        message.Set(PropertyNames.PidLidPostRssItemLink, ItemLink);
        message.Set(PropertyNames.PidLidPostRssItemHash, ItemHash);
        message.Set(PropertyNames.PidLidPostRssItemGuid, ItemGuid);
        message.Set(PropertyNames.PidLidPostRssChannel, Channel);
        message.Set(PropertyNames.PidLidPostRssItemXml, ItemXml);
        message.Set(PropertyNames.PidLidPostRssSubscription, Subscription);
    }
}
