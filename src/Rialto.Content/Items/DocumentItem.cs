// [MS-OXODOC] 2.2.1: a file that lies in a folder by itself: one attachment, and what the file says of itself as properties.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>A document in a folder. Strings are empty, numbers and times null where the message lacks them.</summary>
public sealed record DocumentItem
{
    public const string Class = "IPM.Document";

    /// <summary>What Windows calls the program behind a file's extension; the class ends with it.</summary>
    private static readonly Dictionary<string, string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        [".doc"] = "Word.Document.8", [".docx"] = "Word.Document.12", [".xls"] = "Excel.Sheet.8", [".xlsx"] = "Excel.Sheet.12", [".ppt"] = "PowerPoint.Show.8", [".pptx"] = "PowerPoint.Show.12",
        [".pdf"] = "AcroExch.Document", [".txt"] = "txtfile", [".htm"] = "htmlfile", [".html"] = "htmlfile", [".rtf"] = "rtffile", [".jpg"] = "jpegfile", [".jpeg"] = "jpegfile", [".gif"] = "giffile", [".png"] = "pngfile",
    };

    /// <summary>The file's name: PidTagDisplayName.</summary>
    public string FileName { get; init; } = "";

    public string Title { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Author { get; init; } = "";

    public IReadOnlyList<string> Keywords { get; init; } = [];

    public string Comments { get; init; } = "";

    public string Template { get; init; } = "";

    public string LastAuthor { get; init; } = "";

    public string RevisionNumber { get; init; } = "";

    public string ApplicationName { get; init; } = "";

    public string Category { get; init; } = "";

    public string Manager { get; init; } = "";

    public string Company { get; init; } = "";

    public FileTime? Created { get; init; }

    public FileTime? LastSaved { get; init; }

    public FileTime? LastPrinted { get; init; }

    public int? Pages { get; init; }

    public int? Words { get; init; }

    public int? Characters { get; init; }

    public int? Slides { get; init; }

    /// <summary>The class of a document of that name: by its extension, else plain.</summary>
    public static string ClassOf(string fileName)
    {
        var dot = fileName.LastIndexOf('.');
        return dot >= 0 && Programs.TryGetValue(fileName[dot..], out var program) ? $"{Class}.{program}" : Class;
    }

    /// <summary>The document; null for a message of another class.</summary>
    public static DocumentItem? Of(PropertyMessage message) => !ItemClass.Is(message, Class) ? null : new DocumentItem
    {
        FileName = message.Properties.GetString(PropertyTags.DisplayName) ?? (message.Attachments.Count > 0 ? message.Attachments[0].Properties.GetString(PropertyTags.AttachLongFilename) : null) ?? "",
        Title = message.Text(PropertyNames.PidNameTitle),
        Subject = message.Text(PropertyNames.PidNameSubject),
        Author = message.Text(PropertyNames.PidNameAuthor),
        Keywords = message.GetNamed(PropertyNames.PidNameKeywords).AsArray<string>(),
        Comments = message.Text(PropertyNames.PidNameComments),
        Template = message.Text(PropertyNames.PidNameTemplate),
        LastAuthor = message.Text(PropertyNames.PidNameLastAuthor),
        RevisionNumber = message.Text(PropertyNames.PidNameRevisionNumber),
        ApplicationName = message.Text(PropertyNames.PidNameApplicationName),
        Category = message.Text(PropertyNames.PidNameCategory),
        Manager = message.Text(PropertyNames.PidNameManager),
        Company = message.Text(PropertyNames.PidNameCompany),
        Created = message.Time(PropertyNames.PidNameCreateDateTimeReadOnly),
        LastSaved = message.Time(PropertyNames.PidNameLastSaveDateTime),
        LastPrinted = message.Time(PropertyNames.PidNameLastPrinted),
        Pages = message.Number(PropertyNames.PidNamePageCount),
        Words = message.Number(PropertyNames.PidNameWordCount),
        Characters = message.Number(PropertyNames.PidNameCharacterCount),
        Slides = message.Number(PropertyNames.PidNameSlideCount),
    };

    /// <summary>Sets class, name and properties; the file itself is the message's one attachment, which the caller adds.</summary>
    public void Write(PropertyMessage message)
    {
        if (!ItemClass.Is(message, Class))
            ItemClass.Set(message, ClassOf(FileName));
        if (FileName.Length > 0)
            message.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, FileName));
        message.Set(PropertyNames.PidNameTitle, Title);
        message.Set(PropertyNames.PidNameSubject, Subject);
        message.Set(PropertyNames.PidNameAuthor, Author);
        if (Keywords.Count > 0)
            message.SetNamed(PropertyNames.PidNameKeywords, PropertyType.MultipleString, tag => PropertyValue.OfArray(tag, Keywords.ToArray()));
        message.Set(PropertyNames.PidNameComments, Comments);
        message.Set(PropertyNames.PidNameTemplate, Template);
        message.Set(PropertyNames.PidNameLastAuthor, LastAuthor);
        message.Set(PropertyNames.PidNameRevisionNumber, RevisionNumber);
        message.Set(PropertyNames.PidNameApplicationName, ApplicationName);
        message.Set(PropertyNames.PidNameCategory, Category);
        message.Set(PropertyNames.PidNameManager, Manager);
        message.Set(PropertyNames.PidNameCompany, Company);
        message.Set(PropertyNames.PidNameCreateDateTimeReadOnly, Created);
        message.Set(PropertyNames.PidNameLastSaveDateTime, LastSaved);
        message.Set(PropertyNames.PidNameLastPrinted, LastPrinted);
        message.Set(PropertyNames.PidNamePageCount, Pages);
        message.Set(PropertyNames.PidNameWordCount, Words);
        message.Set(PropertyNames.PidNameCharacterCount, Characters);
        message.Set(PropertyNames.PidNameSlideCount, Slides);
    }
}
