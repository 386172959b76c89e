namespace Rialto.Delivery;

/// <summary>The spam filter rspamd: asked about mail from outside before it is accepted, and for signatures of mail that leaves.</summary>
public sealed class RspamdOptions
{
    /// <summary>Where it listens, such as http://127.0.0.1:11333. Empty: there is none.</summary>
    public string Url { get; set; } = "";

    /// <summary>The file that holds its password, alone; empty: it asks for none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>How long it has for a message: look-ups in far lists take seconds; a client waits for minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether mail passes unjudged when it cannot be asked (and a line in the log says so); false: senders are told to try again later.</summary>
    public bool FailOpen { get; set; } = true;

    /// <summary>Bytes of a message that is judged; larger ones pass: spam is small.</summary>
    public long MaximumSize { get; set; } = 20L * 1024 * 1024;

    /// <summary>Whether mail from outside is judged.</summary>
    public bool Incoming { get; set; } = true;

    /// <summary>Whether mail that leaves is judged and signed.</summary>
    public bool Outgoing { get; set; } = true;
}
