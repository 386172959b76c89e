using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>What changed between two snapshots, told after the new one is visible.</summary>
/// <param name="Snapshot">The directory now.</param>
/// <param name="Objects">Objects added (no before), changed (both) or removed (no after).</param>
/// <param name="CredentialsOf">Accounts whose credentials changed.</param>
public sealed record DirectoryChanges(DirectorySnapshot Snapshot, ImmutableArray<ObjectChange> Objects, ImmutableArray<Guid> CredentialsOf);

/// <summary>One object's change.</summary>
public readonly record struct ObjectChange(DirectoryObject? Before, DirectoryObject? After);

/// <summary>A new object for <see cref="DirectoryService.AddRangeAsync"/>.</summary>
/// <param name="Object">The object; empty ids and derived names are filled in.</param>
/// <param name="Password">The hash of its password, for accounts; accounts of one call may share one.</param>
public readonly record struct NewDirectoryObject(DirectoryObject Object, PasswordHash? Password = null);
