namespace Rialto.Oab.Legacy;

/// <summary>What the files of versions 2 and 3 index of an entry.</summary>
/// <param name="ParentDn">The distinguished name up to its last value, with the slash: <c>/o=…/ou=…/cn=Recipients/</c>.</param>
/// <param name="Rdn">The last value, without its type.</param>
/// <param name="Domain">What stands behind the @ of the address.</param>
/// <param name="LocalPart">The address up to its @, that included.</param>
/// <param name="DisplayName">Never empty.</param>
/// <param name="Alias">May be empty, as the next two.</param>
/// <param name="Office">Where the entry's office is.</param>
/// <param name="Surname">The family name.</param>
/// <param name="DisplayType">PidTagDisplayType.</param>
/// <param name="ObjectType">PidTagObjectType.</param>
/// <param name="TakesRichText">PidTagSendRichInfo.</param>
public sealed record LegacyEntry(
    string ParentDn, string Rdn, string Domain, string LocalPart, string DisplayName, string Alias, string Office, string Surname, byte DisplayType, byte ObjectType, bool TakesRichText);

/// <summary>Version of the files: 2 has its strings in the code page of the sort language, 3 in UTF-8.</summary>
public enum LegacyVersion
{
    Two = 0x0A,
    Three = 0x0E,
}

/// <summary>The files of a list, uncompressed.</summary>
public sealed record LegacyFiles(byte[] Browse, byte[] RdnIndex, byte[] AnrIndex);
