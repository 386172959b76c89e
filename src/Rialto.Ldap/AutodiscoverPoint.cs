namespace Rialto.Ldap;

/// <summary>Where Autodiscover is, for those who look it up in the directory.</summary>
/// <param name="HostName">The server's name.</param>
/// <param name="Url">The URL of its XML.</param>
/// <param name="SiteName">The site that it is nearest to.</param>
public sealed record AutodiscoverPoint(string HostName, string Url, string SiteName);
