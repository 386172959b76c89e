// RFC 3501 6.4.4: the keys of SEARCH as a tree.
namespace Rialto.MailAccess.Imap.Wire;

internal abstract record SearchKey;

internal sealed record AllKey(bool All) : SearchKey;

internal sealed record AndKey(IReadOnlyList<SearchKey> Keys) : SearchKey;

internal sealed record OrKey(SearchKey Left, SearchKey Right) : SearchKey;

internal sealed record NotKey(SearchKey Key) : SearchKey;

/// <summary>A system flag, set or not.</summary>
internal sealed record FlagKey(SystemFlags Flag, bool IsSet) : SearchKey;

/// <summary>\Recent, or not: RECENT, NEW, OLD.</summary>
internal sealed record RecentKey(bool IsRecent) : SearchKey;

internal sealed record KeywordKey(string Keyword) : SearchKey;

/// <summary>LARGER and SMALLER: strictly.</summary>
internal sealed record SizeKey(bool Larger, long Size) : SearchKey;

internal enum DateRelation
{
    Before,
    On,
    Since,
}

/// <summary>By INTERNALDATE, or by the Date header.</summary>
internal sealed record DateKey(bool BySent, DateRelation Relation, DateOnly Date) : SearchKey;

/// <summary>SAVEDBEFORE, SAVEDON, SAVEDSINCE. RFC 8514 4.3.</summary>
internal sealed record SavedKey(DateRelation Relation, DateOnly Date) : SearchKey;

internal enum SearchField
{
    Text,
    Body,
    Subject,
    From,
    To,
    Cc,
    Bcc,
    Header,
}

internal sealed record TextKey(SearchField Field, string Header, string Text) : SearchKey;

internal sealed record SetKey(SequenceSet Set, bool ByUid) : SearchKey;

/// <summary>OLDER and YOUNGER, in seconds before now. RFC 5032.</summary>
internal sealed record AgeKey(bool Older, uint Seconds) : SearchKey;

/// <summary>EMAILID and THREADID. RFC 8474 4.1.</summary>
internal sealed record ObjectIdKey(bool IsThread, string Id) : SearchKey;

/// <summary>RFC 7162 3.1.5.</summary>
internal sealed record ModSeqKey(long ModSeq) : SearchKey;
