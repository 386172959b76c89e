namespace Rialto.Directory;

/// <summary>What an object is in another directory that it is kept in step with.</summary>
/// <param name="Id">Its identity there, which survives renaming: entryUUID, or objectGUID in hexadecimal.</param>
/// <param name="Dn">Its name there when it was last seen: who logs in is checked under it.</param>
/// <param name="IsGone">It was not there any more when the other directory was last read as a whole; it is disabled, not removed.</param>
public sealed record ExternalIdentity(string Id, string Dn, bool IsGone = false);
