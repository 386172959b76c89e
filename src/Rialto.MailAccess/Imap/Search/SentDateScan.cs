// RFC 3501 6.4.4 SENTBEFORE, SENTON, SENTSINCE: the Date header's own date, "disregarding time and timezone". It stands first in the ENVELOPE.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>Compares the dates of all messages in one scan over the digests. Messages without a date that can be read match nothing.</summary>
internal sealed class SentDateScan(FolderSnapshot snapshot, DateKey key, IContentConverter converter, PositionSet result) : IDigestSink
{
    private int _position;

    public ValueTask<StoreError> RunAsync(MailboxSession mailbox, FolderId folder, CancellationToken cancel) =>
        mailbox.ScanDigestsAsync(folder, snapshot[0].Uid, snapshot[snapshot.Count - 1].Uid, this, cancel);

    public bool Add(uint uid, ReadOnlySpan<byte> digest)
    {
        while (_position < snapshot.Count && snapshot[_position].Uid < uid)
            _position++;
        if (_position == snapshot.Count)
            return false;
        if (snapshot[_position].Uid != uid)
            return true;
        converter.SplitDigest(digest, out var envelope, out _);
        if (TryReadDate(envelope, out var date) && Matches(key.Relation, date, key.Date))
            result.Add(_position);
        _position++;
        return true;
    }

    internal static bool Matches(DateRelation relation, DateOnly date, DateOnly than) => relation switch
    {
        DateRelation.Before => date < than,
        DateRelation.On => date == than,
        _ => date >= than,
    };

    /// <summary>From ("Mon, 7 Feb 1994 21:52:25 -0800 …: an optional day of the week, then day, month, year.</summary>
    internal static bool TryReadDate(ReadOnlySpan<byte> envelope, out DateOnly date)
    {
        date = default;
        if (envelope.Length < 2 || envelope[1] != '"')
            return false;
        var text = envelope[2..];
        text = text[..Math.Max(0, text.IndexOf((byte)'"'))];
        var comma = text.IndexOf((byte)',');
        text = text[(comma + 1)..].TrimStart(" \t"u8);
        if (!TryNumber(ref text, out var day))
            return false;
        text = text.TrimStart(" \t-"u8);
        var month = text.Length < 3 ? 0 : MonthOf(text[..3]);
        if (month == 0)
            return false;
        text = text[3..].TrimStart("abcdefghijklmnopqrstuvwxyz. \t-"u8);
        if (!TryNumber(ref text, out var year))
            return false;
        // RFC 5322 4.3: years of two digits, and of three as some software wrote them.
        year += year < 50 ? 2000 : year < 1000 ? 1900 : 0;
        if (year > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        var months = "JanFebMarAprMayJunJulAugSepOctNovDec"u8;
        for (var i = 0; i < 12; i++)
        {
            if (Ascii.EqualsIgnoreCase(months.Slice(i * 3, 3), name))
                return i + 1;
        }
        return 0;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        var digits = 0;
        while (digits < text.Length && digits < 5 && text[digits] is >= (byte)'0' and <= (byte)'9')
            number = number * 10 + (text[digits++] - '0');
        text = text[digits..];
        return digits > 0;
    }
}
