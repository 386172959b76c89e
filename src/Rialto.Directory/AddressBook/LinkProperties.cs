// [MS-OXOABK] 2.2.4.9 manager, 2.2.5 links of users, 2.2.6 of groups, 2.2.7.2 of the organisation; 2.2.3.29 member counts.
using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>Who belongs to whom: members, owners, managers, delegates.</summary>
internal static class LinkProperties
{
    /// <summary>Members of a dynamic group that are told: a filter may match everybody.</summary>
    private const int DynamicMembers = 10_000;

    public static IEnumerable<AddressBookProperty> All =>
    [
        new(PropertyTags.AddressBookMember) { Links = Members, IsWritableLink = true },
        // The members again, under the name that a container's contents have. [MS-OXOABK] 2.2.6.3.
        new(PropertyTags.ContainerContents) { Links = Members },
        new(PropertyTags.AddressBookOwner) { Links = static e => e.Recipient is Group g ? g.Owners : [] },
        new(PropertyTags.AddressBookOwnerBackLink) { Links = static e => e.Book.OwnedBy(e.Recipient.Id) },
        new(PropertyTags.AddressBookManageDistributionList) { Links = static e => e.Book.OwnedBy(e.Recipient.Id) },
        new(PropertyTags.AddressBookManager) { Links = static e => e.Recipient.Details.ManagerId is { } id ? [id] : [] },
        new(PropertyTags.AddressBookReports) { Links = static e => e.Book.ReportsOf(e.Recipient.Id) },
        new(new PropertyTag(PropertyIds.AddressBookIsMemberOfDistributionList, PropertyType.Object)) { Links = MemberOf },
        new(PropertyTags.AddressBookPublicDelegates) { Links = static e => e.Recipient is MailboxRecipient m ? m.SendOnBehalf : [], IsWritableLink = true },
        new(PropertyTags.AddressBookDistributionListMemberSubmitAccepted) { Links = static e => e.Recipient is Group g ? g.AllowedSenders.Where(id => e.Book.Directory.Find(id) is Group) : [] },
        new(PropertyTags.AddressBookAuthorizedSenders) { Links = static e => e.Recipient is Group g ? g.AllowedSenders.Where(id => e.Book.Directory.Find(id) is not Group) : [] },
        // Departments are groups here, so that what a Department object would have (2.2.8) stands in their members. A table whatever type the registry gives it: 2.2.7.2.
        new(PropertyTags.AddressBookHierarchicalRootDepartment.WithType(PropertyType.Object))
        {
            Links = static e => e.Recipient is OrganisationEntry && OrganisationEntry.RootDepartment(e.Book.Directory) is { } root ? [root.Id] : [],
        },
        Count(PropertyTags.AddressBookDistributionListMemberCount, static (_, g) => g.Members.Length),
        Count(PropertyTags.AddressBookDistributionListExternalMemberCount, static (e, g) => g.Members.Count(id => e.Book.Directory.Find(id) is ExternalContact)),
    ];

    private static AddressBookProperty Count(PropertyTag tag, Func<AddressBookEntry, Group, int> count) => new(tag)
    {
        Get = e => e.Recipient is Group { IsDynamic: false } group && MayRead(e, group) ? PropertyValue.Of(tag, count(e, group)) : default,
    };

    private static IEnumerable<Guid> Members(AddressBookEntry e) => e.Recipient switch
    {
        Group group when !MayRead(e, group) => [],
        Group { IsDynamic: true } group => GroupGraph.MembersOf(e.Book.Directory, group).Where(AddressBookList.IsListed).Take(DynamicMembers).Select(static r => r.Id),
        Group group => group.Members,
        _ => [],
    };

    /// <summary>Static groups that name it, without those whose membership is not for everybody.</summary>
    private static IEnumerable<Guid> MemberOf(AddressBookEntry e) =>
        (e.Book.Directory.MemberOf.Find(e.Recipient.Id) ?? []).Where(id => e.Book.Directory.Find<Group>(id) is { } group && MayRead(e, group));

    private static bool MayRead(AddressBookEntry e, Group group) =>
        !group.HideMembership || e.Viewer is { } viewer && (viewer.IsAdministrator || e.Book.Directory.Includes(group.Owners, viewer));
}
