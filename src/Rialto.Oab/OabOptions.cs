using Rialto.Oab.Wire;

namespace Rialto.Oab;

/// <summary>Offline address books: which there are, when they are made, how long the past is kept.</summary>
public sealed class OabOptions
{
    /// <summary>The book that every organisation has.</summary>
    public const string DefaultBook = "Default Offline Address Book";

    /// <summary>Whether this server makes offline address books. Of several servers over one directory of files, one should.</summary>
    public bool Build { get; set; } = true;

    /// <summary>Where the files are kept; "oab" below the data directory when empty. Servers of one organisation share it (or a copy of it), so that generations count the same.</summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// The books, name to the address lists in it, which are separated by semicolons: {"Offices": "All Rooms; Sales"}. Empty: one, "Default Offline Address Book", with the global
    /// address list. Clients are told of the first book, or of the one with that name; others are downloaded by their own URL (`rialto oab list`).
    /// </summary>
    public Dictionary<string, string> Books { get; set; } = [];

    /// <summary>A book is looked at at least this often. Nothing new is made where nothing changed.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(8);

    /// <summary>After a change of the directory a book is made when no further change came for so long: an import is one generation and not hundreds.</summary>
    public TimeSpan AfterChange { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where changes never pause, after so long: clients download each generation.</summary>
    public TimeSpan AfterChangeAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Differences are kept this long: a client that was away longer downloads the whole book. Exchange's period.</summary>
    public TimeSpan KeepDifferences { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whole files of earlier generations stay to be downloaded this long: for clients that are in the middle, or read the manifest before.</summary>
    public TimeSpan KeepEarlier { get; set; } = TimeSpan.FromDays(2);

    /// <summary>Blocks that are packed at a time. Each takes some 20 MB while a book is made.</summary>
    public int Workers { get; set; } = 2;

    /// <summary>Whether photos are in the books. Without them clients fetch one when it is looked at.</summary>
    public bool IncludePhotos { get; set; }

    /// <summary>Whether books are posted to the public folder of offline address books too, for clients that know no other way.</summary>
    public bool PublicFolder { get; set; } = true;

    /// <summary>Whether the public folder gets the files of versions 2 and 3 too, which Outlook before 2007 reads.</summary>
    public bool EarlierVersions { get; set; }

    /// <summary>Sizes of values.</summary>
    public OabLimits Limits { get; set; } = new();

    /// <summary>Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</summary>
    public bool AllowPlainTextOnLoopback { get; set; }
}
