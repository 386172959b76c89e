namespace Rialto.Server.Configuration;

/// <summary>The configuration cannot be used; the message says which key and what to do.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
