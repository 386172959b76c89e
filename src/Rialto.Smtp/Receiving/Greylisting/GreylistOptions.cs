namespace Rialto.Smtp;

/// <summary>Greylisting: strangers are asked to come again, which mail servers do and most senders of spam do not. Every first message of a stranger is late by it.</summary>
public sealed class GreylistOptions
{
    /// <summary>Whether it is done.</summary>
    public bool Enabled { get; set; }

    /// <summary>Who comes again sooner is asked once more: shorter than the first retry of any usual server, longer than a spammer's second wave.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Who has not come again by then begins anew: servers try for days, the slow ones every few hours.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromDays(2);

    /// <summary>Who has passed passes again so long after the last time: longer than a month, so that monthly newsletters stay known.</summary>
    public TimeSpan Remembered { get; set; } = TimeSpan.FromDays(36);

    /// <summary>So many senders and recipients that passed make their whole network known; 0: never.</summary>
    public int KnownAfter { get; set; } = 5;

    /// <summary>Whether programs on this machine pass: a filter in front, a web site.</summary>
    public bool ExemptsThisMachine { get; set; } = true;

    /// <summary>Networks that are never asked: ADDRESS or ADDRESS/BITS.</summary>
    public List<string> Exempt { get; set; } = [];

    /// <summary>Triples and networks that are remembered, each about 100 bytes in memory and 34 on disk.</summary>
    public int MaximumEntries { get; set; } = 200_000;
}
