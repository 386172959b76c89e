namespace Rialto.Delivery.Trace;

/// <summary>The message trace: what became of each message, for <c>rialto trace</c>.</summary>
public sealed class TraceOptions
{
    /// <summary>Whether it is kept.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Its folder, from the data directory where it is relative.</summary>
    public string Directory { get; set; } = "log";

    /// <summary>How long its files are kept: as long as people ask where a message is.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether subjects are in it: they help to find a message, and they are people's words.</summary>
    public bool Subjects { get; set; } = true;

    /// <summary>Lines that wait to be written at most; more are left out and counted: mail does not wait for its trace (about 500 bytes each).</summary>
    public int MaximumWaiting { get; set; } = 65_536;
}
