using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>A dynamic group with its filter parsed.</summary>
internal sealed record DynamicGroup(Group Group, AttributeFilter Filter);

/// <summary>Walks over who is in which group. Loops end because each group is opened once.</summary>
internal static class GroupGraph
{
    public static GroupExpansion Expand(DirectorySnapshot directory, Group start, ExpansionLimits limits)
    {
        var seen = new HashSet<Guid> { start.Id };
        var groups = ImmutableArray.CreateBuilder<Guid>();
        var recipients = ImmutableArray.CreateBuilder<Recipient>();
        var queue = new Queue<(Group Group, int Depth)>();
        queue.Enqueue((start, 1));
        while (queue.TryDequeue(out var item))
        {
            if (item.Depth > limits.MaxDepth) return Refused(ExpansionOutcome.TooDeep);
            groups.Add(item.Group.Id);
            foreach (var member in MembersOf(directory, item.Group))
            {
                if (!seen.Add(member.Id)) continue;
                if (member is Group nested)
                {
                    queue.Enqueue((nested, item.Depth + 1));
                }
                else
                {
                    if (recipients.Count == limits.MaxRecipients) return Refused(ExpansionOutcome.TooManyRecipients);
                    recipients.Add(member);
                }
            }
        }

        return new(ExpansionOutcome.Complete, recipients.DrainToImmutable(), groups.DrainToImmutable());

        GroupExpansion Refused(ExpansionOutcome outcome) => new(outcome, [], groups.DrainToImmutable());
    }

    /// <summary>The direct members. A dynamic group has mailboxes and contacts, never groups: its filter cannot make loops.</summary>
    public static IEnumerable<Recipient> MembersOf(DirectorySnapshot directory, Group group)
    {
        if (!group.IsDynamic)
        {
            foreach (var id in group.Members)
            {
                if (directory.Find(id) is Recipient member) yield return member;
            }

            yield break;
        }

        foreach (var dynamic in directory.DynamicGroups)
        {
            if (dynamic.Group.Id != group.Id) continue;
            foreach (var candidate in directory.ById)
            {
                if (candidate is Recipient recipient and not Group && dynamic.Filter.Matches(recipient)) yield return recipient;
            }
        }
    }

    public static ImmutableArray<Guid> GroupsOf(DirectorySnapshot directory, Recipient recipient)
    {
        List<Guid>? found = null;
        Add(directory.MemberOf.Find(recipient.Id));
        if (recipient is not Group)
        {
            foreach (var dynamic in directory.DynamicGroups)
            {
                if (dynamic.Filter.Matches(recipient)) Add([dynamic.Group.Id]);
            }
        }

        for (var i = 0; found is not null && i < found.Count; i++) Add(directory.MemberOf.Find(found[i]));
        return found is null ? [] : [.. found];

        void Add(Guid[]? groups)
        {
            if (groups is null) return;
            foreach (var id in groups)
            {
                // Somebody is in few groups: a scan beats a set.
                if (!(found ??= []).Contains(id)) found.Add(id);
            }
        }
    }
}
